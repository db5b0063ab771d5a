# shellcheck shell=bash disable=SC2154 # names from lib.sh
# A healthy server of another pool under the same service, first in the list.

times_each=10

# Its weight puts it first wherever nobody asks it for the volume.
let_gl4_be_first() {
  weight=65535 register gluster gl4
  look_up "$1" consul-probe=off
  expect_json 'the first server' "${address[gl4]}" '.servers[0]'
}

# mounts_each_time SPEC [OPTIONS]
mounts_each_time() {
  local i
  for ((i = 0; i < times_each; i++)); do
    mounts "$1" /mnt/pool ${2:+-o "$2"}
    expect_took_at_most 2000
    unmounts /mnt/pool
  done
}

test_a_volume_is_mounted_each_time() {
  let_gl4_be_first "$g0"
  mounts_each_time "$g0"
}

test_a_volume_is_mounted_each_time_by_dns() {
  let_gl4_be_first "$g0"
  mounts_each_time "$g0" consul-via=dns,consul-order=consul
}

test_a_volume_is_mounted_each_time_though_nobody_was_asked_for_it() {
  let_gl4_be_first "$g0"
  mounts_each_time "$g0" consul-probe=off
}

test_the_volume_of_the_other_pool_is_mounted_each_time() {
  let_gl4_be_first gluster.service.consul:/other
  mounts_each_time gluster.service.consul:/other
}

test_a_volume_is_mounted_though_one_of_its_own_servers_is_dead_too() {
  consul_looks_away
  let_gl4_be_first "$g0"
  break_host gl1 reject
  reaches "$g0" /mnt/g0
  expect_took_at_most 2000
}

test_lookup_says_that_the_other_server_has_no_such_volume() {
  let_gl4_be_first "$g0"
  look_up "$g0"
  expect_json 'the verdict' no-volume '.instances[] | select(.node == "gluster-gl4") | .probe.verdict'
  expect_json 'whether it is used' false '.instances[] | select(.node == "gluster-gl4") | .used'
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
