"""A Consul agent with TLS and its own certificate authority."""

from consul import leading_agent, only_by_http
from lab import ON_CLIENT

KEYS = "/etc/consul-tls"  # on the client
CA = f"consul-ca-cert={KEYS}/ca.pem"
OTHER_NAME = "consul.example.net"
HTTPS = f"consul-http-addr=https://127.0.0.2:8501,{CA}"
SECURE = only_by_http("https://127.0.0.2:8501")
TRUSTED = f"{SECURE},{CA}"
CLIENT_CERTIFICATE = f"consul-client-cert={KEYS}/client.pem,consul-client-key={KEYS}/client.key"


def make_keys(client):
    """Creates two CAs, and certificates signed by the first, in KEYS until the test ends."""
    client.lab.at_end(client.call, "rm", "-rf", KEYS)
    client.call("bash", ON_CLIENT / "make_keys.sh", KEYS, OTHER_NAME)


def secure_agent(client, certificate="good", **settings):
    """Starts a leading agent that has this certificate and knows the three servers of g0."""
    make_keys(client)
    agent = leading_agent(client, "secure", "127.0.0.2", {
        "ports": {"https": 8501}, "ca_file": f"{KEYS}/ca.pem",
        "cert_file": f"{KEYS}/{certificate}.pem", "key_file": f"{KEYS}/{certificate}.key",
        **settings})
    agent.register_pool()
    return agent
