"""Mounts under autofs, by the real automount daemon with maps of the tests."""

import pytest
from lab import ADDRESS, G0, wait_for

pytestmark = pytest.mark.release

MAPS = "/etc/autofs.e2e"
DAEMON_LOG = "/var/log/automount.log"
FIFO = "/run/autofs.cmd.fifo"
SYSLOG = "/run/lab/syslog"  # on the client; traces() does not look there
ANY_VOLUME = "* -fstype=glusterconsul gluster.service.consul:/&"

# Ends automount by PID, as init scripts do. It unmounts first; it is signalled again if a mount
# was busy.
END_AUTOMOUNT = r"""
pid=$(</run/automount.pid) 2>/dev/null || exit 0
for ((i = 0; i < 100; i++)); do
  kill -0 "$pid" 2>/dev/null || exit 0
  ((i % 20)) || kill -TERM "$pid"
  sleep 0.1
done
kill -KILL "$pid"
findmnt -rn -t autofs -o TARGET | tac | xargs -r -n 1 umount -l
rm -f /run/automount.pid
exit 1
"""
SYSLOG_LISTENER = """
import socket
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind("/dev/log")
while True:
    print(log.recv(65536).decode(), flush=True)
"""


class Automount:
    def __init__(self, client):
        self.client = client

    def write_map(self, name, *lines):
        print(f"client# cat >{MAPS}/{name}", *lines, sep="\n  ")
        self.client.sh('mkdir -p "${1%/*}" && cat >"$1"', f"{MAPS}/{name}",
                       input="".join(line + "\n" for line in lines))

    def start(self, *points, flag="--verbose", master=f"{MAPS}/master"):
        """Starts it with the master map for these mount points, in a process group that this host
        knows: see `exec` in tests/lab/README.md."""
        self.client.lab.at_end(self.client.call, "rm", "-rf", MAPS, DAEMON_LOG, FIFO)
        self.client.lab.at_end(self.client.bash, END_AUTOMOUNT)
        self.client.call("setsid", "-f", "sh", "-c", "cd /; exec automount --foreground $3 "
                         '--pid-file /run/automount.pid "$1" </dev/null >"$2" 2>&1', "sh",
                         master, DAEMON_LOG, flag)
        for point in points:
            wait_for(10, lambda: self.client.succeeds("findmnt", "-t", "autofs", point),
                     f"automount manages {point}")

    def start_indirect(self, *lines, options="", flag="--verbose"):
        """Starts it for an indirect map at /mnt/auto."""
        self.write_map("master", f"/mnt/auto {MAPS}/gluster{options}")
        self.write_map("gluster", *lines)
        self.start("/mnt/auto", flag=flag)

    def use(self, directory, within=None):
        """Reads the file `present` in the directory, which triggers the mount."""
        read = self.client.run("timeout", "60", "cat", f"{directory}/present")
        assert read.status == 0, f"{read!r}: {self.client.output('tail', '-n', '3', DAEMON_LOG)}"
        read.expect(within=within)
        assert read.stdout == "from the beginning"

    def expect_expiry(self):
        wait_for(20, lambda: not self.client.succeeds("pgrep", "-x", "glusterfs"),
                 "what is not used is unmounted")
        assert self.client.mounts() == []

    def end(self):
        """Ends automount, and checks that nothing is left behind."""
        self.client.bash(END_AUTOMOUNT)
        # autofs 5.1.9 sometimes leaves the last mount behind.
        self.client.call("rm", "-rf", MAPS, DAEMON_LOG, FIFO)
        self.client.expect_no_trace(within=10)


@pytest.fixture
def automount(client):
    return Automount(client)


def test_indirect_map(client, automount):
    automount.start_indirect(f"quiet -fstype=glusterconsul,ro,noatime,nosuid {G0}",
                             "* -fstype=glusterconsul,log-level=WARNING gluster.service.consul:/&")
    automount.use("/mnt/auto/g0")
    client.expect_mounted("/mnt/auto/g0")
    client.expect_writable("/mnt/auto/g0")
    assert "--log-level=WARNING" in client.gluster_client("/mnt/auto/g0")
    automount.use("/mnt/auto/quiet")
    client.expect_mounted("/mnt/auto/quiet")
    assert client.options_of("/mnt/auto/quiet") == ("ro,nosuid,noatime", "ro")
    automount.end()


def test_direct_map_with_a_subdirectory(client, automount):
    automount.write_map("master", f"/- {MAPS}/direct")
    automount.write_map("direct", f"/mnt/direct/deep -fstype=glusterconsul,nodiratime {G0}/sub",
                        f"/mnt/whole -fstype=glusterconsul {G0}")
    automount.start("/mnt/direct/deep", "/mnt/whole")
    client.run("ls", "-A", "/mnt/direct/deep").expect_output("deeper")
    client.expect_mounted("/mnt/direct/deep", f"{G0}/sub")
    assert client.options_of("/mnt/direct/deep") == ("rw,nodiratime,relatime", "rw")
    automount.use("/mnt/whole")
    client.expect_mounted("/mnt/whole")
    automount.end()


