"""The contract with mount(8): flags, options, existing mounts, exit status."""

import concurrent.futures
import os
import re

import pytest
from lab import CONF, G0, NOBODY, at_once, wait_for

pytestmark = pytest.mark.release

HELPER = ("mount.glusterconsul",)
OTHER = "gluster.service.consul:/other"
LINE = f"{G0} /mnt/g0 glusterconsul"  # of fstab, without its options


def version(client, command, pattern):
    seen = re.match(pattern, client.call(command, "--version"))
    return tuple(map(int, seen[1].split(".")))


def expect_unchanged(client, *argv, status=0, words=()):
    """Checks that this command does not change the mount on /mnt/g0."""
    before = client.mountinfo("/mnt/g0")
    client.run(*argv).expect(status, *words)
    assert client.mountinfo("/mnt/g0") == before


def expect_one_client(client):
    assert client.call("pgrep", "-c", "-x", "glusterfs") == "1"


def expect_refused(client, wanted, *argv):
    """Checks that g0 stays mounted and that the error names both sources."""
    expect_unchanged(client, *argv, status=32, words=[f"{G0} is already mounted on /mnt/g0", wanted])


## Already mounted


def test_mounting_twice_succeeds_with_one_mount(client):
    client.mount_ok()
    for arguments in ([G0, "/mnt/g0"], ["gluster.service.consul:g0", "/mnt/g0", "-o", "acl"]):
        expect_unchanged(client, "mount", "-t", "glusterconsul", *arguments)
        expect_one_client(client)


@pytest.mark.parametrize("first, again, status, words", [
    ("nosuid,nodev", "nosuid,nodev", 0, []),
    ("noatime,sync", "noatime,sync", 0, []),
    ("strictatime,nodiratime,lazytime", "strictatime,nodiratime,lazytime", 0, []),
    ("dirsync,nosymfollow", "dirsync,nosymfollow", 0, []),
    ("nosuid", "nosuid,noexec,noatime,sync", 0,
     [f"{G0} is already mounted on /mnt/g0; these options do not apply: noexec, noatime, sync"]),
    ("rw", "ro,noexec", 32, [f"{G0} is already mounted on /mnt/g0 read-write, not read-only"]),
    ("ro", "rw", 32, [f"{G0} is already mounted on /mnt/g0 read-only, not read-write"]),
    ("ro", "ro", 0, []),
])
def test_mounting_twice_compares_the_options(client, first, again, status, words):
    client.mount(options=first).expect()
    result = client.mount(options=again).expect(status, *words)
    assert words or result.stderr == ""
    expect_one_client(client)


def test_waits_for_a_mount_that_has_just_lost_a_server(lab, client):
    """Every call blocks until gluster gives up on the server, by default after 42 s."""
    lab.at_end(lab.gl1.gluster, "volume", "reset", "g0", "network.ping-timeout")
    lab.gl1.gluster("volume", "set", "g0", "network.ping-timeout", "9")
    client.mount_ok()
    lab.at_end(lab.gl2.heal)  # before the option can be restored
    lab.gl2.fault("cut")
    mounted = client.run("mount", "-t", "glusterconsul", G0, "/mnt/g0").expect(within=40)
    assert mounted.seconds >= 6
    expect_one_client(client)


@pytest.fixture
def frozen(lab, client):
    """A mount on /mnt/g0 with a directory in it, and with its client stopped."""
    client.mount_ok()
    client.call("mkdir", "-p", "/mnt/g0/dir")
    lab.at_end(client.call, "pkill", "-CONT", "-x", "glusterfs")
    client.call("pkill", "-STOP", "-x", "glusterfs")


# The target as in the mount table, written differently, and a directory below it. The last two must
# be opened first.
FROZEN_TARGETS = ["/mnt/g0", "/mnt/g0/../g0", "/mnt/g0/dir"]


@pytest.mark.parametrize("target", FROZEN_TARGETS)
@pytest.mark.parametrize("signal", ["TERM", "INT"])
def test_wait_for_a_frozen_client_ends_on_a_signal(client, frozen, target, signal):
    ended = client.run("timeout", "-s", signal, "-k", "20", "2", *HELPER, G0, target, timeout=60)
    ended.expect(124, "interrupted", within=4)


