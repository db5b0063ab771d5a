# shellcheck shell=bash disable=SC2154 # names from lib.sh
# The fault matrix, as tests/e2e/faults runs it: whatever goes wrong with Consul
# and gluster, the exit status is true, in time, and nothing is left. The pairs are
# the same in every run, so that a failure comes from the change that is tested;
# tests/e2e/faults by hand draws others.

# limit: 600 s
test_every_fault_and_pairs_of_them_are_told_the_truth_about() {
  local host
  for host in "${!address[@]}"; do
    : >"$work/broken/$host" # healed behind it, also where it is ended half-way
  done
  "$here/faults" --lab "$LAB" --seed 1 | tee "$work/table" || fail 'cells of the matrix are wrong'
  note "$(sed -n '1p; /^all /p' "$work/table")"
}
