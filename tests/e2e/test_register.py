"""`glusterconsul register` and `deregister`: what the agent of a server has, and what its catalog
shows, while volumes, glusterd, the agent and the watcher come and go. The server is gl4, which is
not an instance of `gluster` otherwise."""

import json
import shlex
import time

import pytest
from consul import leading_agent
from lab import ADDRESS, wait_for
from volume_keys import Keys

LOG = "/tmp/watch.log"
PID = "/tmp/watch.pid"
MANAGEMENT = "11111111-2222-3333-4444-555555555555"
SERVER = "22222222-2222-3333-4444-555555555555"
READER = "33333333-2222-3333-4444-555555555555"


class Server:
    """gl4, its agent, and the watcher there."""

    def __init__(self, lab):
        self.lab = lab
        self.host = lab.gl4

    ## Volumes

    def create_volume(self, name, start=True):
        self.lab.at_end(self.delete_volume, name)
        self.host.gluster("volume", "create", name, f"gl4:/srv/{name}", "force")
        if start:
            self.host.gluster("volume", "start", name)

    def delete_volume(self, name):
        self.host.succeeds("gluster", "--mode=script", "volume", "stop", name)
        self.host.succeeds("gluster", "--mode=script", "volume", "delete", name)
        self.host.call("rm", "-rf", f"/srv/{name}")

    def restart_glusterd(self, after=0):
        """Kills only glusterd; the bricks keep running."""
        self.host.call("pkill", "-KILL", "-x", "glusterd")
        time.sleep(after)
        self.host.call("glusterd")
        wait_for(20, lambda: self.host.succeeds("gluster", "volume", "list"), "glusterd answers")

    ## The agent

    def agent(self, path, *arguments):
        return json.loads(self.host.call("curl", "-sS", "-m", "10", *arguments,
                                         f"http://127.0.0.1:8500/v1/{path}"))

    def services(self):
        return {id: service for id, service in self.agent("agent/services").items()
                if service["Service"] == "gluster"}

    def statuses(self):
        """The status of each TTL check, by the ID of its service."""
        checks = self.agent("agent/checks").values()
        return {check["ServiceID"]: check["Status"] for check in checks
                if check["CheckID"] == f"service:{check['ServiceID']}"}

    def wait_for_statuses(self, seconds=20, **expected):
        """`gluster` is the server, `g0` a volume."""
        wanted = {"gluster" if name == "gluster" else f"gluster:{name}": status
                  for name, status in expected.items()}
        wait_for(seconds, lambda: self.statuses() == wanted, f"{wanted}, not {self.statuses()}")

    def stop_agent(self, forget=False):
        self.host.call("pkill", "-KILL", "-x", "consul")
        if forget:
            self.host.sh("rm -rf /var/lib/consul/services /var/lib/consul/checks")

    def start_agent(self):
        self.host.call("setsid", "-f", "sh", "-c", "cd /; exec consul agent "
                       "-config-dir=/etc/consul.d </dev/null >>/var/log/consul.log 2>&1")

    def wait_for_agent(self):
        wait_for(30, lambda: self.host.succeeds("curl", "-sf", "-m", "5", "-o", "/dev/null",
                                                "http://127.0.0.1:8500/v1/agent/services"),
                 "the agent answers")

    def indexes(self):
        """What wakes those who watch the service."""
        text = self.host.call("curl", "-sS", "-i", "-m", "10",
                              "http://127.0.0.1:8500/v1/health/service/gluster?stale")
        return [line for line in text.splitlines() if line.lower().startswith("x-consul-index")]

    ## glusterconsul

    def register(self, *arguments):
        return self.host.run("glusterconsul", "register", *arguments)

    def watch(self, *arguments, interval="500ms", prefix=()):
        """Starts a watcher, which is killed when the test ends."""
        self.lab.at_end(self.kill_watcher)
        command = shlex.join([*prefix, "glusterconsul", "register", "--watch", "--interval",
                              interval, *arguments])
        print(f"gl4# {command} &")
        self.host.call("setsid", "-f", "sh", "-c",
                       f"echo $$ >{PID}; exec {command} </dev/null >>{LOG} 2>&1")

    def signal_watcher(self, name):
        self.host.sh('kill "-$1" "$(cat "$2")"', name, PID)

    def kill_watcher(self):
        self.host.succeeds("sh", "-c", f'kill -KILL "$(cat {PID})"')

    def watches(self):
        return self.host.succeeds("sh", "-c", f'kill -0 "$(cat {PID})"')

    def log(self):
        return self.host.output("cat", LOG)


