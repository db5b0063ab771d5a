# shellcheck shell=bash disable=SC2154 # names from lib.sh
# What Consul says of a service when it is not "healthy", and Consul that says
# nothing: told apart in words.

test_an_unknown_service_is_named_with_the_nearest_one() {
  fails_to_mount glusterr.service.consul:/g0 /mnt/none "'glusterr'" "did you mean 'gluster'" -- -o consul-retry=0
}

test_a_service_with_nothing_healthy_is_named_with_its_failing_checks() {
  register sick gl1 critical
  register sick gl2 critical
  fails_to_mount sick:/g0 /mnt/none sick-gl1 sick-gl2 critical 'glusterd listens' 'said by the test' \
    -- -o consul-retry=0
}

test_a_service_that_gets_healthy_in_time_is_mounted() {
  register late gl1 critical
  (sleep 2 && register late gl1 passing) &
  mounts late:/g0 /mnt/g0 -o consul-retry=20s
  wait
}

test_healthy_servers_of_which_none_answers_are_named_with_what_they_did() {
  register deaf gl1 passing '' 24999
  register deaf gl2 passing '' 24999
  fails_to_mount deaf:/g0 /mnt/none 'none of the healthy servers of deaf answers' \
    "${address[gl1]}:24999 refused" "${address[gl2]}:24999 refused" -- -o consul-retry=0
}

test_warning_instances_are_used_when_nothing_passes_and_that_is_said() {
  register tired gl1 warning
  register tired gl2 critical
  mounts tired:/g0 /mnt/g0
  expect_error 'no instance of tired is passing' tired-gl1
}

test_critical_instances_are_used_where_any_health_will_do() {
  register sick gl1 critical
  mounts sick:/g0 /mnt/g0 -o consul-health=any
}

test_an_agent_that_starts_late_is_waited_for() {
  agent_dies
  start_agent 5
  mounts "$g0" /mnt/g0
  ((took >= 4000)) || fail "the agent was not dead: $took ms"
  expect_took_at_most 20000
  expect_error 'retrying'
}

test_nofail_turns_unreachable_storage_into_success_with_the_message() {
  make_target /mnt/none
  client mount -t glusterconsul "$g0" /mnt/none \
    -o nofail,consul-retry=0,consul-http-addr=127.0.0.1:8599,consul-dns-addr=off
  expect_status 0
  expect_error 127.0.0.1:8599
  expect_no_trace
}

test_nofail_does_not_forgive_a_wrong_option() {
  make_target /mnt/none
  client mount -t glusterconsul "$g0" /mnt/none -o nofail,consul-helth=any
  expect_status 1
}
