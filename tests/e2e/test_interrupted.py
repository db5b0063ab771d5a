"""Interrupted at any moment, a mount is there whole or not at all."""

import re

import pytest
from lab import G0

HELPER = "mount.glusterconsul"

# Starts the helper as often as there are waits, in a process group of its own as at a terminal,
# and sends the group the signal after so many seconds.
INTERRUPT = r"""
exec 2>/dev/null # where bash reports its jobs
set -m
read -r -a starter <<<"$1"
signal=$2 source=$3 options=$4 number=$(kill -l "$2") target=/mnt/cut in_table=0
declare -A seen
wrong() { echo "wrong: after $wait s, exit status $status: $1"; }
mkdir -p "$target"
for wait in "${@:5}"; do
  rm -rf /var/cache/glusterconsul
  "${starter[@]}" "$source" "$target" -o "$options" 2>/tmp/said &
  sleep "$wait"
  grep -q " $target " /proc/self/mountinfo && ((++in_table))
  kill -"$signal" -- -$!
  wait $!
  status=$?
  # mount(8) does not wait for its helper when it is interrupted.
  for ((i = 0; i < 100; i++)); do
    pgrep -f ^[^\ ]*mount.glusterconsul >/dev/null || break
    sleep 0.05
  done
  case $status in
    0)
      mountpoint -q "$target" && timeout 20 stat -f "$target" >/dev/null || wrong "no mount"
      umount "$target"
      ;;
    8 | $((128 + number)))
      list=$(find /var/cache/glusterconsul -type f)
      [[ -z $list ]] || wrong "there is a list: $list"
      ;;
    *) wrong "$(</tmp/said)" ;;
  esac
  mountpoint -q "$target" && wrong "there is a mount" && umount -l "$target"
  seen[$status]=$((seen[$status] + 1))
  for ((i = 0; i < 20; i++)); do
    pgrep -x glusterfs >/dev/null || break
    sleep 0.05
  done
done
rm -f /tmp/said
for status in "${!seen[@]}"; do
  echo "exit status $status: ${seen[$status]}"
done
echo "mounted already, whole or not: $in_table"
"""


@pytest.fixture
def interrupt(client, note):
    """Exit status -> how often; and how often the target was in the mount table before."""
    def run(signal, waits, options="log-level=INFO", starter=HELPER):
        done = client.run("bash", "-c", INTERRUPT, "bash", starter, signal, G0, options,
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
    """None of these mounts ends by itself within the time: the helper reports each time that it
    was interrupted."""
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
    """The signal that mount(8) gets, the helper gets too."""
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
    """Without a probe the client itself meets the servers that do not respond."""
    lab.checks_off()
    for host in lab.pool:
        host.fault("freeze")
    interrupt_each_time([0.3, 1, 2.5], "consul-probe=off")


@pytest.mark.parametrize("signal", ["INT", "TERM"])
def test_while_the_mount_is_verified(lab, interrupt, signal):
    """The servers are healthy, and one brick does not respond: the mount is in the mount table,
    and replication waits ten seconds for the brick before the mount answers."""
    lab.finally_(lab.gl3.succeeds, "pkill", "-CONT", "-x", "glusterfsd")
    lab.gl3.call("pkill", "-STOP", "-x", "glusterfsd")
    assert interrupt(signal, [2.5, 5]) == ({8: 2}, 2)


def test_killed_helper_can_be_followed_by_a_good_mount(client):
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
