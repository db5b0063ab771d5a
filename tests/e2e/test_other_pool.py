"""A healthy server of another pool under the same service, first in the list."""

import pytest
from lab import ADDRESS, POOL, POOL_ADDRESSES

ATTEMPTS = 10
MIXED = "mixed.service.consul:/g0"
OTHER = "mixed.service.consul:/other"


@pytest.fixture
def gl4_first(client, consul):
    """Makes gl4 the healthiest instance: it is the first server unless the volume is probed."""
    consul.register("mixed", "gl4")
    for host in POOL:
        consul.register("mixed", host, "warning")
    for spec in (MIXED, OTHER):
        found = client.lookup("consul-health=warning,consul-probe=off", spec)
        assert found.servers[0] == ADDRESS["gl4"]


@pytest.mark.parametrize("spec, options", [
    pytest.param(MIXED, "", id="http"),
    pytest.param(MIXED, ",consul-via=dns,consul-order=consul", id="dns"),
    pytest.param(MIXED, ",consul-probe=off", id="without a probe"),
    pytest.param(OTHER, "", id="volume of the other pool"),
])
def test_volume_is_mounted_each_time(client, gl4_first, spec, options):
    for _ in range(ATTEMPTS):
        client.mount_ok(f"consul-health=warning{options}", spec=spec, target="/mnt/pool", within=2)
        client.umount("/mnt/pool")


def test_other_pool_and_a_dead_server(lab, client, gl4_first):
    lab.gl1.fault("reject")
    client.mount_ok("consul-health=warning", spec=MIXED, write=False, within=2)


def test_lookup_reports_the_missing_volume(client, gl4_first):
    found = client.lookup("consul-health=warning", MIXED)
    other = found.instance("mixed-gl4")
    assert (other["probe"]["verdict"], other["used"]) == ("no-volume", False)
    assert sorted(found.servers) == POOL_ADDRESSES
    assert not [word for word in found.json["command"] if ADDRESS["gl4"] in word]


def test_server_without_the_volfile_is_a_backup(lab, client):
    """glusterd gives a missing volfile the same errno as an unknown volume."""
    level = "diagnostics.client-log-level"
    lab.at_end(lab.gl1.gluster, "volume", "reset", "g0", level)
    lab.at_end(lab.gl1.gluster, "volume", "set", "g0", level, "INFO")
    lab.gl1.sh("rm /var/lib/glusterd/vols/g0/*fuse.vol")
    found = client.lookup()
    probe = found.instance("gl1")["probe"]
    assert probe["verdict"] == "bad-reply"
    assert probe["detail"].startswith("has the volume, but sent no volfile")
    assert found.servers[-1] == ADDRESS["gl1"]
    client.mount_ok(target="/mnt/pool")