def test_frozen_client_is_reported(client, frozen):
    expect_unchanged(client, *HELPER, G0, "/mnt/g0", status=32,
                     words=[f"{G0} is already mounted on /mnt/g0, but does not respond",
                            "umount -l /mnt/g0"])
    for target in FROZEN_TARGETS[1:]:
        client.run(*HELPER, G0, target).expect(32, f"target {target}: a file system in its path "
                                               "does not respond", within=25)


# Files that options name, on a file system that does not respond.
FROZEN_FILES = [
    "consul-token-file=/mnt/g0/file",
    "consul-http-addr=unix:///mnt/g0/file",
    "consul-http-addr=https://localhost:8501,consul-ca-cert=/mnt/g0/file",
    "consul-http-addr=https://localhost:8501,consul-ca-path=/mnt/g0/dir",
    "consul-http-addr=https://localhost:8501,consul-client-cert=/mnt/g0/file,"
    "consul-client-key=/mnt/g0/key",
    "consul-glusterfs=/mnt/g0/file",
    "log-file=/mnt/g0/file",
]


def test_file_on_a_file_system_that_does_not_respond_is_named(client, frozen):
    client.call("mkdir", "-p", "/mnt/other")
    commands = [(*HELPER, G0, "/mnt/other", "-o", options) for options in FROZEN_FILES]
    commands += [("glusterconsul", "lookup", G0, "-o", FROZEN_FILES[0]),
                 ("glusterconsul", "volumes", "gluster", "-o", FROZEN_FILES[0])]
    with concurrent.futures.ThreadPoolExecutor(len(commands)) as pool:
        runs = [pool.submit(client.run, *command) for command in commands]
        for options, ended in zip([*FROZEN_FILES, *FROZEN_FILES[:1] * 2], runs):
            option = options.rsplit("https://localhost:8501,", 1)[-1].split("=")[0]
            ended.result().expect(2, f"{option}=/mnt/g0/", "its file system does not respond",
                                  within=25)
    client.write(CONF, FROZEN_FILES[0].replace("=", " = ") + "\n")
    client.run("glusterconsul", "config", "check").expect(
        2, "consul-token-file=/mnt/g0/file", "its file system does not respond", within=25)
    client.call("rm", CONF)
    for option in (FROZEN_FILES[0], FROZEN_FILES[-1]):
        ended = client.run("timeout", "-k", "20", "2", *HELPER, G0, "/mnt/other", "-o", option)
        ended.expect(124, "interrupted", within=4)


def test_other_source_on_the_target_is_rejected(client):
    client.mount_ok()
    for wanted in (f"{G0}/sub", OTHER):
        expect_refused(client, wanted, "mount", "-t", "glusterconsul", wanted, "/mnt/g0")
    client.umount()
    client.mount_ok(spec=f"{G0}/sub")
    client.mount().expect(32, f"{G0}/sub is already mounted on /mnt/g0", f"so {G0} cannot")


def test_slashes_links_and_relative_targets_are_the_same_target(client):
    """mount(8) resolves the target before it calls the helper; other callers do not."""
    client.mount_ok()
    client.sh("ln -s /mnt/g0 /tmp/link && ln -s /mnt /tmp/parent")
    expect_unchanged(client, "mount", "-t", "glusterconsul", G0, "/tmp/parent/g0/")
    expect_one_client(client)
    expect_refused(client, f"{G0}/sub", "mount", "-t", "glusterconsul", f"{G0}/sub", "/tmp/link/")
    for target in ("/mnt/g0/", "/mnt/g0//.", "/mnt/./g0", "//mnt//g0", "/mnt/g0/../g0",
                   "/tmp/link", "/tmp/link/", "/tmp/parent/g0", "g0", "./g0/", "../mnt/g0",
                   "/proc/self/cwd/g0"):
        expect_unchanged(client, "env", "-C", "/mnt", *HELPER, G0, target)
        expect_refused(client, f"{G0}/sub", "env", "-C", "/mnt", *HELPER, f"{G0}/sub", target)
    expect_one_client(client)


