"""`glusterconsul automap`, and its program map under the real automount daemon."""

import pytest
from consul import leading_agent
from lab import CACHE, wait_for
from test_autofs import DAEMON_LOG, Automount
from volume_keys import Keys, document

pytestmark = pytest.mark.release

PROGRAM_MAP = "/usr/libexec/glusterconsul/auto.glusterconsul"
ENTRY = "-fstype=glusterconsul,nosuid,nodev gluster.service.consul:/g0"
MANAGEMENT = "11111111-2222-3333-4444-555555555555"
TOKEN = "22222222-2222-3333-4444-555555555555"
MAP = "/etc/auto.glusterconsul.map"


@pytest.fixture
def keys(client):
    client.lab.at_end(client.sh, 'rm -f "$1"/automap-*', CACHE)
    return Keys(client)


def automap(client, *arguments, **more):
    return client.run("glusterconsul", "automap", *arguments, **more)


def start(client, options="--negative-timeout=5"):
    automount = Automount(client)
    automount.write_map("master", f"/mnt/auto program:{PROGRAM_MAP} {options} consul-retry=5s")
    automount.start("/mnt/auto")
    return automount


def end(automount):
    """Without the cache, which is not removed together with the mounts."""
    automount.client.sh('rm -f "$1"/automap-*', CACHE)
    automount.end()


def register(client, name):
    client.lab.at_end(client.output, "curl", "-sf", "-X", "PUT",
                      f"http://127.0.0.1:8500/v1/agent/service/deregister/gluster:{name}")
    client.call("curl", "-sf", "-X", "PUT", "--data-binary", "@-",
                "http://127.0.0.1:8500/v1/agent/service/register",
                input='{"ID": "gluster:%s", "Name": "volumes", "Port": 24007, '
                      '"Meta": {"gluster_volume": "%s"}}' % (name, name))
    wait_for(10, lambda: name in client.output(
        "curl", "-s", "http://127.0.0.1:8500/v1/catalog/service/volumes"), "it is in the catalog")


## Without autofs


def test_published_volume(client, keys):
    keys.put("g0", document(options=["noatime"]))
    assert automap(client, "g0").expect().stdout == ENTRY.replace(" ", ",noatime ")
    missing = automap(client, "g1").expect(1)
    assert (missing.stdout, missing.stderr) == ("", "")


def test_registered_volume(client, keys):
    register(client, "g7")
    result = automap(client, "--service", "volumes", "g7").expect()
    assert result.stdout == ENTRY.replace("gluster.service.consul:/g0", "volumes:/g7")
    automap(client, "--service", "volumes", "g8").expect(1)
    assert automap(client, "--service", "volumes", "--list").expect().stdout == "g7"


def test_list_and_file(client, keys):
    keys.put("g0", document())
    keys.put("g1", document("g1", directories=["/home", "/pro j"]))
    keys.put("secret", document("secret", hidden=True))
    keys.put("later", document("later", schema=2))
    keys.put("README", "for people")
    automap(client, "--list").expect(0, "gluster/volumes/later").expect_output("g0\ng1")
    client.lab.at_end(client.call, "rm", "-f", MAP, "/tmp/ran")
    command = ("--run", "touch /tmp/ran")
    automap(client, "--file", MAP, *command).expect()
    lines = client.call("cat", MAP).splitlines()[1:]
    assert lines == [f"g0 {ENTRY}",
                     "g1 -fstype=glusterconsul,nosuid,nodev /home gluster.service.consul:/g1/home "
                     r"/pro\ j gluster.service.consul:/g1/pro\ j"]
    assert client.succeeds("test", "-e", "/tmp/ran")
    client.call("rm", "/tmp/ran")
    before = client.call("stat", "-c", "%i %Y %a", MAP)
    automap(client, "--file", MAP, *command).expect()
    assert client.call("stat", "-c", "%i %Y %a", MAP) == before
    assert not client.succeeds("test", "-e", "/tmp/ran")
    keys.delete("g1")
    automap(client, "--file", MAP, "--run", "false").expect(75, "exit status 1")
    automap(client, "--file", MAP, "--run", "no-such-program").expect(64, "no program")
    automap(client, "--file", MAP, *command).expect()
    assert client.succeeds("test", "-e", "/tmp/ran")
    keys.clear()
    automap(client, "--file", MAP).expect(75, "is left as it is")
    assert client.call("cat", MAP).endswith(ENTRY)
    automap(client, "secret").expect(1)


