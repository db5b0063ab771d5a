# shellcheck shell=bash disable=SC2154 # names from lib.sh
# How long a mount of a healthy volume takes, beside one by hand from a static
# server list, pair by pair in the same run.
#
# alone: what is measured is short

test_a_healthy_mount_takes_less_time_than_one_by_hand() {
  local rows seen
  rows=$(on client bash -s 25 <"$repo/tests/bench/mount_pairs.client.sh")
  printf '%s\n' 'us by hand, ours; and until it answered' "$rows"
  seen=$(awk -f "$repo/tests/bench/pairs.awk" -v hand=1 -v ours=2 <<<"$rows")
  note "$seen"
  grep -q '^median difference  *-' <<<"$seen" || fail 'the median of the differences is to be below zero'
}