@pytest.fixture
def server(lab):
    server = Server(lab)
    server.host.call("rm", "-f", LOG, PID)
    # Last: a watcher would register again what is removed.
    lab.at_end(server.host.succeeds, "glusterconsul", "deregister")
    return server


def names_in_dns(client, name):
    return client.output("dig", "+short", "+tcp", "@127.0.0.1", "-p", "8600", name).splitlines()


def test_registers_the_server_and_its_volumes(client, server):
    server.create_volume("my_data", start=False)
    result = server.register().expect(0, "'my_data' is registered without a tag")
    result.expect_output("gluster ", "gluster:other", "gluster:my_data", "critical")
    services = server.services()
    assert sorted(services) == ["gluster", "gluster:my_data", "gluster:other"]
    uuid = server.host.sh("sed -n 's/^UUID=//p' /var/lib/glusterd/glusterd.info")
    volume_id = server.host.sh("sed -n 's/^volume-id=//p' /var/lib/glusterd/vols/other/info")
    assert services["gluster"]["Meta"] == {"glusterconsul": "1", "gluster_uuid": uuid}
    assert services["gluster:other"]["Tags"] == ["other"]
    assert services["gluster:other"]["Port"] == 24007
    assert services["gluster:other"]["Address"] == ""
    assert services["gluster:other"]["Meta"] == {
        "glusterconsul": "1", "gluster_uuid": uuid, "gluster_volume": "other",
        "gluster_volume_id": volume_id, "gluster_type": "distribute"}
    assert services["gluster:my_data"]["Tags"] == []
    server.wait_for_statuses(gluster="passing", other="passing", my_data="critical")
    wait_for(20, lambda: names_in_dns(client, "other.gluster.service.consul") == [ADDRESS["gl4"]],
             "Consul's DNS has the volume")


def test_data_centre_of_mounts_on_the_same_machine(server):
    server.host.write("/etc/glusterconsul.conf", "consul-dc = dc7\n")
    server.lab.at_end(server.host.call, "rm", "-f", "/etc/glusterconsul.conf")
    server.register().expect()
    assert sorted(server.services()) == ["gluster", "gluster:other"]
    server.host.run("glusterconsul", "deregister").expect()
    assert not server.services()


def test_registering_again_changes_nothing(server):
    server.register().expect()
    wait_for(20, lambda: len(server.agent("health/service/gluster")) == 5, "the catalog has both")
    # Consul delays the output of a check by minutes, unless it is registered again.
    server.register().expect()
    time.sleep(2)
    before = server.indexes()
    for _ in range(3):
        server.register().expect()
    time.sleep(2)
    assert server.indexes() == before


def test_single_look_shows_what_it_sees(server):
    """No second look confirms it: what the agent shows is not repeated."""
    server.create_volume("g1")
    server.register().expect()
    server.wait_for_statuses(gluster="passing", other="passing", g1="passing")
    server.host.gluster("volume", "stop", "g1")
    result = server.register().expect()
    assert [line.split()[:2] for line in result.stdout.splitlines()] == [
        ["gluster", "passing"], ["gluster:g1", "critical"], ["gluster:other", "passing"]]
    server.wait_for_statuses(gluster="passing", other="passing", g1="critical")


