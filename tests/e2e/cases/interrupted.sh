# shellcheck shell=bash disable=SC2154 # names from lib.sh
# Ended from outside at any moment, a mount is there whole or not at all.

# interrupt SIGNAL WAIT... [-- OPTIONS]: starts the helper as often as there are
# WAITs, in a process group of its own as at a terminal, and sends the group the
# signal after so many seconds. By `starter`, if set.
starter=mount.glusterconsul
interrupt() {
  local signal=$1 waits=() options=log-level=INFO
  shift
  while (($#)) && [[ $1 != -- ]]; do
    waits+=("$1")
    shift
  done
  (($# < 2)) || options=$2
  # shellcheck disable=SC2016 # expanded by the shell on the client
  client bash -c '
    exec 2>/dev/null # where bash tells of its jobs
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
      # mount(8) does not wait for its helper when it is ended.
      for ((i = 0; i < 100; i++)); do
        pgrep -f ^[^\ ]*mount.glusterconsul >/dev/null || break
        sleep 0.05
      done
      case $status in
        0)
          mountpoint -q "$target" && timeout 20 stat -f "$target" >/dev/null || wrong "no mount"
          umount "$target"
          ;;
        8 | $((128 + number)))
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
    echo "mounted already, whole or not: $in_table"' bash "$starter" "$signal" "$g0" "$options" "${waits[@]}"
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

# What mount(8) was told, the helper is told too.
test_ctrl_c_of_mount_8_at_any_moment() {
  starter='mount -t glusterconsul'
  # shellcheck disable=SC2046 # one word each
  interrupt INT $(seq 0 0.03 0.2) 0.3
}

# None of these ends by itself within the time: the helper says that it was
# interrupted, each time.
is_interrupted_each_time() {
  interrupt "$@"
  [[ $(grep 'exit status' <<<"$out") == 'exit status 8: '+([0-9]) ]] ||
    fail 'each time it is to be interrupted'
}

test_ctrl_c_and_term_while_consul_is_silent() {
  later on client pkill -CONT -x consul
  on client pkill -STOP -x consul
  is_interrupted_each_time INT 0.2 0.7 1.5 3
  is_interrupted_each_time TERM 0.2 0.7 1.5 3
}

test_ctrl_c_and_term_in_the_pause_before_the_next_try() {
  agent_dies
  is_interrupted_each_time INT 0.3 1 2.2 4
  is_interrupted_each_time TERM 0.3 1 2.2 4
}

test_ctrl_c_and_term_while_servers_are_probed() {
  local host
  consul_looks_away
  for host in "${pool[@]}"; do
    break_host "$host" drop
  done
  is_interrupted_each_time INT 0.3 0.9 1.5
  is_interrupted_each_time TERM 0.3 0.9 1.5 3
}

# Without a probe the client itself meets the silent servers.
test_ctrl_c_and_term_while_the_client_looks_for_a_server() {
  local host
  consul_looks_away
  for host in "${pool[@]}"; do
    break_host "$host" freeze
  done
  is_interrupted_each_time INT 0.3 1 2.5 -- consul-probe=off
  is_interrupted_each_time TERM 0.3 1 2.5 -- consul-probe=off
}

# The servers are well, and one brick is silent: the mount is in the mount table, and
# replication waits ten seconds for the brick before the mount answers.
test_ctrl_c_and_term_while_the_mount_is_verified() {
  later on gl3 pkill -CONT -x glusterfsd
  on gl3 pkill -STOP -x glusterfsd
  is_interrupted_each_time INT 2.5 5
  expect_output 'mounted already, whole or not: 2'
  is_interrupted_each_time TERM 2.5 5
  expect_output 'mounted already, whole or not: 2'
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
