# shellcheck shell=bash disable=SC2154 # names from lib.sh
# Exit status 0 is never said of a mount that does not answer: what cannot be
# mounted gives 32, the cause, and leaves no mount and no process.

times_each=5

# fails_each_time SPEC WORDS... [-- ARGUMENTS...]
fails_each_time() {
  local i
  for ((i = 0; i < times_each; i++)); do
    fails_to_mount "$1" /mnt/none "${@:2}"
  done
}

gluster() {
  on "$1" gluster --mode=script "${@:2}" >/dev/null
}

# The service `halted` is gl4 with a volume of that name that is made, started
# and stopped.
stop_a_volume() {
  register halted gl4
  later on gl4 rm -rf /srv/halted
  later on gl4 gluster --mode=script volume delete halted
  on gl4 mkdir -p /srv/halted/brick
  gluster gl4 volume create halted gl4:/srv/halted/brick force
  gluster gl4 volume start halted
  gluster gl4 volume stop halted
}

test_a_client_that_auth_allow_rejects_is_told_so() {
  later on gl1 gluster --mode=script volume reset g0 auth.allow
  gluster gl1 volume set g0 auth.allow 10.9.9.9
  fails_each_time "$g0" g0 log
}

test_a_missing_sub_directory_is_named() {
  fails_each_time "$g0/no/such" /no/such
}

test_a_stopped_volume_is_not_mounted() {
  stop_a_volume
  fails_each_time halted:/halted halted 'gluster volume status' -- -o consul-retry=0
}

# As in a pool that boots: glusterd answers before the bricks do.
test_bricks_that_start_later_are_waited_for() {
  stop_a_volume
  later on gl4 gluster --mode=script volume stop halted
  (sleep 4 && gluster gl4 volume start halted) &
  mounts halted:/halted /mnt/late
  expect_error 'Transport endpoint is not connected' 'retrying for up to'
  ((took >= 3000)) || fail "the bricks were there before: $took ms"
  expect_took_at_most 30000
  wait
}

test_an_unknown_volume_is_named_at_once() {
  fails_each_time gluster.service.consul:/gO "'gO'" "${address[gl1]}"
  expect_took_at_most 2000
}

test_dead_servers_are_named_with_what_they_did() {
  local host
  consul_looks_away
  for host in "${pool[@]}"; do
    break_host "$host" reject
  done
  fails_to_mount "$g0" /mnt/none "${address[gl1]}" "${address[gl2]}" "${address[gl3]}" refused -- -o consul-retry=0
  expect_took_at_most 60000
}

test_a_dead_agent_is_named_with_both_its_addresses() {
  agent_dies
  fails_to_mount "$g0" /mnt/none 127.0.0.1:8500 127.0.0.1:8600 -- -o consul-retry=2s
  ((took >= 1000)) || fail "it is to try again for about two seconds, and took $took ms"
  expect_took_at_most 4000
}

test_a_helper_called_without_mount_8_says_the_same() {
  make_target /mnt/none
  client /sbin/mount.glusterconsul "$g0/no/such" /mnt/none
  expect_status 32
  expect_no_trace
}
