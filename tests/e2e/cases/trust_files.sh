# shellcheck shell=bash disable=SC2154 # names from lib.sh
# Files that decide who is taken for Consul, what is sent to it, and which program is run
# as root: those that an ordinary user owns or can change are refused.

# shellcheck source-path=SCRIPTDIR source=../lib_tls.sh
source "$here/lib_tls.sh"

unprivileged=(setpriv --reuid nobody --regid nogroup --clear-groups)

# refuses WORDS... -- OPTIONS: at once, with these words.
refuses() {
  local words=()
  while [[ $1 != -- ]]; do
    words+=("$1")
    shift
  done
  make_target /mnt/none
  client mount -t glusterconsul "$g0" /mnt/none -o "$2"
  ((status == 1 || status == 32)) || fail "the exit status is $status"
  expect_error "${words[@]}"
  expect_not_mounted /mnt/none
  expect_took_at_most 5000
}

has_mode() { # has_mode MODE FILE
  on client chmod "$1" "$2"
}

belongs_to() { # belongs_to OWNER FILE
  on client chown -h "$1" "$2"
}

test_a_certificate_authority_that_others_can_change_is_refused() {
  secure_consul_runs good
  has_mode 664 "$keys/ca.pem"
  refuses "$keys/ca.pem" 'lets others change it' 'chmod go-w' -- "$trusted"
  has_mode 646 "$keys/ca.pem"
  refuses "$keys/ca.pem" 'lets others change it' -- "$trusted"
  has_mode 644 "$keys/ca.pem"
  belongs_to nobody "$keys/ca.pem"
  refuses "$keys/ca.pem" 'user 65534' 'chown root' -- "$trusted"
  belongs_to root "$keys/ca.pem"
  # By a link of theirs, and in a directory in which everybody can put another file.
  on client "${unprivileged[@]}" ln -s "$keys/stranger.pem" /tmp/ca.pem
  refuses /tmp/ca.pem 'symbolic link of user 65534' -- "$secure,consul-ca-cert=/tmp/ca.pem"
  on client install -d -m 777 /tmp/open
  on client cp "$keys/ca.pem" /tmp/open/ca.pem
  refuses /tmp/open/ca.pem 'world-writable' -- "$secure,consul-ca-cert=/tmp/open/ca.pem"
  on client rm -rf /tmp/open /tmp/ca.pem
  # A link of root's may lead to it.
  on client ln -s "$keys/ca.pem" "$keys/link.pem"
  mounts "$g0" /mnt/g0 -o "$secure,consul-ca-cert=$keys/link.pem"
}

test_a_directory_of_authorities_that_others_can_change_is_refused() {
  secure_consul_runs good
  local all=$keys/all
  on client sh -c "mkdir $all && cp $keys/ca.pem $all && openssl rehash $all"
  has_mode 775 "$all"
  refuses "$all" 'writable by its group' 'hint: run chmod g-w' -- "$secure,consul-ca-path=$all"
  has_mode 755 "$all"
  belongs_to nobody "$all"
  refuses "$all" 'user 65534' -- "$secure,consul-ca-path=$all"
  belongs_to root "$all"
  has_mode 666 "$all/ca.pem"
  refuses "$all" 'lets others change it' -- "$secure,consul-ca-path=$all"
  has_mode 644 "$all/ca.pem"
  # Only a directory on the way is somebody else's.
  on client sh -c "install -d -o nobody $keys/theirs && cp -r $all $keys/theirs/all"
  refuses "$keys/theirs/all" 'user 65534' -- "$secure,consul-ca-path=$keys/theirs/all"
  mounts "$g0" /mnt/g0 -o "$secure,consul-ca-path=$all"
}

test_a_client_certificate_and_key_are_judged_as_a_token() {
  secure_consul_runs good '{"verify_incoming_https": true}'
  local options="$trusted,consul-client-cert=$keys/client.pem,consul-client-key=$keys/client.key"
  has_mode 644 "$keys/client.key"
  refuses "$keys/client.key" 'lets others read it' 'chmod g-w,o-rw' -- "$options"
  has_mode 660 "$keys/client.key"
  refuses "$keys/client.key" 'lets others change it' -- "$options"
  has_mode 600 "$keys/client.key"
  belongs_to nobody "$keys/client.key"
  refuses "$keys/client.key" 'user 65534' -- "$options"
  belongs_to root "$keys/client.key"
  has_mode 666 "$keys/client.pem"
  refuses "$keys/client.pem" 'lets others change it' -- "$options"
  has_mode 644 "$keys/client.pem"
  has_mode 640 "$keys/client.key"
  mounts "$g0" /mnt/g0 -o "$options"
}

test_a_file_for_tls_that_is_refused_does_not_lead_to_dns() {
  secure_consul_runs good
  has_mode 666 "$keys/ca.pem"
  # The lab's own agent would answer by DNS.
  refuses "$keys/ca.pem" -- "consul-http-addr=https://127.0.0.2:8501,consul-ca-cert=$keys/ca.pem"
}

