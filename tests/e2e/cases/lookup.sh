# shellcheck shell=bash disable=SC2154 # names from lib.sh
# `glusterconsul lookup` tells what is.

register_mixed() {
  register mixed gl1 passing
  register mixed gl2 critical
  register mixed gl3 passing '' 24999
  register mixed gl4 passing
}

# of NODE FILTER: in the JSON.
of() {
  printf '.instances[] | select(.node == "%s") | %s' "$1" "$2"
}

test_json_agrees_with_reality() {
  register_mixed
  look_up mixed:/g0 log-level=WARNING
  expect_status 0
  expect_json 'the service' mixed .service
  expect_json 'the number of instances' 4 '.instances | length'
  expect_json 'the port' 24007 .port
  expect_json 'the first server' "${address[gl1]}" '.servers[0]'

  expect_json 'the verdict on gl1' serves "$(of mixed-gl1 .probe.verdict)"
  expect_json 'the place of gl1' 1 "$(of mixed-gl1 .place)"
  expect_json 'whether a time was measured' true "$(of mixed-gl1 '.probe.round_trip_ms > 0')"

  expect_json 'the health of gl2' critical "$(of mixed-gl2 .health)"
  expect_json 'whether gl2 is used' false "$(of mixed-gl2 .used)"
  expect_json 'the check of gl2' '["glusterd listens","critical","said by the test: critical"]' \
    "$(of mixed-gl2 '.checks[0] | [.name, .status, .output]')"

  expect_json 'the verdict on gl3' refused "$(of mixed-gl3 .probe.verdict)"
  expect_json 'the verdict on gl4' no-volume "$(of mixed-gl4 .probe.verdict)"
  expect_json 'the source that would be shown' true '.command | any(. == "--fs-display-name=mixed:/g0")'
}

test_the_table_names_each_instance_and_the_failing_check() {
  register_mixed
  client glusterconsul lookup mixed:/g0
  expect_status 0
  expect_output mixed-gl1 mixed-gl2 mixed-gl3 mixed-gl4 primary 'critical (glusterd listens: said by the test' \
    refused 'no such volume' command: --volfile-server="${address[gl1]}"
}

test_the_primary_of_lookup_is_that_of_the_mount() {
  look_up "$g0"
  local servers
  servers=$(jq -r '.servers[]' <<<"$out")
  mounts "$g0" /mnt/g0
  # shellcheck disable=SC2016 # expanded by the shell on the client
  client sh -c 'tr "\0" "\n" <"/proc/$(pgrep -x glusterfs)/cmdline" | sed -n "s/^--volfile-server=//p"'
  expect_equal 'the primary of the mount' "$(sed q <<<"$servers")" "$(sed q <<<"$out")"
}

test_a_failed_lookup_is_32_and_tells_what_it_learnt() {
  register sick gl1 critical
  look_up sick:/g0
  expect_status 32
  expect_json 'the instances' 1 '.instances | length'
  expect_error 'no healthy instance'
}

test_wrong_usage_is_exit_status_1() {
  client glusterconsul lookup
  expect_status 1
  client glusterconsul lookup "$g0" --jsno
  expect_status 1
  client glusterconsul lookup "$g0" -o consul-helth=any
  expect_status 1
  expect_error consul-health
  client glusterconsul lookpu
  expect_status 1
}

test_lookup_needs_no_root() {
  client setpriv --reuid nobody --clear-groups glusterconsul lookup "$g0"
  expect_status 0
}
