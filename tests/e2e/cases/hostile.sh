# shellcheck shell=bash disable=SC2154 # names from lib.sh
# Somebody may write to Consul who should not: none of it reaches the client's
# command line, or a terminal as it is, and good servers beside it serve.

# attack WHAT SERVICE [WORDS...]: as hostile/catalog.py says.
attack() {
  later on client python3 "$here/hostile/catalog.py" clear
  on client python3 "$here/hostile/catalog.py" "$@" >"$work/attack"
  note "$(<"$work/attack")"
  [[ $(<"$work/attack") =~ took\ [1-9][0-9]+\  ]] || fail 'Consul is to take most of it'
}

expect_nothing_raw() {
  local found
  found=$(python3 "$here/hostile/raw.py" "$@")
  [[ -z $found ]] || fail "a terminal would obey:
$found"
}

# raw_client COMMAND...: as `client`, and what it prints may be shown anywhere.
raw_client() {
  run_on_client "$@"
  tell_how_it_ended
  expect_nothing_raw "$work/out" "$work/err"
}

# expect_only_known_words SPEC TARGET < WORDS: of a command line, one each line.
expect_only_known_words() {
  local unknown
  unknown=$(grep -vxF -e /usr/sbin/glusterfs -e --process-name -e fuse -e --volfile-server=10.77.0.11 \
    -e --volfile-server=10.77.0.12 -e --volfile-server=10.77.0.13 -e --volfile-id=/g0 \
    -e "--fs-display-name=$1" -e "$2" || true)
  [[ -z $unknown ]] || fail "words that are not ours are on the command line:
$unknown"
}

test_hostile_instances_reach_neither_the_command_line_nor_a_terminal() {
  local spec=hostile.service.consul:/g0
  attack register hostile "${address[gl1]}" "${address[gl2]}" "${address[gl3]}"
  make_target /mnt/g0
  raw_client mount -v -t glusterconsul "$spec" /mnt/g0 -o consul-via=http
  expect_status 0
  expect_mounted /mnt/g0 "$spec"
  expect_writable /mnt/g0
  expect_error ' from Consul: ' # the records that were skipped are reported

  # shellcheck disable=SC2016 # expanded by the shell on the client
  on client sh -c 'cat "/proc/$(pgrep -x glusterfs)/cmdline"' >"$work/cmdline"
  tr '\0' '\n' <"$work/cmdline" >"$work/words"
  expect_equal 'the servers on the command line' 3 "$(grep -c '^--volfile-server=' "$work/words")"
  expect_only_known_words "$spec" /mnt/g0 <"$work/words"
  on client test ! -e /tmp/owned || fail 'a shell ran what was registered'
}

test_hostile_instances_are_shown_escaped() {
  local spec=hostile:/g0
  attack register hostile "${address[gl1]}" "${address[gl2]}" "${address[gl3]}"
  raw_client glusterconsul lookup -v -o consul-via=http "$spec"
  expect_status 0
  # shellcheck disable=SC1003 # that is a backslash
  expect_output '\x1b]0;owned' '\x00' '\x9b'
  grep '^command: ' "$work/out" | sed 's/^command: //' | xargs -n 1 printf '%s\n' |
    expect_only_known_words "$spec" TARGET

  raw_client glusterconsul lookup --json -o consul-via=http "$spec"
  expect_status 0
  cp -- "$work/out" "$work/json"
  jq -r '.command[]' "$work/json" | expect_only_known_words "$spec" TARGET
  python3 "$here/hostile/catalog.py" words >"$work/words.json"
  # What was registered is what is read back: escaped, not changed.
  expect_equal 'the words that are not found as tags' '[]' "$(jq -c --slurpfile words "$work/words.json" \
    '[.instances[].tags[]] as $seen | [$words[0] | to_entries[] | select(.value != "") |
      select(.value as $word | $seen | index([$word]) | not) | .key]' "$work/json")"
}

test_hostile_instances_do_no_harm_by_dns() {
  local spec=hostile.service.consul:/g0
  # With bad addresses too, Consul's own DNS does not answer at all.
  attack register-labels hostile "${address[gl1]}" "${address[gl2]}" "${address[gl3]}"
  make_target /mnt/g0
  raw_client mount -v -t glusterconsul "$spec" /mnt/g0 -o consul-via=dns
  expect_status 0
  # shellcheck disable=SC2016 # expanded by the shell on the client
  on client sh -c 'tr "\0" "\n" <"/proc/$(pgrep -x glusterfs)/cmdline"' | expect_only_known_words "$spec" /mnt/g0
}

test_hostile_instances_alone_are_a_failure_in_printable_words() {
  attack register-bad worse "${address[gl1]}"
  make_target /mnt/none
  raw_client mount -v -t glusterconsul worse:/g0 /mnt/none -o consul-retry=0,consul-via=http
  expect_status 32
  expect_error 'no healthy instance of worse'
  raw_client glusterconsul lookup --json -o consul-via=http worse:/g0
  expect_status 32
  jq -e . "$work/out" >/dev/null || fail 'this is no JSON'
}

# Names and tags of 1 MB, which Consul sends back several times.
test_a_megabyte_of_a_name_or_a_tag_does_no_harm() {
  local what
  attack register-long long "${address[gl1]}" "${address[gl2]}" "${address[gl3]}"
  for what in node id tag; do
    raw_client glusterconsul lookup --json -o consul-via=http,consul-order=consul "long-$what:/g0"
    expect_status 0
    cp -- "$work/out" "$work/json"
    expect_equal "the servers beside a long $what" 10.77.0.11,10.77.0.12,10.77.0.13 \
      "$(jq -r '.servers | sort | join(",")' "$work/json")"
    expect_equal "how much of the long $what is kept" 4096 \
      "$(jq '[.instances[] | .node, .service_id, .tags[] | length] | max' "$work/json")"
    make_target "/mnt/$what"
    raw_client mount -v -t glusterconsul "long-$what:/g0" "/mnt/$what" -o consul-via=http,consul-cache=off
    expect_status 0
    expect_mounted "/mnt/$what" "long-$what:/g0"
    (($(wc -c <"$work/err") < 100000)) || fail 'a message repeats it whole'
  done
}

test_hostile_service_names_are_suggested_in_printable_words() {
  attack register-names nearby
  raw_client glusterconsul lookup nearb:/g0
  expect_status 32
  expect_error "did you mean 'nearby"
}

test_more_instances_than_are_read_leave_dns() {
  attack flood hostile "${address[gl1]}" "${address[gl2]}"
  make_target /mnt/g0
  raw_client mount -t glusterconsul hostile.service.consul:/g0 /mnt/g0
  expect_status 0
  expect_mounted /mnt/g0 hostile.service.consul:/g0
  expect_error DNS
  unmounts /mnt/g0
  expect_no_trace 5
  fails_to_mount hostile:/g0 /mnt/none 'larger than the limit' -- -o consul-via=http,consul-retry=0
}
