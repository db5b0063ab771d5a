"""`glusterconsul check share`: a real smbd on the client, whose shares are volumes, or should be."""

import pytest
from lab import NOBODY

pytestmark = pytest.mark.release

SMB_CONF = """[global]
  workgroup = LAB
  log file = /var/log/samba.%m
  private dir = /run/samba/private
  lock directory = /run/samba/lock
  state directory = /run/samba/state
  cache directory = /run/samba/cache
  pid directory = /run/samba
  ncalrpc dir = /run/samba/ncalrpc
  load printers = no
  disable spoolss = yes
  map to guest = Bad User
  guest account = root
[volume]
  path = /
  vfs objects = glusterfs
  glusterfs:volume = g0
  glusterfs:volfile_server = gl1 gl2 gl3
  glusterfs:logfile = /var/log/samba-glusterfs.log
  kernel share modes = no
  guest ok = yes
[mounted]
  path = /mnt/g0
  vfs objects = glusterfs_fuse
  guest ok = yes
[linked]
  path = /mnt/link
[local]
  path = /srv/empty
[missing]
  path = /srv/missing
[peruser]
  path = /srv/%U
[closed]
  path = /mnt/g0
  available = no
[nosuch]
  vfs objects = glusterfs
  glusterfs:volume = nosuch
  glusterfs:volfile_server = gl1
  path = /
"""
HEALTHY = "g0 is healthy: all 3 bricks answer"
CREDENTIALS = "/etc/check-share.smb"


def check(client, share, *options, timeout="10s", prefix=()):
    return client.run(*prefix, "glusterconsul", "check", "share", share, "--timeout", timeout,
                      *options)


def smbd(client):
    """Runs smbd on port 445 until the test ends."""
    client.write("/etc/samba/smb.conf", SMB_CONF)
    client.sh("cd / && mkdir -p /srv/empty /run/samba/private /run/samba/lock /run/samba/state "
              "/run/samba/cache /run/samba/ncalrpc && ln -sfn /mnt/g0 /mnt/link")
    client.lab.at_end(client.sh, "rm -f /mnt/link")
    client.lab.at_end(client.sh, "pkill -CONT -x smbd; pkill -x smbd; "
                      "while pgrep -x smbd >/dev/null; do sleep 0.1; done")
    client.daemon("smbd", "--foreground", "--no-process-group")
    client.wait_for_listener(445)


@pytest.fixture
def samba(client):
    smbd(client)
    return client


def test_volume(samba):
    check(samba, "volume").expect().expect_output(f"share volume: {HEALTHY}")
    assert check(samba, "VOLUME").stdout == f"share VOLUME: {HEALTHY}"


def test_same_state_gives_same_bytes(samba):
    assert len({check(samba, "volume").stdout_bytes for _ in range(5)}) == 1


def test_needs_no_root(samba):
    check(samba, "volume", prefix=(*NOBODY, "--no-new-privs", "env", "-i", "PATH=/usr/bin")).expect()


def test_mounted_volume(samba):
    samba.mount_ok()
    for share in ("mounted", "linked"):
        check(samba, share).expect().expect_output(f"share {share}: {HEALTHY}")
    check(samba, "mounted", prefix=(*NOBODY, "--no-new-privs")).expect()


def test_volume_is_not_mounted(samba):
    samba.call("mkdir", "-p", "/mnt/g0")
    for share, path in (("mounted", "/mnt/g0"), ("linked", "/mnt/link"), ("local", "/srv/empty")):
        check(samba, share).expect(2).expect_output(
            f"share {share}: no volume is mounted at {path}, which is on ")


def test_mount_of_a_dead_client(samba):
    samba.mount_ok()
    samba.call("pkill", "-KILL", "-f", "glusterfs.* /mnt/g0$")
    seen = check(samba, "mounted").expect(2).stdout
    assert seen.strip() in (
        "share mounted: the mount at /mnt/g0 does not work: dead",
        "share mounted: /mnt/g0 cannot be opened: Transport endpoint is not connected")


def test_mount_that_does_not_respond(samba):
    samba.mount_ok()
    samba.lab.at_end(samba.succeeds, "pkill", "-CONT", "-f", "glusterfs.* /mnt/g0$")
    samba.call("pkill", "-STOP", "-f", "glusterfs.* /mnt/g0$")
    check(samba, "mounted", timeout="2s").expect(2, within=4).expect_output(
        "share mounted: ", "not")