@pytest.mark.parametrize("program", [HELPER, ("mount", "-t", "glusterconsul")], ids=" ".join)
def test_relative_target_and_link_are_followed(client, program):
    client.sh("mkdir /mnt/g0 && ln -s /mnt/g0 /tmp/link")
    for target in ("g0", "/tmp/link/"):
        client.run("env", "-C", "/mnt", *program, G0, target).expect()
        client.expect_mounted()
        client.umount()


def test_two_simultaneous_mounts_on_one_target_are_one_mount(client):
    print(at_once(lambda _: client.mount(), range(2)))
    client.expect_mounted()


def test_ten_simultaneous_mounts(client):
    mounted = at_once(lambda number: client.mount(target=f"/mnt/many{number}"), range(10))
    assert [result.status for result in mounted] == [0] * 10
    assert len(client.mounts()) == 10


## fstab


def test_second_mount_a_changes_nothing(client):
    def state():
        return client.sh("cat /proc/self/mountinfo /run/mount/utab; pgrep -x glusterfs")

    client.call("mkdir", "/mnt/g0")
    client.write_fstab(
        f"{LINE} defaults,_netdev,noatime,x-systemd.requires=consul.service 0 0",
        f"{G0}/sub /mnt/sub glusterconsul _netdev,nofail,X-mount.mkdir 0 0",
        f"{G0}/no/such /mnt/other glusterconsul noauto,_netdev 0 0")
    client.run("mount", "-a").expect()
    client.expect_mounted()
    client.expect_mounted("/mnt/sub", f"{G0}/sub")
    before = state()
    client.run("mount", "-a", "-v").expect().expect_output(
        "/mnt/g0                  : already mounted")
    assert state() == before


@pytest.mark.parametrize("more, status", [
    pytest.param([], 32, id="alone"),
    pytest.param([f"{G0} /mnt/g0 glusterconsul _netdev 0 0"], 64, id="with another"),
])
def test_mount_a_reports_a_failed_line_with_nofail(client, more, status):
    """As for NFS: 64 means that other mounts succeeded."""
    client.call("mkdir", "-p", "/mnt/g0", "/mnt/none")
    client.write_fstab(
        "gluster.service.consul:/gO /mnt/none glusterconsul nofail,_netdev,consul-retry=0 0 0",
        *more)
    client.run("mount", "-a").expect(status, "no server has the volume 'gO'")


def test_netdev_is_not_mounted_before_the_network(client):
    """Boot scripts mount network file systems after the others."""
    client.call("mkdir", "/mnt/g0")
    client.write_fstab(f"{LINE} _netdev 0 0")
    client.run("mount", "-a", "-O", "no_netdev").expect()
    client.expect_no_trace()
    client.run("mount", "-a", "-O", "_netdev").expect()
    client.expect_mounted()


@pytest.mark.parametrize("name", ["/mnt/g0", "/mnt/g0/", G0])
def test_target_or_source_is_enough_with_fstab(client, name):
    client.call("mkdir", "/mnt/g0")
    client.write_fstab(f"{LINE} _netdev,noatime 0 0")
    client.run("mount", name).expect()
    client.expect_mounted()
    assert client.options_of("/mnt/g0") == ("rw,noatime", "rw")


def test_mkdir_creates_the_target(lab, client):
    target = "/mnt/made/deeper"
    lab.at_end(client.sh, 'umount -l "$1" && rmdir -p "$1" 2>/dev/null || true', target)
    client.write_fstab(f"{G0} {target} glusterconsul _netdev,X-mount.mkdir=0750 0 0")
    client.run("mount", target).expect()
    client.expect_mounted(target)


def test_subdir_works_as_this_mount_8_supports_it(client):
    """From util-linux 2.39 on, mount(8) lets the helper mount at /run/mount/tmptgt in a private
    mount namespace, and moves the directory from there. Older versions ignore the option."""
    client.mount(options="X-mount.subdir=sub,noexec").expect()
    assert client.options_of("/mnt/g0") == ("rw,noexec,relatime", "rw")
    shown = client.run("ls", "-A", "/mnt/g0").stdout.split()
    if version(client, "mount", r"mount from util-linux ([0-9.]*)") >= (2, 39):
        # Other tests may have left a file there.
        assert "deeper" in shown and "present" not in shown
    else:
        assert "present" in shown
    client.umount()
    client.expect_no_trace(within=5)