# The program leaves a mark if it is run, also to ask for its version.
test_a_client_program_that_others_can_change_is_not_run() {
  later on client rm -rf /opt/own /opt/theirs
  on client sh -c 'mkdir -p /opt/own /opt/theirs
    printf "#!/bin/sh\ntouch /tmp/run-as-root\nexec /usr/sbin/glusterfs \"\$@\"\n" >/opt/own/glusterfs
    chmod 755 /opt/own/glusterfs && cp -p /opt/own/glusterfs /opt/theirs && chown nobody /opt/theirs'
  refuses_to_run() {
    refuses "$@"
    ! on client test -e /tmp/run-as-root || fail 'the program was run'
  }
  has_mode 775 /opt/own/glusterfs
  refuses_to_run /opt/own/glusterfs 'lets others change it' -- consul-glusterfs=/opt/own/glusterfs
  has_mode 755 /opt/own/glusterfs
  belongs_to nobody /opt/own/glusterfs
  refuses_to_run /opt/own/glusterfs 'user 65534' -- consul-glusterfs=/opt/own/glusterfs
  belongs_to root /opt/own/glusterfs
  refuses_to_run /opt/theirs/glusterfs 'user 65534' -- consul-glusterfs=/opt/theirs/glusterfs
  on client "${unprivileged[@]}" ln -s /opt/own/glusterfs /tmp/glusterfs
  refuses_to_run /tmp/glusterfs 'symbolic link of user 65534' -- consul-glusterfs=/tmp/glusterfs
  on client rm /tmp/glusterfs
  mounts "$g0" /mnt/g0 -o consul-glusterfs=/opt/own/glusterfs
}

test_an_ordinary_user_looks_up_with_files_of_his_own() {
  secure_consul_runs good '{"verify_incoming_https": true}'
  on client sh -c "install -d -o nobody /tmp/his &&
    install -o nobody -m 600 -t /tmp/his $keys/ca.pem $keys/client.pem $keys/client.key"
  local his="consul-ca-cert=/tmp/his/ca.pem,consul-client-cert=/tmp/his/client.pem"
  client "${unprivileged[@]}" glusterconsul lookup "$g0" \
    -o "$secure,$his,consul-client-key=/tmp/his/client.key"
  expect_status 0
  client "${unprivileged[@]}" glusterconsul lookup "$g0" -o "$trusted"
  expect_status 32 # for want of a certificate: the CA is root's, and can be read
  expect_error certificate
  on client rm -rf /tmp/his
}

# socket_of OWNER DIRECTORY: this user listens on DIRECTORY/consul.sock, for the test.
socket_of() {
  later on client sh -c 'pkill -KILL -f "their[-]socket" || true'
  on client setsid -f setpriv --reuid "$1" --clear-groups python3 -c 'import socket, sys, time
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
time.sleep(60)' "$2/consul.sock" their-socket </dev/null >/dev/null 2>&1
  wait_for 10 on client test -S "$2/consul.sock" || fail 'it does not listen'
}

test_a_socket_that_another_user_can_replace_is_refused() {
  on client install -d -o nobody /tmp/theirs
  socket_of nobody /tmp/theirs
  refuses /tmp/theirs/consul.sock 'user 65534' -- "$(only_by_http unix:///tmp/theirs/consul.sock)"
  # In /tmp, which is sticky, the listener itself is looked at.
  socket_of nobody /tmp
  refuses /tmp/consul.sock 'user 65534' -- "$(only_by_http unix:///tmp/consul.sock)"
  on client rm -rf /tmp/theirs /tmp/consul.sock
}

test_a_token_in_plain_text_and_an_unverified_certificate_are_warned_of() {
  secure_consul_runs expired
  on client sh -c 'umask 077 && echo 11111111-2222-3333-4444-555555555555 >/etc/gluster.token'
  later on client rm -f /etc/gluster.token
  local token=consul-token-file=/etc/gluster.token
  client glusterconsul lookup "$g0" -o "$secure,consul-ssl-verify=false"
  expect_status 0
  expect_error 'warning: consul-ssl-verify=false'
  mounts "$g0" /mnt/g0 -o "$secure,consul-ssl-verify=false"
  expect_equal 'how often it is warned' 1 "$(grep -c 'warning: consul-ssl-verify=false' <<<"$err")"
  unmounts /mnt/g0
  client glusterconsul lookup "$g0" -o "$token,consul-retry=0,$(only_by_http 10.77.0.11:8500)"
  expect_error 'warning: the token or password is sent to Consul at 10.77.0.11:8500 without encryption'
  client glusterconsul lookup "$g0" -o "$token"
  expect_status 0
  expect_equal 'what is said of a token to loopback' '' "$err"
}
