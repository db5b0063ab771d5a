"""Consul is authenticated, but something else could answer instead: DNS, a name that the system
resolver resolves, or a list from an earlier mount. Here it is the lab's agent, which listens on
the default addresses and runs as root."""

import contextlib
import json

import pytest
import tls
from consul import Consul, leading_agent, only_by_http
from lab import (
    ADDRESS, CACHE, CONF, DNS_FALLBACK, G0, NO_RESPONSE, POOL_ADDRESSES, RETRIED, wait_for)
from tls import HTTPS

pytestmark = pytest.mark.promise

DNS = "consul-dns-addr=127.0.0.1:8600"
DNS_WARNING = "the servers come from DNS, which is not authenticated"
NO_RETRY = "consul-retry=0"
NAME = "gluster.service.consul"
FROM_DNS = [("dns", "dns://127.0.0.1:8600")]
FROM_HTTPS = [("https", "https://127.0.0.2:8501")]
RESET = ("-j", "REJECT", "--reject-with", "tcp-reset")


@pytest.fixture
def secure(client):
    return tls.secure_agent(client)


def freeze(client, agent, seconds=None):
    """Stops the agent for so many seconds or until the test ends."""
    pid = client.call("cat", f"{agent.directory}/pid")
    client.lab.at_end(client.succeeds, "kill", "-CONT", pid)
    client.call("kill", "-STOP", pid)
    if seconds:
        client.daemon("sh", "-c", f"sleep {seconds}; kill -CONT {pid}")


@contextlib.contextmanager
def closed_port(client, *ports):
    """Closes a port of the lab's agent."""
    rules = [("INPUT", "-i", "lo", "-p", "tcp", "-d", "127.0.0.1", "--dport", port, *RESET)
             for port in ports]
    for rule in rules:
        client.rule(*rule)
    yield
    for rule in rules:
        client.remove_rule(*rule)


def lists(client):
    """The cached lists: (via, consul)."""
    paths = client.output("find", CACHE, "-name", "*.json").splitlines()
    contents = [json.loads(client.call("cat", path)) for path in paths]
    return [(content["via"], content["consul"]) for content in contents]


class Impostor(Consul):
    """An agent at the default addresses instead of the lab's agent, which has ended. It lists gl4
    for `gluster`, and runs as this user."""

    def __init__(self, client, user):
        super().__init__(client)
        client.lab.at_end(self.stop)
        client.daemon("sh", "-c",
                      'exec setpriv --reuid "$1" --clear-groups --regid "$(id -g "$1")" '
                      "consul agent -dev -node=impostor -bind=127.0.0.1 -client=127.0.0.1 "
                      "-log-level=debug >/tmp/impostor.log 2>&1", "sh", user)
        wait_for(30, self.leader, "the impostor runs")
        self.put("catalog/register", {
            "Node": "gluster-gl4", "Address": ADDRESS["gl4"],
            "Service": {"ID": "gluster", "Service": "gluster", "Port": 24007},
            "Checks": [{"CheckID": "check", "ServiceID": "gluster", "Status": "passing"}]})
        client.remember_traces()

    def stop(self):
        self.client.sh("pkill -KILL -f node=[i]mpostor || true")

    def requests(self):
        return self.client.sh("grep -E 'agent.dns: request|GET /v1/health/service/gluster' "
                              "/tmp/impostor.log || true")


## DNS


@pytest.mark.parametrize("address", [HTTPS, "consul-http-addr=unix:///run/no-agent.sock"],
                         ids=["https", "unix"])
def test_dns_is_not_a_fallback_by_default(client, address):
    tls.make_keys(client)
    failed = client.mount_fails(NO_RESPONSE, options=f"{address},{NO_RETRY}", within=1)
    assert "DNS" not in failed.stderr
    client.run("glusterconsul", "lookup", "--show-config", "-o", HTTPS, G0).expect_output(
        "consul-dns-addr         off")


@pytest.mark.parametrize("user", ["daemon", "nobody"])
def test_impostor_is_not_queried_while_the_https_agent_is_down(client, user):
    tls.make_keys(client)
    client.kill_agent()
    impostor = Impostor(client, user)
    client.mount_fails("https://127.0.0.2:8501 does not respond",
                       spec="gluster.service.consul:/other", options=f"{HTTPS},{NO_RETRY}")
    assert impostor.requests() == ""


def test_impostor_does_not_end_the_retries_of_the_https_agent(client):
    """With consul-dns-addr set, DNS is a fallback, so that the impostor is found and rejected."""
    tls.make_keys(client)
    client.kill_agent()
    Impostor(client, "nobody")
    failed = client.mount(target="/mnt/none", options=f"{HTTPS},{DNS},consul-retry=4s")
    failed.expect(32, RETRIED, "user 65534")
    assert failed.seconds > 2


@pytest.mark.parametrize("options", [HTTPS, f"{HTTPS},{DNS}"], ids=["https", "https and DNS"])
def test_slow_https_is_not_overtaken_by_dns(client, secure, options):
    freeze(client, secure, 2.5)
    found = client.lookup(options).expect()
    assert (found.json["via"], found.json["warnings"]) == ("Consul over HTTP", [])
    assert found.seconds > 1
    if options == HTTPS:
        freeze(client, secure, 2.5)
        assert client.mount_ok(options).stderr == ""