## Flags of mount(8)


@pytest.mark.parametrize("flag", ["-n", "-s", "-v", "-nsv"])
def test_flag_does_not_change_the_mount(client, flag):
    client.mount(program=["mount", flag, "-t", "glusterconsul"]).expect()
    client.expect_mounted()


def test_type_with_a_subtype(client):
    client.mount(program=["mount", "-t", "glusterconsul.sub"]).expect()
    client.expect_mounted()
    client.expect_writable()


def test_verbose_prints_the_steps(client):
    client.mount(program=["mount", "-v", "-t", "glusterconsul"]).expect(
        0, "running ", "--volfile-id=/g0")


def test_sloppy_ignores_unknown_options(client):
    client.mount(options="lru-limit=many").expect(1)
    client.mount(options="lru-limit=many,noatime", program=["mount", "-s", "-t", "glusterconsul"]) \
        .expect(0, "lru-limit")
    client.expect_mounted()
    assert client.options_of("/mnt/g0") == ("rw,noatime", "rw")


def test_sloppy_ignores_options_of_nfs(client):
    """As in maps that were written for NFS."""
    client.mount(options="rw,hard,intr,timeo=600,retrans=2,vers=3",
                 program=["mount", "-s", "-t", "glusterconsul"]) \
        .expect(0, *(f"option {name}" for name in ("hard", "intr", "timeo", "retrans", "vers")),
                "ignored because of -s")
    client.expect_mounted()


@pytest.mark.parametrize("option, hint", [("attribute-timeuot=5", "did you mean attribute-timeout?"),
                                          ("hard", "mount.glusterfs(8)")])
def test_option_that_the_client_does_not_know_exits_1(client, option, hint):
    words = [f"option {option.split('=')[0]}: the installed GlusterFS client does not know it", hint]
    for flags in ([], ["-f"]):
        failed = client.mount(target="/mnt/none", options=option,
                              program=["mount", *flags, "-t", "glusterconsul"]).expect(1, *words)
        assert "\\n" not in failed.stderr
    client.lookup(option).expect(1, *words)
    client.expect_no_trace()


def test_namespace_flag_mounts_only_in_that_namespace(lab, client):
    client.call("mkdir", "/mnt/g0")
    pid = client.sh("unshare -m sleep 60 </dev/null >/dev/null 2>&1 & echo $!")
    lab.at_end(client.call, "kill", pid)
    own = client.call("readlink", "/proc/self/ns/mnt")
    wait_for(5, lambda: client.call("readlink", f"/proc/{pid}/ns/mnt") != own, "a namespace")
    inside = ("nsenter", "-t", pid, "-m")
    in_namespace = ("mount", "-N", pid, "-t", "glusterconsul")
    client.mount(program=in_namespace).expect()
    client.expect_not_mounted("/mnt/g0")
    assert client.run(*inside, "cat", "/mnt/g0/present").stdout == "from the beginning"
    assert client.call(*inside, "findmnt", "-n", "-o", "SOURCE", "--mountpoint", "/mnt/g0") == G0
    client.mount(f"{G0}/sub", program=in_namespace).expect(32, f"{G0} is already mounted on /mnt/g0")
    client.mount(program=[*HELPER, "-N", "999999"]).expect(1, "mount namespace")


def test_fake_mount_prints_the_plan_and_mounts_nothing(client):
    client.mount(program=["mount", "-f", "-v", "-t", "glusterconsul"]).expect().expect_output(
        "gl1", "gl2", "gl3", "primary", "backup", "--volfile-id", "/mnt/g0")
    client.expect_no_trace()


def test_fake_mount_of_a_line_in_fstab_changes_nothing(client):
    client.call("mkdir", "/mnt/g0")
    client.write_fstab(f"{LINE} _netdev 0 0")
    fake = client.run("mount", "-f", "/mnt/g0").expect()
    assert fake.stdout + fake.stderr == ""
    client.run("mount", "-f", "-a").expect()
    client.expect_no_trace()
    client.mount("glusterr.service.consul:/g0", program=["mount", "-f", "-t", "glusterconsul"]) \
        .expect(32, "glusterr")


## Options


