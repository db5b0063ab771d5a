"""Every JSON output has the form that the schema describes; see also test_status, test_volumes."""

import pytest
from json_schema import SCHEMA, check
from lab import G0


@pytest.mark.parametrize("arguments, kind, status", [
    pytest.param(["lookup", G0], "lookup", 0, id="lookup"),
    pytest.param(["lookup", "nosuch:/g0"], "lookup", 32, id="lookup of an unknown service"),
    pytest.param(["lookup", G0 + "x"], "lookup", 32, id="lookup of an unknown volume"),
    pytest.param(["lookup", "--show-config", G0], "show_config", 0, id="settings"),
    pytest.param(["lookup", "--show-config"], "show_config", 0, id="general settings"),
    pytest.param(["config", "check"], "config_check", 0, id="config check"),
    pytest.param(["lookup", "g0"], "failure", 1, id="bad source"),
    pytest.param(["lookup", G0, "-o", "consul-helth=any"], "failure", 1, id="bad option"),
    pytest.param(["lookup"], "failure", 1, id="no source"),
    pytest.param(["lookup", G0, "--jsno"], "failure", 1, id="unknown flag"),
    pytest.param(["lookpu"], "failure", 1, id="unknown command"),
    pytest.param([], "failure", 1, id="no command"),
    pytest.param(["volumes"], "failure", 1, id="no service"),
    pytest.param(["config"], "failure", 1, id="no subcommand"),
    pytest.param(["status", "/a", "/b"], "failure", 1, id="two targets"),
])
def test_output_matches_schema(client, arguments, kind, status):
    result = client.run("glusterconsul", *arguments, "--json").expect(status)
    document = check(result, kind)
    if status == 1:
        assert document["error"]["code"] == "usage"


def test_config_check_of_broken_files(client):
    client.write("/etc/glusterconsul.conf", "consul-helth = any\n[gluster.service.consul]\n")
    client.write("/etc/glusterconsul.conf.d/a.conf",
                 "[ssd.gluster.service.consul]\nconsul-retry = soon\n")
    document = check(client.run("glusterconsul", "config", "check", "--json").expect(1),
                     "config_check")
    errors = [finding for finding in document["findings"] if finding["level"] == "error"]
    assert len(errors) == 3
    client.run("glusterconsul", "config", "check").expect(1).expect_output(
        "did you mean consul-health?", "a.conf:1", "a.conf:2")


def test_section_with_the_full_name_is_used(client):
    client.write("/etc/glusterconsul.conf", "[Gluster.service.consul]\nconsul-retry = 7s\n")
    result = client.run("glusterconsul", "lookup", "--json", "--show-config", G0).expect()
    values = {setting["name"]: setting["value"] for setting in check(result, "show_config")["settings"]}
    assert values["consul-retry"] == "7s"


def test_installed_schema_is_the_tested_one(client):
    import json
    assert json.loads(client.output("cat", "/usr/share/glusterconsul/glusterconsul.schema.json")) \
        == SCHEMA
