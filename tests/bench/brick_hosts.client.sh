# shellcheck shell=bash
# Runs on the lab's client: mounts volume $1 with glusterconsul and with mount -t glusterfs from gl1,
# at the same time, and prints the times until the mounts respond: "OURS|BY HAND".
set -euo pipefail
volume=$1
limit=200

# until_response TARGET COMMAND...: prints the time until the mount responds, or the failure.
until_response() {
  local target=$1 started=${EPOCHREALTIME/[.,]/} status=0
  shift
  mkdir -p "$target"
  timeout "$limit" "$@" "$target" </dev/null >"$target.log" 2>&1 || status=$?
  if ((status == 0)); then
    timeout "$limit" stat -f "$target" >/dev/null 2>&1 || status=$?
    findmnt -rn "$target" >/dev/null || status='0, nothing mounted'
  fi
  local ms=$(((${EPOCHREALTIME/[.,]/} - started) / 1000))
  local seconds
  printf -v seconds '%d.%02d s' $((ms / 1000)) $((ms % 1000 / 10))
  case $status in
    0) echo "$seconds" ;;
    124) echo "> $limit s" ;;
    *) echo "failed ($status), $seconds" ;;
  esac
}

until_response /mnt/hand mount -t glusterfs "gl1:/$volume" >/mnt/hand.time &
until_response /mnt/ours mount -t glusterconsul -o consul-retry=5m \
  "gluster.service.consul:/$volume" >/mnt/ours.time
wait
printf '%s|%s\n' "$(</mnt/ours.time)" "$(</mnt/hand.time)"
