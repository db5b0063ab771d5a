# shellcheck shell=bash disable=SC2154 # root, logs, name, what, minutes, arguments from tests/run
# How tests/run runs a stage and reports it. Sourced by tests/run.
#
# A stage is a script in tests/stages. The last line of its output is "N passed, N failed". If
# this machine cannot run the stage, the script exits with 77, and the last line is the reason.
# Before the last line, the script lists the names of failed checks below "failed:", and the
# checks that do not apply to this system, with the reason, below "not applicable:".

max_log_lines=100
all_passed=0 all_failed=0
rows=() unable=() failures=() inapplicable=() tables=()

# "5 s", "3 min 20 s"
duration() {
  if (($1 < 60)); then
    printf '%d s' "$1"
  else
    printf '%d min %02d s' $(($1 / 60)) $(($1 % 60))
  fi
}

child=
interrupted() {
  trap '' INT TERM HUP
  if [[ -n $child ]]; then
    printf '\ntests/run: interrupted; stopping stage %s\n' "$name" >&2
    kill -TERM "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  exit 130
}

# Sets passed and failed to the counts at the end of the log $1.
read_counts() {
  local last
  passed=0 failed=0
  last=$(tail -n 1 -- "$1")
  if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=${BASH_REMATCH[1]} failed=${BASH_REMATCH[2]}
  fi
}

show_failure() {
  local log=$1
  printf '\n'
  tail -n "$max_log_lines" -- "$log"
  printf '\ncomplete log: %s\nrun again:    tests/run %s\n\n' "${log#"$root/"}" "${name/-/ }"
}

# Prints what the log $1 lists below its last line "$2:", as lines "STAGE: NAME".
listed_in() {
  awk -v stage="$name" -v heading="$2:" '
    $0 == heading { list = ""; listing = 1; next }
    listing && /^  / { list = list stage ": " substr($0, 3) "\n"; next }
    { listing = 0 }
    END { printf "%s", list }' "$1"
}

# Runs the stage that look_up has set, and adds a row to the table.
run_stage() {
  local status=0 started=$SECONDS log=$logs/$name.log result passed failed reasons names
  printf '%-13s %s\n' "$name" "$what"
  rm -f -- "$logs/$name.table"
  # shellcheck disable=SC2086 # separate words
  timeout --kill-after=60 "${minutes}m" "$root/tests/stages/${name%%-*}" $arguments \
    >"$log" 2>&1 </dev/null {lock}>&- &
  child=$!
  wait "$child" || status=$?
  child=
  read_counts "$log"
  case $status in
    0) result=passed ;;
    77) result='could not run' ;;
    124 | 137)
      result="timed out ($minutes min)"
      printf 'tests/run: timed out after %d minutes\n' "$minutes" >>"$log"
      ;;
    *) result=failed ;;
  esac
  if ((status == 77)) && [[ ${CI-} != true ]]; then
    unable+=("$name: $(tail -n 1 -- "$log")")
  elif ((status != 0 && failed == 0)); then
    failed=1
  fi
  reasons=$(listed_in "$log" 'not applicable')
  [[ ! $reasons ]] || inapplicable+=("$reasons")
  # A stage that checked nothing has not passed.
  if ((status == 0 && passed == 0 && failed == 0)); then
    if [[ $reasons ]]; then
      result='not applicable'
    else
      result='checked nothing' failed=1
    fi
  fi
  printf '%-13s %s, %s\n' '' "$result" "$(duration $((SECONDS - started)))"
  if ((failed > 0)); then
    show_failure "$log"
    names=$(listed_in "$log" failed)
    failures+=("${names:-"$name: $result"}")
  fi
  rows+=("$(printf '%-13s %-18s %12s %8d %8d' "$name" "$result" \
    "$(duration $((SECONDS - started)))" "$passed" "$failed")")
  # The file is the table that the stage adds to the summary.
  [[ ! -s $logs/$name.table ]] || tables+=("$name")
  all_passed=$((all_passed + passed))
  all_failed=$((all_failed + failed))
}

summary() {
  local row table
  printf '\n%-13s %-18s %12s %8s %8s\n' stage result time passed failed
  for row in "${rows[@]}"; do
    printf '%s\n' "$row"
  done
  printf '%-13s %-18s %12s %8d %8d\n' all '' "$(duration "$SECONDS")" "$all_passed" "$all_failed"
  for table in "${tables[@]}"; do
    printf '\n%s:\n' "$table"
    sed 's/^/  /' "$logs/$table.table"
  done
  for row in "${unable[@]}"; do
    printf '\ncould not run: %s\n' "$row"
  done
  if ((${#inapplicable[@]})); then
    printf '\nnot applicable:\n'
    printf '%s\n' "${inapplicable[@]}" | sed 's/^/  /'
  fi
  if ((${#failures[@]})); then
    printf '\n'
    printf '%s\n' "${failures[@]}"
  fi
  printf '\n%d passed, %d failed\n' "$all_passed" "$all_failed"
}
