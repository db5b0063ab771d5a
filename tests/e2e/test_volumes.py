"""`glusterconsul volumes`, and the hint for a volume that no server has."""

import pytest
from json_schema import check
from lab import ADDRESS

pytestmark = pytest.mark.release


def volumes(client, *arguments):
    return client.run("glusterconsul", "volumes", "--json", *arguments)


def test_lists_volumes_of_the_pool(client):
    document = check(volumes(client, "gluster.service.consul").expect(), "volumes")
    assert [volume["name"] for volume in document["volumes"]] == ["g0"]
    assert sorted(document["volumes"][0]["servers"]) == \
        [f"{ADDRESS[name]}:24007" for name in ("gl1", "gl2", "gl3")]
    client.run("glusterconsul", "volumes", "gluster").expect().expect_output(
        "gluster: 1 volume on 3 servers", "g0  ")


def test_lists_servers_of_two_pools_and_one_that_does_not_respond(client, consul):
    consul.register("mixed", "gl1")
    consul.register("mixed", "gl4")
    consul.register("mixed", "gl3", port=24999)
    document = check(volumes(client, "mixed").expect(), "volumes")
    assert [volume["name"] for volume in document["volumes"]] == ["g0", "other"]
    assert sorted(server["state"] for server in document["servers"]) == \
        ["failed", "listed", "listed"]


def test_needs_no_root(client):
    client.nobody("glusterconsul", "volumes", "gluster").expect()


def test_unknown_service(client):
    document = check(volumes(client, "nosuch").expect(32), "volumes")
    assert document["error"]["code"] in ("unknown", "unhealthy")


def test_source_is_wrong_usage(client):
    result = volumes(client, "gluster:/g0").expect(1, "is the source of a mount, not a service")
    assert check(result, "failure")["error"]["hint"] == "use 'glusterconsul volumes gluster'"


def test_mount_of_a_volume_that_no_server_has(client, consul):
    consul.register("mixed", "gl4")
    client.mount_fails("no server has the volume 'othr'", "did you mean 'other'?",
                       spec="mixed:/othr")
    client.mount_fails("these servers have: g0", spec="gluster.service.consul:/nothing")
    result = client.lookup(spec="mixed:/othr").expect(32)
    assert check(result, "lookup")["error"]["hint"] == "did you mean 'other'?"
