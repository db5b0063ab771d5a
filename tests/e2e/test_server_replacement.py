"""A mount survives the replacement of all servers that it started with: each is replaced by a new
one with a new address, which takes over the brick. Its clients are three hosts, of which two have a
resolver that knows the names of Consul, set up with the files of examples/resolver."""

import json
import re

import pytest
from examples import in_working_copy
from lab import REPOSITORY, Client, Host, at_once, meanwhile, wait_for

SPEC = "lasts.service.consul:/lasts"
MNT = "/mnt/lasts"
LOG = "/var/log/glusterfs/mnt-lasts.log"
RESOLVER = REPOSITORY / "examples/resolver"
SERVICE = REPOSITORY / "tests/lab/lib/gluster-service.json"



def block_of_readme(words):
    block, = [example.text for example in in_working_copy("examples/resolver/README.md")
              if example.kind == "block" and words in example.text]
    return block


# The commands of examples/resolver/README.md as they stand. Hosts of the lab do not run systemd:
# `systemctl restart` starts what the unit would.
SET_UP_DNSMASQ = r"""
set -e
systemctl() {
  echo 'nameserver 127.0.0.1' >/etc/resolv.conf
  dnsmasq --conf-dir=/etc/dnsmasq.d --no-resolv
}
mkdir -p /etc/dnsmasq.d
cd "$1"
""" + block_of_readme("dnsmasq")
SET_UP_RESOLVED = r"""
set -e
systemctl() {
  id systemd-resolve >/dev/null 2>&1 || systemd-sysusers systemd-resolve.conf
  install -d -o systemd-resolve -g systemd-resolve /run/systemd/resolve
  setsid -f /lib/systemd/systemd-resolved </dev/null >>/var/log/systemd-resolved.log 2>&1
  ln -sf /run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
}
cd "$1"
""" + block_of_readme("systemd-resolved")


class Server(Host):
    def register(self):
        """Registers the host's glusterd, with a check, at the host's agent."""
        definition = json.loads(SERVICE.read_text())
        definition["service"]["name"] = "lasts"
        self.sh("cat >/etc/consul.d/lasts.json && consul reload", input=json.dumps(definition))

    def deregister(self):
        self.sh("rm /etc/consul.d/lasts.json && consul reload")

    def connects(self, peer):
        status = self.output("gluster", "--mode=script", "peer", "status")
        return re.search(f"^Hostname: {peer.name}\n.*\n?State: Peer in Cluster \\(Connected\\)",
                         status, re.MULTILINE)

    def has_self_heal_daemon(self):
        return re.search(r'/run/gluster/.*\("glusterfs",', self.output(
            "ss", "-Hxp", "state", "established"))

    def is_healed(self):
        text = self.output("timeout", "20", "gluster", "--mode=script", "volume", "heal", "lasts",
                           "info")
        return text.splitlines().count("Number of entries: 0") == 2


class LastingClient(Client):
    def way(self):
        """The servers that the client failed over to; "." for the end of its list."""
        lines = self.output("grep", "-hoE", "connecting to next volfile server .*|Exhausted", LOG)
        return ["." if line.startswith("Exhausted") else line.split()[-1]
                for line in lines.splitlines()]

    def layers(self):
        """The layers of the volume in the client, which show a change of the volume that disables
        one."""
        return self.output("timeout", "10", "ls", f"{MNT}/.meta/graphs/active").split()

    def expect_all_layers(self):
        assert {"lasts-dht", "lasts-quick-read", "lasts-md-cache"} <= set(self.layers())

    def expect_layer_disappears(self, name):
        def is_gone():
            layers = self.layers()
            return "lasts-dht" in layers and name not in layers

        wait_for(40, is_gone, f"{self.name} learns that {name} is switched off")

    def expect_data(self):
        self.expect_mounted(MNT, SPEC)
        self.expect_writable(MNT)
        assert self.read_beginning() == "beginning"

    def read_beginning(self):
        return self.call("timeout", "20", "cat", f"{MNT}/beginning")

    def knows_the_service(self):
        """Whether its resolver knows the name of the service."""
        lines = self.output("getent", "ahostsv4", "lasts.service.consul").splitlines()
        return len({line.split()[0] for line in lines}) == 2


def set_up_resolved(client):
    if not client.succeeds("test", "-x", "/lib/systemd/systemd-resolved"):
        client.lab.command("add-package", client.name, "systemd-resolved", "libsystemd-shared")
    client.bash(SET_UP_RESOLVED, RESOLVER)


@pytest.fixture
def add_hosts(lab):
    """Hosts that end with the test, as they are not part of the lab."""
    def remove(name):
        if lab.exists(name):
            lab.command("remove-host", name)

    def add(kind, hosts):
        names = [host.name for host in hosts]
        lab.at_end(at_once, remove, names)
        at_once(lambda name: lab.command("add-host", name, kind), names)
    return add