def test_read_only(client):
    client.mount(options="ro").expect()
    assert "Read-only file system" in client.run("touch", "/mnt/g0/forbidden").stderr


def expect_shown(client, table, program):
    """Each row of the table has mount options, and the options that findmnt then shows for the
    mount and for the file system. One command on the client tests all rows, to save time."""
    rows = [line.split() for line in table.strip().splitlines()]
    seen = client.call("bash", "-c", r"""
        mkdir -p /mnt/flag
        while read -r options; do
          "${@:2}" "$1" /mnt/flag -o "$options" </dev/null || exit
          file_system=$(findmnt -n -o FS-OPTIONS --mountpoint /mnt/flag)
          echo "$options $(findmnt -n -o VFS-OPTIONS --mountpoint /mnt/flag) ${file_system%%,user_id=*}"
          umount /mnt/flag || exit
        done""", "bash", G0, *program, input="".join(row[0] + "\n" for row in rows))
    assert [line.split() for line in seen.splitlines()] == rows


EVERY_FLAG = """
defaults      rw,relatime             rw
async         rw,relatime             rw
atime         rw,relatime             rw
noatime       rw,noatime              rw
auto          rw,relatime             rw
noauto        rw,relatime             rw
dev           rw,relatime             rw
nodev         rw,nodev,relatime       rw
diratime      rw,relatime             rw
nodiratime    rw,nodiratime,relatime  rw
dirsync       rw,relatime             rw,dirsync
exec          rw,relatime             rw
noexec        rw,noexec,relatime      rw
iversion      rw,relatime             rw
noiversion    rw,relatime             rw
mand          rw,relatime             rw
nomand        rw,relatime             rw
relatime      rw,relatime             rw
norelatime    rw,relatime             rw
strictatime   rw                      rw
nostrictatime rw,relatime             rw
lazytime      rw,relatime             rw,lazytime
nolazytime    rw,relatime             rw
suid          rw,relatime             rw
nosuid        rw,nosuid,relatime      rw
silent        rw,relatime             rw
loud          rw,relatime             rw
ro            ro,relatime             ro
rw            rw,relatime             rw
sync          rw,relatime             rw,sync
nosymfollow   rw,relatime,nosymfollow rw
"""

# From util-linux 2.39 on, mount(8) documents the argument.
RECURSIVE = """
ro=recursive                          ro,relatime                      ro
nosuid=recursive,noexec=recursive     rw,nosuid,noexec,relatime        rw
noatime=recursive                     rw,noatime                       rw
nodiratime=recursive                  rw,nodiratime,relatime           rw
nosymfollow=recursive                 rw,relatime,nosymfollow          rw
"""

# If options conflict, because mount(8) is not involved or a line has both, the last one wins.
OPPOSITES = """
ro,rw                   rw,relatime             rw
rw,ro                   ro,relatime             ro
nosuid,suid             rw,relatime             rw
suid,nosuid             rw,nosuid,relatime      rw
nodev,dev               rw,relatime             rw
dev,nodev               rw,nodev,relatime       rw
noexec,exec             rw,relatime             rw
exec,noexec             rw,noexec,relatime      rw
sync,async              rw,relatime             rw
async,sync              rw,relatime             rw,sync
lazytime,nolazytime     rw,relatime             rw
nolazytime,lazytime     rw,relatime             rw,lazytime
noatime,atime           rw,relatime             rw
atime,noatime           rw,noatime              rw
noatime,relatime        rw,relatime             rw
relatime,noatime        rw,noatime              rw
noatime,strictatime     rw                      rw
strictatime,noatime     rw,noatime              rw
strictatime,relatime    rw,relatime             rw
strictatime,nostrictatime rw,relatime           rw
nodiratime,diratime     rw,relatime             rw
diratime,nodiratime     rw,nodiratime,relatime  rw
nosymfollow,symfollow   rw,relatime             rw
ro,nosuid,nodev,noexec,noatime,nodiratime,sync,dirsync,lazytime,nosymfollow ro,nosuid,nodev,noexec,noatime,nodiratime,nosymfollow ro,sync,dirsync,lazytime
"""

