# shellcheck shell=bash disable=SC2154 # names from lib.sh
# What can be written as SPEC, and what is then mounted.

# The service `storage` has the volume g0 where its tag is `fast`; `elsewhere`
# is a pool without it.
register_storage() {
  register storage gl1 passing fast
  register storage gl2 passing fast
  register storage gl4 passing elsewhere
}

register_query() {
  local id
  id=$(on client curl -sS -f -m 10 -X POST -d '{"Name": "gluster-any", "Service": {"Service": "gluster"}}' \
    http://127.0.0.1:8500/v1/query | jq -r .ID)
  later on client curl -sS -f -m 10 -o /dev/null -X DELETE "http://127.0.0.1:8500/v1/query/$id"
}

# every_form OPTIONS: mounts by each form of SPEC.
every_form() {
  local spec
  register_storage
  register_query
  for spec in \
    gluster.service.consul:/g0 \
    gluster.service.dc1.consul:/g0 \
    gluster.service.dc1.dc.consul:/g0 \
    fast.storage.service.consul:/g0 \
    fast.storage.service.dc1.consul:/g0 \
    _gluster._tcp.service.consul:/g0 \
    _storage._fast.service.consul:/g0 \
    gluster-any.query.consul:/g0 \
    gluster:/g0 \
    gluster.service.consul:g0 \
    gluster:g0; do
    mounts "$spec" /mnt/form -o "$1"
    unmounts /mnt/form
  done
}

test_every_form_mounts() {
  every_form log-level=WARNING
}

test_every_form_mounts_by_http_alone() {
  every_form consul-via=http,consul-dns-addr=off
}

test_every_form_mounts_by_dns_alone() {
  every_form consul-via=dns,consul-http-addr=off
}

test_a_tag_chooses_among_the_instances() {
  register_storage
  look_up elsewhere.storage.service.consul:/other
  expect_status 0
  expect_json 'the servers' "[\"${address[gl4]}\"]" .servers
  look_up storage:/g0 consul-tag=fast
  expect_status 0
  expect_json 'the servers' "[\"${address[gl1]}\",\"${address[gl2]}\"]" '.servers | sort'
}

test_another_consul_domain_is_understood() {
  mounts gluster.service.example.net:/g0 /mnt/g0 -o consul-domain=example.net
}

test_a_sub_directory_is_mounted_alone() {
  mounts "$g0/sub" /mnt/sub
  client ls -A /mnt/sub
  expect_output deeper
  mounts "$g0/sub/deeper" /mnt/deeper
}

test_spaces_in_target_and_sub_directory_are_kept() {
  mounts "$g0/two words/and more" '/mnt/a  target'
  unmounts '/mnt/a  target'
  expect_no_trace 5
}

test_df_and_findmnt_show_the_source_as_it_was_written() {
  mounts "$g0" /mnt/g0
  client findmnt -n -o SOURCE /mnt/g0
  expect_equal 'the source' "$g0" "$out"
  client df --output=source /mnt/g0
  expect_output "$g0"
}

test_what_is_written_is_on_every_brick() {
  local host
  mounts "$g0" /mnt/g0
  client sh -c 'echo precious >/mnt/g0/note && sync -f /mnt/g0/note'
  expect_status 0
  for host in "${pool[@]}"; do
    expect_equal "the note on the brick of $host" precious "$(on "$host" cat /srv/g0/brick/note)"
  done
}

test_what_another_host_writes_is_seen() {
  mounts "$g0" /mnt/g0
  later on gl4 sh -c 'umount /mnt/g0; rmdir /mnt/g0'
  on gl4 mkdir -p /mnt/g0
  on gl4 mount -t glusterconsul "$g0" /mnt/g0
  on gl4 sh -c 'echo from gl4 >/mnt/g0/letter && sync -f /mnt/g0/letter'
  client cat /mnt/g0/letter
  expect_equal 'the letter' 'from gl4' "$out"
}

test_umount_leaves_nothing_behind() {
  mounts "$g0" /mnt/g0
  unmounts /mnt/g0
  expect_no_trace 5
}