def test_deregisters_only_its_own(server):
    server.host.write("/tmp/web.json", json.dumps(
        {"ID": "gluster:web", "Name": "gluster", "Port": 1, "Meta": {"gluster_volume": "web"}}))
    server.lab.at_end(server.host.succeeds, "curl", "-sf", "-X", "PUT",
                      "http://127.0.0.1:8500/v1/agent/service/deregister/gluster:web")
    server.host.call("curl", "-sSf", "-X", "PUT", "--data-binary", "@/tmp/web.json",
                     "http://127.0.0.1:8500/v1/agent/service/register")
    server.register().expect()
    assert sorted(server.services()) == ["gluster", "gluster:other", "gluster:web"]
    result = server.host.run("glusterconsul", "deregister").expect()
    assert result.stdout.split() == ["gluster", "removed", "gluster:other", "removed"]
    assert sorted(server.services()) == ["gluster:web"]


def test_foreign_service_of_the_same_id_is_left_alone(lab):
    """On gl1, a file defines the service `gluster`."""
    lab.at_end(lab.gl1.succeeds, "glusterconsul", "deregister")
    definition = lab.gl1.call("curl", "-sS", "http://127.0.0.1:8500/v1/agent/service/gluster")
    lab.gl1.run("glusterconsul", "register").expect(0, "'gluster' that glusterconsul has not")
    assert lab.gl1.call("curl", "-sS", "http://127.0.0.1:8500/v1/agent/service/gluster") == \
        definition
    lab.gl1.run("glusterconsul", "deregister").expect()
    assert lab.gl1.call("curl", "-sS", "http://127.0.0.1:8500/v1/agent/service/gluster") == \
        definition


def test_two_servers_with_one_agent(server):
    """gl1 is in another pool. Neither replaces nor removes what the other has registered."""
    server.register("--address", ADDRESS["gl4"]).expect()
    before = server.services()
    result = server.register("--address", ADDRESS["gl1"])
    result.expect(0, "'gluster' of another server, with the UUID")
    after = server.services()
    assert sorted(after) == ["gluster", "gluster:g0", "gluster:other"]
    assert {id: after[id] for id in before} == before
    server.register("--address", ADDRESS["gl4"]).expect()
    assert server.services() == after
    result = server.host.run("glusterconsul", "deregister").expect(32, "2 servers have registered")
    uuid = after["gluster:g0"]["Meta"]["gluster_uuid"]
    server.host.run("glusterconsul", "deregister", "--uuid", uuid).expect()
    assert sorted(server.services()) == ["gluster", "gluster:other"]


def test_stopped_volume_takes_only_itself_out(client, server):
    server.create_volume("g1")
    server.watch()
    server.wait_for_statuses(gluster="passing", other="passing", g1="passing")
    wait_for(20, lambda: names_in_dns(client, "g1.gluster.service.consul"), "g1 in DNS")
    server.host.gluster("volume", "stop", "g1")
    server.wait_for_statuses(gluster="passing", other="passing", g1="critical")
    wait_for(20, lambda: not names_in_dns(client, "g1.gluster.service.consul"), "g1 not in DNS")
    assert names_in_dns(client, "other.gluster.service.consul") == [ADDRESS["gl4"]]
    server.host.gluster("volume", "start", "g1")
    server.wait_for_statuses(gluster="passing", other="passing", g1="passing")


def test_new_and_deleted_volumes(server):
    server.watch()
    server.wait_for_statuses(gluster="passing", other="passing")
    server.create_volume("g1")
    wait_for(10, lambda: "gluster:g1" in server.services(), "g1 is registered")
    server.delete_volume("g1")
    wait_for(10, lambda: "gluster:g1" not in server.services(), "g1 is removed")
    assert "removed gluster:g1" in server.log()


def test_hangup_looks_at_once(server):
    """As the glusterd hook does: with an interval of an hour, nothing else looks."""
    server.watch(interval="1h")
    server.wait_for_statuses(gluster="passing", other="passing")
    server.create_volume("g1")
    server.signal_watcher("HUP")
    wait_for(5, lambda: "gluster:g1" in server.services(), "g1 is registered")
    assert server.watches()


