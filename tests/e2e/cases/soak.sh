# shellcheck shell=bash disable=SC2154 # names from lib.sh
# A volume is mounted and unmounted many times in a row while faults come and go: none
# fails that is not made to, and nothing is left. The faults are others in each run; its
# seed is told, and tests/e2e/soak --seed draws them again.

# limit: 300 s
test_mounts_in_a_row_while_faults_come_and_go() {
  local host
  for host in "${pool[@]}"; do
    : >"$work/broken/$host" # healed behind it, also where it is ended half-way
  done
  later revive_agent
  "$here/soak" --lab "$LAB" --rounds 30 | tee "$work/figures" ||
    fail 'a round was not as it is to be, or something is left'
  note "$(grep -v '^lab: ' "$work/figures")"
}
