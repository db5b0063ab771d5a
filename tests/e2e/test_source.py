"""The accepted forms of SPEC, and what each of them mounts."""

import pytest
from lab import ADDRESS, G0

pytestmark = pytest.mark.release

FORMS = [
    "gluster.service.consul:/g0",
    "gluster.service.dc1.consul:/g0",
    "gluster.service.dc1.dc.consul:/g0",
    "fast.storage.service.consul:/g0",
    "fast.storage.service.dc1.consul:/g0",
    "_gluster._tcp.service.consul:/g0",
    "_storage._fast.service.consul:/g0",
    "gluster-any.query.consul:/g0",
    "gluster:/g0",
    "gluster.service.consul:g0",
    "gluster:g0",
]


@pytest.fixture
def storage(consul):
    """The service `storage` has the volume g0 under the tag `fast`; `elsewhere` is a pool without
    this volume."""
    consul.register("storage", "gl1", tag="fast")
    consul.register("storage", "gl2", tag="fast")
    consul.register("storage", "gl4", tag="elsewhere")


@pytest.fixture
def prepared_query(lab, client, consul):
    reply = client.call(*consul.curl("query", "-f", "-X", "POST", "-d",
                                     '{"Name": "gluster-any", "Service": {"Service": "gluster"}}'))
    number = reply.split('"')[3]
    lab.at_end(client.call, *consul.curl(f"query/{number}", "-f", "-X", "DELETE"))


@pytest.mark.parametrize("options", [
    pytest.param("log-level=WARNING", id="auto"),
    pytest.param("consul-via=http,consul-dns-addr=off", id="http"),
    pytest.param("consul-via=dns,consul-http-addr=off", id="dns"),
])
def test_every_form_mounts(client, storage, prepared_query, options):
    for spec in FORMS:
        client.mount_ok(options, spec=spec, target="/mnt/form")
        client.umount("/mnt/form")


def test_tag_selects_instances(client, storage):
    found = client.lookup(spec="elsewhere.storage.service.consul:/other").expect()
    assert found.servers == [ADDRESS["gl4"]]
    found = client.lookup("consul-tag=fast", "storage:/g0").expect()
    assert sorted(found.servers) == [ADDRESS["gl1"], ADDRESS["gl2"]]


def test_other_consul_domain(client):
    client.mount_ok("consul-domain=example.net", spec="gluster.service.example.net:/g0")


def test_only_the_subdirectory_is_mounted(client):
    client.mount_ok(spec=f"{G0}/sub", target="/mnt/sub")
    client.run("ls", "-A", "/mnt/sub").expect_output("deeper")
    client.mount_ok(spec=f"{G0}/sub/deeper", target="/mnt/deeper")


def test_spaces_in_target_and_subdirectory(client):
    client.mount_ok(spec=f"{G0}/two words/and more", target="/mnt/a  target")
    client.umount("/mnt/a  target")
    client.expect_no_trace(within=5)


def test_df_and_findmnt_show_source_as_written(client):
    client.mount_ok()
    assert client.run("findmnt", "-n", "-o", "SOURCE", "/mnt/g0").stdout == G0
    client.run("df", "--output=source", "/mnt/g0").expect_output(G0)


def test_written_file_is_on_every_brick(lab, client):
    client.mount_ok()
    client.run("sh", "-c", "echo precious >/mnt/g0/note && sync -f /mnt/g0/note").expect()
    for host in lab.pool:
        assert host.call("cat", "/srv/g0/brick/note") == "precious", host.name


def test_file_from_another_host_is_visible(lab, client):
    client.mount_ok()
    lab.at_end(lab.gl4.sh, "umount /mnt/g0; rmdir /mnt/g0")
    lab.gl4.sh('mkdir -p /mnt/g0 && mount -t glusterconsul "$1" /mnt/g0 && '
               "echo from gl4 >/mnt/g0/letter && sync -f /mnt/g0/letter", G0)
    assert client.run("cat", "/mnt/g0/letter").stdout == "from gl4"


def test_umount_leaves_nothing(client):
    client.mount_ok()
    client.umount()
    client.expect_no_trace(within=5)
