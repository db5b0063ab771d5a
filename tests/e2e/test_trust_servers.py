"""Fake or excessive servers are registered, by mistake or to choose what root mounts. All are
registered through Consul's real API."""

import time

import pytest
from lab import ADDRESS, HERE, NOBODY, POOL_ADDRESSES, wait_for

pytestmark = pytest.mark.promise

GL1, GL2, GL3, GL4 = ADDRESS.values()
CONNECTIONS = "/tmp/connections"
HTTP = "consul-via=http"
STOP = ("pkill", "-KILL", "-f", "listener[.]py")


@pytest.fixture
def listen(lab):
    """hostile/listener.py, run by an ordinary user until the test ends."""
    def start(host, *arguments, user=NOBODY):
        lab.at_end(host.succeeds, *STOP)
        host.call("rm", "-f", "/tmp/listener.ready")
        host.call("setsid", "-f", *user, "sh", "-c",
                  'exec python3 "$@" </dev/null >/tmp/listener.ready 2>&1', "sh",
                  HERE / "hostile/listener.py", *arguments)
        wait_for(20, lambda: host.succeeds("grep", "-q", "ready", "/tmp/listener.ready"),
                 "it listens")
        lab.client.remember_traces()
    return start


@pytest.fixture
def connections(client, listen):
    """The connections to glusterd's port on the client itself."""
    listen(client, "log", CONNECTIONS, "127.0.0.1", "24007")
    return lambda: client.call("cat", CONNECTIONS)


def reason(found, host):
    """The reason that lookup reports for not using the host, or how the host is used."""
    return found.instance(f"gluster-{host}")["reason"]


def expect_the_pool(found):
    assert sorted(found.servers) == POOL_ADDRESSES
    assert found.json["port"] == 24007


def test_huge_weight_and_odd_port_do_not_decide(lab, client, consul, listen):
    """The relay answers like the pool, and could send the client any volfile."""
    listen(lab.gl4, "relay", GL4, "24999", GL1, "24007")
    consul.register("gluster", "gl4", port=24999, weight=65535)

    def lookup_with_the_relay():
        """Repeats the lookup, since it does not wait for the relay if others respond first."""
        found = client.lookup()
        verdicts = [entry["probe"]["verdict"] for entry in found.json["instances"]
                    if entry["port"] == 24999]
        return found if verdicts == ["serves"] else None

    found = wait_for(20, lookup_with_the_relay, "the relay answers in time")
    expect_the_pool(found)
    assert reason(found, "gl4") == \
        "skipped: most servers use port 24007, and gluster uses one for all"
    expect_the_pool(client.lookup("consul-probe=off"))
    client.run("glusterconsul", "lookup", "-v", "gluster.service.consul:/g0").expect(
        0, f"the weight 65535 of {GL4}:24999 counts as 4")
    assert client.mount_ok().stderr == ""


def test_impossible_address_is_not_probed(client, consul, connections):
    client.add_hosts_lines("127.0.0.1 gl9.example")
    addresses = {"local": "127.0.0.1", "mapped": "::ffff:127.0.0.1", "any": "0.0.0.0",
                 "named": "gl9.example", "localhost": "localhost"}
    for host, address in addresses.items():
        consul.register("gluster", host, address=address)
    for options in (HTTP, f"{HTTP},consul-probe=tcp", f"{HTTP},consul-probe=off",
                    "consul-via=dns"):
        found = client.lookup(f"{options},consul-cache=off").expect()
        expect_the_pool(found)
        for part in ("127.", "0.0.0.0", "localhost", "gl9"):
            assert not [word for word in found.json["command"] if part in word]
        assert not [word for word in found.json["command"] if word.endswith("service.consul")]
    found = client.lookup(HTTP)
    assert {host: reason(found, host) for host in addresses} == {
        "local": "skipped: 127.0.0.1 is a loopback address",
        "mapped": "skipped: 127.0.0.1 is a loopback address",
        "any": "skipped: 0.0.0.0 is an unspecified address",
        "named": "skipped: gl9.example resolves to 127.0.0.1, a loopback address",
        "localhost": "skipped: localhost is a name of this machine",
    }
    mounted = client.mount_ok(HTTP).expect(0, "skipped 5 instances of gluster")
    assert sum("skipped 5" in line for line in mounted.stderr.splitlines()) == 1
    assert connections() == ""


def test_loopback_address_is_rejected_unless_allowed(client, consul, connections, listen):
    consul.register("mistaken", "local", address="127.0.0.1")
    client.mount_fails("no instance of mistaken is allowed", "127.0.0.1 is a loopback address",
                       "consul-allow=", spec="mistaken:/g0", options=HTTP, within=2)
    assert connections() == ""
    client.lookup(f"{HTTP},consul-allow=0.0.0.0/0", "mistaken:/g0").expect(32)
    assert connections() == ""
    allowed = f"{HTTP},consul-allow=127.0.0.1"
    client.lookup(allowed, "mistaken:/g0").expect(
        32, "port 24007 on this machine belongs to user 65534 (nobody)")
    client.call(*STOP)
    listen(client, "log", CONNECTIONS, "127.0.0.1", "24007", user=())
    assert client.lookup(allowed, "mistaken:/g0").servers == ["127.0.0.1"]
    assert connections()