@pytest.mark.parametrize("share,status,words", [
    ("missing", 2, "/srv/missing cannot be opened: No such file or directory"),
    ("peruser", 1, "unknown: share peruser: the path of the share depends on the user: /srv/%U"),
    ("closed", 2, "the share is not available (available = no)"),
    ("unheard-of", 2, "Samba has no share unheard-of"),
    ("global", 2, "Samba has no share global"),
    ("nosuch", 2, "share nosuch: volume nosuch does not exist"),
])
def test_configuration(samba, share, status, words):
    check(samba, share).expect(status).expect_output(words)


def test_degraded_volume(samba, lab):
    lab.gl2.sh("pkill -KILL -x glusterfsd")
    lab.at_end(lab.gl1.gluster, "volume", "start", "g0", "force")
    result = check(samba, "volume").expect(1)
    assert result.stdout.startswith("share volume: g0 is degraded: 1 of 3 bricks does not answer: "
                                    "gl2:")


def test_first_volfile_server_is_down(samba, lab):
    lab.gl1.fault("kill")
    check(samba, "volume").expect(1).expect_output("share volume: g0 is degraded: 1 of 3 bricks",
                                                   "glusterd unreachable")


def test_smb_is_refused(client):
    check(client, "volume").expect(2).expect_output(
        "share volume: no SMB server at 127.0.0.1:445: Connection refused")


def test_smb_does_not_respond(samba):
    samba.call("pkill", "-STOP", "-x", "smbd")
    check(samba, "volume", timeout="1s").expect(2, within=1.5).expect_output(
        "share volume: the SMB server 127.0.0.1:445 does not respond")


def test_another_server_on_the_port(client):
    check(client, "volume", "--address", "gl1:24007").expect(2).expect_output("gl1:24007")


def test_credentials(samba):
    samba.mount_ok()
    samba.write(CREDENTIALS, "username = guest\npassword = x\n", mode=600)
    samba.sh("echo here >/mnt/g0/marker")
    samba.lab.at_end(samba.sh, "rm -f /mnt/g0/marker")
    check(samba, "mounted", "--credentials", CREDENTIALS, "--list", "--marker", "marker") \
        .expect().expect_output(HEALTHY)
    check(samba, "mounted", "--credentials", CREDENTIALS, "--marker", "absent").expect(2) \
        .expect_output("share mounted: the share cannot be used: NT_STATUS_OBJECT_NAME_NOT_FOUND")
    check(samba, "linked", "--credentials", CREDENTIALS).expect(2).expect_output(
        "NT_STATUS_ACCESS_DENIED")


def test_credentials_with_a_volume(samba):
    """Samba needs 10 s to close a connection to a volume (docs/facts.md)."""
    samba.write(CREDENTIALS, "username = guest\npassword = x\n", mode=600)
    check(samba, "volume", "--credentials", CREDENTIALS, "--list", timeout="60s").expect() \
        .expect_output(HEALTHY)


def test_file_name_that_looks_like_an_error(samba):
    samba.mount_ok()
    samba.write(CREDENTIALS, "username = guest\npassword = x\n", mode=600)
    samba.sh("touch /mnt/g0/NT_STATUS_ACCESS_DENIED")
    samba.lab.at_end(samba.sh, "rm -f /mnt/g0/NT_STATUS_ACCESS_DENIED")
    check(samba, "mounted", "--credentials", CREDENTIALS, "--list").expect()


def test_credentials_that_others_can_read(client):
    client.write(CREDENTIALS, "username = guest\npassword = x\n", mode=644)
    check(client, "volume", "--credentials", CREDENTIALS).expect(3, CREDENTIALS)
    check(client, "volume", "--credentials", "/etc/absent").expect(3, "/etc/absent")


@pytest.mark.parametrize("words", [
    (), ("volume", "--list"), ("volume", "--marker", "x"), ("a/b",), ("volume", "--timeout", "x"),
    ("volume", "--address", "a b")])
def test_usage(client, words):
    client.run("glusterconsul", "check", "share", *words).expect(3)
