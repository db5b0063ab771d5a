"""The cached list of servers: its content, when it is used, and that it cannot make a mount fail
whatever its state."""

import contextlib
import json
import time

import pytest
from consul import leading_agent
from lab import ADDRESS, CACHE, DNS_FALLBACK, G0, NOT_CACHED, NO_RESPONSE, POOL_ADDRESSES, RETRIED

RULE = ("INPUT", "-i", "lo", "-p", "tcp", "-j", "REJECT", "--reject-with", "tcp-reset", "--dport")
NO_RETRY = "consul-retry=0"
DAY = 86400


@contextlib.contextmanager
def refused(client, *ports):
    """Closes the ports of the client's agent; the cached list belongs to the agent's address."""
    for port in ports:
        client.rule(*RULE, port)
    yield
    for port in ports:
        client.remove_rule(*RULE, port)


def without_consul(client):
    """Neither HTTP nor DNS responds: connections are refused at once."""
    return refused(client, "8500", "8600")


class Cached:
    """The only list that a mount has cached, and its original content."""

    def __init__(self, lab):
        self.client = lab.client
        lab.checks_off()  # so that all three pass each time
        self.mount()
        self.path = self.client.call("find", CACHE, "-type", "f")
        assert self.path.startswith(CACHE) and self.path.endswith(".json")
        assert "\n" not in self.path
        self.content = self.without_date()

    def mount(self):
        self.client.mount_ok()
        self.client.umount()

    def read(self):
        return json.loads(self.client.call("cat", self.path))

    def without_date(self):
        """The content without its date, sorted: Consul's instances are in no particular order."""
        content = self.read()
        del content["written"]
        content["servers"].sort(key=lambda server: server["address"])
        return content

    def change(self, change):
        """Rewrites it with its content after `change`."""
        content = self.read()
        change(content)
        self.client.sh('cat >"$1"', self.path, input=json.dumps(content, indent=1) + "\n")

    def sh(self, script):
        self.client.sh(script, self.path)

    def expect_ignored(self, *words):
        """Checks that the list is not used and the mount succeeds; -v prints these texts."""
        with without_consul(self.client):
            self.client.mount_fails(NO_RESPONSE, *words, options=NO_RETRY, argv=["-v"])
        self.mount()

    def expect_renewed(self):
        assert self.without_date() == self.content
        assert abs(self.read()["written"] - time.time()) < 60


@pytest.fixture
def cached(lab):
    return Cached(lab)


def older(seconds):
    def change(content):
        content["written"] -= seconds
    return change


def with_fields(**fields):
    return lambda content: content.update(fields)


def without(field):
    return lambda content: content.pop(field)


def with_server(**fields):
    return lambda content: content["servers"][0].update(fields)


## Content and use


def test_list_is_readable_by_root_only(client, cached):
    client.run("stat", "-c", "%U %a %n", CACHE, cached.path).expect_output(
        f"root 700 {CACHE}", f"root 600 {cached.path}")
    content = cached.read()
    assert (content["version"], content["via"], content["consul"]) == \
        (2, "http", "http://127.0.0.1:8500")
    assert sorted(server["address"] for server in content["servers"]) == POOL_ADDRESSES
    assert abs(content["written"] - time.time()) < 60
    assert client.call("find", CACHE, "-mindepth", "1", "-not", "-name", "*.json") == ""


def test_each_query_and_volume_has_its_own_list(client, consul):
    consul.register("tagged", "gl1", tag="fast")
    client.mount_ok()
    client.mount_ok(spec="tagged:/g0", target="/mnt/tagged")
    client.mount_ok(spec="fast.tagged.service.consul:/g0", target="/mnt/fast")
    assert len(client.call("find", CACHE, "-name", "*.json").splitlines()) == 3
    with without_consul(client):
        client.mount_ok(NO_RETRY, target="/mnt/again", write=False)
        client.remember_traces()
        client.mount_fails(NO_RESPONSE, spec="gluster.service.consul:/other",
                           options=NO_RETRY)


def test_warning_names_age_and_origin(client, cached):
    cached.change(older(7500))
    with without_consul(client):
        client.mount_ok(within=2).expect(
            0, "Consul does not respond", "127.0.0.1:8500",
            "last successful mount, 2h ago, learned over unauthenticated HTTP")


def test_not_used_if_http_or_dns_answers(client, cached):
    with refused(client, "8500"):
        mounted = client.mount_ok().expect(0, DNS_FALLBACK)
    assert "last successful mount" not in mounted.stderr
    client.umount()
    with refused(client, "8600"):
        assert client.mount_ok().stderr == ""


