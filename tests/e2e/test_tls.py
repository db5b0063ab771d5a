"""Consul's HTTP API over TLS, with its own certificate authority."""

import pytest
import tls
from consul import only_by_http
from lab import G0, RETRIED
from tls import CLIENT_CERTIFICATE, HTTPS, KEYS, SECURE, TRUSTED

pytestmark = pytest.mark.release

PERMANENT = 5  # seconds for a permanent error; a transient one is retried for a minute


def fails_permanently(client, *words, options):
    client.mount_fails("Consul at https://127.0.0.2:8501", *words, options=options,
                       within=PERMANENT)


def test_configured_authority(client):
    tls.secure_agent(client)
    client.mount_ok(TRUSTED)
    client.umount()
    # A directory of CAs, as created by c_rehash.
    client.sh('mkdir "$1/all" && cp "$1/ca.pem" "$1/all" && openssl rehash "$1/all"', KEYS)
    client.mount_ok(f"{SECURE},consul-ca-path={KEYS}/all")


@pytest.mark.parametrize("options", [
    pytest.param(SECURE, id="none configured"),
    pytest.param(f"{SECURE},consul-ca-cert={KEYS}/stranger.pem", id="another configured"),
])
def test_unknown_authority_is_a_permanent_error(client, options):
    tls.secure_agent(client)
    fails_permanently(client, "not from an authority that this machine trusts",
                      "set consul-ca-cert= to", options=options)


def test_certificate_for_another_name_is_a_permanent_error_unless_configured(client):
    tls.secure_agent(client, "named")
    fails_permanently(client, "is for another name", "consul-tls-server-name=", options=TRUSTED)
    client.mount_ok(f"{TRUSTED},consul-tls-server-name={tls.OTHER_NAME}")


def test_expired_certificate_is_a_permanent_error(client):
    tls.secure_agent(client, "expired")
    fails_permanently(client, "has expired", "clock shows", options=TRUSTED)


def test_certificate_that_is_not_valid_yet_is_retried(client):
    """As at boot, before the clock is synchronized."""
    tls.secure_agent(client, "soon")
    client.mount_ok(TRUSTED).expect(0, "not yet valid; this machine's clock shows 20", RETRIED)


def test_verification_can_be_disabled(client):
    tls.secure_agent(client, "expired")
    client.mount_ok(f"{SECURE},consul-ssl-verify=false")


def test_client_certificate(client):
    tls.secure_agent(client, verify_incoming_https=True)
    fails_permanently(client, "requires a client certificate", "consul-client-cert=",
                      options=TRUSTED)
    fails_permanently(client, "rejects our client certificate", options=TRUSTED + "," +
                      CLIENT_CERTIFICATE.replace("client.", "other-client."))
    client.mount_ok(f"{TRUSTED},{CLIENT_CERTIFICATE}")


def test_client_key_with_pass_phrase_is_a_permanent_error(client):
    tls.secure_agent(client, verify_incoming_https=True)
    client.sh('openssl pkey -in "$1/client.key" -aes256 -passout pass:x -out "$1/client-locked.key" &&'
              ' chmod 600 "$1/client-locked.key"', KEYS)
    options = CLIENT_CERTIFICATE.replace("client.key", "client-locked.key")
    client.mount_refused(f"consul-client-key: {KEYS}/client-locked.key: the key has a pass phrase",
                         options=f"{TRUSTED},{options}")


@pytest.mark.parametrize("option", ["consul-ca-cert", "consul-ca-path", "consul-client-cert",
                                    "consul-client-key"])
def test_missing_file_is_an_error_of_this_machine(client, option):
    """Nothing is sent, and DNS is not a fallback."""
    options = f"{HTTPS.split(',')[0]},consul-dns-addr=127.0.0.1:8600,{option}=/etc/nosuch.pem"
    if "client" in option:
        other = {"consul-client-cert": "key", "consul-client-key": "cert"}[option]
        options += f",consul-client-{other}=/etc/nosuch.pem"
    failed = client.mount(target="/mnt/none", options=options).expect(
        2, "/etc/nosuch.pem: No such file or directory", within=PERMANENT)
    assert "over DNS" not in failed.stderr
    client.expect_no_trace()


def agent_that_resets(client, count, version):
    """With TLS 1.3 the server refuses after the handshake and closes the connection, so that the
    refusal can be lost. With Consul this happens sometimes, with this server
    (hostile/odd_consul.py) each of the first `count` times."""
    tls.make_keys(client)
    client.odd_consul("resets", f"{KEYS}/local.pem", f"{KEYS}/local.key", f"{KEYS}/ca.pem", count,
                      version)
    client.remember_traces()
    return f"{only_by_http('https://127.0.0.1:8599')},{tls.CA}"


def test_refusal_lost_with_the_connection_is_retried_at_once(client):
    options = agent_that_resets(client, 1, "1.2")
    failed = client.mount_fails("Consul at https://127.0.0.1:8599 requires a client certificate", "alert",
                                options=options, within=PERMANENT)
    assert RETRIED not in failed.stderr


def test_refusal_lost_each_time_is_inferred(client):
    options = agent_that_resets(client, 100, "1.3")
    client.mount_fails("https://127.0.0.1:8599 does not respond", "after the TLS handshake",
                       "consul-client-cert=", options=f"{options},consul-retry=0",
                       within=PERMANENT)


def test_files_that_are_not_certificates_are_errors_of_this_machine(client):
    tls.secure_agent(client)
    client.sh('echo nothing >"$1/empty.pem"', KEYS)
    for options in (f"{SECURE},consul-ca-cert={KEYS}/empty.pem",
                    f"{TRUSTED},consul-client-cert={KEYS}/client.csr,"
                    f"consul-client-key={KEYS}/client.key",
                    f"{TRUSTED},consul-client-cert={KEYS}/client.pem,"
                    f"consul-client-key={KEYS}/good.key"):
        client.mount(target="/mnt/none", options=options).expect(
            2, "consul-c", "in PEM format (", KEYS,
            within=PERMANENT)
        client.expect_no_trace()
    client.mount_refused("consul-client-key",
                         options=f"{TRUSTED},consul-client-cert={KEYS}/client.pem")


def test_wrong_scheme_is_reported_for_http_and_https(client):
    tls.secure_agent(client)
    client.mount_fails("does not use TLS on that port", "set consul-http-addr=", within=PERMANENT,
                       options=f"{only_by_http('https://127.0.0.2:8500')},{tls.CA}")
    client.mount_fails("accepts only HTTPS", "use https:// in consul-http-addr=", options=only_by_http("http://127.0.0.2:8501"), within=PERMANENT)


def test_environment_of_consuls_own_command(client):
    tls.secure_agent(client, verify_incoming_https=True)
    client.run("env", "CONSUL_HTTP_ADDR=127.0.0.2:8501", "CONSUL_HTTP_SSL=true",
               f"CONSUL_CACERT={KEYS}/ca.pem", f"CONSUL_CLIENT_CERT={KEYS}/client.pem",
               f"CONSUL_CLIENT_KEY={KEYS}/client.key", "glusterconsul", "lookup", "-o",
               "consul-via=http", G0).expect().expect_output("(from Consul over HTTP)")


def test_certificate_error_does_not_fall_back_to_dns(client):
    """The lab's agent would respond."""
    tls.secure_agent(client, "expired")
    client.mount_fails("has expired", within=PERMANENT,
                       options=f"{HTTPS},consul-dns-addr=127.0.0.1:8600")
