"""A pool that uses IPv6 only, and services with addresses of both families."""

import json
import re

import pytest
from lab import REPOSITORY, Host, at_once, wait_for

pytestmark = pytest.mark.release

SIX = ("six1", "six2")
DEAD = "fd77::dead"
NO_CACHE = "consul-cache=off"
BY_ORDER = "consul-probe=off,consul-order=consul"


class SixPool:
    """Two hosts that the first test adds and that stay in the lab. Their volume is also named g0,
    as if a site had a pool for each family."""

    def __init__(self, lab):
        self.lab = lab
        self.hosts = [Host(lab, name) for name in SIX]
        at_once(self.add_host, self.hosts)
        self.address = {}
        for name in SIX:
            self.address[name] = lab.client.call("getent", "ahostsv6", name).split()[0]
            assert self.address[name].startswith("fd77::")
        if not self.hosts[0].succeeds("gluster", "volume", "info", "g0"):
            self.make_volume()
        if not self.passes():
            for host in self.hosts:
                self.add_service(host)
            wait_for(30, self.passes, "two passing instances of six")

    def add_host(self, host):
        if not self.lab.exists(host.name):
            self.lab.command("add-host", host.name, "server6")

    def make_volume(self):
        six1, six2 = self.hosts
        six1.gluster("peer", "probe", six2.name)
        connected = "State: Peer in Cluster (Connected)"
        wait_for(30, lambda: all(connected in host.output("gluster", "--mode=script", "peer",
                                                          "status") for host in self.hosts),
                 "the peers connect")
        six1.gluster("volume", "create", "g0", "replica", "2",
                     *(f"{name}:/srv/brick" for name in SIX), "force")
        six1.gluster("volume", "start", "g0")

    def passes(self):
        text = self.lab.client.output("curl", "-sf", "-m", "5",
                                      "http://127.0.0.1:8500/v1/health/service/six?passing")
        return len(json.loads(text or "[]")) == 2

    def add_service(self, host):
        """Registers a service as an administrator would, with its IPv6 address."""
        definition = json.loads((REPOSITORY / "tests/lab/lib/gluster-service.json").read_text())
        definition["service"].update(name="six", address=self.address[host.name])
        definition["service"]["checks"][0]["tcp"] = "[::1]:24007"
        host.sh("cat >/etc/consul.d/six.json && consul reload", input=json.dumps(definition))


@pytest.fixture
def six(lab):
    return SixPool(lab)


@pytest.fixture
def both(client, consul, six):
    """A service with one IPv4 server and two IPv6 servers."""
    consul.register("both", "gl1")
    for name in SIX:
        consul.register("both", name, address=six.address[name])
    wait_for_dns(client, "both", 3)


def wait_for_dns(client, service, count):
    """Waits until each Consul server has `count` instances in DNS. Any server may answer a query,
    even one that has not received the last registration yet."""
    def count_at(server):
        return len(client.output("dig", "+short", "+tcp", f"@{server}", "-p", "8600",
                                 f"{service}.service.consul", "SRV").splitlines())

    wait_for(10, lambda: all(count_at(f"fd77::{number}") == count for number in (11, 12, 13)),
             f"{count} instances of {service} in DNS")


def connections(client):
    return [line for line in client.call("ss", "-Htnp", "state", "established").splitlines()
            if '"glusterfs"' in line]


def expect_ipv6_only(client):
    """All connections of this mount's client must use IPv6."""
    found = connections(client)
    print(*found, sep="\n")
    assert found
    assert not [line for line in found if "10.77.0." in line]
    assert [line for line in found if re.search(r"\[fd77::[0-9a-f]*\]:24007", line)]
    assert len([line for line in found if re.search(r"\[fd77::[0-9a-f]*\]:[456]\d* ", line)]) >= 2


def dig(client, *arguments):
    return client.run("dig", "+short", *arguments, "@127.0.0.1", "-p", "8600").stdout


def add_unreachable(lab, client):
    """The network reports at once that the dead server is unreachable."""
    lab.at_end(client.call, "ip", "-6", "route", "del", "unreachable", DEAD)
    client.call("ip", "-6", "route", "add", "unreachable", DEAD)


## A pool that uses IPv6 only


def test_http(client, six):
    client.mount_ok(f"consul-via=http,{NO_CACHE}", spec="six.service.consul:/g0", within=2)
    expect_ipv6_only(client)


def test_dns(client, six):
    # The SRV target's name contains the address of the service.
    assert re.search(r"fd77[0-9a-f]{28}\.addr\.dc1\.consul",
                     dig(client, "+tcp", "six.service.consul", "SRV"))
    assert set(six.address.values()) <= set(dig(client, "six.service.consul", "AAAA").splitlines())
    client.mount_ok(f"consul-via=dns,{NO_CACHE}", spec="six.service.consul:/g0")
    expect_ipv6_only(client)


def test_node_with_only_an_aaaa_record(client, consul, six):
    for name in SIX:
        consul.register("sixnodes", name, address=six.address[name])
    wait_for_dns(client, "sixnodes", 2)
    assert "sixnodes-six1.node.dc1.consul" in dig(client, "+tcp", "sixnodes.service.consul", "SRV")
    spec = "sixnodes.service.consul:/g0"
    found = client.lookup("consul-via=dns", spec)
    assert [server.split(":")[0] for server in found.servers] == ["fd77", "fd77"]
    client.mount_ok(f"consul-via=dns,{NO_CACHE}", spec=spec)
    expect_ipv6_only(client)


