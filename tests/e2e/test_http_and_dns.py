"""Consul over HTTP and DNS, and the fallback if one of them does not respond."""

import pytest
from lab import G0

pytestmark = pytest.mark.release

RESET = ["-j", "REJECT", "--reject-with", "tcp-reset"]
DROP = ["-j", "DROP"]


def close_port(client, protocol, port, target):
    """Closes a port of the client's agent."""
    client.rule("INPUT", "-i", "lo", "-p", protocol, "--dport", port, *target)


def test_dns_is_the_fallback_if_the_http_connection_is_refused(client):
    close_port(client, "tcp", "8500", RESET)
    client.mount_ok(within=1)


def test_dns_is_the_fallback_within_a_second_if_http_does_not_respond(client):
    healthy = client.mount_ok("consul-cache=off", target="/mnt/healthy").seconds
    close_port(client, "tcp", "8500", DROP)
    client.mount_ok("consul-cache=off", within=healthy + 1)


def test_http_does_not_wait_for_dns(client):
    close_port(client, "tcp", "8600", DROP)
    close_port(client, "udp", "8600", DROP)
    client.mount_ok(within=1)


def test_dns_at_localhost_if_the_agent_listens_on_ipv4_only(client):
    """In Debian's hosts file, the first address of localhost is ::1."""
    client.rule("INPUT", "-i", "lo", "-p", "tcp", "--dport", "8600", *RESET, command="ip6tables")
    client.add_hosts_lines("::1 localhost")
    client.lookup("consul-via=dns,consul-dns-addr=localhost:8600").expect(within=1)


def test_each_address_of_the_dns_server_is_tried(client):
    client.rule("INPUT", "-i", "lo", "-p", "tcp", "-d", "127.0.0.3", "--dport", "8600", *DROP)
    client.add_hosts_lines(*(f"127.0.0.{number} agent.test" for number in (3, 2, 1)))
    found = client.lookup("consul-via=dns,consul-dns-addr=agent.test:8600")
    found.expect(within=2)  # of the 5 s timeout of a lookup


def test_gives_up_at_once_if_the_dns_server_closes_the_connection(client):
    client.odd_consul("closes")
    client.run("glusterconsul", "lookup", "-o", "consul-via=dns,consul-dns-addr=127.0.0.1:8599",
               G0).expect(32, "it closed the connection", within=1)


def test_lookup_reports_http_or_dns(client):
    assert client.lookup().json["via"].endswith("HTTP")
    assert client.lookup("consul-via=dns").json["via"].endswith("DNS")
    close_port(client, "tcp", "8500", RESET)
    found = client.lookup()
    assert found.json["via"].endswith("DNS")
    assert len(found.json["warnings"]) == 1


def test_agent_on_a_unix_socket(lab, client):
    client.kill_agent()
    # Otherwise the agent of this test, which does not listen on ::1, remains.
    lab.at_end(client.call, "pkill", "-KILL", "-x", "consul")
    client.write("/etc/consul.d/socket.json",
                 '{"addresses": {"http": "127.0.0.1 unix:///tmp/agent.sock"}}')
    client.start_agent()
    lab.wait_for_agent()
    client.mount_ok("consul-via=http,consul-http-addr=unix:///tmp/agent.sock")


def test_empty_environment_is_enough(client):
    client.mount(program=["env", "-i", "/sbin/mount.glusterconsul"]).expect()
    client.expect_mounted()


def test_environment_sets_the_agents_address(client):
    client.run("env", "CONSUL_HTTP_ADDR=127.0.0.1:8599", "glusterconsul", "lookup", "-o",
               "consul-via=http", G0).expect(32, "127.0.0.1:8599")


def test_conf_file_sets_the_agents_address_and_options_override_it(client):
    client.write("/etc/glusterconsul.conf", "consul-http-addr = 127.0.0.1:8599\n")
    client.run("glusterconsul", "lookup", "-o", "consul-via=http", G0).expect(32, "127.0.0.1:8599")
    client.mount_ok("consul-via=http,consul-http-addr=127.0.0.1:8500")


def test_cached_servers_are_used_if_the_agent_is_dead(client):
    client.mount_ok()
    client.umount()
    client.kill_agent()
    client.mount_ok(within=2).expect(0, "Consul")
    client.umount()
    client.mount_fails("127.0.0.1:8500", options="consul-cache=off,consul-retry=0")


def test_agent_that_does_not_respond_delays_the_mount_by_less_than_a_second(client):
    healthy = client.mount_ok().seconds
    client.umount()
    client.freeze_agent()
    client.mount_ok(within=healthy + 1).expect(0, "Consul")
