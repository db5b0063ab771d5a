"""`glusterconsul check volume` for every type of volume at its limits. What it says is compared with
what a client of the volume can do. Without --full, only one type of each way to count bricks."""

import itertools

import pytest
from lab import wait_for

pytestmark = pytest.mark.release

NAME = "limits"
TARGET = f"/mnt/{NAME}"
PASSING, WARNING, CRITICAL = 0, 1, 2


# The volfile of GlusterFS' own set-up script, setup-thin-arbiter.sh.
ARBITER = r"""
mkdir -p /srv/arbiter/.glusterfs/indices
sed 's|/mnt/thin-arbiter|/srv/arbiter|' /etc/glusterfs/thin-arbiter.vol >/srv/arbiter.vol
setsid -f glusterfsd -N --volfile-id ta -f /srv/arbiter.vol --brick-port 24007 \
  --xlator-option ta-server.transport.socket.listen-port=24007 -l /srv/arbiter.log \
  </dev/null >/dev/null 2>&1
"""


class Volume:
    def __init__(self, lab, words, count, options, arbiter=()):
        self.lab = lab
        hosts = itertools.cycle(lab.pool)
        self.bricks = [(next(hosts), f"/srv/{NAME}/b{number}") for number in range(1, count + 1)]
        lab.at_end(self.delete)
        for host in lab.pool:
            host.call("mkdir", "-p", f"/srv/{NAME}")
        lab.gl1.gluster("volume", "create", NAME, *words.split(),
                        *(f"{host.name}:{path}" for host, path in self.bricks), *arbiter, "force")
        for option, value in options.items():
            lab.gl1.gluster("volume", "set", NAME, option, value)
        lab.gl1.gluster("volume", "start", NAME)

    def delete(self):
        self.lab.client.succeeds("umount", "-l", TARGET)
        self.lab.gl1.output("gluster", "--mode=script", "volume", "stop", NAME, "force")
        self.lab.gl1.output("gluster", "--mode=script", "volume", "delete", NAME)
        for host in self.lab.pool:
            host.call("rm", "-rf", f"/srv/{NAME}")

    def kill(self, numbers):
        for number in numbers:
            host, path = self.bricks[number - 1]
            pattern = f"--volfile-id {NAME}.{host.name}.{path[1:].replace('/', '-')} "
            host.call("pkill", "-KILL", "-f", "--", pattern)

    def revive(self):
        self.lab.gl1.gluster("volume", "start", NAME, "force")


def check(lab):
    """The result, once glusterd has noticed that a brick has started or ended."""
    return lab.client.run("glusterconsul", "check", "volume", NAME, "--address", "gl1")


def becomes(lab, status, words):
    wait_for(20, lambda: check(lab).status == status, f"check volume exits {status}")
    assert words in check(lab).stdout


def can_write(client):
    script = 'echo x >"$1/$2" && cat "$1/$2" && rm "$1/$2"'
    return client.succeeds("timeout", "20", "sh", "-c", script, "sh", TARGET, "file")