def test_consul_over_ipv6(client):
    http = "consul-via=http,consul-http-addr=[::1]:8500"
    # lookup does not retry, and an agent that was restarted may not listen there yet.
    wait_for(10, lambda: client.lookup(http).status == 0, "a lookup by HTTP over IPv6")
    client.lookup("consul-via=dns,consul-dns-addr=[::1]:8600").expect()
    client.mount_ok(f"{http},{NO_CACHE}")


def test_server_registered_by_name_with_only_ipv6(client, consul, six):
    consul.register("byname", "byname", address="six1")
    found = client.lookup(spec="byname:/g0")
    assert found.servers[0] == "six1"
    assert [word for word in found.json["command"] if word.endswith("address-family=inet6")]
    client.mount_ok(NO_CACHE, spec="byname:/g0")
    expect_ipv6_only(client)


def test_client_falls_back_to_an_ipv6_backup(lab, client, consul, six):
    consul.register("sixfails", "adead", address=DEAD)
    for name in SIX:
        consul.register("sixfails", name, address=six.address[name])
    add_unreachable(lab, client)
    # Without a probe, the dead server remains first.
    assert client.lookup(BY_ORDER, "sixfails:/g0").servers[0] == DEAD
    client.mount_ok(f"{BY_ORDER},{NO_CACHE}", spec="sixfails:/g0")
    expect_ipv6_only(client)


## Services with both families


def families(found):
    servers = [word.partition("=")[2] for word in found.json["command"]
               if word.startswith("--volfile-server=")]
    return {4 if server.startswith("10.77.") else 6 if server.startswith("fd77:") else server
            for server in servers}


def test_client_gets_one_address_family(client, both):
    """Both pools have a volume g0: consul-probe=volume would detect that they differ."""
    found = client.lookup("consul-probe=tcp", "both:/g0")
    assert len(families(found)) == 1
    inet6 = [word for word in found.json["command"] if word.endswith("address-family=inet6")]
    assert (families(found) == {6}) == bool(inet6)
    reasons = [entry["reason"] for entry in found.json["instances"] if not entry["used"]]
    assert reasons
    for reason in reasons:
        assert reason.startswith("demoted: the primary is reached over IPv")
    client.mount_ok("consul-probe=tcp", spec="both:/g0")


def expect_family(client, family, options=""):
    for via in ("http", "dns"):
        found = client.lookup(f"consul-via={via}{options}", "both:/g0")
        assert families(found) == {family}
        client.mount_ok(f"consul-via={via},{NO_CACHE}{options}", spec="both:/g0",
                        target=f"/mnt/{via}", within=2)
        if family == 6:
            expect_ipv6_only(client)


def remove_ipv6(lab, client):
    lab.at_end(client.call, "ip", "-6", "address", "add", "fd77::20/64", "dev", "eth0", "nodad")
    client.call("ip", "-6", "address", "flush", "dev", "eth0", "scope", "global")


def test_client_without_ipv6(lab, client, both):
    remove_ipv6(lab, client)
    expect_family(client, 4)


def test_client_without_ipv6_and_without_a_probe(lab, client, consul, six):
    """Without a probe, nothing shows that one family is unreachable."""
    consul.register("both", "a6", address=six.address["six1"])
    consul.register("both", "gl1")
    remove_ipv6(lab, client)
    assert client.lookup(BY_ORDER, "both:/g0").servers[0] == six.address["six1"]
    client.mount_ok(f"{BY_ORDER},{NO_CACHE}", spec="both:/g0")


def test_client_without_ipv4(lab, client, both):
    """The client's agent cannot reach the others then, so another agent is queried."""
    lab.at_end(client.call, "ip", "address", "add", "10.77.0.20/24", "dev", "eth0")
    client.call("ip", "-4", "address", "flush", "dev", "eth0")
    expect_family(client, 6, ",consul-http-addr=[fd77::11]:8500,consul-dns-addr=[fd77::11]:8600")


## Another port than 24007


def listen_at_24100(host, command):
    """Makes glusterd reachable there too; the client still queries 24007 for brick ports."""
    host.rule("PREROUTING", "-p", "tcp", "--dport", "24100", "-j", "REDIRECT", "--to-ports",
              "24007", table="nat", command=command)


def expect_connected_at_24100(client):
    assert [line for line in connections(client) if ":24100 " in line]


def test_other_port_over_ipv6(lab, client, consul, six):
    add_unreachable(lab, client)
    consul.register("sixport", "adead", port=24100, address=DEAD)
    for host in six.hosts:
        listen_at_24100(host, "ip6tables")
        consul.register("sixport", host.name, port=24100, address=six.address[host.name])
    # In the second mount the client itself fails over from the dead one, with the same port.
    for options in (NO_CACHE, f"{BY_ORDER},{NO_CACHE}"):
        client.mount_ok(options, spec="sixport:/g0")
        expect_connected_at_24100(client)
        client.umount()


def test_other_port_over_ipv4_and_by_name(lab, client, consul):
    for host in (lab.gl1, lab.gl2):
        listen_at_24100(host, "iptables")
        consul.register("fourport", host.name, port=24100)
        consul.register("nameport", f"{host.name}-name", port=24100, address=host.name)
    for service in ("fourport", "nameport"):
        client.mount_ok(NO_CACHE, spec=f"{service}:/g0")
        expect_connected_at_24100(client)
        client.umount()
