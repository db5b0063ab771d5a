# shellcheck shell=bash
# What the stages have in common: paths, and how checks are run and counted. Sourced
# first by every script in tests/stages.
#
# A stage runs its checks with `check` and ends with `finish`, which prints the line
# from which tests/run computes the totals.
set -euo pipefail

# shellcheck disable=SC2034 # used by the stages
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.." && pwd -P)
build=$root/build
cd -- "$root"
# ccache is used if it is installed; nothing depends on it.
if [[ -z ${CMAKE_CXX_COMPILER_LAUNCHER-} ]] && command -v ccache >/dev/null; then
  export CMAKE_CXX_COMPILER_LAUNCHER=ccache
fi

# Differences that ccache must ignore to work with precompiled headers.
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS-pch_defines,time_macros}

# The programs of the preset asan count executed lines. Only the stage coverage needs
# the counts.
export LLVM_PROFILE_FILE=/dev/null

passed=0
failed=0
failures=() # their names
inapplicable=() # checks that this system cannot run, each with the reason

# check NAME COMMAND...: runs one check, a command or a function, with `set -e` in
# effect, and counts it. The log shows how long it took.
check() {
  local check_name=$1 status began=$EPOCHSECONDS
  shift
  printf '\n== %s\n' "$check_name"
  set +e
  (
    set -e
    "$@"
  )
  status=$?
  set -e
  printf -- '-- took %d s: %s\n' $((EPOCHSECONDS - began)) "$check_name"
  if ((status == 0)); then
    passed=$((passed + 1))
  else
    add_failure "$check_name"
    printf -- '-- failed: %s\n' "$check_name"
  fi
}

add_failure() {
  failed=$((failed + 1))
  failures+=("$1")
}

# skip NAME REASON: a check that this machine cannot run; in continuous integration it
# counts as failed.
skip() {
  printf '\n== %s\n-- skipped: %s\n' "$1" "$2"
  [[ ${CI-} != true ]] || add_failure "$1: skipped: $2"
}

