"""Servers that have registered each of their volumes, as `glusterconsul register` does: an
instance for the server and one for each volume, with the same address and port."""

import json

import pytest
from json_schema import check
from lab import ADDRESS, G0, POOL, wait_for

G0_ID = "00000000-0000-4000-8000-000000000001"
OTHER_ID = "00000000-0000-4000-8000-000000000002"
G1 = "gluster.service.consul:/g1"
DNS = "consul-via=dns"
POOL_ADDRESSES = sorted(ADDRESS[host] for host in POOL)


class Registration:
    """Registers through the agents of the servers. Each volume has a TTL check."""

    def __init__(self, lab):
        self.lab = lab

    def put(self, host, path, body=None):
        self.lab.hosts[host].call(
            "curl", "-sSf", "-m", "10", "-X", "PUT", "-o", "/dev/null", "--data-binary", "@-",
            f"http://127.0.0.1:8500/v1/agent/{path}", input=json.dumps(body or {}))

    def deregister_at_end(self, host, instance):
        self.lab.at_end(self.lab.hosts[host].succeeds, "curl", "-sSf", "-m", "10", "-X", "PUT",
                        f"http://127.0.0.1:8500/v1/agent/service/deregister/{instance}")

    def server(self, host):
        self.deregister_at_end(host, "gluster")
        self.put(host, "service/register",
                 {"ID": "gluster", "Name": "gluster", "Port": 24007, "Meta": {"glusterconsul": "1"}})

    def volume(self, host, volume, status="passing", output="3 of 3 bricks", id=G0_ID):
        instance = f"gluster:{volume}"
        self.deregister_at_end(host, instance)
        # The agent reports a new output at once only if the status changes as well.
        self.put(host, "service/register", {
            "ID": instance, "Name": "gluster", "Port": 24007, "Tags": [volume],
            "Meta": {"glusterconsul": "1", "gluster_volume": volume, "gluster_volume_id": id},
            "Check": {"CheckID": instance, "Name": f"volume {volume}", "TTL": "1h",
                      "Status": "warning"}})
        self.put(host, f"check/update/{instance}", {"Status": status, "Output": output})

    def pool(self, volume, *arguments):
        for host in POOL:
            self.volume(host, volume, *arguments)

    def wait(self, count):
        """Until the client's agent knows `count` instances and their checks."""
        def seen():
            instances = self.lab.gluster_instances()
            return len(instances) == count and all(
                check["Output"] for entry in instances for check in entry["Checks"]
                if check["ServiceID"].startswith("gluster:"))
        wait_for(20, seen, f"{count} instances of gluster")


@pytest.fixture
def registration(lab):
    return Registration(lab)


@pytest.fixture
def g1(lab):
    """A volume with a brick on gl1, started."""
    lab.at_end(lab.gl1.call, "rm", "-rf", "/srv/g1")
    lab.at_end(lab.gl1.gluster, "volume", "delete", "g1")
    lab.at_end(lab.gl1.succeeds, "gluster", "--mode=script", "volume", "stop", "g1", "force")
    lab.gl1.call("mkdir", "-p", "/srv/g1")
    lab.gl1.gluster("volume", "create", "g1", "gl1:/srv/g1/brick", "force")
    lab.gl1.gluster("volume", "start", "g1")


def test_each_server_is_one_candidate(client, registration):
    registration.pool("g0")
    registration.pool("g1", "critical", "not started")
    registration.wait(9)
    found = client.lookup().expect()
    document = check(found, "lookup")
    assert sorted(found.servers) == POOL_ADDRESSES
    assert [entry["service_id"] for entry in document["instances"]] == ["gluster:g0"] * 3
    assert {entry["volume"] for entry in document["instances"]} == {"g0"}
    ids = {check["id"] for check in document["instances"][0]["checks"]}
    assert ids >= {"gluster:g0", "gluster-tcp", "gluster-peers", "serfHealth"}
    assert document["warnings"] == []
    client.run("glusterconsul", "lookup", G0).expect().expect_output("gluster: 3 instances",
                                                                     "INSTANCE", "gluster:g0")
    assert client.mount_ok().stderr == ""