def test_dns_that_is_set_is_a_fallback_with_a_warning(client, secure):
    # While HTTPS is slow: its share is three quarters of consul-timeout.
    freeze(client, secure)
    client.mount_ok(f"{HTTPS},{DNS}", within=6).expect(
        0, DNS_WARNING, "https://127.0.0.2:8501 did not respond in time")
    client.umount()
    secure.kill()
    client.mount_ok(f"{HTTPS},{DNS}", within=2).expect(
        0, DNS_WARNING, "https://127.0.0.2:8501 does not respond", "refused")
    client.umount()
    # Set in the conf file; and by consul-via.
    client.write(CONF, HTTPS.replace(",", "\n") + f"\n{DNS}\n")
    client.mount_ok().expect(0, DNS_WARNING)
    client.umount()
    client.call("sed", "-i", "/dns/d", CONF)
    client.mount_fails(NO_RESPONSE, options=NO_RETRY)
    client.mount_ok("consul-via=dns").expect(0, f"{DNS_WARNING} (consul-via=dns)")
    assert lists(client) == []


def test_unverified_https_is_treated_as_plain_http(client):
    tls.make_keys(client)
    client.mount_ok(f"{HTTPS},consul-ssl-verify=false").expect(0, DNS_FALLBACK)
    assert lists(client) == FROM_DNS


## The service's name as the last server


def test_service_name_is_passed_only_if_that_is_not_a_downgrade(client, secure):
    def servers_with(options):
        client.mount_ok(options, write=False)
        servers = client.volfile_servers("/mnt/g0")
        client.umount()
        wait_for(10, lambda: not client.succeeds("pgrep", "-x", "glusterfs"), "the client ends")
        client.remember_traces()
        return servers

    # Acts like a resolver whose answers anyone can forge.
    client.add_hosts_lines(f"10.77.0.11 {NAME}")
    assert servers_with("consul-cache=off")[-1] == NAME
    assert sorted(servers_with(HTTPS)) == POOL_ADDRESSES
    assert servers_with(f"{HTTPS},consul-backup-name=on")[-1] == NAME
    assert servers_with("consul-backup-name=off")[-1] != NAME
    client.sh('lines=$(grep -v "$1" /etc/hosts) && printf "%s\\n" "$lines" >/etc/hosts', NAME)
    # Even if it does not resolve.
    assert servers_with(f"{HTTPS},consul-backup-name=on")[-1] == NAME


## The cached list


@pytest.mark.parametrize("options", [HTTPS, f"{HTTPS},{DNS}"], ids=["https", "https and DNS"])
def test_list_from_https_is_used_while_its_agent_is_down(client, secure, options):
    """It is also preferred to DNS."""
    client.mount_ok(options)
    client.umount()
    assert lists(client) == FROM_HTTPS
    secure.kill()
    client.mount_ok(options).expect(0, "the last successful mount, ", "learned over HTTPS")


@pytest.mark.parametrize("via", ["dns", "http"])
def test_list_that_was_not_obtained_over_https_is_ignored(client, secure, via):
    client.mount_ok(HTTPS)
    client.umount()
    secure.kill()
    client.sh('sed -i "s/\\"via\\": \\"https\\"/\\"via\\": \\"$2\\"/" "$1"/*.json', CACHE, via)
    assert [seen for seen, _ in lists(client)] == [via]
    client.mount_fails(NO_RESPONSE, "but Consul is authenticated",
                       options=f"{HTTPS},{NO_RETRY}", argv=["-v"])


def test_list_from_dns_is_not_used_while_http_is_slow(client):
    """HTTP refuses the connection, so that the list is obtained over DNS; later the agent is
    busy."""
    with closed_port(client, "8500"):
        client.mount_ok()
        client.umount()
        assert lists(client) == FROM_DNS
    client.freeze_agent(2)
    found = client.lookup()
    assert "cached list" not in found.stdout
    assert found.seconds > 1
    # Only after both have failed.
    with closed_port(client, "8500", "8600"):
        client.mount_ok().expect(0, "the last successful mount", "learned over DNS")


def test_list_from_http_is_not_replaced_by_one_from_dns(client):
    client.mount_ok()
    client.umount()
    before = client.sh('cat "$1"/*.json', CACHE)
    assert '"via": "http"' in before
    with closed_port(client, "8500"):
        client.rule("OUTPUT", "-p", "tcp", "-d", ADDRESS["gl3"], "--dport", "24007", *RESET,
                    insert=True)
        client.mount_ok("consul-servers=2").expect(0, DNS_FALLBACK)
    assert client.sh('cat "$1"/*.json', CACHE) == before


def test_two_consuls_do_not_share_a_list(client):
    one = leading_agent(client, "one", "127.0.0.2")
    one.register_pool()
    client.mount_ok(one.http)
    client.umount()
    # The other Consul is down, and has never been queried.
    client.mount_fails("127.0.0.3:8500", options=f"{only_by_http('127.0.0.3:8500')},{NO_RETRY}")
    one.kill()
    client.mount_ok(only_by_http("http://127.0.0.2:8500")).expect(
        0, "learned over unauthenticated HTTP")
