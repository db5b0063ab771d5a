# shellcheck shell=bash disable=SC2034,SC2154 # names shared with lib.sh and the cases
# A Consul agent of a test's own that speaks TLS, with a certificate authority of its
# own. Sourced by cases.

# shellcheck source-path=SCRIPTDIR source=lib_consul.sh
source "$here/lib_consul.sh"

keys=/etc/consul-tls # on the client
by_name=consul.example.net
secure=$(only_by_http https://127.0.0.2:8501)
trusted="$secure,consul-ca-cert=$keys/ca.pem"
https=consul-http-addr=https://127.0.0.2:8501,consul-ca-cert=$keys/ca.pem

# Two authorities; and by the first a server's certificate for 127.0.0.2, one
# for another name, one that expires at once, and a client's. (OpenSSL 3.5 does not
# make one that ends before it begins.)
make_keys() {
  later on client rm -rf "$keys"
  on client bash -s "$keys" "$by_name" <<'END' || fail 'openssl did not make the certificates'
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
END
}

# secure_consul_runs CERTIFICATE [SETTINGS]
secure_consul_runs() {
  make_keys
  agent_leads secure 127.0.0.2 "$(jq -n -c --arg keys "$keys" --arg certificate "$1" --argjson more "${2-"{}"}" '{
    ports: {https: 8501}, ca_file: "\($keys)/ca.pem",
    cert_file: "\($keys)/\($certificate).pem", key_file: "\($keys)/\($certificate).key"} + $more')"
  knows_gluster 127.0.0.2 gl1 gl2 gl3
}