FSTAB_WORDS = """
defaults         rw,relatime                     rw
_netdev          rw,relatime                     rw
nofail           rw,relatime                     rw
user             rw,nosuid,nodev,noexec,relatime rw
user,exec        rw,nosuid,nodev,relatime        rw
users            rw,nosuid,nodev,noexec,relatime rw
nouser           rw,relatime                     rw
owner            rw,nosuid,nodev,relatime        rw
group            rw,nosuid,nodev,relatime        rw
comment=storage  rw,relatime                     rw
x-systemd.automount,x-systemd.requires=consul.service,x-systemd.mount-timeout=80 rw,relatime rw
defaults,auto,_netdev,users,exec,nofail,comment=storage,x-a.b,strictatime rw,nosuid,nodev rw
"""

BY_MOUNT_8 = ("mount", "-t", "glusterconsul")
BY_FSTAB = ("sh", "-c", 'echo "$1 $2 glusterconsul $4 0 0" >/etc/fstab; exec mount /mnt/flag', "sh")


@pytest.mark.parametrize("table, program", [
    pytest.param(EVERY_FLAG, BY_MOUNT_8, id="every flag, by mount(8)"),
    pytest.param(EVERY_FLAG, HELPER, id="every flag, by the helper"),
    pytest.param(RECURSIVE, BY_MOUNT_8, id="recursive"),
    pytest.param(OPPOSITES, HELPER, id="opposites"),
    pytest.param(FSTAB_WORDS, BY_FSTAB, id="fstab"),
])
def test_findmnt_shows_the_options(client, table, program):
    client.write_fstab()  # some rows rewrite it
    expect_shown(client, table, program)


@pytest.mark.parametrize("before, between, after", [
    pytest.param(["mount", "-o", "ro", "-t", "glusterconsul"], ["-o", "noatime"],
                 ["-o", "nosuid,acl"], id="mount(8)"),
    pytest.param([*HELPER, "-o", "ro"], ["-n", "-onoatime", "-s"], ["-o", "nosuid", "-o", "acl"],
                 id="helper"),
])
def test_options_in_any_position_and_repeated(client, before, between, after):
    client.call("mkdir", "/mnt/g0")
    client.run(*before, G0, *between, "/mnt/g0", *after).expect()
    assert client.options_of("/mnt/g0") == ("ro,nosuid,noatime", "ro")
    assert "--acl" in client.gluster_client()


def test_quoted_values_keep_their_commas(client):
    """mount(8) passes a quoted value with its quotes, except SELinux contexts if the kernel does
    not support SELinux: it removes them together with the quoted value."""
    context = '"system_u:object_r:tmp_t:s0:c127,c456"'
    client.mount(options='noatime,log-file="/var/log/glusterfs/mnt-a,b.log",acl').expect()
    client.run("test", "-s", "/var/log/glusterfs/mnt-a,b.log").expect()
    client.umount()
    if not os.path.exists("/sys/fs/selinux/enforce"):
        client.mount(options=f"context={context},noexec").expect()
        assert client.options_of("/mnt/g0") == ("rw,noexec,relatime", "rw")
        client.umount()
    client.mount(options=f'ro,context={context},noexec,rootcontext="a:b:c,d"',
                 program=[*HELPER, "-f", "-v"]).expect().expect_output(
        f'--fuse-mountopts=context={context},noexec,rootcontext="a:b:c,d"', "--read-only")
    client.mount(options=f"context={context[:-1]},noexec", program=HELPER).expect(
        1, "unterminated quote in", "hint: in a shell")


def test_options_of_gluster_reach_the_client(client):
    client.mount_ok("log-level=DEBUG,log-file=/tmp/client.log,direct-io-mode=disable,acl")
    client.run("grep", "-c", r"\] D \[", "/tmp/client.log").expect()
    assert {"--direct-io-mode=disable", "--acl"} <= set(client.gluster_client())


def test_option_is_passed_only_to_a_client_that_supports_it(client):
    """glusterfs before 11 fails with a usage error if it gets this option."""
    major, = version(client, "glusterfs", r"glusterfs ([0-9]*)")
    mounted = client.mount_ok("inode-table-size=131072")
    if major >= 11:
        assert "--inode-table-size=131072" in client.gluster_client()
    else:
        mounted.expect(0, f"inode-table-size is ignored: the installed glusterfs {major}.")