def test_broken_volume_takes_out_only_itself(client, registration, g1):
    registration.pool("g0")
    registration.pool("g1", "critical", "gl1:/srv/g1/brick does not respond")
    registration.wait(9)
    client.mount_fails("no healthy instance of gluster for volume g1: gl1 is critical "
                       "(volume g1: gl1:/srv/g1/brick does not respond)",
                       spec=G1, options="consul-retry=0,consul-via=http")
    client.mount_fails("has no healthy instance under g1.gluster.service.consul",
                       spec="g1.gluster.service.consul:/g1", options=f"consul-retry=0,{DNS}")
    client.mount_ok()
    client.mount_ok(spec="g0.gluster.service.consul:/g0", target="/mnt/tagged")
    client.mount_ok(DNS, spec="g0.gluster.service.consul:/g0", target="/mnt/tagged-by-dns")


def test_critical_volume_on_one_server(client, registration, g1):
    registration.pool("g0")
    registration.pool("g1")
    registration.volume("gl1", "g0", "critical", "brick down")
    registration.wait(9)
    found = client.lookup("consul-via=http").expect()
    assert sorted(found.servers) == [ADDRESS["gl2"], ADDRESS["gl3"]]
    assert found.instance("gl1")["reason"] == "skipped: not healthy"
    assert sorted(client.lookup("consul-via=http", G1).expect().servers) == POOL_ADDRESSES


def test_volume_that_is_not_started_is_not_waited_for(client, lab, registration, g1):
    lab.gl1.gluster("volume", "stop", "g1", "force")
    registration.pool("g1", "critical", "not started")
    registration.wait(6)
    client.mount_fails("the volume 'g1' is not started", "gluster volume start g1",
                       spec=G1, options="consul-via=http", within=20)


def test_volume_is_mounted_before_it_is_registered(client, registration, g1):
    registration.pool("g0")
    registration.wait(6)
    assert client.mount_ok(spec=G1, target="/mnt/g1").stderr == ""


def test_dns_names_each_server_once(client, registration):
    registration.pool("g0")
    registration.pool("g1", "critical", "not started")
    registration.wait(9)
    found = client.lookup(DNS).expect()
    assert len(found.json["instances"]) == 3
    assert found.json["warnings"] == []
    assert sorted(found.servers) == POOL_ADDRESSES
    registration.pool("g0", "critical", "2 of 3 bricks")
    registration.wait(9)
    # The servers themselves are healthy.
    wait_for(10, lambda: len(client.lookup(DNS).servers) == 3, "three servers")


def test_two_pools_with_a_volume_of_the_same_name(client, registration):
    registration.pool("g0")
    registration.server("gl4")
    registration.volume("gl4", "g0", "critical", "2 of 3 bricks", OTHER_ID)
    registration.wait(8)
    failed = client.mount_fails(
        "2 different volumes named 'g0' are registered for gluster", f"{G0_ID} on gl1, gl2, gl3",
        f"{OTHER_ID} on gl4", "consul-filter=", options="consul-via=http", within=20)
    found = client.lookup("consul-via=http").expect(32)
    assert check(found, "lookup")["error"]["code"] == "ambiguous"
    assert {entry["reason"] for entry in found.json["instances"] if entry["volume"]} == {
        f"rejected: servers have different volumes of that name, this one with ID {id}"
        for id in (G0_ID, OTHER_ID)}
    # The hint, as it stands.
    option = failed.stderr.split("with -o 'consul-filter=")[1].split("'")[0]
    client.mount_ok(f"consul-filter={option}")
    client.umount()
    client.mount_ok("consul-allow=10.77.0.11,consul-allow=10.77.0.12")


def test_volumes_asks_each_server_once(client, registration):
    registration.pool("g0")
    registration.pool("g1", "critical", "not started")
    registration.wait(9)
    document = check(client.run("glusterconsul", "volumes", "--json", "gluster").expect(),
                     "volumes")
    assert [server["state"] for server in document["servers"]] == ["listed"] * 3
    assert [volume["name"] for volume in document["volumes"]] == ["g0"]
