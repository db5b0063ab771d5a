"""The exit status is never 0 for a mount that does not respond: a failed mount exits with 32,
reports the cause, and leaves no mount and no process."""

import pytest
from lab import ADDRESS, G0, POOL, POOL_ADDRESSES, meanwhile

pytestmark = pytest.mark.release

ATTEMPTS = 5


def fails_each_time(client, *words, **more):
    for _ in range(ATTEMPTS):
        client.mount_fails(*words, **more)


@pytest.fixture
def stopped_volume(lab, consul):
    """The service `halted` is gl4 with a volume of that name that was started and stopped."""
    consul.register("halted", "gl4")
    lab.at_end(lab.gl4.call, "rm", "-rf", "/srv/halted")
    lab.at_end(lab.gl4.gluster, "volume", "delete", "halted")
    lab.gl4.call("mkdir", "-p", "/srv/halted/brick")
    lab.gl4.gluster("volume", "create", "halted", "gl4:/srv/halted/brick", "force")
    lab.gl4.gluster("volume", "start", "halted")
    lab.gl4.gluster("volume", "stop", "halted")


def test_client_rejected_by_auth_allow(lab, client):
    lab.at_end(lab.gl1.gluster, "volume", "reset", "g0", "auth.allow")
    lab.gl1.gluster("volume", "set", "g0", "auth.allow", "10.9.9.9")
    fails_each_time(client, "glusterconsul: the bricks of volume g0 do not accept this machine;",
                    "auth.allow", "log")


def test_missing_subdirectory(client):
    fails_each_time(client, "glusterconsul: volume g0 has no directory /no/such;",
                    spec=f"{G0}/no/such")


def test_stopped_volume(client, stopped_volume):
    fails_each_time(client, f"the volume 'halted' is not started (probed {ADDRESS['gl4']}:24007)",
                    "gluster volume start halted", spec="halted:/halted", within=2)
    client.lookup(spec="halted:/halted").expect(32, "is not started")


def test_retries_until_the_bricks_start(lab, client, stopped_volume):
    """Like in a pool that is booting, glusterd responds before the bricks do."""
    lab.at_end(lab.gl4.gluster, "volume", "stop", "halted")
    lab.gl4.gluster("volume", "start", "halted")
    lab.gl4.call("pkill", "-KILL", "-f", "brick-name /srv/halted/brick")
    with meanwhile(lab.gl4.gluster, "volume", "start", "halted", "force", after=4):
        mounted = client.mount_ok(spec="halted:/halted", target="/mnt/late", within=30)
    mounted.expect(0, "Transport endpoint is not connected", "retrying for up to")
    assert mounted.seconds >= 3


def test_brick_hosts_that_do_not_resolve(client):
    client.lab.at_end(client.sh, "cat /run/lab/hosts.full >/etc/hosts; rm /run/lab/hosts.full")
    client.sh("cat /etc/hosts >/run/lab/hosts.full; "
              "grep -v 'gl[123]' /run/lab/hosts.full >/etc/hosts")
    client.mount_fails("glusterconsul: this machine cannot resolve the brick hosts gl1, gl2, gl3 (",
                       "hint: add the names to /etc/hosts", options="consul-retry=0", within=20)


def test_blocked_brick_ports(client):
    client.rule("OUTPUT", "-p", "tcp", "--dport", "49152:", "-j", "REJECT", "--reject-with",
                "tcp-reset")
    client.mount_fails("glusterconsul: the bricks are running, but their ports refuse connections",
                       "gl1:", "gl2:", "gl3:", "firewall", options="consul-retry=0", within=20)


def test_missing_brick_is_a_warning(lab, client):
    lab.checks_off()
    lab.gl3.fault("cut")
    client.mount_ok("consul-retry=30s", write=False).expect(
        0, "warning: volume g0 is mounted without 1 of its 3 bricks", "gl3:24007")


def test_mount_with_all_bricks_prints_nothing(client):
    """Also if the client's log does not list the bricks, so that they are examined."""
    assert client.mount_ok().stderr == ""
    client.umount()
    assert client.mount_ok("log-level=ERROR").stderr == ""


def test_verbose_mount_ends_with_mounted(client):
    """Each question and its answer come before it."""
    mounted = client.mount_ok("consul-verbose=true")
    mounted.expect(0, "asking Consul at 127.0.0.1:8500: GET /v1/health/service/gluster",
                   "answered with status 200")
    assert mounted.stderr.endswith("mounted gluster.service.consul:/g0 on /mnt/g0")
    client.umount()
    client.rule("OUTPUT", "-p", "tcp", "--dport", "8500", "-j", "DROP")
    client.mount_fails("waiting for Consul to find gluster (at most", argv=("-v",),
                       options="consul-retry=0,consul-timeout=2s,consul-dns-addr=off")


def test_unknown_volume_fails_at_once(client):
    fails_each_time(client, "'gO'", ADDRESS["gl1"], spec="gluster.service.consul:/gO", within=2)


def test_dead_servers_are_reported_with_their_replies(lab, client):
    lab.checks_off()
    for host in POOL:
        lab.hosts[host].fault("reject")
    client.mount_fails(*POOL_ADDRESSES, "refused", options="consul-retry=0", within=60)


def test_dead_agent_is_reported_with_both_addresses(client):
    client.kill_agent()
    failed = client.mount_fails("127.0.0.1:8500", "127.0.0.1:8600", options="consul-retry=2s",
                                within=4)
    assert failed.seconds >= 1


def test_helper_without_mount_8_fails_the_same_way(client):
    client.mount(f"{G0}/no/such", "/mnt/none", program=["/sbin/mount.glusterconsul"]).expect(32)
    client.expect_no_trace()