def test_file_is_not_written_through_a_link(client, keys):
    keys.put("g0", document())
    client.lab.at_end(client.call, "rm", "-f", MAP, "/tmp/other")
    client.sh('echo kept >/tmp/other; ln -s /tmp/other "$1"', MAP)
    automap(client, "--file", MAP).expect(75, "is not a regular file")
    assert client.call("cat", "/tmp/other") == "kept"


def test_wrong_usage(client):
    for arguments in ((), ("g0", "--list"), ("--run", "true"), ("--list", "--file", MAP)):
        assert automap(client, *arguments).status != 0


HOSTILE = {
    "consul-option": document(options=["consul-glusterfs=/tmp/x", "suid", "dev", "noatime"]),
    "separator": document(options=["noatime,suid", "noatime suid", "noatime\nsuid"]),
    "newline": document(spec="gluster.service.consul:/g0\n/x -fstype=bind :/etc"),
    "shell": document(spec="$(touch /tmp/x):/g0"),
    "backquotes": document(spec="`touch /tmp/x`:/g0"),
    "host": document(spec="10.77.0.14:/g0"),
    "local": document(spec=":/etc"),
    "other volume": document(spec="gluster.service.consul:/other"),
    "near the limit": document(options=["x" * 500_000]),
    "other schema": document(schema=2),
    "text": "$(touch /tmp/x)",
    "entry": "-fstype=bind :/etc",
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_key_executes_nothing(client, keys, value):
    keys.put("g0", value)
    result = automap(client, "g0")
    assert result.stdout in ("", ENTRY, ENTRY.replace(" ", ",noatime "))
    assert result.stderr, "a line says what was ignored"
    if result.stdout == "":
        result.expect(1)
        assert len(result.stderr.splitlines()) == 1
    automount = start(client)
    client.run("ls", "/mnt/auto/g0")
    for options in client.mounts("OPTIONS"):
        assert "nosuid" in options[0] and "nodev" in options[0]
    assert all(row[0] == "gluster.service.consul:/g0" for row in client.mounts("SOURCE"))
    assert not client.succeeds("test", "-e", "/tmp/x")
    end(automount)


## Consul that does not answer


def stop_agent(client):
    pid = client.call("pgrep", "-x", "consul")
    client.lab.at_end(client.lab.wait_for_agent)
    client.lab.at_end(client.call, "kill", "-CONT", pid)
    client.call("kill", "-STOP", pid)
    return lambda: client.call("kill", "-CONT", pid)


def drop_agent(client):
    """Connections to the agent are refused."""
    rule = ("OUTPUT", "-o", "lo", "-p", "tcp", "--dport", "8500", "-j", "REJECT", "--reject-with",
            "tcp-reset")
    client.rule(*rule)
    return lambda: client.remove_rule(*rule)


@pytest.mark.parametrize("fault", [stop_agent, drop_agent], ids=["frozen", "refused"])
def test_without_consul(client, keys, fault):
    keys.put("g0", document())
    automap(client, "g0").expect()
    undo = fault(client)
    cached = automap(client, "g0").expect(0, "using the cached entry", within=3)
    assert cached.stdout == ENTRY
    missing = automap(client, "g1").expect(75, within=3)
    assert (missing.stdout, len(missing.stderr.splitlines())) == ("", 1)
    automap(client, "g0", "-o", "consul-cache=off").expect(75, within=3)
    automap(client, "--list").expect(75, within=3)
    undo()


def test_deleted_volume_is_removed_from_the_cache(client, keys):
    keys.put("g0", document())
    automap(client, "g0").expect()
    keys.delete("g0")
    automap(client, "g0").expect(1)
    undo = drop_agent(client)
    automap(client, "g0").expect(75)
    undo()


def test_ordinary_user(client, keys):
    keys.put("g0", document())
    result = client.nobody("glusterconsul", "automap", "g0").expect()
    assert (result.stdout, result.stderr) == (ENTRY, "")


@pytest.mark.parametrize("words", [("g0",), ("--list",)])
def test_wrong_settings(client, words):
    """Exit status 75 would mean that a later attempt can succeed."""
    for option in ("consul-timeout=soon", "consul-http-addr=off"):
        automap(client, *words, "-o", option).expect(64, option.partition("=")[0])


def test_token_without_access_to_the_keys(client):
    """A key may restrict a volume that is registered as well: the bare entry must not replace it."""
    agent = leading_agent(client, "guarded", "127.0.0.2", {
        "acl": {"enabled": True, "default_policy": "deny", "tokens": {"master": MANAGEMENT}}})
    agent.token = MANAGEMENT
    agent.wait_for(lambda: agent.get("acl/tokens"), "access control")
    mounts = 'service_prefix "" { policy = "read" } node_prefix "" { policy = "read" }'
    agent.put("acl/policy", {"Name": "p", "Rules":
                             mounts + 'key_prefix "gluster/volumes/" { policy = "read" }'})
    agent.put("acl/token", {"SecretID": TOKEN, "Policies": [{"Name": "p"}]})
    agent.put("agent/service/register", {"ID": "gluster:g0", "Name": "gluster",
                                         "Meta": {"gluster_volume": "g0"}})
    agent.put("kv/gluster/volumes/g0", document(options=["ro"]))
    agent.put("kv/gluster/volumes/g1", document("g1", hidden=True))
    client.write("/etc/consul-token", TOKEN + "\n", 600)
    client.lab.at_end(client.call, "rm", "-f", MAP)
    options = ("-o", "consul-http-addr=127.0.0.2:8500,consul-token-file=/etc/consul-token")
    assert ",ro " in automap(client, "g0", *options).expect().stdout
    automap(client, "--file", MAP, *options).expect()
    before = client.call("cat", MAP)

    policy = agent.get("acl/policies")
    [id] = [each["ID"] for each in policy if each["Name"] == "p"]
    agent.put(f"acl/policy/{id}", {"Name": "p", "Rules": mounts})
    agent.wait_for(lambda: automap(client, "--list", *options).status == 75, "the new rules")
    automap(client, "--file", MAP, *options).expect(75, "127.0.0.2:8500")
    assert client.call("cat", MAP) == before
    cached = automap(client, "g0", *options).expect(0, "using the cached entry")
    assert ",ro " in cached.stdout
    automap(client, "g0", *options, "-o", "consul-cache=off").expect(75, "Permission denied")


def test_key_that_cannot_be_a_volume_does_not_ask_consul(client, keys):
    """Otherwise the exit status would be 75."""
    undo = stop_agent(client)
    for key in (".git", "desktop.ini", "a b", "$(id)", "*", "-x", "--help"):
        result = client.run(PROGRAM_MAP, key).expect(1, within=3)
        assert (result.stdout, result.stderr) == ("", "")
    undo()


## Under autofs


def test_new_volume_opens_and_deleted_one_is_refused(client, keys):
    automount = start(client)
    assert client.run("ls", "/mnt/auto/g0").status != 0
    keys.put("g0", document(options=["noatime"]))
    wait_for(8, lambda: client.succeeds("cat", "/mnt/auto/g0/present"), "it opens without a reload")
    client.expect_mounted("/mnt/auto/g0")
    assert client.options_of("/mnt/auto/g0")[0] == "rw,nosuid,nodev,noatime"
    keys.delete("g0")

    def is_refused():
        client.output("umount", "/mnt/auto/g0")
        return not client.succeeds("ls", "/mnt/auto/g0")
    wait_for(12, is_refused, "automount forgets the entry after --negative-timeout")
    end(automount)


def test_directories_are_mounted_instead_of_the_volume(client, keys):
    keys.put("g0", document(directories=["/sub"]))
    automount = start(client)
    client.run("ls", "-A", "/mnt/auto/g0/sub").expect_output("deeper")
    client.expect_mounted("/mnt/auto/g0/sub", "gluster.service.consul:/g0/sub")
    assert client.call("ls", "/mnt/auto/g0") == "sub"
    end(automount)


def test_frozen_consul_delays_access_for_less_than_four_seconds(client, keys):
    automount = start(client)
    undo = stop_agent(client)
    listed = client.run("ls", "/mnt/auto/g0")
    assert listed.status != 0 and listed.seconds < 4
    assert "did not respond in time" in client.call("cat", DAEMON_LOG)
    undo()
    keys.put("g0", document())
    wait_for(6, lambda: client.succeeds("cat", "/mnt/auto/g0/present"), "it recovers within 6 s")
    end(automount)


def test_cached_entry_opens_while_consul_is_down(client, keys):
    keys.put("g0", document())
    automount = start(client)
    automount.use("/mnt/auto/g0")
    client.umount("/mnt/auto/g0")
    undo = drop_agent(client)
    automount.use("/mnt/auto/g0", within=4)
    undo()
    end(automount)
