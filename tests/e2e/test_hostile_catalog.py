"""An attacker can write to Consul: hostile text reaches neither the client's command line nor
(unescaped) a terminal, and good servers are still used."""

import json
import re
import shlex
import subprocess
import sys

import pytest
from lab import HERE, POOL_ADDRESSES

pytestmark = pytest.mark.promise

CATALOG = str(HERE / "hostile/catalog.py")
HOSTILE = "hostile.service.consul:/g0"
VERBOSE = ["mount", "-v", "-t", "glusterconsul"]

# What controls a terminal: control characters other than the newline, DEL, C1 controls,
# bidirectional marks, line separators.
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
                    "\u2028\u2029]")


@pytest.fixture
def attack(lab, client, note):
    """Runs hostile/catalog.py."""
    def register(kind, service, *addresses):
        lab.at_end(client.call, "python3", CATALOG, "clear")
        reply = client.call("python3", CATALOG, kind, service, *addresses)
        note(reply)
        assert re.search(r"took [1-9][0-9]+ ", reply)  # Consul accepts most of it
    return register


def expect_printable(result):
    for output in (result.stdout_bytes, result.stderr_bytes):
        text = output.decode()
        found = OBEYED.search(text)
        assert not found, f"a terminal would obey what follows {text[:found.start()][-60:]!r}"
    return result


def mount(client, spec, target="/mnt/g0", options="", program=VERBOSE):
    return expect_printable(client.mount(spec, target, options, program=program))


def lookup(client, *arguments):
    return expect_printable(client.run("glusterconsul", "lookup", *arguments))


def expect_only_known_words(words, spec, target):
    """The client's command line must contain only expected arguments."""
    known = {"/usr/sbin/glusterfs", "--process-name", "fuse", "--volfile-id=/g0", target,
             f"--fs-display-name={spec}", *(f"--volfile-server={address}"
                                            for address in POOL_ADDRESSES)}
    assert set(words) <= known


def test_hostile_text_reaches_neither_command_line_nor_terminal(client, attack):
    attack("register", "hostile", *POOL_ADDRESSES)
    mount(client, HOSTILE, options="consul-via=http").expect(0, " from Consul: ")  # the skipped records
    client.expect_mounted(source=HOSTILE)
    client.expect_writable()
    words = client.gluster_client()
    assert len([word for word in words if word.startswith("--volfile-server=")]) == 3
    expect_only_known_words(words, HOSTILE, "/mnt/g0")
    assert not client.succeeds("test", "-e", "/tmp/owned")  # otherwise a shell ran registered text


def test_lookup_escapes_hostile_text(client, attack):
    spec = "hostile:/g0"
    attack("register", "hostile", *POOL_ADDRESSES)
    found = lookup(client, "-v", "-o", "consul-via=http", spec).expect()
    found.expect_output(r"\x1b]0;owned", r"\x00", r"\x9b")
    command, = re.findall("^command: (.*)", found.stdout, re.MULTILINE)
    expect_only_known_words(shlex.split(command), spec, "TARGET")

    found = lookup(client, "--json", "-o", "consul-via=http", spec).expect()
    expect_only_known_words(found.json["command"], spec, "TARGET")
    registered = json.loads(subprocess.run([sys.executable, CATALOG, "words"], check=True,
                                           stdout=subprocess.PIPE).stdout)
    # The JSON decodes to the registered text: it is escaped, not changed.
    tags = {tag for entry in found.json["instances"] for tag in entry["tags"]}
    assert {word for word in registered.values() if word} <= tags


def test_dns(client, attack):
    """Uses good addresses only: with bad ones, Consul's DNS does not respond at all."""
    attack("register-labels", "hostile", *POOL_ADDRESSES)
    mount(client, HOSTILE, options="consul-via=dns").expect()
    expect_only_known_words(client.gluster_client(), HOSTILE, "/mnt/g0")


def test_only_unusable_instances(client, attack):
    attack("register-bad", "worse", POOL_ADDRESSES[0])
    mount(client, "worse:/g0", "/mnt/none", "consul-retry=0,consul-via=http").expect(
        32, "no healthy instance of worse")
    assert lookup(client, "--json", "-o", "consul-via=http", "worse:/g0").expect(32).json


def test_name_or_tag_of_one_megabyte(client, attack):
    """Consul's reply contains the name or tag several times."""
    attack("register-long", "long", *POOL_ADDRESSES)
    for kind in ("node", "id", "tag"):
        spec = f"long-{kind}:/g0"
        found = lookup(client, "--json", "-o", "consul-via=http,consul-order=consul", spec).expect()
        assert sorted(found.servers) == POOL_ADDRESSES
        # An entry that contains it more than three times is skipped.
        assert max(len(text) for entry in found.json["instances"]
                   for text in (entry["node"], entry["service_id"], *entry["tags"])) <= 4096
        target = f"/mnt/{kind}"
        mounted = mount(client, spec, target, "consul-via=http,consul-cache=off").expect()
        client.expect_mounted(target, spec)
        assert len(mounted.stderr_bytes) < 100000  # no message contains all of it


def test_suggested_service_names_are_printable(client, attack):
    attack("register-names", "nearby")
    lookup(client, "nearb:/g0").expect(32, "did you mean 'nearby")


def test_more_instances_than_the_maximum_fall_back_to_dns(client, attack):
    attack("flood", "hostile", *POOL_ADDRESSES[:2])
    mount(client, HOSTILE, program=VERBOSE[:1] + VERBOSE[2:]).expect(0, "DNS")
    client.expect_mounted(source=HOSTILE)
    client.umount()
    client.expect_no_trace(within=5)
    client.mount_fails("larger than the limit", spec="hostile:/g0",
                       options="consul-via=http,consul-retry=0")