# A row: the type as in "gluster volume create", the number of bricks, options, and what is seen
# after each set of bricks is killed, all others running. "partial" is not compared with a client,
# since what it can do depends on the file.
CASES = {
    "distribute": ("", 3, {}, [
        ((2,), WARNING, "is partial: 1 of 3 sets cannot serve"),
        ((1, 2, 3), CRITICAL, "cannot serve: none of 3 sets can")]),
    "replica 2": ("replica 2", 2, {}, [
        ((1,), WARNING, "is degraded: 1 of 2 bricks does not answer"),
        ((2,), WARNING, "is degraded: 1 of 2 bricks does not answer"),
        ((1, 2), CRITICAL, "cannot serve: 2 of 2 bricks do not answer, 1 needed")]),
    "replica 2 auto": ("replica 2", 2, {"cluster.quorum-type": "auto"}, [
        ((2,), WARNING, "is degraded: 1 of 2 bricks does not answer"),
        ((1,), CRITICAL, "1 of 2 bricks does not answer, both or the first needed")]),
    "replica 3": ("replica 3", 3, {}, [
        ((1,), WARNING, "is degraded: 1 of 3 bricks does not answer"),
        ((1, 3), CRITICAL, "cannot serve: 2 of 3 bricks do not answer, 2 needed")]),
    "replica 3 none": ("replica 3", 3, {"cluster.quorum-type": "none"}, [
        ((1, 2), WARNING, "is degraded: 2 of 3 bricks do not answer"),
        ((1, 2, 3), CRITICAL, "cannot serve: 3 of 3 bricks do not answer, 1 needed")]),
    "replica 3 fixed 3": ("replica 3", 3, {"cluster.quorum-type": "fixed",
                                           "cluster.quorum-count": "3"}, [
        ((3,), CRITICAL, "cannot serve: 1 of 3 bricks does not answer, 3 needed")]),
    "arbiter": ("replica 3 arbiter 1", 3, {}, [
        ((3,), WARNING, "is degraded: 1 of 3 bricks does not answer"),
        ((1,), WARNING, "is degraded: 1 of 3 bricks does not answer"),
        ((1, 2), CRITICAL, "cannot serve: 2 of 3 bricks do not answer, 2 needed")]),
    "disperse": ("disperse 6 redundancy 2", 6, {}, [
        ((1, 6), WARNING, "is degraded: 2 of 6 bricks do not answer"),
        ((1, 2, 6), CRITICAL, "cannot serve: 3 of 6 bricks do not answer, 4 needed")]),
    "disperse quorum 5": ("disperse 6 redundancy 2", 6, {"disperse.quorum-count": "5"}, [
        ((6,), WARNING, "is degraded: 1 of 6 bricks does not answer"),
        ((1, 6), CRITICAL, "cannot serve: 2 of 6 bricks do not answer, 5 needed")]),
    "distributed replica 2": ("replica 2", 4, {}, [
        ((1, 4), WARNING, "is degraded: 2 of 4 bricks do not answer"),
        ((3, 4), WARNING, "is partial: 1 of 2 sets cannot serve"),
        ((1, 2, 3, 4), CRITICAL, "cannot serve: none of 2 sets can")]),
    "distributed replica 3": ("replica 3", 6, {}, [
        ((1, 4), WARNING, "is degraded: 2 of 6 bricks do not answer"),
        ((1, 2), WARNING, "is partial: 1 of 2 sets cannot serve"),
        ((1, 2, 4, 5), CRITICAL, "cannot serve: none of 2 sets can")]),
    "distributed arbiter": ("replica 3 arbiter 1", 6, {}, [
        ((3, 4), WARNING, "is degraded: 2 of 6 bricks do not answer"),
        ((1, 2, 4, 6), CRITICAL, "cannot serve: none of 2 sets can")]),
    "distributed disperse": ("disperse 3 redundancy 1", 6, {}, [
        ((1, 6), WARNING, "is degraded: 2 of 6 bricks do not answer"),
        ((1, 2), WARNING, "is partial: 1 of 2 sets cannot serve"),
        ((1, 2, 5, 6), CRITICAL, "cannot serve: none of 2 sets can")]),
    "distributed disperse 4+2": ("disperse 6 redundancy 2", 12, {}, [
        ((1, 6, 7, 12), WARNING, "is degraded: 4 of 12 bricks do not answer"),
        ((1, 2, 6), WARNING, "is partial: 1 of 2 sets cannot serve"),
        ((1, 2, 6, 7, 8, 12), CRITICAL, "cannot serve: none of 2 sets can")]),
}


USUALLY = ("replica 2 auto", "arbiter", "disperse", "distributed replica 2")


def pytest_generate_tests(metafunc):
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", CASES if metafunc.config.option.full else USUALLY)


