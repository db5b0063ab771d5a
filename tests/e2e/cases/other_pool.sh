# shellcheck shell=bash disable=SC2154 # names from lib.sh
# A healthy server of another pool under the same service, first in the list.

times_each=10

mixed=mixed.service.consul:/g0

# Its health puts it first wherever nobody asks it for the volume.
let_gl4_be_first() {
  local host
  register mixed gl4
  for host in "${pool[@]}"; do
    register mixed "$host" warning
  done
  look_up "$1" consul-health=warning,consul-probe=off
  expect_json 'the first server' "${address[gl4]}" '.servers[0]'
}

# mounts_each_time SPEC [OPTIONS]
mounts_each_time() {
  local i
  for ((i = 0; i < times_each; i++)); do
    mounts "$1" /mnt/pool -o "consul-health=warning${2:+,$2}"
    expect_took_at_most 2000
    unmounts /mnt/pool
  done
}

test_a_volume_is_mounted_each_time() {
  let_gl4_be_first "$mixed"
  mounts_each_time "$mixed"
}

test_a_volume_is_mounted_each_time_by_dns() {
  let_gl4_be_first "$mixed"
  mounts_each_time "$mixed" consul-via=dns,consul-order=consul
}

test_a_volume_is_mounted_each_time_though_nobody_was_asked_for_it() {
  let_gl4_be_first "$mixed"
  mounts_each_time "$mixed" consul-probe=off
}

test_the_volume_of_the_other_pool_is_mounted_each_time() {
  let_gl4_be_first mixed.service.consul:/other
  mounts_each_time mixed.service.consul:/other
}

test_a_volume_is_mounted_though_one_of_its_own_servers_is_dead_too() {
  let_gl4_be_first "$mixed"
  break_host gl1 reject
  reaches "$mixed" /mnt/g0 -o consul-health=warning
  expect_took_at_most 2000
}

test_lookup_says_that_the_other_server_has_no_such_volume() {
  let_gl4_be_first "$mixed"
  look_up "$mixed" consul-health=warning
  expect_json 'the verdict' no-volume '.instances[] | select(.node == "mixed-gl4") | .probe.verdict'
  expect_json 'whether it is used' false '.instances[] | select(.node == "mixed-gl4") | .used'
  expect_json 'the servers' "[\"${address[gl1]}\",\"${address[gl2]}\",\"${address[gl3]}\"]" '.servers | sort'
  expect_json 'whether the client is given it' false ".command | any(contains(\"${address[gl4]}\"))"
}

# glusterd gives a missing volfile the same errno as an unknown volume.
test_a_server_that_has_the_volume_without_its_volfile_is_a_backup() {
  later on gl1 gluster --mode=script volume reset g0 diagnostics.client-log-level
  later on gl1 gluster --mode=script volume set g0 diagnostics.client-log-level INFO
  on gl1 sh -c 'rm /var/lib/glusterd/vols/g0/*fuse.vol'
  look_up "$g0"
  expect_json 'the verdict' bad-reply '.instances[] | select(.node == "gl1") | .probe.verdict'
  expect_json 'the cause' true \
    '.instances[] | select(.node == "gl1") | .probe.detail | startswith("has the volume, but sent no volfile")'
  expect_json 'the last server' "${address[gl1]}" '.servers[-1]'
  mounts "$g0" /mnt/pool
}
