# shellcheck shell=bash disable=SC2154 # names from lib.sh
# Many look-ups and many mounts at the same moment: all succeed in time, also where
# Consul takes no more connections. This is a small share of what tests/e2e/load does
# by itself, but the limit of 200 connections is met here too.

# limit: 300 s
test_what_starts_in_the_same_moment_all_succeeds() {
  : >"$work/checks-off" # switched on behind it, also where it is ended half-way
  "$here/load" --lab "$LAB" --lookups 300 --mounts 50 --limited 50 | tee "$work/figures" ||
    fail 'not all succeeded in time, or something is left'
  note "$(grep -Ev '^lab: |^ +[0-9.]+ s ' "$work/figures")" # without the histogram
}
