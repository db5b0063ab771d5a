"""However late a mount is interrupted, it is either complete or does not exist."""

import re

import pytest
from lab import G0, ON_CLIENT

HELPER = "mount.glusterconsul"


@pytest.fixture
def interrupt(client, note):
    """Interrupts mounts. Returns how often each exit status occurred, and how often the target had
    been in the mount table before the interruption."""
    def run(signal, waits, options="log-level=INFO", starter=HELPER):
        done = client.run("bash", ON_CLIENT / "interrupt.sh", starter, signal, G0, options,
                          *(f"{wait:.3f}" for wait in waits))
        note(f"{signal}: {done.stdout}")
        assert "wrong" not in done.stdout
        client.expect_no_trace(within=2)
        statuses = {int(status): int(count) for status, count in
                    re.findall(r"exit status (\d+): (\d+)", done.stdout)}
        return statuses, int(done.stdout.rpartition(": ")[2])
    return run


@pytest.fixture
def interrupt_each_time(interrupt):
    """Interrupts mounts that do not end by themselves in time, so that the helper always reports
    the interruption."""
    def run(waits, options="log-level=INFO", also_term=()):
        for signal, waits_of_signal in (("INT", waits), ("TERM", [*waits, *also_term])):
            statuses, in_table = interrupt(signal, waits_of_signal, options)
            assert statuses == {8: len(waits_of_signal)}
        return in_table
    return run


@pytest.mark.parametrize("signal", ["INT", "TERM"])
def test_healthy_mount(interrupt, signal):
    interrupt(signal, [0.007 * i for i in range(29)])


def test_ctrl_c_of_mount_8(interrupt):
    """The helper gets the same signal as mount(8)."""
    interrupt("INT", [*(0.03 * i for i in range(7)), 0.3], starter="mount -t glusterconsul")


def test_while_consul_does_not_respond(client, interrupt_each_time):
    client.freeze_agent()
    interrupt_each_time([0.2, 0.7, 1.5, 3])


def test_while_waiting_for_the_next_attempt(client, interrupt_each_time):
    client.kill_agent()
    interrupt_each_time([0.3, 1, 2.2, 4])


def test_while_servers_are_probed(lab, interrupt_each_time):
    lab.checks_off()
    for host in lab.pool:
        host.fault("drop")
    interrupt_each_time([0.3, 0.9, 1.5], also_term=[3])


def test_while_the_client_connects(lab, interrupt_each_time):
    """Without a probe the client itself connects to the servers that do not respond."""
    lab.checks_off()
    for host in lab.pool:
        host.fault("freeze")
    interrupt_each_time([0.3, 1, 2.5], "consul-probe=off")


@pytest.mark.parametrize("signal", ["INT", "TERM"])
def test_while_the_mount_is_verified(lab, interrupt, signal):
    """The servers are healthy, and one brick does not respond: the mount is in the mount table,
    and replication waits ten seconds for the brick before the mount responds."""
    lab.at_end(lab.gl3.succeeds, "pkill", "-CONT", "-x", "glusterfsd")
    lab.gl3.call("pkill", "-STOP", "-x", "glusterfsd")
    assert interrupt(signal, [2.5, 5]) == ({8: 2}, 2)


def test_mount_succeeds_after_the_helper_was_killed(client):
    client.run("bash", "-c", """
        mkdir -p /mnt/g0
        for wait in 0.01 0.02 0.03 0.04 0.05 0.07; do
          /sbin/mount.glusterconsul "$1" /mnt/g0 & sleep "$wait"
          kill -KILL $! 2>/dev/null
          wait $! 2>/dev/null
        done
        sleep 1
        umount -l /mnt/g0 2>/dev/null; true""", "bash", G0)
    client.mount_ok()
