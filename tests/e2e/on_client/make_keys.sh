#!/bin/bash
# make_keys.sh DIRECTORY NAME: creates two CAs, and certificates signed by the first, one of them
# for a server of this name.
# OpenSSL 3.5 rejects a validity that ends before it begins, so one certificate expires at once.
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
# `openssl x509` can set the start of validity only since OpenSSL 3.4.
soon() { # soon SECONDS: creates a server certificate "soon" that becomes valid in SECONDS
  mkdir -p soon.d && : >soon.d/index && echo 01 >soon.d/serial
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=soon \
    -keyout soon.key -out soon.csr
  openssl ca -batch -notext -cert ca.pem -keyfile ca.key -in soon.csr -out soon.pem \
    -startdate "$(date -u -d "$1 seconds" +%Y%m%d%H%M%SZ)" -days 2 \
    -extfile <(echo subjectAltName=IP:127.0.0.2) -config <(
      printf '%s\n' '[ca]' default_ca=d '[d]' database=soon.d/index serial=soon.d/serial \
        new_certs_dir=soon.d default_md=sha256 policy=p '[p]' commonName=supplied
    )
}
soon 12
