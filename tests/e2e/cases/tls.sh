# shellcheck shell=bash disable=SC2154 # names from lib.sh
# Consul's HTTP API over TLS, with a certificate authority of its own.

# shellcheck source-path=SCRIPTDIR source=../lib_tls.sh
source "$here/lib_tls.sh"

# refuses WORDS... -- ARGUMENTS...: at once, though it would be tried again for a minute.
refuses() {
  fails_to_mount "$g0" /mnt/none 'TLS with Consul at https://127.0.0.2:8501 failed' "$@"
  expect_took_at_most 5000
}

test_a_consul_of_a_named_authority_mounts() {
  secure_consul_runs good
  mounts "$g0" /mnt/g0 -o "$trusted"
  unmounts /mnt/g0
  # A folder of authorities, as c_rehash makes it.
  on client sh -c "mkdir $keys/all && cp $keys/ca.pem $keys/all && openssl rehash $keys/all"
  mounts "$g0" /mnt/g0 -o "$secure,consul-ca-path=$keys/all"
}

test_an_unknown_authority_is_final_and_says_what_to_name() {
  secure_consul_runs good
  refuses certificate consul-ca-cert= -- -o "$secure"
  refuses certificate consul-ca-cert= -- -o "$secure,consul-ca-cert=$keys/stranger.pem"
}

test_a_certificate_for_another_name_is_final_until_the_name_is_said() {
  secure_consul_runs named
  refuses consul-tls-server-name= -- -o "$trusted"
  mounts "$g0" /mnt/g0 -o "$trusted,consul-tls-server-name=$by_name"
}

test_an_expired_certificate_is_final_and_called_so() {
  secure_consul_runs expired
  refuses 'certificate has expired' -- -o "$trusted"
}

test_a_certificate_can_be_taken_unseen() {
  secure_consul_runs expired
  mounts "$g0" /mnt/g0 -o "$secure,consul-ssl-verify=false"
}

test_a_consul_that_wants_a_client_certificate_gets_it() {
  secure_consul_runs good '{"verify_incoming_https": true}'
  refuses alert consul-client-cert= -- -o "$trusted"
  refuses alert -- \
    -o "$trusted,consul-client-cert=$keys/other-client.pem,consul-client-key=$keys/other-client.key"
  mounts "$g0" /mnt/g0 -o "$trusted,consul-client-cert=$keys/client.pem,consul-client-key=$keys/client.key"
}

# With TLS 1.3 the refusal comes behind the handshake, together with the end of the
# connection, and may be lost with it. Consul does so now and then, this one always.
# consul_that_resets COUNT LEAST: as hostile/odd_consul.py says.
consul_that_resets() {
  make_keys
  later on client sh -c 'pkill -f "odd_consul[.]py" || true'
  on client setsid -f python3 "$here/hostile/odd_consul.py" resets 8599 \
    "$keys/local.pem" "$keys/local.key" "$keys/ca.pem" "$@" </dev/null >/dev/null 2>&1
  wait_for 10 on client sh -c 'ss -Hltn "sport = :8599" | grep -q .' || fail 'it does not listen'
  remember_traces
}

test_a_refusal_that_was_lost_with_the_connection_is_asked_for_again_at_once() {
  consul_that_resets 1 1.2
  fails_to_mount "$g0" /mnt/none 'TLS with Consul at https://127.0.0.1:8599 failed' alert -- \
    -o "$(only_by_http https://127.0.0.1:8599),consul-ca-cert=$keys/ca.pem"
  [[ $err != *'retrying'* ]] || fail 'it was taken for what may pass'
  expect_took_at_most 5000
}

test_a_refusal_that_is_lost_each_time_is_guessed_at() {
  local options
  options="$(only_by_http https://127.0.0.1:8599),consul-ca-cert=$keys/ca.pem,consul-retry=0"
  consul_that_resets 100 1.3
  fails_to_mount "$g0" /mnt/none 'https://127.0.0.1:8599 does not respond' 'after the TLS handshake' \
    consul-client-cert= -- -o "$options"
  expect_took_at_most 5000
}

test_files_that_are_no_certificates_are_final() {
  secure_consul_runs good
  refuses "$keys/none.pem" -- -o "$secure,consul-ca-cert=$keys/none.pem"
  refuses -- -o "$trusted,consul-client-cert=$keys/client.csr,consul-client-key=$keys/client.key"
  refuses -- -o "$trusted,consul-client-cert=$keys/client.pem,consul-client-key=$keys/good.key"
  make_target /mnt/none
  client mount -t glusterconsul "$g0" /mnt/none -o "$trusted,consul-client-cert=$keys/client.pem"
  expect_status 1
  expect_error consul-client-key
}

test_the_wrong_scheme_is_told_each_way() {
  secure_consul_runs good
  fails_to_mount "$g0" /mnt/none 'is it http:// instead?' -- \
    -o "$(only_by_http https://127.0.0.2:8500),consul-ca-cert=$keys/ca.pem"
  expect_took_at_most 5000
  fails_to_mount "$g0" /mnt/none HTTPS -- -o "$(only_by_http http://127.0.0.2:8501)"
  expect_took_at_most 5000
}

test_the_environment_says_what_consuls_own_command_takes() {
  secure_consul_runs good '{"verify_incoming_https": true}'
  client env CONSUL_HTTP_ADDR=127.0.0.2:8501 CONSUL_HTTP_SSL=true CONSUL_CACERT="$keys/ca.pem" \
    CONSUL_CLIENT_CERT="$keys/client.pem" CONSUL_CLIENT_KEY="$keys/client.key" \
    glusterconsul lookup -o consul-via=http "$g0"
  expect_status 0
  expect_output '(from Consul over HTTP)'
}

test_trouble_with_certificates_does_not_fall_back_to_what_is_not_secured() {
  secure_consul_runs expired
  # The lab's own agent would answer by DNS.
  fails_to_mount "$g0" /mnt/none 'certificate has expired' -- -o "$https,consul-dns-addr=127.0.0.1:8600"
  expect_took_at_most 5000
}
