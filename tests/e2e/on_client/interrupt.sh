#!/bin/bash
# interrupt.sh STARTER SIGNAL SOURCE OPTIONS WAIT...
#
# Starts the helper once for each WAIT, in its own process group as on a terminal, and sends the
# signal to the group after WAIT seconds.
exec 2>/dev/null # bash reports its jobs there
set -m
read -r -a starter <<<"$1"
signal=$2 source=$3 options=$4 number=$(kill -l "$2") target=/mnt/cut in_table=0
declare -A seen
wrong() { echo "wrong: after $wait s, exit status $status: $1"; }
mkdir -p "$target"
for wait in "${@:5}"; do
  rm -rf /var/cache/glusterconsul
  "${starter[@]}" "$source" "$target" -o "$options" 2>/tmp/said &
  sleep "$wait"
  grep -q " $target " /proc/self/mountinfo && ((++in_table))
  kill -"$signal" -- -$!
  wait $!
  status=$?
  # mount(8) does not wait for its helper when it is interrupted.
  for ((i = 0; i < 100; i++)); do
    pgrep -f ^[^\ ]*mount.glusterconsul >/dev/null || break
    sleep 0.05
  done
  case $status in
    0)
      if ! mountpoint -q "$target" || ! timeout 20 stat -f "$target" >/dev/null; then wrong "no mount"; fi
      umount "$target"
      ;;
    $((128 + number)))
      # The signal can end mount(8) after its helper has finished: then the mount is complete.
      if [[ ${starter[0]} == mount ]] && mountpoint -q "$target"; then
        timeout 20 stat -f "$target" >/dev/null || wrong "the mount does not respond"
        umount "$target"
        rm -rf /var/cache/glusterconsul
      fi
      list=$(find /var/cache/glusterconsul -type f)
      [[ -z $list ]] || wrong "there is a list: $list"
      ;;
    8)
      list=$(find /var/cache/glusterconsul -type f)
      [[ -z $list ]] || wrong "there is a list: $list"
      ;;
    *) wrong "$(</tmp/said)" ;;
  esac
  mountpoint -q "$target" && wrong "there is a mount" && umount -l "$target"
  seen[$status]=$((seen[$status] + 1))
  for ((i = 0; i < 20; i++)); do
    pgrep -x glusterfs >/dev/null || break
    sleep 0.05
  done
done
rm -f /tmp/said
for status in "${!seen[@]}"; do
  echo "exit status $status: ${seen[$status]}"
done
echo "mounted already, whole or not: $in_table"
