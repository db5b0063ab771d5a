"""Mounts under systemd: the units that its generator creates from our fstab lines, and the limits
of a mount unit: an empty environment and 90 seconds."""

import re

import pytest
from lab import G0, REPOSITORY, RETRIED

pytestmark = pytest.mark.release

GENERATOR = "/lib/systemd/system-generators/systemd-fstab-generator"
UNITS = "/tmp/units"
LINES = [line for line in (REPOSITORY / "examples/systemd/fstab").read_text().splitlines()
         if line and not line.startswith("#")]
BY_SYSTEMD = ("env", "-i", "-C", "/", "/bin/mount", "-t", "glusterconsul")  # as PID 1 starts it


@pytest.fixture
def generate(client):
    def run(*lines):
        client.write_fstab(*lines)
        client.sh('rm -rf "$1" && mkdir -p "$1/early" "$1/late" && '
                  'env -i "$2" "$1" "$1/early" "$1/late"', UNITS, GENERATOR)
    return run


@pytest.fixture
def examples(client, generate):
    """The units of the examples, with a consul.service to depend on."""
    generate(*LINES)
    client.sh('printf "[Service]\\nExecStart=/bin/true\\n" >"$1/consul.service"', UNITS)


def unit(client, name):
    return client.call("cat", f"{UNITS}/{name}").splitlines()


def expect_lines(client, name, *lines):
    assert set(lines) <= set(unit(client, name))


def expect_part_of(client, target, kind, name):
    """`kind` is wants or requires."""
    assert client.succeeds("test", "-L", f"{UNITS}/{target}.{kind}/{name}"), \
        client.call("ls", "-R", UNITS)


def test_examples_for_fstab_become_units_of_remote_fs(client, generate):
    generate(*LINES)
    for line in LINES:
        source, target, kind, options, *_ = line.split()
        name = client.call("systemd-escape", "-p", "--suffix=mount", target)
        expect_lines(client, name, f"What={source}", f"Where={target}", f"Type={kind}",
                     f"Options={options}")
    assert not client.succeeds("test", "-e", f"{UNITS}/local-fs.target.requires")

    # At boot, but the boot continues without it.
    expect_part_of(client, "remote-fs.target", "wants", "srv-g0.mount")
    expect_lines(client, "srv-g0.mount", "After=consul.service")
    text = "\n".join(unit(client, "srv-g0.mount"))
    assert "Requires=" not in text and "Before=" not in text

    # On first access, and not at boot.
    expect_part_of(client, "remote-fs.target", "requires", "srv-home.automount")
    expect_lines(client, "srv-home.automount", "Where=/srv/home", "TimeoutIdleSec=10min")
    expect_lines(client, "srv-home.mount", "After=consul.service", "Before=remote-fs.target")
    assert not client.succeeds("test", "-e", f"{UNITS}/remote-fs.target.requires/srv-home.mount")

    # With a longer timeout.
    expect_part_of(client, "remote-fs.target", "wants", "srv-g1.mount")
    expect_lines(client, "srv-g1.mount", "TimeoutSec=4min")

    # With a dependency that starts the agent.
    expect_part_of(client, "remote-fs.target", "requires", "srv-g2.mount")
    expect_lines(client, "srv-g2.mount", "Requires=consul.service", "After=consul.service",
                 "Before=remote-fs.target")


def test_systemd_treats_a_mount_without_netdev_as_local(client, generate):
    generate(f"{G0} /srv/g0 glusterconsul defaults 0 0",
             f"{G0} /srv/good glusterconsul _netdev 0 0")
    expect_part_of(client, "local-fs.target", "requires", "srv-g0.mount")
    expect_part_of(client, "remote-fs.target", "requires", "srv-good.mount")
    expect_lines(client, "srv-good.mount", "Before=remote-fs.target")


def test_systemd_mounts_after_network_and_agent(client, examples):
    """`systemd --test` loads and orders all units and starts none; it must not run as root. Its
    arrows are `->` in 252, `→` in 257."""
    client.sh("install -d -o nobody /tmp/runtime && "
              "install -d /run/systemd")  # if systemd has never run; nobody cannot create it
    loaded = client.nobody(
        "env", "-i", "HOME=/tmp/runtime", "XDG_RUNTIME_DIR=/tmp/runtime",
        f"SYSTEMD_UNIT_PATH={UNITS}:", "SYSTEMD_LOG_TARGET=console", "timeout", "30",
        "/lib/systemd/systemd", "--test", "--system", "--unit=remote-fs.target").expect()
    units = {}
    for line in loaded.stdout.splitlines():
        if start := re.search(r"(?:->|→) Unit (\S+):", line):
            units[start[1]] = lines = []
        elif units:
            lines.append(line.strip().split(" (")[0])
    for name, expected in {
            "srv-g0.mount": {"Wants: network-online.target", "After: network-online.target",
                             "After: remote-fs-pre.target", "After: consul.service",
                             "TimeoutSec: 1min 30s"},
            "srv-g1.mount": {"After: network-online.target", "TimeoutSec: 4min"},
            "srv-g2.mount": {"Requires: consul.service", "After: consul.service",
                             "Before: remote-fs.target"},
            "srv-home.automount": {"RequiredBy: remote-fs.target", "Triggers: srv-home.mount"},
    }.items():
        assert expected <= set(units[name])


def test_mount_unit_requires_no_environment(client):
    """All options of the line are passed to the helper."""
    client.mount(program=BY_SYSTEMD, options="_netdev,nofail,x-systemd.after=consul.service,"
                 "x-systemd.mount-timeout=80").expect()
    client.expect_mounted()


def test_retries_until_the_agent_starts_after_ten_seconds(client, note):
    client.kill_agent()
    client.start_agent(after=10)
    mounted = client.mount(program=BY_SYSTEMD, options="_netdev").expect(0, RETRIED,
                                                                         within=30)
    client.expect_mounted()
    assert mounted.seconds >= 8
    note(f"mounted after {mounted.seconds:.1f} s")


@pytest.mark.timeout(150)
def test_default_timeout_ends_before_that_of_systemd(client, note):
    client.kill_agent()
    failed = client.mount(target="/mnt/none", program=BY_SYSTEMD, options="_netdev").expect(
        32, "127.0.0.1:8500", " tries in ", within=85)
    assert failed.seconds >= 50
    note(f"gave up after {failed.seconds:.1f} s")
    client.expect_no_trace()