@pytest.mark.parametrize("address", [
    pytest.param(ADDRESS["gl4"], id="its gluster is gone"),
    pytest.param("10.77.0.20", id="it is this machine"),
])
def test_cached_servers_are_probed(lab, client, cached, address):
    def replace_gl1(content):
        for server in content["servers"]:
            if server["address"] == ADDRESS["gl1"]:
                server["address"] = address

    cached.change(replace_gl1)
    lab.gl4.fault("kill")
    with without_consul(client):
        found = client.lookup()
    assert found.json["via"] == "the cached list"
    assert {each["health"] for each in found.json["instances"]} == {"unknown"}
    wrong, = [entry for entry in found.json["instances"] if entry["address"] == address]
    assert wrong["probe"]["verdict"] == "refused"
    assert address not in found.servers


@pytest.mark.parametrize("address", [
    pytest.param("10.77.0.20", id="dead server"),
    pytest.param(ADDRESS["gl4"], id="server without the volume"),
])
def test_useless_list_does_not_end_the_retries(client, cached, address):
    def replace_all(content):
        content["servers"] = [dict(content["servers"][0], address=address)]

    cached.change(replace_all)
    client.kill_agent()
    client.start_agent(after=3)
    client.mount_ok().expect(0, RETRIED)


def test_only_a_successful_mount_is_cached(client):
    client.mount_fails("folder", spec=f"{G0}/no/such/folder", options=NO_RETRY)
    client.mount(target="/mnt/none", program=["mount", "-f", "-t", "glusterconsul"]).expect()
    client.run("glusterconsul", "lookup", G0).expect()
    client.mount_ok("consul-cache=off")
    assert client.output("ls", "-A", CACHE) == ""


def test_recent_list_is_not_rewritten(client, cached):
    inode = client.call("stat", "-c", "%i", cached.path)
    cached.mount()
    assert client.call("stat", "-c", "%i", cached.path) == inode
    cached.change(older(2 * DAY))
    cached.mount()
    assert cached.read()["written"] > time.time() - 60


def test_contains_no_token(client):
    token = "11111111-2222-3333-4444-555555555555"
    agent = leading_agent(client, "guarded", "127.0.0.2", {
        "acl": {"enabled": True, "default_policy": "allow", "tokens": {"master": token}}})
    agent.token = token
    agent.wait_for(lambda: agent.get("acl/tokens"), "access control")
    agent.register_pool()
    client.mount(options=agent.http,
                 program=["env", f"CONSUL_HTTP_TOKEN={token}", "mount.glusterconsul"]).expect()
    client.run("grep", "-rl", token, CACHE, "/var/log/glusterfs").expect(1)


## What never makes a mount fail


@pytest.mark.parametrize("damage", [
    pytest.param(': >"$1"', id="empty"),
    pytest.param('head -c 40 "$1" >"$1.cut" && mv "$1.cut" "$1"', id="truncated"),
    pytest.param('head -c 3000 /dev/urandom >"$1"', id="random bytes"),
    pytest.param('echo "[[[[[[[[" >"$1"', id="not JSON"),
    pytest.param('head -c 1000000 /dev/zero >"$1"', id="zeroes"),
    pytest.param('echo "{\\"version\\": 2}" >"$1"', id="no fields"),
])
def test_corrupt_list_is_ignored(cached, damage):
    cached.sh(damage)
    cached.expect_ignored("ignoring the cached list")
    cached.expect_renewed()


CHANGES = {
    "older version": (with_fields(version=1), "it was written by another version"),
    "version as text": (with_fields(version="2"), "it was written by another version"),
    "other query": (with_fields(key="another"), "for another query"),
    "no way": (without("via"), "where it came from"),
    "unknown way": (with_fields(via="rumour"), "where it came from"),
    "no agent": (without("consul"), "where it came from"),
    "too old": (older(700000), "older than consul-cache="),
    "in the future": (older(-DAY), "in the future"),
    "no date": (with_fields(written=-5), "has no date"),
    "no servers": (with_fields(servers=[]), "corrupt"),
    "option as address": (with_server(address="--volfile=/etc/passwd"), "corrupt"),
    "impossible port": (with_server(port=99999), "corrupt"),
}


@pytest.mark.parametrize("row", CHANGES)
def test_invalid_list_is_ignored(cached, row):
    change, words = CHANGES[row]
    cached.change(change)
    cached.expect_ignored(words)
    cached.expect_renewed()


