"""Mounts started in an unusual environment."""

import pytest
from lab import CONF, G0, RETRIED, meanwhile, wait_for

HELPER = "/sbin/mount.glusterconsul"


def test_messages_of_the_dynamic_loader_are_ignored(lab, client):
    """A library in /etc/ld.so.preload is missing, so that every program first prints a message."""
    lab.at_end(client.sh, "rm -f /etc/ld.so.preload")
    client.write("/etc/ld.so.preload", "/usr/lib/libabsent.so\n")
    assert "libabsent" in client.output("sh", "-c", "glusterfs --version 2>&1")
    client.mount_ok()
    # The program's own output is reported as the cause.
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


def test_signal_that_the_caller_has_blocked_ends_the_helper(client):
    client.kill_agent()
    client.call("mkdir", "-p", "/mnt/g0")
    ended = client.run("timeout", "-s", "TERM", "2", "env", "--block-signal=TERM", HELPER, G0,
                       "/mnt/g0", "-o", "consul-retry=30s", timeout=60)
    assert (ended.status, ended.seconds < 5) == (124, True)


def signalled_while_waiting(client, starter, signal):
    """The result of a helper that gets the signal while it waits for Consul, which then returns."""
    client.call("mkdir", "-p", "/mnt/g0")
    client.kill_agent()
    client.write("/tmp/said", "")
    # Job control (-m) as in an interactive shell. Without it, background jobs ignore SIGINT.
    script = ('set -m; exec 2>/tmp/said; $1 "$2" "$3" /mnt/g0 -o consul-retry=60s,consul-cache=off & '
              'echo $! >/run/lab/helper.pid; wait $!')
    with meanwhile(lambda: (
            wait_for(20, lambda: RETRIED in client.call("cat", "/tmp/said"), "the helper waits"),
            client.sh('kill -"$1" "$(cat /run/lab/helper.pid)"', signal),
            client.revive_agent())):
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
def test_reader_that_closes_the_pipe_is_not_an_error(client, argv):
    """As with `| head -1`: exit status 0, no message, and no death by SIGPIPE."""
    ended = client.run("bash", "-c", '{ sleep 0.3; "$@"; echo "status $?" >&2; } | true', "bash",
                       *argv)
    assert "status 0" in ended.stderr
    assert "Broken pipe" not in ended.stderr


@pytest.mark.parametrize("argv", PRINTING, ids=" ".join)
def test_output_that_cannot_be_written_is_an_error(client, argv):
    client.run("sh", "-c", '"$@" >/dev/full', "sh", *argv).expect(
        2, "writing to standard output: No space left on device")


@pytest.mark.parametrize("argv", PRINTING, ids=" ".join)
def test_limit_of_the_file_size_is_an_error(client, argv):
    """RLIMIT_FSIZE: no death by SIGXFSZ."""
    client.write("/tmp/limited", "")
    # Through a pipe, since standard error is a file too.
    ended = client.run("bash", "-o", "pipefail", "-c",
                       '(ulimit -f 0; exec "$@" 2>&1 >/tmp/limited) | cat >&2', "bash", *argv)
    ended.expect(2)
    # Root without CAP_SYS_RESOURCE, as in a container, cannot raise it for the client.
    assert ("writing to standard output: File too large" in ended.stderr or
            "querying the version of /usr/sbin/glusterfs: it ended with signal 25 (" in ended.stderr)


def test_helper_stops_if_mount_8_is_killed(client):
    """Whoever killed it assumes that nothing is mounted on the target."""
    client.kill_agent()
    client.write("/tmp/said", "")
    client.sh('mkdir -p /mnt/g0; mount -t glusterconsul "$1" /mnt/g0 -o consul-cache=off '
              '2>/tmp/said & echo $! >/run/lab/mount.pid', G0)
    wait_for(20, lambda: RETRIED in client.call("cat", "/tmp/said"), "the helper waits")
    client.sh('kill -KILL "$(cat /run/lab/mount.pid)"')
    wait_for(3, lambda: not client.succeeds("pgrep", "-f", "^/sbin/mount.glusterconsul"),
             "the helper ends")
    assert "interrupted" in client.call("cat", "/tmp/said")
    client.revive_agent()
    client.expect_not_mounted("/mnt/g0")


def test_helper_started_by_hand_outlives_its_parent(client):
    client.kill_agent()
    client.write("/tmp/said", "")
    client.sh('mkdir -p /mnt/g0; (setsid "$1" "$2" /mnt/g0 -o consul-cache=off 2>/tmp/said &)',
              HELPER, G0)
    wait_for(20, lambda: RETRIED in client.call("cat", "/tmp/said"), "the helper waits")
    client.revive_agent()
    wait_for(30, lambda: client.mounts(target="/mnt/g0"), "the helper mounts")
    wait_for(10, lambda: not client.succeeds("pgrep", "-f", "^/sbin/mount.glusterconsul"),
             "the helper ends")
    client.expect_mounted()


## Namespaces


def test_pid_namespace_with_the_proc_of_another(client):
    """The client of the failed attempt is killed."""
    client.odd_consul("silent")
    client.call("mkdir", "-p", "/mnt/g0")
    client.write("/mnt/client", """#!/bin/sh
[ "$1" != --version ] || exec /usr/sbin/glusterfs --version
exec /usr/sbin/glusterfs --volfile-server=127.0.0.1 --volfile-server-port=8599 "$@"
""", 755)
    inside = ('"$1" "$2" /mnt/g0 -o consul-retry=0,consul-glusterfs=/mnt/client; '
              'echo "status $?, clients $(pgrep -c -x glusterfs)"')
    ended = client.run("unshare", "--pid", "--fork", "sh", "-c", inside, "sh", HELPER, G0)
    assert ended.stdout == "status 32, clients 0"
    assert "thread name" not in ended.stderr
    client.expect_not_mounted("/mnt/g0")