def test_failed_mount_with_nofail_is_not_taken_for_a_mount(client, automount):
    """With exit status 0, automount would set off the mount again and again (ELOOP)."""
    automount.start_indirect("* -fstype=glusterconsul,nofail gluster.service.consul:/&")
    failed = client.run("ls", "/mnt/auto/gO")
    assert failed.status != 0
    assert "No such file or directory" in failed.stderr
    log = client.run("cat", DAEMON_LOG).stdout
    assert log.count("attempting to mount entry /mnt/auto/gO") <= 2
    automount.use("/mnt/auto/g0")
    automount.end()


def test_expired_mount_is_mounted_again(automount):
    automount.start_indirect(ANY_VOLUME, options=" --timeout=1")
    for _ in range(2):
        automount.use("/mnt/auto/g0")
        automount.expect_expiry()
    automount.use("/mnt/auto/g0")
    automount.end()


def test_failover_between_two_automounts(lab, client, automount):
    """The primary of the first mount dies unnoticed by Consul; the next mount uses another one."""
    automount.start_indirect(ANY_VOLUME, options=" --timeout=5")
    automount.use("/mnt/auto/g0")
    primary = client.volfile_servers()[0]
    automount.expect_expiry()
    lab.checks_off()
    host, = [host for host in lab.pool if host.address == primary]
    host.fault("kill")
    automount.use("/mnt/auto/g0", within=20)
    assert client.volfile_servers()[0] != primary
    automount.end()


## Where the cause of a failure is reported


@pytest.fixture
def without_syslog(lab, client):
    """The client has its own /dev, without /dev/log."""
    lab.at_end(client.sh, 'umount -l /dev && rm -rf "$1"', SYSLOG)
    client.sh('mkdir -p "$1/dev" "$1/work" && rm -f "$1/dev/log" && mount -t overlay -o '
              '"lowerdir=/dev,upperdir=$1/dev,workdir=$1/work" syslog /dev && rm -f /dev/log',
              SYSLOG)
    client.remember_traces()


@pytest.fixture
def syslog(lab, client, without_syslog):
    """Messages received on /dev/log."""
    lab.at_end(client.sh, 'kill "$(cat "$1/pid")"', SYSLOG)
    client.call("setsid", "-f", "sh", "-c", 'echo $$ >"$1/pid" && exec python3 -c "$2" '
                '</dev/null >>"$1/messages"', "sh", SYSLOG, SYSLOG_LISTENER)
    wait_for(10, lambda: client.succeeds("test", "-S", "/dev/log"), "something listens at /dev/log")
    client.remember_traces()
    return lambda: client.call("cat", f"{SYSLOG}/messages").splitlines()


def fail_to_mount(client):
    failed = client.run("ls", "/mnt/auto/gO")
    assert failed.status != 0
    return client.run("cat", DAEMON_LOG)


@pytest.mark.parametrize("flag", ["", "--verbose"], ids=["default", "verbose"])
def test_syslog_has_the_cause_once(client, automount, syslog, flag):
    """syslog has the cause even at the default log level of autofs, which logs nothing."""
    automount.start_indirect(ANY_VOLUME, flag=flag)
    assert "mount.glusterconsul:" not in fail_to_mount(client).stdout
    automount.use("/mnt/auto/g0")
    automount.end()
    message, hint = syslog()
    assert "]: /mnt/auto/gO: hint: " in hint
    for words in (" mount.glusterconsul[", "]: /mnt/auto/gO: ", "'gO'", ADDRESS["gl1"]):
        assert words in message
    assert message.startswith("<27>")  # priority error, facility daemon


def test_consul_log_reports_every_mount_to_syslog(client, syslog):
    """With the mount point, also for an option that is not valid."""
    client.mount_fails("'gO'", spec="gluster.service.consul:/gO", target="/mnt/a",
                       options="consul-log=both")
    silent = client.mount_refused(target="/mnt/b", options="consul-log=syslog,consul-foo=1")
    assert silent.stderr == ""
    client.mount_ok("consul-log=syslog,consul-verbose=true", target="/mnt/g0")
    log = syslog()
    assert any(line.startswith("<27>") and " mount.glusterconsul[" in line and
               "]: /mnt/a: no server has the volume 'gO'" in line for line in log)
    assert any("]: /mnt/b: unknown option 'consul-foo'" in line for line in log)
    assert log[-1].startswith("<30>") and "]: /mnt/g0: [" in log[-1] and "mounted" in log[-1]


def test_log_of_automount_has_the_cause_without_syslog(client, automount, without_syslog):
    """Uses the flag that makes this version of autofs log the output of a helper."""
    text = client.sh("automount --version 2>&1").split("Linux automount version ")[1].split()[0]
    version = tuple(map(int, text.split(".")[:3]))
    automount.start_indirect(ANY_VOLUME, flag="--debug" if version >= (5, 1, 9) else "--verbose")
    fail_to_mount(client).expect_output("mount.glusterconsul: ", "'gO'", ADDRESS["gl1"])
    automount.use("/mnt/auto/g0")
    automount.end()