@pytest.mark.parametrize("arguments", [
    ["-t", "glusterconsul", "-o", "remount,ro", G0, "/mnt/g0"],
    ["-o", "remount,ro", "/mnt/g0"],
    ["-o", "remount,noatime", "/mnt/g0"],
    ["-o", "remount", G0],
], ids=" ".join)
def test_remount_is_rejected_and_changes_nothing(client, arguments):
    client.call("mkdir", "/mnt/g0")
    client.write_fstab(f"{LINE} _netdev 0 0")
    client.run("mount", "/mnt/g0").expect()
    before = client.call("cat", "/proc/self/mountinfo")
    client.run("mount", *arguments).expect(1, "remount", "hint: unmount, then mount again")
    assert client.call("cat", "/proc/self/mountinfo") == before
    client.expect_writable()


## Users


def expect_only_root_mounts(client, name):
    refused = client.nobody("mount", name).expect(
        1, "only root can mount a GlusterFS volume", "autofs")
    assert "secret" not in refused.stderr  # files that the user cannot read
    client.expect_no_trace()


def test_user_mount_is_rejected(client):
    client.call("mkdir", "/mnt/g0")
    client.write("/etc/consul.d/secret", "secret-token\n", 600)
    client.write("/etc/glusterconsul.conf", "consul-token-file = /etc/consul.d/secret\n", 600)
    client.write_fstab(f"{LINE} noauto,user,_netdev 0 0")
    expect_only_root_mounts(client, "/mnt/g0")
    client.call("chmod", "644", "/etc/glusterconsul.conf")
    expect_only_root_mounts(client, "/mnt/g0")
    client.write_fstab(f"{LINE} noauto,users,nofail,_netdev 0 0")
    expect_only_root_mounts(client, G0)
    client.write_fstab(f"{LINE} noauto,owner,group,_netdev 0 0")
    expect_only_root_mounts(client, "/mnt/g0")


def test_user_can_unmount_if_fstab_permits_it(client):
    client.call("mkdir", "/mnt/g0")
    client.write_fstab(f"{LINE} noauto,users,_netdev 0 0")
    client.run("mount", "/mnt/g0").expect()
    client.nobody("umount", "/mnt/g0").expect()
    client.expect_no_trace(within=5)


## Wrong usage and exit status


@pytest.mark.parametrize("words, argv", [
    ("consul-health", ["mount", "-t", "glusterconsul", G0, "/mnt/none", "-o", "consul-helth=any"]),
    ("mount -t glusterfs", ["mount", "-t", "glusterconsul", "server1.example.com:/g0",
                            "/mnt/none"]),
    ("NAME:/VOLUME", ["mount", "-t", "glusterconsul", "gluster.service.consul", "/mnt/none"]),
    ("consul-order", ["mount", "-t", "glusterconsul", G0, "/mnt/none", "-o",
                      "consul-order=fastest"]),
    ("target", ["/sbin/mount.glusterconsul", G0]),
    ("-Q", ["/sbin/mount.glusterconsul", G0, "/mnt/none", "-Q"]),
    ("root", [*NOBODY[:3], "--clear-groups", "/sbin/mount.glusterconsul", G0, "/mnt/none"]),
], ids=["option", "server", "no volume", "value", "no target", "flag", "not root"])
def test_wrong_usage_exits_1_with_its_message(client, words, argv):
    client.call("mkdir", "/mnt/none")
    client.run(*argv).expect(1, words)
    client.expect_no_trace()


def test_missing_target_is_reported(client):
    failed = client.run("/sbin/mount.glusterconsul", G0, "/mnt/nowhere")
    assert failed.status != 0
    assert "/mnt/nowhere" in failed.stderr
    client.expect_no_trace()


def test_missing_client_exits_2(client):
    path = "/nonexistent/glusterfs"
    client.mount(target="/mnt/none", options=f"consul-glusterfs={path}").expect(2, path)
    client.expect_no_trace()


def test_captured_output_ends_while_the_client_runs(client):
    client.call("mkdir", "/mnt/g0")
    client.run("timeout", "20", "sh", "-c", 'said=$(mount -v -t glusterconsul "$1" /mnt/g0 2>&1) '
               '&& echo "said: $said"', "sh", G0).expect()
    client.expect_mounted()