ROOTLESS = ("setpriv", "--reuid", "1234", "--regid", "1234", "--clear-groups", "unshare", "-Ur")


def test_rootless_container_reads_the_conf_files_of_root(lab, client):
    lab.at_end(client.call, "rm", "-f", CONF)
    client.write(CONF, "consul-retry = 31s\n")
    shown = client.run(*ROOTLESS, "glusterconsul", "lookup", "--show-config", G0).expect()
    assert "31s" in shown.stdout
    client.run(*ROOTLESS, "glusterconsul", "lookup", G0).expect(
        32, "user 65534 (not mapped in this user namespace)", "consul-agent-user=65534")
    client.run(*ROOTLESS, "glusterconsul", "lookup", G0, "-o", "consul-agent-user=65534").expect()
    client.call("chmod", "646", CONF)
    client.run(*ROOTLESS, "glusterconsul", "lookup", "--show-config", G0).expect(
        1, "mode 0646 allows others to change it")


def test_unmapped_caller_does_not_trust_another_unmapped_user(lab, client):
    """Without a map, the caller and all other users have the same id."""
    client.daemon("setpriv", "--reuid", "4321", "--clear-groups", "python3", "-c",
                  "import http.server as s; s.test(s.SimpleHTTPRequestHandler, "
                  "port=8555, bind='127.0.0.1')")
    lab.at_end(client.call, "pkill", "-f", "port=8555")
    client.wait_for_listener(8555)
    address = "consul-http-addr=127.0.0.1:8555,consul-via=http"
    client.run(*[word for word in ROOTLESS if word != "-Ur"], "-U", "glusterconsul", "lookup", G0,
               "-o", address).expect(32, "user 65534", "was not queried")


def test_rootless_container_rejects_conf_file_that_is_elsewhere(lab, client):
    """Of all users without an id in the container, only root can put files below /etc."""
    lab.at_end(client.call, "rm", "-rf", CONF, "/mnt/theirs")
    client.call("install", "-d", "-o", "4321", "/mnt/theirs")
    client.write("/mnt/theirs/conf", "consul-http-addr = 10.9.9.9:8500\n", owner="4321")
    client.call("ln", "-sf", "/mnt/theirs/conf", CONF)
    for prefix in (), ROOTLESS:
        client.run(*prefix, "glusterconsul", "lookup", "--show-config", G0).expect(
            1, f"{CONF}: a parent directory belongs to user")


def test_conf_directory_from_a_config_map(lab, client):
    lab.at_end(client.sh, f"umount -l {CONF}.d; rmdir {CONF}.d || true")
    client.sh("""mkdir -p "$1" && mount -t tmpfs -o mode=1777 map "$1" && cd "$1" &&
                 mkdir ..2026 && echo consul-retry = 31s >..2026/a.conf && ln -s ..2026 ..data &&
                 ln -s ..data/a.conf a.conf""", f"{CONF}.d")
    show = ("glusterconsul", "lookup", "--show-config", G0)
    assert "31s" in client.run(*show).expect().stdout
    client.nobody("sh", "-c", f"echo consul-retry = 32s >{CONF}.d/z.conf")
    client.nobody("sh", "-c", f"ln -s /nowhere {CONF}.d/y.conf; mkfifo {CONF}.d/x.conf")
    shown = client.run(*show).expect(0, "skipped 3 files", "'x.conf'")
    assert "31s" in shown.stdout and "32s" not in shown.stdout
    # In a container, root's files there could be anybody's, and are not skipped silently.
    client.run(*ROOTLESS, *show).expect(1, f"{CONF}.d: owned by user 65534")


@pytest.mark.parametrize("flags", [("-v",), ("-v", "-s")], ids=" ".join)
@pytest.mark.parametrize("option", ["password", "consul-token", "username"])
def test_value_of_an_unknown_option_is_not_shown(client, flags, option):
    """It may be a password, such as in a map for another type of file system."""
    shown = client.mount(G0, "/mnt/none", f"{option}=geheim,consul-retry=0", *flags)
    assert option in shown.stderr
    assert "geheim" not in shown.stderr + shown.stdout
    client.run("umount", "/mnt/none")


## Machines


def test_machine_id_that_is_a_fifo_does_not_block(lab, client):
    client.call("cp", "-a", "/etc/machine-id", "/etc/machine-id.before")
    lab.at_end(client.call, "mv", "-f", "/etc/machine-id.before", "/etc/machine-id")
    client.sh("rm /etc/machine-id; mkfifo /etc/machine-id")
    client.lookup().expect(within=10)
    client.mount_ok()


@pytest.mark.parametrize("machine_id", ["uninitialized", "0123456789abcdef0123456789abcdef"])
def test_cloned_machines_have_different_primaries(lab, client, machine_id):
    client.call("cp", "-a", "/etc/machine-id", "/etc/machine-id.before")
    lab.at_end(client.call, "mv", "-f", "/etc/machine-id.before", "/etc/machine-id")
    client.write("/etc/machine-id", machine_id + "\n")
    lookup = 'hostname "$1" && glusterconsul lookup --json "$2"'
    primaries = [client.run("unshare", "--uts", "sh", "-c", lookup, "sh", f"web{number}",
                            G0).expect().servers[0] for number in (1, 2, 3, 4, 5, 6, 7, 8, 1)]
    assert len(set(primaries)) > 1
    assert primaries[0] == primaries[-1]
