# shellcheck shell=bash disable=SC2034,SC2154 # names shared with the benchmarks, which set `bench`
# The lab of a benchmark: a new one, or the one selected with --lab, which is kept.

repo=${bench%/tests/bench}
own_lab=yes
pool=(gl1 gl2 gl3) # their volume is g0
declare -A address=([gl1]=10.77.0.11 [gl2]=10.77.0.12 [gl3]=10.77.0.13)
export LAB=bench-$$ LC_ALL=C.UTF-8
unset SUDO_UID DOAS_USER PKEXEC_UID # under sudo the programs ignore CONSUL_*

lab() {
  "$repo/tests/lab/lab" "$@"
}

on() {
  lab exec "$@"
}

clean_client() {
  on client bash "$repo/tests/e2e/on_client/clean.sh"
}

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
  [[ -f $stage || -x ${stage%/}/sbin/mount.glusterconsul ]] || {
    # shellcheck disable=SC2016 # the user types it literally
    printf 'no %s/sbin/mount.glusterconsul: DESTDIR="$PWD/build/stage" cmake --install build/release\n' "$stage" >&2
    exit 1
  }
  trap end_benchmark EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  {
    lab up
    [[ $stage == / ]] || lab install "$stage"
    on client bash "$repo/tests/e2e/on_client/fill_volume.sh"
  } >&2 || exit
}
