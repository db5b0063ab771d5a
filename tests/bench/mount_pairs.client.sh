# shellcheck shell=bash
# Runs on the lab's client: mount_pairs.client.sh PAIRS. Mounts g0 with mount -t glusterfs
# ("by hand") and with glusterconsul in turn, and prints a line of microseconds per pair:
#
#   BY_HAND OURS BY_HAND_ANSWERS OURS_ANSWERS
#
# the time that mount(8) took, and the time until statfs(2) was answered: gluster's client
# returns before it has reached the bricks, our helper does not.
set -euo pipefail

target=/mnt/pair
by_hand=(mount -t glusterfs -o backup-volfile-servers=gl2:gl3 gl1:/g0 "$target")
ours=(mount -t glusterconsul gluster.service.consul:/g0 "$target")

# Sets `returned` and `answered`.
measure() {
  local started=${EPOCHREALTIME/[.,]/} i
  "$@" </dev/null
  returned=$((${EPOCHREALTIME/[.,]/} - started))
  timeout 20 stat -f "$target" >/dev/null
  answered=$((${EPOCHREALTIME/[.,]/} - started))
  mountpoint -q "$target"
  umount "$target"
  for ((i = 0; i < 100; i++)); do
    pgrep -x glusterfs >/dev/null || return 0
    sleep 0.02
  done
  printf 'the client did not exit\n' >&2
  return 1
}

measure_by_hand() {
  measure "${by_hand[@]}"
  hand_returned=$returned hand_answered=$answered
}

measure_ours() {
  measure "${ours[@]}"
  ours_returned=$returned ours_answered=$answered
}

main() {
  local i
  mkdir -p "$target"
  measure_by_hand # warms up, so that no pair is affected
  measure_ours
  for ((i = 0; i < $1; i++)); do
    if ((i % 2)); then
      measure_ours
      measure_by_hand
    else
      measure_by_hand
      measure_ours
    fi
    printf '%d %d %d %d\n' "$hand_returned" "$ours_returned" "$hand_answered" "$ours_answered"
  done
  rmdir "$target"
}

main "$@"