def test_only_allowed_servers_are_used(client):
    found = client.lookup(f"consul-allow={GL1}/32,consul-allow=gl2", "gluster:/g0").expect()
    assert found.servers == [GL1]
    assert {entry["reason"] for entry in found.json["instances"] if entry["address"] != GL1} == \
        {"skipped: not in consul-allow"}
    assert len([word for word in found.json["command"]
                if word.startswith("--volfile-server=")]) == 1
    client.mount_ok("consul-allow=10.77.0.0/24")
    client.umount()
    client.expect_no_trace(within=5)
    client.mount_fails("no instance of gluster is allowed", f"{GL1} is not in consul-allow",
                       f"{GL3} is not", options="consul-allow=10.78.0.0/16", within=2)
    client.mount(target="/mnt/none", options="consul-allow=10.77.0.0/33").expect(
        1, "consul-allow=10.77.0.0/33", "10.0.0.0/8")


@pytest.fixture
def second_g0(lab):
    """gl4, a separate pool, also has a volume of that name."""
    gl4 = lab.gl4
    lab.at_end(gl4.call, "rm", "-rf", "/srv/second")
    lab.at_end(gl4.gluster, "volume", "delete", "g0")
    lab.at_end(gl4.gluster, "volume", "stop", "g0", "force")
    gl4.call("mkdir", "-p", "/srv/second")
    gl4.gluster("volume", "create", "g0", "gl4:/srv/second/brick", "force")
    gl4.gluster("volume", "start", "g0")


def test_two_volumes_of_the_same_name_are_rejected(client, consul, second_g0):
    consul.register("gluster", "gl4")
    client.mount_fails("2 different volumes are named 'g0'", f"{GL1}:24007",
                       f"{GL4}:24007 with brick gl4:/srv/second/brick", "consul-tag=",
                       "consul-allow=", within=3)
    why = reason(client.lookup().expect(32), "gl4")
    assert why.startswith("rejected:") and why.endswith("gl4:/srv/second/brick")
    # With an option that selects one of them, it is mounted.
    client.mount_ok(f"consul-allow={GL4}", target="/mnt/other")
    assert not client.succeeds("test", "-e", "/mnt/other/present")
    client.mount_ok(f"consul-allow={GL1},consul-allow={GL2}")
    assert client.succeeds("test", "-e", "/mnt/g0/present")


@pytest.mark.parametrize("fault", ["slow", "freeze", "reject"])
def test_server_that_was_not_compared_is_not_passed(lab, client, consul, second_g0, fault):
    """The client would replace the volume, while it is in use, by another one of that name."""
    consul.register("gluster", "gl4")
    lab.gl4.fault(fault)
    for _ in range(5):
        found = client.lookup()
        assert GL4 not in found.servers
        assert "not compared" in reason(found, "gl4")
        assert not [word for word in found.json["command"] if GL4 in word]
    client.mount_ok()
    client.call("touch", "/mnt/g0/first-pool")
    lab.gl4.heal()
    lab.gl1.fault("reject")
    lab.gl2.fault("reject")
    lab.gl3.fault("reject")
    time.sleep(16)  # the client looks for another volfile server within 12 s
    assert client.succeeds("timeout", "10", "test", "-e", "/mnt/g0/first-pool")
    client.call("rm", "/mnt/g0/first-pool")


def test_server_with_a_brick_remains_a_backup(lab, client):
    for fault in ("freeze", "reject"):
        lab.gl3.fault(fault)
        assert client.lookup().servers[-1] == GL3
        lab.gl3.heal()


def test_growing_volume_is_not_rejected(lab, client, consul, second_g0):
    """A pool changes its bricks; finally the servers agree again."""
    consul.register("growing", "gl4")
    client.mount_ok(spec="growing:/g0")
    lab.gl4.gluster("volume", "add-brick", "g0", "gl4:/srv/second/more", "force")
    client.lookup(spec="growing:/g0").expect()


# Instances on one node, from port 10001 on.
REGISTER_PORTS = """
import http.client, json, sys
service, address, count = sys.argv[1:]
agent = http.client.HTTPConnection("127.0.0.1", 8500)
for i in range(int(count)):
    agent.request("PUT", "/v1/catalog/register", json.dumps({
        "Node": "many", "Address": address,
        "Service": {"ID": f"{service}-{i}", "Service": service, "Port": 10001 + i}}))
    agent.getresponse().read()
"""


def test_probes_of_one_host_are_limited(lab, client, consul, note):
    lab.gl4.rule("INPUT", "-p", "tcp", "--dport", "10001:12000", "--syn", "-j", "ACCEPT",
                 insert=True)
    lab.at_end(consul.put, "catalog/deregister", {"Node": "many"})
    client.call("python3", "-", "gluster", GL4, "2000", input=REGISTER_PORTS)
    found = client.lookup(HTTP).expect()
    reasons = [entry["reason"] for entry in found.json["instances"]]
    assert reasons.count("skipped: over the limit of 8 per host") == 1992
    expect_the_pool(found)
    row, = [row for row in lab.gl4.call("iptables", "-nvxL", "INPUT").splitlines()
            if "10001:12000" in row]
    attempts = int(row.split()[0])
    note(f"connections to a host that is registered 2000 times: {attempts}")
    assert attempts <= 8
    client.mount_ok(HTTP).expect(
        0, "skipped 1992 instances of gluster: 1992 over the limit of 8 per host, 0 over the limit of 256 in total")