@pytest.mark.timeout(300)
def test_limits(lab, client, case):
    words, count, options, steps = CASES[case]
    volume = Volume(lab, words, count, options)
    becomes(lab, PASSING, f"{NAME} is healthy: all {count} bricks answer")
    client.call("mkdir", "-p", TARGET)
    client.call("mount", "-t", "glusterfs", f"gl1:/{NAME}", TARGET)
    wait_for(30, lambda: can_write(client), "the client can write")
    for killed, status, expected in steps:
        volume.kill(killed)
        becomes(lab, status, expected)
        if "partial" not in expected:
            serves = status != CRITICAL
            wait_for(30, lambda: can_write(client) == serves,
                     f"the client {'can' if serves else 'cannot'} write without {killed}")
        volume.revive()
        becomes(lab, PASSING, "is healthy")
        wait_for(30, lambda: can_write(client), "the client can write again")


@pytest.mark.timeout(200)
def test_pool_of_three_with_one_alone(lab, client):
    """Without server quorum, a warning becomes critical only if nobody can be reached."""
    server = ("glusterconsul", "check", "server", "--address", "gl1")
    client.run(*server).expect().expect_output("glusterd answers; all 2 peers are connected")
    lab.gl3.fault("kill")
    wait_for(30, lambda: client.run(*server).status == WARNING, "one peer is lost")
    client.run(*server).expect(1).expect_output(
        "1 of 2 peers is not usable: gl3 (not connected)")
    lab.gl2.fault("kill")
    wait_for(30, lambda: client.run(*server).status == CRITICAL, "both peers are lost")
    client.run(*server).expect(2).expect_output(
        "none of 2 peers is connected: gl2 (not connected), gl3 (not connected)")
    client.run(*server, "--alone", "warning").expect(1)


@pytest.mark.timeout(200)
def test_server_quorum(lab, client):
    server = ("glusterconsul", "check", "server", "--address", "gl1")
    lab.gl1.gluster("volume", "set", "g0", "cluster.server-quorum-type", "server")
    lab.at_end(lab.gl1.gluster, "volume", "reset", "g0", "cluster.server-quorum-type")
    lab.at_end(lambda: [lab.gl2.heal(), lab.gl3.heal()])
    for host in (lab.gl2, lab.gl3):
        host.fault("kill")
    wait_for(30, lambda: client.run(*server).status == CRITICAL, "quorum is lost")
    client.run(*server).expect(2).expect_output(
        "server quorum is lost: 1 of 3 servers is active, 2 needed; bricks stopped here: g0")
    assert not lab.gl1.succeeds("pgrep", "-f", "glusterfsd.*--volfile-id g0[.]gl1")


@pytest.mark.timeout(300)
def test_limits_with_thin_arbiter(lab, client):
    """It is a process on a host outside the pool: here, the client."""
    def check_without(words, status, serves):
        becomes(lab, status, words)
        wait_for(30, lambda: can_write(client) == serves,
                 f"the client {'can' if serves else 'cannot'} write: {words}")

    lab.at_end(client.sh, "pkill -KILL -x glusterfsd; rm -rf /srv/arbiter*")
    client.bash(ARBITER)
    client.wait_for_listener(24007)
    volume = Volume(lab, "replica 2 thin-arbiter 1", 2, {}, ["client:/srv/arbiter"])
    becomes(lab, PASSING, "is healthy: all 2 bricks and the thin arbiter answer")
    client.call("mkdir", "-p", TARGET)
    client.call("mount", "-t", "glusterfs", f"gl1:/{NAME}", TARGET)
    wait_for(30, lambda: can_write(client), "the client can write")
    volume.kill([1])
    check_without("is degraded: 1 of 2 bricks does not answer", WARNING, True)
    volume.revive()
    check_without("is healthy", PASSING, True)
    client.call("pkill", "-KILL", "-x", "glusterfsd")
    check_without("its thin arbiter does not answer: thin arbiter client:/srv/arbiter (refused)",
                  WARNING, True)
    volume.kill([1])
    check_without("cannot serve: 1 of 2 bricks does not answer, nor does the thin arbiter", CRITICAL,
                  False)