def test_hook_of_glusterd(server):
    """The lab has no systemd: a stub passes the reload on, as the unit's ExecReload does."""
    server.host.write("/usr/local/bin/systemctl", '#!/bin/sh\n'
                      '[ "$*" = "--no-block reload glusterconsul-register.service" ] &&\n'
                      f'kill -HUP "$(cat {PID})"\n', mode=755)
    hook = "/usr/share/doc/glusterconsul/examples/glusterd/glusterconsul-hook"
    for event in ("create", "delete", "start", "stop"):
        target = f"/var/lib/glusterd/hooks/1/{event}/post/S50glusterconsul"
        server.lab.at_end(server.host.call, "rm", "-f", target)
        server.host.call("install", "-D", "-m", "755", hook, target)
    # glusterd passes its own PATH to hooks.
    server.watch(interval="1h")
    server.wait_for_statuses(gluster="passing", other="passing")
    server.create_volume("g1")
    wait_for(5, lambda: "gluster:g1" in server.services(), "g1 is registered")
    server.host.gluster("volume", "stop", "g1")
    server.host.gluster("volume", "delete", "g1")
    wait_for(5, lambda: "gluster:g1" not in server.services(), "g1 is removed")


def test_watcher_publishes(client, server):
    keys = Keys(client)
    keys.put("other", "written by something else")
    server.watch("--publish")
    server.create_volume("g1")
    wait_for(10, lambda: "g1" in keys.raw(), "g1 is published")
    time.sleep(2)
    assert server.log().count("is not published, because the key gluster/volumes/other") == 1
    keys.delete("other")
    wait_for(10, lambda: sorted(keys.raw()) == ["g1", "other"], "both are published")
    server.host.gluster("volume", "set", "g1", "user.glusterconsul.options", "noatime")
    wait_for(10, lambda: keys.documents()["g1"]["options"] == ["noatime"], "the option")
    server.delete_volume("g1")
    wait_for(10, lambda: sorted(keys.raw()) == ["other"], "g1 is no longer published")
    for line in ("add gluster/volumes/g1", "change gluster/volumes/g1: options",
                 "delete gluster/volumes/g1"):
        assert server.log().count(line) == 1


def test_registers_and_publishes_once(client, server):
    keys = Keys(client)
    result = server.register("--publish").expect()
    result.expect_output("gluster:other", "add gluster/volumes/other")
    assert keys.documents()["other"]["spec"] == "gluster.service.consul:/other"
    assert "gluster/volumes" not in server.register("--publish").expect().stdout
    server.register("--publish", "--prefix", "x").expect()
    client.lab.at_end(client.call, "curl", "-sf", "-X", "DELETE", "-o", "/dev/null",
                      "http://127.0.0.1:8500/v1/kv/x/?recurse=true")
    keys.put("other", "written by something else")
    server.register("--publish").expect(32, "was written by something else")


def test_same_state_wakes_nobody(server):
    server.watch(interval="200ms")
    server.wait_for_statuses(gluster="passing", other="passing")
    time.sleep(1)
    before = server.indexes()
    checks = server.agent("agent/checks")
    time.sleep(5)  # 25 looks
    assert server.indexes() == before
    assert server.agent("agent/checks") == checks


def test_refreshing_the_ttl_wakes_nobody(server):
    """An interval of 10 s refreshes at every look."""
    server.watch(interval="10s")
    server.wait_for_statuses(gluster="passing", other="passing")
    time.sleep(1)
    before = server.indexes()
    time.sleep(35)
    assert server.indexes() == before
    server.wait_for_statuses(gluster="passing", other="passing")


def test_maintenance_survives(server):
    server.watch(interval="200ms")
    server.wait_for_statuses(gluster="passing", other="passing")
    server.host.call("consul", "maint", "-enable", "-service", "gluster:other", "-reason", "test")
    time.sleep(2)
    # A difference, so that the instance is registered again.
    server.kill_watcher()
    server.watch("--address", ADDRESS["gl4"], interval="200ms")
    wait_for(10, lambda: server.services()["gluster:other"]["Address"] == ADDRESS["gl4"],
             "the address is registered")
    time.sleep(1)
    assert "_service_maintenance:gluster:other" in server.agent("agent/checks")
    assert server.host.output("consul", "maint").count("gluster:other") == 1
    server.host.call("consul", "maint", "-disable", "-service", "gluster:other")
    server.wait_for_statuses(gluster="passing", other="passing")


