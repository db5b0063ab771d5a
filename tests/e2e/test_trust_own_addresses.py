"""Addresses of the client itself: any user can bind the ports of Consul and glusterd there while
they are free, and only root can find out whose process answers."""

import pytest
from lab import ADDRESS, HERE, NOBODY, POOL_ADDRESSES, wait_for

pytestmark = pytest.mark.promise

TOKEN = "2f7c9d5e-hush-hush-hush-5b1e0c4f6a88"
TOKEN_FILE = "/etc/gluster.token"
HEARD = "/tmp/heard"
NOBODYS = "belongs to user 65534 (nobody)"


@pytest.fixture
def tap(client):
    """hostile/listener.py between ADDRESS:PORT and a real server, until the test ends or the next
    one. Returns what it has received so far."""
    def stop():
        client.succeeds("pkill", "-KILL", "-f", "listener[.]py")
        client.call("rm", "-f", HEARD, "/tmp/tap.ready")

    def start(user, *arguments):
        stop()
        client.call("setsid", "-f", *user, "sh", "-c",
                    'exec python3 "$@" </dev/null >/tmp/tap.ready 2>&1', "sh",
                    HERE / "hostile/listener.py", "tap", HEARD, *arguments)
        wait_for(20, lambda: client.succeeds("grep", "-qx", "ready", "/tmp/tap.ready"),
                 "it listens")
        client.remember_traces()
        return lambda: client.call("cat", HEARD)

    client.lab.at_end(stop)
    return start


## Consul


# The ways in which an address becomes local.
OWN_ADDRESSES = {
    "secondary address": ("address {} 10.77.0.77/24 dev eth0", "10.77.0.77"),
    "local route": ("route {} local 10.99.0.0/24 dev lo src 10.77.0.20", "10.99.0.5"),
    "local IPv6 route": ("-6 route {} local fd99::/64 dev lo", "fd99::5"),
}


@pytest.fixture(params=OWN_ADDRESSES.values(), ids=OWN_ADDRESSES.keys())
def own_address(client, request):
    command, address = request.param
    client.lab.at_end(client.call, "ip", *command.format("del").split())
    client.call("ip", *command.format("add").split())
    return address


@pytest.mark.parametrize("way", ["http", "dns"])
def test_user_at_an_own_address_is_not_queried(client, tap, own_address, way):
    written = f"[{own_address}]" if ":" in own_address else own_address
    port = {"http": "8500", "dns": "8600"}[way]
    other = {"http": "dns", "dns": "http"}[way]
    client.write(TOKEN_FILE, TOKEN, 600)
    options = (f"consul-{way}-addr={written}:{port},consul-{other}-addr=off,"
               f"consul-token-file={TOKEN_FILE},consul-cache=off,consul-retry=0")
    heard = tap(NOBODY, own_address, port, "127.0.0.1", port)
    client.mount_fails(f"{written}:{port} was not queried", NOBODYS, options=options, within=2)
    assert heard() == ""
    # The same process is queried if it runs as root.
    heard = tap((), own_address, port, "127.0.0.1", port)
    client.mount_ok(options)
    assert "gluster" in heard()


## glusterd


@pytest.mark.parametrize("probe", ["volume", "tcp", "off"])
def test_user_on_the_local_port_of_glusterd_is_not_a_server(client, consul, tap, probe):
    """On a server that also mounts, while its glusterd is down."""
    options = f"consul-via=http,consul-cache=off,consul-probe={probe},consul-retry=0"
    own = "10.77.0.20"
    consul.register("gluster", "client", address=own)
    consul.register("alone", "client", address=own)

    def expect_skipped(reason):
        found = client.lookup(options).expect()
        assert sorted(found.servers) == POOL_ADDRESSES
        assert found.instance("gluster-client")["reason"] == f"skipped: {reason}"
        assert not [word for word in found.json["command"] if own in word]
        return found

    expect_skipped("nothing listens on port 24007 of this machine, so any user could answer there")
    client.mount_fails(f"{own}:24007 (nothing listens on port 24007 of this machine",
                       "hint: start glusterd", spec="alone:/g0", options=options)

    heard = tap(NOBODY, own, "24007", ADDRESS["gl1"], "24007")
    taken = f"port 24007 on this machine {NOBODYS}"
    found = expect_skipped(taken)
    assert found.instance("gluster-client")["probe"]["verdict"] == "untrusted"
    client.mount_ok(options).expect(0, f"skipped the server {own}:24007 of gluster: {taken}")
    assert own not in client.volfile_servers()
    client.umount()
    client.mount_fails("no server of volume 'g0' is allowed", taken, spec="alone:/g0",
                       options=options)
    assert heard() == ""

    # The same process is accepted if it runs as root.
    heard = tap((), own, "24007", ADDRESS["gl1"], "24007")
    assert own in client.lookup(options).expect().servers
    client.mount_ok(options, spec="alone:/g0")
    assert heard() != ""


## Names


@pytest.mark.parametrize("probe", ["volume", "off"])
def test_name_without_an_address_is_not_passed_to_the_client(client, consul, probe):
    """The client resolves names again, possibly to an address of this machine."""
    options = f"consul-via=http,consul-cache=off,consul-probe={probe},consul-retry=0"
    for service in ("gluster", "alone"):
        consul.register(service, "late", address="gl9.example")
    consul.register("gluster", "loopback", address="localhost6.localdomain6")
    found = client.lookup(options).expect()
    assert sorted(found.servers) == POOL_ADDRESSES
    assert found.instance("gluster-late")["reason"] == "skipped: its name was not resolved"
    assert not [word for word in found.json["command"] if "gl9" in word or "localhost" in word]
    client.mount_fails("names not resolved: gl9.example (", spec="alone:/g0", options=options)
    client.add_hosts_lines(f"{ADDRESS['gl1']} gl9.example")
    assert "gl9.example" in client.lookup(options).expect().servers
