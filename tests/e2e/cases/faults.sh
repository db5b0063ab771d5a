# shellcheck shell=bash disable=SC2154 # names from lib.sh
# The fault matrix, as tests/e2e/faults runs it: whatever goes wrong with Consul
# and gluster, the exit status is true, in time, and nothing is left. The pairs are
# others in each run; its seed is told, and tests/e2e/faults --seed draws them again.

# limit: 600 s
test_every_fault_and_pairs_of_them_are_told_the_truth_about() {
  local host
  for host in "${!address[@]}"; do
    : >"$work/broken/$host" # healed behind it, also where it is ended half-way
  done
  "$here/faults" --lab "$LAB" | tee "$work/table" || fail 'cells of the matrix are wrong'
  note "$(sed -n '/^seed /p; /^all /p' "$work/table")"
}