@pytest.mark.timeout(240)
def test_agent_restart_is_repaired(server):
    server.lab.at_end(server.lab.wait_for_agent)
    server.watch()
    server.wait_for_statuses(gluster="passing", other="passing")
    server.lab.at_end(lambda: server.host.succeeds("pgrep", "-x", "consul") or
                      server.start_agent())
    for forget in (False, True):
        server.stop_agent(forget)
        wait_for(10, lambda: "does not respond" in server.log(), "the watcher reports it")
        time.sleep(2)
        server.start_agent()
        server.wait_for_agent()
        server.wait_for_statuses(gluster="passing", other="passing")
    lines = server.log().splitlines()
    assert sum("does not respond" in line for line in lines) <= 4  # refused, or reset
    assert any("works again" in line for line in lines)


def test_consul_down_at_start(server):
    server.lab.at_end(server.lab.wait_for_agent)
    server.lab.at_end(lambda: server.host.succeeds("pgrep", "-x", "consul") or
                      server.start_agent())
    server.stop_agent()
    server.register().expect(32, "does not respond")
    server.watch()
    wait_for(10, lambda: "does not respond" in server.log(), "the watcher reports it")
    assert server.watches()
    server.start_agent()
    server.wait_for_agent()
    server.wait_for_statuses(gluster="passing", other="passing")


def test_frozen_agent_and_recovery(server):
    """A warning that was there before is not repeated."""
    server.create_volume("my_data")
    server.watch()
    server.wait_for_statuses(gluster="passing", other="passing", my_data="passing")
    server.lab.at_end(server.host.succeeds, "pkill", "-CONT", "-x", "consul")
    server.host.call("pkill", "-STOP", "-x", "consul")
    wait_for(10, lambda: "did not respond in time" in server.log(), "the watcher reports it")
    server.host.call("pkill", "-CONT", "-x", "consul")
    wait_for(10, lambda: "works again" in server.log(), "the watcher goes on")
    time.sleep(2)
    assert server.log().count("without a tag") == 1


@pytest.mark.timeout(240)
def test_killed_watcher_leaves_everything_until_the_ttl_ends(server):
    server.watch()
    server.wait_for_statuses(gluster="passing", other="passing")
    server.kill_watcher()
    time.sleep(2)
    assert set(server.statuses().values()) == {"passing"}
    server.wait_for_statuses(seconds=45, gluster="critical", other="critical")
    server.watch()
    server.wait_for_statuses(gluster="passing", other="passing")


def test_watcher_that_ends_leaves_registrations_unchanged(server):
    server.watch()
    server.wait_for_statuses(gluster="passing", other="passing")
    before = server.agent("agent/checks")
    for name in ("TERM", "INT"):
        server.signal_watcher(name)
        wait_for(5, lambda: not server.watches(), "the watcher ends")
        assert server.agent("agent/checks") == before
        server.watch()
        wait_for(5, server.watches, "a watcher")
        time.sleep(1)


def test_exit_status_of_a_watcher_that_is_ended(server):
    result = server.host.run("timeout", "-s", "TERM", "--preserve-status", "2", "glusterconsul",
                             "register", "--watch")
    result.expect(0)
    assert result.seconds < 5


@pytest.mark.timeout(240)
def test_restarted_glusterd_changes_nothing(server):
    """Within five seconds: one look in ten seconds may see it."""
    server.lab.broken.add("gl4")
    server.watch(interval="10s")
    server.wait_for_statuses(gluster="passing", other="passing")
    before = server.indexes()
    end = time.monotonic() + 25
    server.restart_glusterd(after=3)
    while time.monotonic() < end:
        assert set(server.statuses().values()) == {"passing"}
        time.sleep(0.3)
    assert server.indexes() == before


