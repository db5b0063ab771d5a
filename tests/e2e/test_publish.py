"""`glusterconsul publish`: volumes in Consul's key/value store."""

import pytest
from lab import at_once
from volume_keys import UUID, Keys, document


@pytest.fixture
def keys(client):
    return Keys(client)


def publish(host, *arguments, **more):
    return host.run("glusterconsul", "publish", *arguments, **more)


@pytest.fixture
def create(lab):
    """Creates a volume of one brick, until the test ends."""
    def create(name, host=None):
        host = host or lab.gl1
        lab.at_end(host.output, "sh", "-c", "gluster --mode=script volume stop $1 force; gluster "
                   "--mode=script volume delete $1; rm -rf /srv/$1", "sh", name)
        host.gluster("volume", "create", name, f"{host.name}:/srv/{name}", "force")
    return create


@pytest.fixture
def option(lab):
    """Sets an option user.glusterconsul.NAME of g0, until the test ends."""
    def option(name, value):
        full = f"user.glusterconsul.{name}"
        lab.at_end(lab.gl1.output, "gluster", "--mode=script", "volume", "reset", "g0", full)
        lab.gl1.gluster("volume", "set", "g0", full, value)
    return option


def test_adds_changes_and_deletes(lab, keys, create, option):
    publish(lab.gl1, "--dry-run").expect(1).expect_output("add gluster/volumes/g0")
    assert keys.raw() == {}
    publish(lab.gl1).expect().expect_output("add gluster/volumes/g0")
    published = keys.documents()["g0"]
    assert published["spec"] == "gluster.service.consul:/g0"
    assert published["type"] == "replicate"
    assert published["id"] in lab.gl1.gluster("volume", "info", "g0")
    assert len(published["pool"]) == 3
    create("g1")
    option("options", "noatime,log-level=WARNING")
    option("hidden", "yes")
    result = publish(lab.gl2).expect().expect_output("add gluster/volumes/g1")
    assert "options [] -> [noatime, log-level=WARNING]; hidden no -> yes" in result.stdout
    assert keys.documents()["g0"]["options"] == ["noatime", "log-level=WARNING"]
    lab.gl1.gluster("volume", "delete", "g1")
    publish(lab.gl3, "--dry-run").expect(1).expect_output("delete gluster/volumes/g1")
    publish(lab.gl3).expect().expect_output("delete gluster/volumes/g1")
    assert list(keys.documents()) == ["g0"]


def test_writes_nothing_if_nothing_has_changed(lab, keys):
    publish(lab.gl1).expect()
    before = keys.raw()
    for host in lab.pool:
        assert publish(host).expect().stdout == ""
        assert publish(host, "--dry-run").expect(0).stdout == ""
    assert keys.raw() == before


@pytest.mark.timeout(600)
def test_three_servers_at_once(lab, keys, create, request):
    rounds = 50 if request.config.option.full else 5
    for number in range(rounds):
        create(f"n{number}")
        results = at_once(publish, lab.pool)
        for result in results:
            result.expect()
        expected = {"g0"} | {f"n{i}" for i in range(number + 1)}
        assert set(keys.documents()) == expected
    for number in range(rounds):
        lab.gl1.gluster("volume", "delete", f"n{number}")
    for result in at_once(publish, lab.pool):
        result.expect()
    assert set(keys.documents()) == {"g0"}


def test_options_that_cannot_be_used_are_skipped_by_name(lab, keys, option):
    option("options", "suid,consul-glusterfs=/tmp/x,ro")
    option("service", "evil.example.com")
    publish(lab.gl1).expect(0, "user.glusterconsul.options: 'suid'", "'consul-glusterfs'",
                            "user.glusterconsul.service: 'evil.example.com'")
    published = keys.documents()["g0"]
    assert (published["options"], published["spec"]) == (["ro"], "gluster.service.consul:/g0")


def test_fresh_server_deletes_nothing(lab, keys):
    """gl4 with neither volumes nor peers, although a key names it."""
    lab.gl4.gluster("volume", "stop", "other")
    lab.gl4.gluster("volume", "delete", "other")

    def restore():
        lab.gl4.call("sh", "-c", "setfattr -x trusted.glusterfs.volume-id $0; setfattr -x "
                     "trusted.gfid $0; rm -rf $0/.glusterfs", "/srv/other")
    uuid = lab.gl4.call("sed", "-n", "s/^UUID=//p", "/var/lib/glusterd/glusterd.info")
    keys.put("g0", document(pool=[uuid]))
    try:
        before = keys.raw()
        publish(lab.gl4).expect(0, "neither volumes nor peers")
        publish(lab.gl4, "--dry-run").expect(0)
        assert keys.raw() == before
    finally:
        brick = lab.gl4.output("sh", "-c", "ls -d /srv/*").split("\n")[0]
        lab.gl4.gluster("volume", "create", "other", f"gl4:{brick}", "force")
        lab.gl4.gluster("volume", "start", "other")


def test_two_pools_with_the_same_volume(lab, keys):
    keys.put("other", document("other"))
    publish(lab.gl4).expect(2, "describes a volume of another pool (ID " + UUID, "--take-over")
    assert keys.documents()["other"]["id"] == UUID
    publish(lab.gl4, "--take-over").expect().expect_output("change gluster/volumes/other: id")
    assert keys.documents()["other"]["id"] != UUID
    publish(lab.gl1).expect()
    assert set(keys.documents()) == {"g0", "other"}


def test_detached_server_deletes_nothing(lab, keys):
    """A key of a former pool that names gl4 and two others."""
    uuid = lab.gl4.call("sed", "-n", "s/^UUID=//p", "/var/lib/glusterd/glusterd.info")
    keys.put("g0", document(pool=sorted([uuid, UUID, UUID.replace("0", "1")])))
    publish(lab.gl4).expect(0, "it is no longer in the pool that published it")
    assert set(keys.documents()) == {"g0", "other"}


def test_server_that_is_cut_off_writes_nothing(lab, keys):
    for host in (lab.gl2, lab.gl3):
        host.fault("kill")
    keys.put("gone", document("gone"))
    before = keys.raw()
    publish(lab.gl1).expect(2, "this server reaches only 1 of the 3 servers of its pool")
    lab.gl1.fault("kill")
    publish(lab.gl1).expect(2, "glusterd does not respond")
    assert keys.raw() == before


def test_keys_of_others_are_left_alone(lab, keys):
    keys.put("README", "for people")
    keys.put("later", document("later", schema=2))
    keys.put("a/b", "nested")
    before = keys.raw()
    publish(lab.gl1).expect(0, "gluster/volumes/README", "gluster/volumes/later", "schema 2")
    assert {name: value for name, value in keys.raw().items() if name != "g0"} == before
    keys.put("g0", "$(touch /tmp/x)")
    publish(lab.gl1, "--take-over").expect(2, "was written by something else")
    assert keys.raw()["g0"][0] == b"$(touch /tmp/x)"


def test_address_of_glusterd(lab, keys):
    """The same forms as those of `register` and `check`."""
    publish(lab.gl1, "--address", "2001:db8::1").expect(2, "an IPv6 address needs brackets")
    publish(lab.gl1, "--address", ":24007", "--dry-run").expect(1)


def test_consul_down(lab, keys):
    publish(lab.gl1, "-o", "consul-http-addr=127.0.0.1:8599").expect(2, "127.0.0.1:8599")