# not_applicable NAME REASON: a check that this system cannot run, whatever is installed.
# It does not count as failed, and tests/run shows the reason. Without NAME: the whole
# stage.
not_applicable() {
  if (($# == 1)); then
    inapplicable+=("$1")
    finish
  fi
  printf '\n== %s\n-- not applicable: %s\n' "$1" "$2"
  inapplicable+=("$1: $2")
}

# clang-format and clang-tidy are pinned to one version: others format and report differently.
llvm_version=19

# pinned TOOL: prints the command of LLVM's TOOL in that version.
pinned() {
  local command
  for command in "$1-$llvm_version" "$1"; do
    if command -v "$command" >/dev/null &&
      [[ $("$command" --version) == *"version $llvm_version."* ]]; then
      printf '%s\n' "$command"
      return 0
    fi
  done
  return 1
}

# without_pinned NAME: reports why a check that needs a pinned tool is not run. If the
# tool can be installed, the check has failed.
without_pinned() {
  local missing
  if ! command -v apt-get >/dev/null; then
    not_applicable "$1" "LLVM $llvm_version is not installed, and there is no apt-get to install it"
    return
  fi
  missing=$(tests/packages/install --unavailable lint | paste -sd ' ')
  if [[ $missing ]]; then
    not_applicable "$1" "apt does not have $missing"
  else
    add_failure "$1: LLVM $llvm_version is not installed: tests/packages/install lint"
  fi
}

# Failures are listed last, where they are easy to find.
finish() {
  if ((${#inapplicable[@]})); then
    printf '\nnot applicable:\n'
    printf '  %s\n' "${inapplicable[@]}"
  fi
  if ((${#failures[@]})); then
    printf '\nfailed:\n'
    printf '  %s\n' "${failures[@]}"
  fi
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
  ((failed == 0)) || exit 1
  exit 0
}

# cannot_run REASON: this machine cannot run the stage.
cannot_run() {
  printf '%s\n' "$1"
  exit 77
}

# The files of the project, each followed by NUL: files that git tracks, and new files
# that it does not ignore; without git, all files outside of build/.
project_files() {
  local file
  if [[ -e .git ]] && command -v git >/dev/null; then
    # The clone may belong to the user who called sudo.
    git -c safe.directory='*' ls-files -z --cached --others --exclude-standard
  else
    find . \( -path ./build -o -path ./.git \) -prune -o ! -type d -printf '%P\0'
  fi | while IFS= read -r -d '' file; do
    if [[ -e $file || -L $file ]]; then printf '%s\0' "$file"; fi
  done
}

# copy_project DIRECTORY: copies the project's files, like a fresh clone.
copy_project() {
  mkdir -p -- "$1"
  project_files | tar --null -T - -c | tar -x -C "$1"
}

# Marks a system that make_release() has created: the stages that create such systems do not run
# inside one.
fresh_mark=etc/glusterconsul-fresh-system

in_fresh_system() {
  [[ -e /$fresh_mark ]]
}

# build_preset PRESET [TARGET...]: continues after a failure, to show all failures.
build_preset() {
  local preset=$1
  local -a options=()
  shift
  # Saves a minute in a new clone. In a developer's, it would compile all tests again.
  [[ ${CI-} != true ]] || options=(-DGLUSTERCONSUL_PRECOMPILE=ON)
  # In a developer's, dev compiles each file separately, which finds an include that is missing.
  [[ ${CI-} != true ]] || options+=(-DGLUSTERCONSUL_UNITY=ON)
  # Line numbers are enough for what nobody debugs.
  [[ ${CI-} != true ]] || options+=(-DCMAKE_CXX_FLAGS_DEBUG=-g1)
  cmake --preset "$preset" "${options[@]}"
  cmake --build --preset "$preset" --target "${@:-all}" -- -k 0
}

# run_tests PRESET [CTEST OPTION...]: runs its tests and counts each; passing tests are
# not listed. A skipped test has its reason in the log; in continuous integration it
# counts as failed.
run_tests() {
  local preset=$1 report=$build/$1/ctest.xml status total=0 unsound=0 result test
  local -a skipped=()
  shift
  printf '\n== ctest --preset %s\n' "$preset"
  rm -f -- "$report"
  set +e
  ctest --preset "$preset" -j "$(nproc)" --no-tests=error --output-junit "$report" "$@" 2>&1 |
    grep -vE '^ +Start +[0-9]+: | Passed +[0-9.]+ sec$'
  status=${PIPESTATUS[0]}
  set -e
  while IFS=' ' read -r result test; do
    total=$((total + 1))
    case $result in
      failed) add_failure "$test" && unsound=$((unsound + 1)) ;;
      skipped) skipped+=("$test") ;;
    esac
  done < <(results_in "$report")
  if ((total == 0 || (status != 0 && unsound == 0))); then
    add_failure "ctest --preset $preset: exit status $status, $total tests in its report"
  fi
  passed=$((passed + total - ${#skipped[@]} - unsound))
  if [[ ${CI-} == true ]]; then
    for test in "${skipped[@]}"; do add_failure "$test: skipped"; done
  fi
}

# The tests in a report of ctest: "passed NAME", "failed NAME", "skipped NAME". ctest
# also reports as skipped what it could not start.
results_in() {
  [[ -r $1 ]] || return 0
  awk '
    function flush() { if (name != "") print result, name; name = "" }
    /^\t<testcase name="/ { flush(); name = $0; sub(/^[^"]*"/, "", name); sub(/".*/, "", name); result = "passed" }
    /^\t\t<failure / { result = "failed" }
    /^\t\t<skipped / { result = /message="SKIP_/ ? "skipped" : "failed" }
    END { flush() }' "$1"
}

# The names of the test programs that a preset has built.
programs_of() {
  find "$build/$1/tests" -type f -executable \( -name 'unit_*' -o -name 'loopback_*' \) -printf '%f\n' | sort
}

# program_file PRESET NAME: the file of a test program.
program_file() {
  find "$build/$1/tests" -name "$2" -type f -executable
}

# The oracle takes a minute to start hundreds of shell scripts, which are not what the presets with
# sanitizers examine.
# shellcheck disable=SC2034 # used by the stages
not_for_sanitizers='ScriptOracle.*'

# run_part PROGRAM REPORTS PART OF [OPTION...]: runs the PARTth of OF parts of a program's tests in one
# process, with these options of GoogleTest. What it prints, its exit status and its report are files
# in REPORTS.
run_part() {
  local program=$1 part=$2/${1##*/}.$3 status=0
  local -x GTEST_SHARD_INDEX=$3 GTEST_TOTAL_SHARDS=$4 LLVM_PROFILE_FILE=$2/${1##*/}.$3-%p.profraw
  shift 4
  timeout 600 "$program" --gtest_brief=1 --gtest_output="xml:$part.xml" "$@" >"$part.log" 2>&1 || status=$?
  printf '%d\n' "$status" >"$part.status"
}

# run_programs PRESET PROGRAM... [-- OPTION...]: runs the tests of each program, in one process for each
# processor, and counts them. ctest isolates each test from the others, but most of its time goes into
# starting the programs.
run_programs() {
  local preset=$1 reports=$build/$1/reports part parts name
  local -a names=()
  parts=$(nproc)
  shift
  while (($#)) && [[ $1 != -- ]]; do names+=("$1") && shift; done
  ((${#names[@]})) || add_failure "the preset $preset has built no test program"
  rm -rf -- "$reports"
  mkdir -p -- "$reports"
  for name in "${names[@]}"; do
    for ((part = 0; part < parts; ++part)); do
      while (($(jobs -rp | wc -l) >= parts)); do wait -n; done
      run_part "$(program_file "$preset" "$name")" "$reports" "$part" "$parts" "${@:2}" &
    done
  done
  wait
  for name in "${names[@]}"; do
    for ((part = 0; part < parts; ++part)); do count_part "$reports/$name.$part"; done
  done
}

# count_part PART: counts the tests of a part of a program, from its files.
count_part() {
  local status unsound=0 result test
  status=$(cat -- "$1.status") || status=none
  printf '\n== %s\n' "${1##*/}"
  [[ ! -r $1.log ]] || tail -n 200 -- "$1.log"
  while IFS=' ' read -r result test; do
    case $result in
      passed) passed=$((passed + 1)) ;;
      failed) add_failure "$test" && unsound=$((unsound + 1)) ;;
      skipped) [[ ${CI-} != true ]] || add_failure "$test: skipped" ;;
    esac
  done < <(results_of_program "$1.xml")
  if [[ ! -s $1.xml || ($status != 0 && $unsound == 0) ]]; then
    add_failure "${1##*/}: exit status $status"
  fi
}

# As results_in, for the report of GoogleTest.
results_of_program() {
  [[ -r $1 ]] || return 0
  awk '
    function flush() { if (name != "") print result, name; name = "" }
    function value(key) { match($0, " " key "=\"[^\"]*\""); return substr($0, RSTART + length(key) + 3, RLENGTH - length(key) - 4) }
    /<testcase / { flush(); name = value("classname") "." value("name"); result = "passed" }
    /<failure / { result = "failed" }
    /<skipped / { result = "skipped" }
    END { flush() }' "$1"
}