def test_lost_glusterd_makes_everything_critical_and_removes_nothing(server):
    server.lab.broken.add("gl4")
    server.watch()
    server.wait_for_statuses(gluster="passing", other="passing")
    services = server.services()
    server.host.call("pkill", "-KILL", "-x", "glusterd")
    server.wait_for_statuses(gluster="critical", other="critical")
    assert server.services() == services
    server.host.call("glusterd")
    server.wait_for_statuses(gluster="passing", other="passing")
    assert server.services() == services


def test_frozen_glusterd_makes_everything_critical(server):
    server.watch()
    server.wait_for_statuses(gluster="passing", other="passing")
    server.host.fault("freeze")
    server.wait_for_statuses(gluster="critical", other="critical")
    server.host.heal()
    server.wait_for_statuses(gluster="passing", other="passing")


def test_needs_no_root(server):
    server.watch(prefix=("setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups",
                         "--no-new-privs"))
    server.wait_for_statuses(gluster="passing", other="passing")


# Runs `glusterconsul register --watch` with its arguments as a service manager does, and prints
# what it is sent: four messages, and those after SIGTERM.
SERVICE_MANAGER = """
import os, socket, subprocess, sys, time
path = "/tmp/notify"
if os.path.exists(path): os.unlink(path)
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(path)
listener.settimeout(5)
child = subprocess.Popen(
    ["glusterconsul", "register", "--watch", *sys.argv[1:]],
    env=dict(os.environ, NOTIFY_SOCKET=path, WATCHDOG_USEC="1000000"))
seen = [listener.recv(4096).decode() for _ in range(4)]
child.terminate()
seen.append(listener.recv(4096).decode())
while seen[-1] == "WATCHDOG=1": seen.append(listener.recv(4096).decode())
os.unlink(path)
print("\\n".join(seen))
sys.exit(child.wait())
"""


def test_tells_the_service_manager(server):
    """READY=1 after the first look, even if Consul does not respond; the watchdog is fed."""
    seen = server.host.run("python3", "-c", SERVICE_MANAGER, "--interval", "1h", "-o",
                           "consul-http-addr=127.0.0.1:9").expect().stdout.splitlines()
    assert seen[0].startswith("STATUS=Consul at 127.0.0.1:9 does not respond")
    assert seen[1:4] == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
    assert seen[-1] == "STOPPING=1"


def test_watchdog_is_fed_if_looks_take_longer_than_the_interval(server):
    server.lab.at_end(server.host.succeeds, "pkill", "-CONT", "-x", "consul")
    server.host.call("pkill", "-STOP", "-x", "consul")
    result = server.host.run("python3", "-c", SERVICE_MANAGER, "--interval", "100ms").expect()
    assert result.stdout.splitlines()[1:4] == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]


def test_prints_definitions_that_consul_accepts(server):
    server.create_volume("my_data")
    text = server.register("--print").expect(0, "without a tag").stdout
    services = json.loads(text)["services"]
    assert [service["id"] for service in services] == ["gluster", "gluster:my_data",
                                                       "gluster:other"]
    assert services[2]["checks"][0]["args"] == ["glusterconsul", "check", "volume", "other"]
    assert not server.services()
    server.host.write("/tmp/printed/agent.json", json.dumps(
        {"enable_local_script_checks": True, "data_dir": "/tmp/printed/data"}))
    server.host.write("/tmp/printed/gluster.json", text)
    server.host.run("consul", "validate", "/tmp/printed").expect()


def test_prints_nothing_without_glusterd(server):
    result = server.register("--print", "--address", "127.0.0.1:9").expect(32, "glusterd at")
    assert result.stdout == ""


