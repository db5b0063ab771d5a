# shellcheck shell=bash disable=SC2154 # names from lib.sh
# Ended from outside at any moment, a mount is there whole or not at all.

# interrupt SIGNAL WAIT...: starts the helper as often as there are WAITs, in a
# process group of its own as at a terminal, and sends the group the signal
# after so many seconds.
interrupt() {
  # shellcheck disable=SC2016 # expanded by the shell on the client
  client bash -c '
    exec 2>/dev/null # where bash tells of its jobs
    set -m
    signal=$1 source=$2 number=$(kill -l "$1") target=/mnt/cut
    declare -A seen
    wrong() { echo "wrong: after $wait s, exit status $status: $1"; }
    mkdir -p "$target"
    for wait in "${@:3}"; do
      /sbin/mount.glusterconsul "$source" "$target" 2>/tmp/said &
      sleep "$wait"
      kill -"$signal" -- -$!
      wait $!
      status=$?
      case $status in
        0)
          mountpoint -q "$target" && timeout 20 stat -f "$target" >/dev/null || wrong "no mount"
          umount "$target"
          ;;
        8 | $((128 + number))) ;;
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
    done' bash "$1" "$g0" "${@:2}"
  note "$out"
  [[ $out != *wrong* ]] || fail 'all is to be there, or nothing'
  expect_no_trace 2
}

moments() {
  seq 0 0.007 0.2
}

test_ctrl_c_at_any_moment_of_a_healthy_mount() {
  # shellcheck disable=SC2046 # one word each
  interrupt INT $(moments)
}

test_term_at_any_moment_of_a_healthy_mount() {
  # shellcheck disable=SC2046 # one word each
  interrupt TERM $(moments)
}

test_term_while_servers_are_silent() {
  local host
  consul_looks_away
  for host in "${pool[@]}"; do
    break_host "$host" drop
  done
  interrupt TERM 0.3 0.9 1.5 3
}

test_term_while_the_client_waits_for_a_brick() {
  consul_looks_away
  break_host gl3 cut
  interrupt TERM 1.5 3
}

test_a_killed_helper_can_be_followed_by_a_good_mount() {
  # shellcheck disable=SC2016 # expanded by the shell on the client
  client bash -c '
    mkdir -p /mnt/g0
    for wait in 0.01 0.02 0.03 0.04 0.05 0.07; do
      /sbin/mount.glusterconsul "$1" /mnt/g0 & sleep "$wait"
      kill -KILL $! 2>/dev/null
      wait $! 2>/dev/null
    done
    sleep 1
    umount -l /mnt/g0 2>/dev/null; true' bash "$g0"
  mounts "$g0" /mnt/g0
}
