"""One of three servers is dead at mount time, and Consul does not know it yet: the mount succeeds,
and takes at most a second longer than with all servers alive.

A gluster client asks each host's glusterd for the port of the brick there. If one does not
respond, replication waits 10 s for it, whichever server sent the volfile. So each mount is
compared with a simultaneous manual mount from a server that is alive."""

import concurrent.futures

import pytest
from lab import ADDRESS

SLACK = 1  # second


def mount_by_hand(client, server):
    """Returns the seconds until the mount responds."""
    return client.run("timeout", "60", "sh", "-c",
                      'mkdir -p /mnt/by-hand && mount -t glusterfs "$1:/g0" /mnt/by-hand && '
                      "stat -f /mnt/by-hand >/dev/null", "sh", server).expect().seconds


@pytest.mark.parametrize("fault", ["reject", "drop", "close", "freeze", "kill", "cut"])
def test_dead_server_delays_the_mount_by_less_than_a_second(lab, client, note, fault):
    times = [f"all alive        {client.mount_ok().seconds:.2f} s"]
    client.umount()
    lab.checks_off()
    for host in lab.pool:
        host.fault(fault)
        alive = next(other for other in lab.pool if other is not host)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            by_hand = pool.submit(mount_by_hand, client, alive.name)
            seconds = client.mount_ok(write=False).seconds
        times.append(f"{host.name} dead         {seconds:.2f} s; "
                     f"by hand from a live one {by_hand.result():.2f} s")
        assert seconds <= by_hand.result() + SLACK
        client.call("umount", "-l", "/mnt/g0", "/mnt/by-hand")
        host.heal()
    note("\n".join(times))


def test_mount_survives_the_server_that_it_started_with(lab, client):
    primary = client.lookup().servers[0]
    client.mount_ok()
    host, = [host for host in lab.pool if host.address == primary]
    host.fault("kill")
    client.expect_mounted()
    client.expect_writable()


def test_nearest_server_is_not_the_slow_one(lab, client):
    lab.checks_off()
    lab.gl1.fault("slow")
    assert client.lookup("consul-order=nearest").servers.index(ADDRESS["gl1"]) == 2