@pytest.mark.parametrize("change", [
    'chown nobody "$1"', 'chmod 666 "$1"', 'chmod 620 "$1"'])
def test_list_writable_by_others_is_ignored(client, cached, change):
    cached.sh(change)
    cached.expect_ignored("writable by nobody else")
    cached.expect_renewed()
    assert client.call("stat", "-c", "%U %a", cached.path) == "root 600"


def test_symbolic_link_is_neither_followed_nor_written_through(lab, client, cached):
    lab.at_end(client.call, "rm", "-f", "/etc/elsewhere.json")
    cached.sh('cp "$1" /etc/elsewhere.json && ln -sf /etc/elsewhere.json "$1"')
    before = client.call("md5sum", "/etc/elsewhere.json")
    cached.expect_ignored("ignoring the cached list")
    cached.expect_renewed()
    assert client.call("md5sum", "/etc/elsewhere.json") == before
    assert client.call("stat", "-c", "%F", cached.path) == "regular file"


@pytest.mark.parametrize("thing", [
    'mkdir "$1" && touch "$1/full"', 'mkfifo "$1"', 'ln -s "$1" "$1"'])
def test_something_other_than_a_file_in_place_of_the_list(client, cached, thing):
    """An existing directory is not removed."""
    cached.sh(f'rm -rf "$1" && {thing}')
    client.remember_traces()
    cached.expect_ignored("ignoring the cached list")
    cached.sh('rm -rf "$1"')


@pytest.mark.parametrize("thing", [
    'touch "$1"', 'ln -s /etc "$1"', 'ln -s /nowhere "$1"', 'mkdir -m 777 "$1"',
    'mkdir "$1" && chown nobody "$1"'])
def test_something_other_than_a_directory_in_place_of_the_cache(client, thing):
    client.sh(f'rm -rf "$1" && {thing}', CACHE)
    client.mount_ok("", "-v").expect(0, NOT_CACHED)
    client.umount()
    with without_consul(client):
        client.mount_fails(NO_RESPONSE, options=NO_RETRY)
    assert client.sh('find /etc -maxdepth 1 -name "*.json"; find "$1" -type f -name "*json"',
                     CACHE) == ""


def mount_cache(lab, *arguments):
    """Mounts a file system on the cache directory, with arguments of mount(8)."""
    lab.at_end(lab.client.call, "umount", "-l", CACHE)
    lab.client.sh('mkdir -p "$0" && mount "$@" "$0"'.replace("$0", CACHE), *arguments)
    lab.client.remember_traces()


def fill(client):
    client.sh('cat /dev/zero >"$1/filling" 2>/dev/null || true', CACHE)


def test_full_file_system(lab, client, consul):
    mount_cache(lab, "-t", "tmpfs", "-o", "size=16k,mode=700", "tmpfs")
    fill(client)
    client.mount_ok("", "-v").expect(0, NOT_CACHED, "No space left")
    client.umount()
    assert client.call("ls", "-A", CACHE) == "filling"

    # An earlier list is kept and still used.
    client.call("rm", f"{CACHE}/filling")
    cached = Cached(lab)
    fill(client)
    before = cached.read()
    consul.register("more", "gl1")  # there is no space for the lists of other queries
    client.mount_ok("", "-v", spec="more:/g0").expect(0, NOT_CACHED)
    client.umount()
    assert cached.read() == before
    with without_consul(client):
        client.mount_ok()


def test_file_system_without_free_inodes(lab, client):
    mount_cache(lab, "-t", "tmpfs", "-o", "nr_inodes=1,mode=700", "tmpfs")
    client.mount_ok("", "-v").expect(0, NOT_CACHED, "No space left")


def test_read_only_file_system(lab, client, cached):
    cached.change(older(2 * DAY))
    mount_cache(lab, "-o", "bind,ro", CACHE)
    client.mount_ok("", "-v").expect(0, NOT_CACHED, "Read-only file system")
    client.umount()
    with without_consul(client):
        client.mount_ok().expect(0, "last successful mount, 2d ago")
    client.umount()


def test_directory_that_cannot_be_created(lab, client):
    parent = CACHE.rpartition("/")[0]
    lab.at_end(client.call, "umount", "-l", parent)
    client.call("mount", "-t", "tmpfs", "-o", "mode=755,ro", "tmpfs", parent)
    client.remember_traces()
    assert client.mount_ok().stderr == ""
