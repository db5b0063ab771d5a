"""The environment that a mount is started in is not always the usual one."""

import pytest
from lab import G0, RETRIED, meanwhile, wait_for

HELPER = "/sbin/mount.glusterconsul"


def test_line_of_the_dynamic_loader_before_all_output(lab, client):
    """A library in /etc/ld.so.preload is missing: each program prints a line first."""
    lab.at_end(client.sh, "rm -f /etc/ld.so.preload")
    client.write("/etc/ld.so.preload", "/usr/lib/libabsent.so\n")
    assert "libabsent" in client.output("sh", "-c", "glusterfs --version 2>&1")
    client.mount_ok()
    # What the program itself prints is reported as the cause.
    client.write("/mnt/client", """#!/bin/sh
[ "$1" != --version ] || exec /usr/sbin/glusterfs --version
echo "no memory for the client" >&2
exit 3
""", 755)
    failed = client.mount(target="/mnt/none", options="consul-glusterfs=/mnt/client,consul-retry=0")
    failed.expect(32, "exit status 3: no memory for the client")


## Signals


def test_mounts_if_sigchld_is_ignored(client):
    ignoring = ("env", "--ignore-signal=CHLD")
    client.mount(program=(*ignoring, HELPER)).expect(within=20)
    client.expect_mounted()
    assert client.run(*ignoring, "glusterconsul", "lookup", G0).status == 0


def test_ends_on_a_signal_that_was_blocked_by_the_caller(client):
    client.kill_agent()
    client.call("mkdir", "-p", "/mnt/g0")
    ended = client.run("timeout", "-s", "TERM", "2", "env", "--block-signal=TERM", HELPER, G0,
                       "/mnt/g0", "-o", "consul-retry=30s", timeout=60)
    assert (ended.status, ended.seconds < 5) == (124, True)


def signalled_while_waiting(client, starter, signal):
    """The result of a helper that gets the signal while it waits for Consul, which comes back."""
    client.call("mkdir", "-p", "/mnt/g0")
    client.kill_agent()
    client.write("/tmp/said", "")
    # Like a terminal's shell: a script's would ignore SIGINT in background jobs.
    script = ('set -m; exec 2>/tmp/said; $1 "$2" "$3" /mnt/g0 -o consul-retry=60s,consul-cache=off & '
              'echo $! >/run/lab/helper.pid; wait $!')
    with meanwhile(lambda: (
            wait_for(20, lambda: RETRIED in client.call("cat", "/tmp/said"), "it waits"),
            client.sh('kill -"$1" "$(cat /run/lab/helper.pid)"', signal),
            client.start_agent(after=1))):
        return client.run("bash", "-c", script, "bash", starter, HELPER, G0)


@pytest.mark.parametrize("starter, signal", [
    ("env --ignore-signal=HUP", "HUP"),  # nohup(1)
    ("env --ignore-signal=INT", "INT"),  # a script's background job
])
def test_ignored_signal_stays_ignored(client, starter, signal):
    assert signalled_while_waiting(client, starter, signal).status == 0
    client.expect_mounted()


@pytest.mark.parametrize("signal", ["HUP", "INT", "TERM"])
def test_signal_ends_the_helper(client, signal):
    assert signalled_while_waiting(client, "env", signal).status == 8
    client.expect_not_mounted("/mnt/g0")


PRINTING = [("glusterconsul", "lookup", G0), ("glusterconsul", "lookup", "--show-config", G0),
            ("glusterconsul", "lookup", "--json", G0), ("glusterconsul", "lookup", "--help"),
            ("glusterconsul", "--version"), (HELPER, "--help"), (HELPER, "--version"),
            (HELPER, "-fv", G0, "/mnt")]


@pytest.mark.parametrize("argv", PRINTING, ids=" ".join)
def test_reader_that_goes_away_is_no_failure(client, argv):
    """As with `| head -1`: not a failure, and neither a message nor a signal."""
    ended = client.run("bash", "-c", '{ sleep 0.3; "$@"; echo "status $?" >&2; } | true', "bash",
                       *argv)
    assert "status 0" in ended.stderr
    assert "Broken pipe" not in ended.stderr


@pytest.mark.parametrize("argv", PRINTING, ids=" ".join)
def test_output_that_cannot_be_written_is_a_failure(client, argv):
    client.run("sh", "-c", '"$@" >/dev/full', "sh", *argv).expect(
        2, "writing to standard output: No space left on device")
