# shellcheck shell=bash disable=SC2154 # names from lib.sh
# Real mounts with the helper under valgrind: it reads nothing that was not
# written or is not its own, and loses no memory. mount(8) and the client are not looked at.

# Memory that is still reachable at the end is no loss: libcurl, OpenSSL and c-ares
# keep theirs for the life of the process.
under_valgrind=(valgrind -q --error-exitcode=99 --leak-check=full --trace-children=no
  --child-silent-after-fork=yes --log-file=/tmp/valgrind)

# It is some twenty times as slow: whoever is asked gets more time than usual.
patience=consul-timeout=60s,consul-probe-timeout=20s

# helper_under_valgrind EXPECTED_STATUS ARGUMENTS...
helper_under_valgrind() {
  client "${under_valgrind[@]}" /sbin/mount.glusterconsul "${@:2}"
  on client cat /tmp/valgrind
  on client rm /tmp/valgrind
  expect_status "$1"
}

# mounts_cleanly WAY
mounts_cleanly() {
  make_target /mnt/clean
  helper_under_valgrind 0 "$g0" /mnt/clean -o "$patience,consul-via=$1"
  expect_mounted /mnt/clean "$g0"
  expect_writable /mnt/clean
}

test_a_mount_by_http_is_clean_under_valgrind() {
  mounts_cleanly http
}

test_a_mount_by_dns_is_clean_under_valgrind() {
  mounts_cleanly dns
}

test_a_failure_is_clean_under_valgrind() {
  make_target /mnt/none
  helper_under_valgrind 32 gluster:/gO /mnt/none -o "$patience,consul-retry=0"
  expect_error "'gO'"
}
