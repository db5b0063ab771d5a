# shellcheck shell=bash disable=SC2154 # names from lib.sh
# One of three servers is dead at mount time, and Consul does not know it yet:
# the mount succeeds, and takes at most a second longer than with all alive.

#
# A gluster client asks each host's glusterd for the port of the brick there. Of
# one that is silent, its replication waits 10 s for an answer, whichever server
# gave the volume. So each mount is compared with one by hand from a server that
# is alive, at the same time.

slack=1000 # ms

# each_in_turn FAULT: with each of the three servers as the dead one.
each_in_turn() {
  local host
  mounts "$g0" /mnt/g0
  note "all alive        $took ms"
  unmounts /mnt/g0
  consul_looks_away
  for host in "${pool[@]}"; do
    break_host "$host" "$1"
    begin_mount_by_hand "$(other_than "$host")"
    reaches "$g0" /mnt/g0
    end_mount_by_hand
    note "$host dead         $took ms; by hand from a live one $REPLY ms"
    expect_took_at_most $((REPLY + slack))
    client umount -l /mnt/g0
    client umount -l /mnt/by-hand
    heal_host "$host"
  done
}

other_than() {
  local host
  for host in "${pool[@]}"; do
    [[ $host == "$1" ]] || break
  done
  printf '%s\n' "$host"
}

# Until it answers; how long it took is then in REPLY.
begin_mount_by_hand() {
  make_target /mnt/by-hand
  # shellcheck disable=SC2016 # expanded by the shell on the client
  on client timeout 60 bash -c '
    started=${EPOCHREALTIME/[.,]/}
    mount -t glusterfs "$1:/g0" /mnt/by-hand && stat -f /mnt/by-hand >/dev/null || exit
    printf "%d\n" $(((${EPOCHREALTIME/[.,]/} - started) / 1000))' \
    bash "$1" </dev/null >"$work/by-hand" 2>&1 &
  by_hand=$!
}

end_mount_by_hand() {
  wait "$by_hand" || fail "the mount by hand failed: $(<"$work/by-hand")"
  REPLY=$(<"$work/by-hand")
}

test_a_server_that_refuses_costs_less_than_a_second() {
  each_in_turn reject
}

test_a_server_that_drops_packets_costs_less_than_a_second() {
  each_in_turn drop
}

test_a_server_that_hangs_up_costs_less_than_a_second() {
  each_in_turn close
}

test_a_frozen_server_costs_less_than_a_second() {
  each_in_turn freeze
}

test_a_killed_server_costs_less_than_a_second() {
  each_in_turn kill
}

test_a_host_that_is_cut_off_costs_less_than_a_second() {
  each_in_turn cut
}

test_a_mount_outlives_the_server_that_it_started_with() {
  local primary
  look_up "$g0"
  primary=$(jq -r '.servers[0]' <<<"$out")
  mounts "$g0" /mnt/g0
  break_host "$(host_of "$primary")" kill
  expect_mounted /mnt/g0 "$g0"
  expect_writable /mnt/g0
}

host_of() {
  local host
  for host in "${!address[@]}"; do
    [[ ${address[$host]} != "$1" ]] || printf '%s\n' "$host"
  done
}

test_the_nearest_server_is_not_the_slow_one() {
  consul_looks_away
  break_host gl1 slow
  look_up "$g0" consul-order=nearest
  expect_json 'the place of the slow one' 3 \
    ".servers | index(\"${address[gl1]}\") + 1"
}
