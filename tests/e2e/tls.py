"""A Consul agent that speaks TLS, with a certificate authority of its own."""

from consul import leading_agent, only_by_http

KEYS = "/etc/consul-tls"  # on the client
CA = f"consul-ca-cert={KEYS}/ca.pem"
OTHER_NAME = "consul.example.net"
HTTPS = f"consul-http-addr=https://127.0.0.2:8501,{CA}"
SECURE = only_by_http("https://127.0.0.2:8501")
TRUSTED = f"{SECURE},{CA}"
CLIENT_CERTIFICATE = f"consul-client-cert={KEYS}/client.pem,consul-client-key={KEYS}/client.key"

# OpenSSL 3.5 makes no certificate that ends before it begins: one expires at once instead.
MAKE_KEYS = r"""
set -eu
mkdir -p "$1" && cd "$1"
exec 2>log
trap 'cat log' ERR
for authority in ca stranger; do
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
    -subj "/CN=$authority of the tests" -keyout "$authority.key" -out "$authority.pem"
done
sign() { # sign NAME DAYS ALTERNATIVE-NAME USAGE [AUTHORITY]
  local authority=${5-ca}
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
    -keyout "$1.key" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA "$authority.pem" -CAkey "$authority.key" -set_serial "0x$RANDOM" \
    -days "$2" -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=%s\n' "$3" "$4") -out "$1.pem"
}
sign good 2 IP:127.0.0.2 serverAuth
sign local 2 IP:127.0.0.1 serverAuth
sign named 2 "DNS:$2" serverAuth
sign expired 0 IP:127.0.0.2 serverAuth
sign client 2 DNS:client clientAuth
sign other-client 2 DNS:client clientAuth stranger
"""


def make_keys(client):
    """In KEYS, until the test ends: two authorities, and certificates that the first has signed."""
    client.lab.finally_(client.call, "rm", "-rf", KEYS)
    client.bash(MAKE_KEYS, KEYS, OTHER_NAME)


def secure_agent(client, certificate="good", **settings):
    """It leads, has this certificate, and knows the three servers of g0."""
    make_keys(client)
    agent = leading_agent(client, "secure", "127.0.0.2", {
        "ports": {"https": 8501}, "ca_file": f"{KEYS}/ca.pem",
        "cert_file": f"{KEYS}/{certificate}.pem", "key_file": f"{KEYS}/{certificate}.key",
        **settings})
    agent.register_pool()
    return agent