def wait_for_passing(lab, servers):
    def passing():
        text = lab.client.output("curl", "-sf", "-m", "5",
                                 "http://127.0.0.1:8500/v1/health/service/lasts?passing")
        return sorted(entry["Node"]["Node"] for entry in json.loads(text or "[]"))

    wait_for(30, lambda: passing() == [server.name for server in servers],
             "Consul shows the two servers passing")


def replace(old, new, other):
    """Replaces a dead server as an administrator does, on another server of the pool."""
    # With a new peer, glusterd starts its self-heal daemon, and with a new brick it restarts it: if
    # it is not connected to it yet, it waits 15 s in vain.
    wait_for(30, other.has_self_heal_daemon, f"{other.name} has a self-heal daemon")
    other.gluster("peer", "probe", new.name)
    # Each live server reports its own view.
    for host in (old, other):
        if host.lab.exists(host.name) and host.succeeds("pgrep", "-x", "glusterd"):
            wait_for(30, lambda: host.connects(new), f"{new.name} connects to {host.name}")
    other.gluster("volume", "replace-brick", "lasts", f"{old.name}:/srv/brick",
                  f"{new.name}:/srv/brick", "commit", "force")
    new.register()
    other.gluster("peer", "detach", old.name, "force")
    wait_for(60, other.is_healed, f"{new.name} has the files")


@pytest.mark.timeout(240)
def test_mount_survives_replacement_of_all_servers(lab, note, add_hosts):
    old = [Server(lab, name) for name in ("old1", "old2")]
    new = [Server(lab, name) for name in ("new1", "new2")]
    clients = [LastingClient(lab, name) for name in ("bydnsmasq", "byresolved", "bynone")]
    by_dnsmasq, by_resolved, by_none = clients
    resolving = [by_dnsmasq, by_resolved]
    with meanwhile(add_hosts, "server", old):
        add_hosts("client", clients)
    with meanwhile(set_up_resolved, by_resolved):
        by_dnsmasq.bash(SET_UP_DNSMASQ, RESOLVER)
        old[0].gluster("peer", "probe", "old2")
        old[1].gluster("peer", "probe", "old1")
        wait_for(30, lambda: old[0].connects(old[1]), "the old servers connect")
        old[0].gluster("volume", "create", "lasts", "replica", "2", "old1:/srv/brick",
                       "old2:/srv/brick", "force")
        old[0].gluster("volume", "start", "lasts")
        for server in old:
            server.register()
    wait_for_passing(lab, old)
    for client in resolving:
        wait_for(30, client.knows_the_service, f"the resolver of {client.name} knows the service")
    for client in clients:
        client.mount_ok(spec=SPEC, target=MNT)
        print(client.call("grep", "-o", "cmdlinestr=[^}]*", LOG))
    for client in clients:
        client.expect_all_layers()
    by_none.sh(f"echo beginning >{MNT}/beginning")

    # The daemons of the old servers end, but not their bricks: each client tries all of its
    # servers, and its files stay accessible.
    for server in old:
        server.call("pkill", "-KILL", "-x", "glusterd")
    with meanwhile(add_hosts, "server", new):
        for client in clients:
            wait_for(60, lambda: client.way()[-1:] == ["."],
                     f"{client.name} is at the last of its servers")
        for client in clients:
            client.expect_data()

    # The first replaced server is the one that the client without a name waits for.
    last_name = [server for server in by_none.way() if server != "."][-1]
    last, other = sorted(old, key=lambda server: server.name != last_name)
    other.call("glusterd")
    last.deregister()
    lab.command("remove-host", last.name)
    replace(last, new[0], other)
    # The others find a server by the name of the service.
    new[0].gluster("volume", "set", "lasts", "performance.quick-read", "off")
    for client in resolving:
        client.expect_layer_disappears("lasts-quick-read")
    for client in resolving:
        client.expect_data()
    by_none.expect_all_layers()
    assert by_none.read_beginning() == "beginning"  # from the remaining brick

    replace(other, new[1], new[0])
    other.deregister()
    lab.command("remove-host", other.name)
    wait_for_passing(lab, new)
    new[1].gluster("volume", "set", "lasts", "performance.stat-prefetch", "off")
    for client in resolving:
        client.expect_layer_disappears("lasts-md-cache")
    for client in resolving:
        client.expect_data()
    for client in clients:
        note(f"{client.name} went on to: {' '.join(client.way())}")
    # This client does not know where the bricks are.
    by_none.run("timeout", "20", "cat", f"{MNT}/beginning").expect(1, "not connected")
