"""The conf file, its directory, and the output of `glusterconsul lookup --show-config`."""

import os

import pytest
from lab import CONF, G0

CONF_D = CONF + ".d"
TOKEN = "CONSUL_HTTP_TOKEN=s3cret"
PASSWORD = "CONSUL_HTTP_AUTH=admin:s3cret"


@pytest.fixture
def write_conf(lab, client):
    lab.at_end(client.call, "rm", "-rf", CONF_D)
    return lambda path, *lines: client.write(path, "".join(line + "\n" for line in lines))


@pytest.fixture
def show_config(client):
    """The result of --show-config with only these variables in the environment."""
    def show(*arguments, variables=()):
        return client.run("env", "-i", f"PATH={os.environ['PATH']}", *variables, "glusterconsul",
                          "lookup", "--show-config", "--json", *arguments)
    return show


def setting(shown, name):
    entry, = [entry for entry in shown.json["settings"] if entry["name"] == name]
    return entry["value"], entry["origin"]


def expect_no_secret(shown):
    assert "s3cret" not in shown.stdout + shown.stderr


def test_show_config_prints_the_origin_of_each_setting(write_conf, show_config):
    write_conf(CONF, "# defaults", "consul-timeout = 4s", "consul-retry = 10s", "[gluster]",
               "consul-cache = 1d")
    write_conf(f"{CONF_D}/10-a.conf", "consul-retry = 20s", "consul-cache = 2d")
    write_conf(f"{CONF_D}/20-b.conf", "", "consul-retry = 30s", "[other]", "consul-dc = dc9")
    variables = ["CONSUL_HTTP_ADDR=127.0.0.1:8500"]
    shown = show_config(G0, "-o", "consul-order=nearest", variables=variables).expect()
    assert shown.json["service"] == "gluster"
    assert {name: setting(shown, name) for name in
            ("consul-http-addr", "consul-timeout", "consul-retry", "consul-cache", "consul-order",
             "consul-via", "consul-dc")} == {
        "consul-http-addr": ("127.0.0.1:8500", "CONSUL_HTTP_ADDR"),
        "consul-timeout": ("4s", f"{CONF}:2"),
        "consul-retry": ("30s", f"{CONF_D}/20-b.conf:2"),
        "consul-cache": ("1d", f"{CONF}:5"),
        "consul-order": ("nearest", "-o"),
        "consul-via": ("auto", "built in"),
        "consul-dc": ("", "built in"),
    }
    shown = show_config(variables=variables).expect()
    assert shown.json["service"] is None
    assert setting(shown, "consul-cache") == ("2d", f"{CONF_D}/10-a.conf:2")
    assert setting(show_config("other:/g0", variables=variables), "consul-dc") == \
        ("dc9", f"{CONF_D}/20-b.conf:4")


def test_show_config_prints_no_token_or_password(client, show_config):
    variables = [TOKEN, PASSWORD, "CONSUL_HTTP_SSL=true"]
    shown = show_config(G0, variables=variables).expect()
    expect_no_secret(shown)
    assert setting(shown, "token") == (None, "CONSUL_HTTP_TOKEN")
    assert setting(shown, "basic-auth") == (None, "CONSUL_HTTP_AUTH")
    assert setting(shown, "ssl") == ("true", "CONSUL_HTTP_SSL")
    shown = client.run("env", *variables, "glusterconsul", "lookup", "--show-config").expect()
    expect_no_secret(shown)
    shown.expect_output("(set)", "CONSUL_HTTP_TOKEN", "CONSUL_HTTP_AUTH")
    shown = show_config(G0, variables=["CONSUL_HTTP_ADDR=http://admin:s3cret@127.0.0.1:8500"])
    shown.expect(1, "CONSUL_HTTP_ADDR", "CONSUL_HTTP_AUTH")
    expect_no_secret(shown)


def test_show_config_sends_no_packet(client):
    def packets_of_nobody():
        rows = client.call("iptables", "-nvxL", "OUTPUT").splitlines()
        return [int(row.split()[0]) for row in rows if "owner UID match" in row]

    client.rule("OUTPUT", "-m", "owner", "--uid-owner", "nobody", insert=True)
    client.nobody("glusterconsul", "lookup", "--show-config", G0).expect()
    assert packets_of_nobody() == [0]
    client.nobody("glusterconsul", "lookup", G0).expect()
    assert packets_of_nobody() > [0]  # otherwise the count proves nothing


def test_directory_overrides_the_file_and_a_section_overrides_both(client, write_conf):
    write_conf(CONF, "consul-http-addr = 127.0.0.1:1", "consul-dns-addr = off", "consul-retry = 0",
               "consul-cache = off")
    right = f"{CONF_D}/right.conf"
    write_conf(right, "consul-http-addr = 127.0.0.1:8500")
    client.mount_ok(target="/mnt/directory")
    client.umount("/mnt/directory")
    write_conf(right, "[gluster]", "consul-http-addr = 127.0.0.1:8500")
    write_conf(f"{CONF_D}/wrong.conf", "consul-http-addr = 127.0.0.1:2")
    client.mount_ok(target="/mnt/section")
    client.umount("/mnt/section")
    client.call("rm", right)
    client.mount_fails("127.0.0.1:2", target="/mnt/wrong")


def test_invalid_line_is_reported_with_file_and_line(client, write_conf):
    path = f"{CONF_D}/50-typo.conf"
    write_conf(path, "# by hand", "consul-helth = any")
    client.mount(target="/mnt").expect(1, f"{path}:2", "consul-health")
    write_conf(path, "[archive]", "consul-health = fine")
    client.run("glusterconsul", "lookup", G0).expect(1, f"{path}:2", "passing, warning, any")


def test_directory_or_file_writable_by_others_is_rejected(client, write_conf):
    path = f"{CONF_D}/50.conf"
    show = ("glusterconsul", "lookup", "--show-config")
    write_conf(path, "consul-retry = 5s")
    client.call("chmod", "777", CONF_D)
    client.run(*show).expect(1, f"{CONF_D}: ", "chmod go-w")
    client.call("chmod", "755", CONF_D)
    client.call("chmod", "666", path)
    client.run(*show).expect(1, f"{path}: ", "chmod go-w")
