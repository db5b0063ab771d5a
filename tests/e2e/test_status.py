"""`glusterconsul status`: what is mounted, in each state that a mount can have."""

import pytest
from json_schema import check
from lab import ADDRESS, G0, NOBODY, wait_for

pytestmark = pytest.mark.release

TARGET = "/mnt/g0"


def status(client, *arguments, **more):
    return client.run("glusterconsul", "status", "--json", *arguments, **more)


def the_mount(result):
    document = check(result, "status")
    assert [mount["target"] for mount in document["mounts"]] == [TARGET]
    return document["mounts"][0]


def client_pid(client):
    return int(client.output("pgrep", "-u", "root", "-f", f"glusterfs.* {TARGET}$"))


def test_healthy(client):
    client.mount_ok("noatime")
    mount = the_mount(status(client).expect())
    assert (mount["state"], mount["source"], mount["from_consul"]) == ("healthy", G0, True)
    assert "noatime" in mount["options"]
    assert mount["client"]["pid"] == client_pid(client)
    assert [server.rpartition(":")[2] for server in mount["client"]["volfile_servers"]] == ["24007"]
    assert sorted(brick["host"] for brick in mount["bricks"]) == ["gl1", "gl2", "gl3"]
    assert all(brick["connected"] for brick in mount["bricks"])
    assert mount["now"]["differs"] is False
    assert mount["now"]["servers"] == mount["client"]["servers"]
    assert mount["cached"]["servers"] == 3
    client.run("glusterconsul", "status", TARGET).expect().expect_output(
        TARGET, "state     healthy", "client    pid ", "gl2:/", "connected")


@pytest.mark.timeout(200)
def test_degraded_after_one_host_is_cut(lab, client):
    client.mount_ok()
    gl1 = lab.pool[0]
    gl1.fault("cut")
    # Twice network.ping-timeout, in which the mount does not respond.
    wait_for(120, lambda: the_mount(status(client))["state"] == "degraded", "the mount is degraded")
    mount = the_mount(status(client).expect(within=15))
    assert {brick["host"]: brick["connected"] for brick in mount["bricks"]} == \
        {"gl1": False, "gl2": True, "gl3": True}
    assert "1 of 3 bricks is not connected" in mount["detail"]
    assert not any(ADDRESS["gl1"] in server for server in mount["client"]["volfile_servers"])


def test_hung_client(client):
    client.mount_ok()
    pid = client_pid(client)
    client.call("kill", "-STOP", pid)
    try:
        result = status(client, TARGET).expect(32, "the client is stopped", f"kill -CONT {pid}",
                                               within=15)
        mount = the_mount(result)
        assert (mount["state"], mount["client"]["stopped"]) == ("no-response", True)
        assert mount["bricks"] is None
        assert mount["client"]["volfile_servers"]
    finally:
        client.call("kill", "-CONT", pid)
    assert the_mount(status(client).expect())["state"] == "healthy"


def test_dead_client(client):
    client.mount_ok()
    client.call("kill", "-KILL", client_pid(client))
    wait_for(10, lambda: not client.output("pgrep", "-f", f"glusterfs.* {TARGET}$"), "it has ended")
    mount = the_mount(status(client).expect(32, "the client has ended", f"umount -l {TARGET}",
                                            within=15))
    assert (mount["state"], mount["client"], mount["bricks"]) == ("dead", None, None)
    assert mount["from_consul"]
    client.call("umount", "-l", TARGET)
    assert check(status(client).expect(), "status")["mounts"] == []


def test_all_hosts_cut(lab, client):
    client.mount_ok()
    for host in lab.pool:
        host.fault("cut")
    mount = the_mount(status(client).expect(32, within=25))
    assert mount["state"] in ("no-response", "not-served")


def test_mount_by_hand_is_not_from_consul(client):
    client.call("mkdir", "-p", TARGET)
    client.call("mount", "-t", "glusterfs", "gl1:/g0", TARGET)
    mount = the_mount(status(client).expect())
    assert (mount["from_consul"], mount["now"]) == (False, None)
    assert mount["state"] == "healthy"


def test_bind_mount_has_the_same_client(client):
    client.mount_ok()
    client.call("mkdir", "-p", "/mnt/bind")
    client.call("mount", "--bind", TARGET, "/mnt/bind")
    mounts = check(status(client).expect(), "status")["mounts"]
    assert [(mount["target"], mount["state"]) for mount in mounts] == \
        [(TARGET, "healthy"), ("/mnt/bind", "healthy")]
    assert {mount["client"]["pid"] for mount in mounts} == {client_pid(client)}
    client.umount("/mnt/bind")


def test_options_of_fstab_are_used(client):
    client.write_fstab(f"{G0} {TARGET} glusterconsul _netdev,consul-tag=nosuch 0 0")
    client.mount_ok()
    mount = the_mount(status(client).expect())
    assert mount["now"]["differs"] is None
    assert mount["now"]["error"]["code"] in ("unknown", "unhealthy")


def test_subdirectory_has_bricks(client):
    client.mount_ok()
    client.call("mkdir", "-p", f"{TARGET}/sub")
    client.umount()
    client.mount_ok(spec=G0 + "/sub")
    assert the_mount(status(client).expect())["state"] in ("healthy", "responds")


def test_works_without_consul(client):
    client.mount_ok()
    client.kill_agent()
    mount = the_mount(status(client).expect(within=20))
    assert mount["state"] == "healthy"
    assert mount["cached"]["servers"] == 3


def test_ordinary_user(client):
    client.mount_ok()
    result = client.nobody("glusterconsul", "status", "--json").expect()
    mount = the_mount(result)
    assert mount["state"] in ("healthy", "responds")
    assert mount["client"]["volfile_servers"] is None


def test_process_of_an_ordinary_user_is_not_a_client(client):
    client.mount_ok()
    pid = client_pid(client)
    client.daemon(*NOBODY, "bash", "-c",
                  f"exec -a glusterfs bash -c 'sleep 100; :' --volfile-server=evil {TARGET}")
    wait_for(10, lambda: client.output("pgrep", "-f", "server=evil"), "it runs")
    try:
        assert the_mount(status(client).expect())["client"]["pid"] == pid
    finally:
        client.call("kill", *client.output("pgrep", "-f", "sleep 100|server=evil").split())


@pytest.mark.parametrize("target", ["/mnt", "/nonexistent"])
def test_target_without_a_gluster_mount(client, target):
    result = status(client, target).expect(32, f"no GlusterFS volume is mounted at {target}")
    assert check(result, "failure")["error"]["code"] == "unknown"