def test_wrong_usage(server):
    for words, *arguments in (
            ("--interval", "--interval", "soon"),
            ("--interval 1ms: expected 100ms to 1h", "--interval", "1ms"),
            ("--address 'a b'", "--address", "a b"),
            ("expected the name of a service alone", "--service", "g0.gluster.service.consul"),
            ("expected the name of a service alone", "--print", "--service",
             "g0.gluster.service.consul"),
            ("consul-ns=team: services are only", "-o", "consul-ns=team"),
            ("services are registered over HTTP", "-o", "consul-http-addr=off"),
            ("may be the agent of another machine", "-o", "consul-http-addr=10.77.0.11:8500"),
            ("excludes", "--print", "--watch"),
            ("excludes", "--print", "--publish"),
            ("--publish", "--prefix", "x")):
        server.register(*arguments).expect(1, words)


## ACLs


@pytest.fixture
def guarded(client):
    """An agent on the client whose ACLs deny by default. The server that registers there is gl4."""
    agent = leading_agent(client, "guarded", "127.0.0.2", {
        "acl": {"enabled": True, "default_policy": "deny", "tokens": {"master": MANAGEMENT}}})
    agent.token = MANAGEMENT
    agent.wait_for(lambda: agent.get("acl/tokens"), "access control")
    for token, rules in (
            (SERVER, 'service "gluster" { policy = "write" } node "guarded" { policy = "read" }'),
            (READER, 'service "gluster" { policy = "read" } node_prefix "" { policy = "read" }')):
        name = token.split("-")[0]
        agent.put("acl/policy", {"Name": name, "Rules": rules})
        agent.put("acl/token", {"SecretID": token, "Policies": [{"Name": name}]})
    return agent


def test_token_of_a_server(client, guarded):
    def register(token):
        client.write("/etc/consul-token", token + "\n", 600)
        result = client.run("glusterconsul", "register", "--address", ADDRESS["gl4"], "-o",
                            "consul-http-addr=127.0.0.2:8500,consul-token-file=/etc/consul-token")
        assert token not in result.stdout + result.stderr
        return result

    register(READER).expect(32, "refuses the token", "'write' for the service")
    register(READER.replace("3", "4")).expect(32, "does not know the token")
    register(SERVER).expect(0)
    register(SERVER).expect(0)
    guarded.wait_for_instances(2)
    entry = guarded.get("health/service/gluster?tag=other")[0]
    assert entry["Service"]["Address"] == ADDRESS["gl4"]
    assert {check["Status"] for check in entry["Checks"]} == {"passing"}


def test_new_token(client, guarded):
    """The agent synchronises the catalog with the token of the registration: after the old token
    is deleted, a volume that breaks must still be critical in the catalog."""
    lab = client.lab
    other = SERVER.replace("2", "5")
    guarded.put("acl/token", {"SecretID": other, "Policies": [{"Name": SERVER.split("-")[0]}]})
    client.write("/etc/consul-token", SERVER + "\n", 600)
    lab.at_end(client.succeeds, "sh", "-c", f'kill -KILL "$(cat {PID})"')
    client.call("setsid", "-f", "sh", "-c", f"echo $$ >{PID}; exec glusterconsul register --watch "
                f"--interval 500ms --address {ADDRESS['gl4']} -o consul-http-addr=127.0.0.2:8500,"
                f"consul-token-file=/etc/consul-token </dev/null >>{LOG} 2>&1")
    guarded.wait_for_instances(2)
    client.write("/etc/consul-token", other + "\n", 600)
    client.sh('kill -HUP "$(cat "$1")"', PID)
    time.sleep(2)
    [accessor] = [token["AccessorID"] for token in guarded.get("acl/tokens")
                  if guarded.get(f"acl/token/{token['AccessorID']}")["SecretID"] == SERVER]
    guarded.put(f"acl/token/{accessor}", {}, "DELETE")
    lab.at_end(lab.gl4.gluster, "volume", "start", "other")
    lab.gl4.gluster("volume", "stop", "other")

    def is_critical():
        [entry] = guarded.get("health/service/gluster?tag=other")
        return "critical" in {check["Status"] for check in entry["Checks"]}
    wait_for(60, is_critical, "the catalog shows that the volume is stopped")
