"""`glusterconsul lookup` agrees with Consul, the servers and mount."""

import pytest
from lab import ADDRESS, G0

pytestmark = pytest.mark.release


@pytest.fixture
def mixed(consul):
    consul.register("mixed", "gl1")
    consul.register("mixed", "gl2", "critical")
    consul.register("mixed", "gl3", port=24999)
    consul.register("mixed", "gl4")


def test_json(client, mixed):
    found = client.lookup("log-level=WARNING", "mixed:/g0").expect()
    assert found.json["service"] == "mixed"
    assert len(found.json["instances"]) == 4
    assert found.json["port"] == 24007
    assert found.servers[0] == ADDRESS["gl1"]
    assert "--fs-display-name=mixed:/g0" in found.json["command"]

    healthy = found.instance("mixed-gl1")
    assert (healthy["probe"]["verdict"], healthy["place"]) == ("serves", 1)
    assert healthy["probe"]["round_trip_ms"] > 0

    critical = found.instance("mixed-gl2")
    assert (critical["health"], critical["used"]) == ("critical", False)
    check = critical["checks"][0]
    assert [check["name"], check["status"], check["output"]] == \
        ["glusterd listens", "critical", "said by the test: critical"]

    assert found.instance("mixed-gl3")["probe"]["verdict"] == "refused"
    assert found.instance("mixed-gl4")["probe"]["verdict"] == "no-volume"


def test_table_shows_each_instance_and_the_failing_check(client, mixed):
    client.run("glusterconsul", "lookup", "mixed:/g0").expect().expect_output(
        "mixed-gl1", "mixed-gl2", "mixed-gl3", "mixed-gl4", "primary",
        "critical (glusterd listens: said by the test", "refused", "no such volume", "command:",
        f"--volfile-server={ADDRESS['gl1']}")


def test_primary_is_the_same_as_that_of_the_mount(client):
    found = client.lookup()
    client.mount_ok()
    assert client.volfile_servers()[0] == found.servers[0]


def test_failed_lookup_exits_32_with_the_instances(client, consul):
    consul.register("sick", "gl1", "critical")
    found = client.lookup(spec="sick:/g0").expect(32, "no healthy instance")
    assert len(found.json["instances"]) == 1


def test_exits_32_if_no_server_responds(lab, client):
    lab.checks_off()
    for host in lab.pool:
        host.fault("reject")
    failed = client.lookup().expect(32, "none of the healthy servers", "refused")
    assert failed.json["command"]
    client.call("mkdir", "-p", "/mnt/g0")
    fake = ("mount", "-f", "-t", "glusterconsul", G0, "/mnt/g0")
    client.run(*fake).expect(32, "none of the healthy servers")
    client.run(*fake, "-o", "nofail").expect(32, "none of the healthy servers")
    client.lookup("consul-probe=off").expect()


@pytest.mark.parametrize("arguments, words", [
    pytest.param(["lookup"], "", id="no source"),
    pytest.param(["lookup", G0, "--jsno"], "", id="misspelt flag"),
    pytest.param(["lookup", G0, "-o", "consul-helth=any"], "consul-health", id="misspelt option"),
    pytest.param(["lookpu"], "", id="misspelt command"),
])
def test_wrong_usage_exits_1(client, arguments, words):
    client.run("glusterconsul", *arguments).expect(1, words)


def test_unknown_subcommand_is_named(client):
    client.run("glusterconsul", "lokup", G0).expect(
        1, "glusterconsul: no such subcommand: 'lokup'", "did you mean 'lookup'?")
    client.run("glusterconsul", "xyzzy").expect(1, "'xyzzy'", "see 'glusterconsul --help'")


def test_needs_no_root(client):
    client.nobody("glusterconsul", "lookup", G0).expect()


def test_verbose_failure_shows_question_and_answer(client):
    client.run("glusterconsul", "lookup", "-v", "nosuch.service.consul:/g0").expect(
        32, "GET /v1/health/service/nosuch", "answered with status 200", "has no service 'nosuch'")
    client.run("glusterconsul", "lookup", "-v", "-o", "consul-via=dns",
               "nosuch.service.consul:/g0").expect(
        32, "asking Consul's DNS at 127.0.0.1:8600 for SRV nosuch.service.consul",
        "answered with code 3")
    client.run("glusterconsul", "lookup", "-v", "gluster.service.consul:/gO").expect(
        32, "probed ", "has no such volume")


def test_usage_errors_begin_with_the_name(client):
    for words in ([], ["nonsense"], ["lookup", "-o"], ["lookup"], ["lookup", "a", "b", "c"]):
        refused = client.run("glusterconsul", *words).expect(1, "hint: see 'glusterconsul ")
        assert refused.stderr.startswith("glusterconsul: ")
