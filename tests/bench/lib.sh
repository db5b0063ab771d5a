# shellcheck shell=bash disable=SC2154 # `bench` is set by whoever sources this
# The lab of a benchmark: its own, or the one of --lab, which is kept.

repo=${bench%/tests/bench}
own_lab=yes
export LAB=bench-$$ LC_ALL=C.UTF-8

# shellcheck source-path=SCRIPTDIR source=../e2e/cluster.sh
source "$repo/tests/e2e/cluster.sh"

wrong_usage() {
  printf 'usage: tests/bench/%s\n' "$1" >&2
  exit 2
}

use_lab() {
  LAB=$1 own_lab=
}

end_benchmark() {
  local status=$?
  trap - EXIT
  trap '' INT TERM HUP
  [[ -z $own_lab ]] || lab down >/dev/null || ((status)) || status=1
  exit "$status"
}

begin_benchmark() {
  local stage=${STAGE:-$repo/build/stage}
  require_stage "$stage" || exit 1
  trap end_benchmark EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  start_cluster "$stage" >&2 || exit
}
