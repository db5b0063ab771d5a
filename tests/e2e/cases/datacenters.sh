# shellcheck shell=bash disable=SC2034,SC2154 # names shared with lib.sh
# What Consul says of many things at once: data centres, prepared queries, tags,
# weights, maintenance, warnings, answers that disagree.

# shellcheck source-path=SCRIPTDIR source=../lib_consul.sh
source "$here/lib_consul.sh"

one=$(only_by_http 127.0.0.2:8500)
one_by_dns=consul-http-addr=off,consul-dns-addr=127.0.0.2:8600

# of NODE FILTER: in the JSON.
of() {
  printf '.instances[] | select(.node == "%s") | %s' "$1" "$2"
}

# Servers of two data centres, joined; in dc2 the service `gluster` runs.
two_datacenters() {
  agent_leads one 127.0.0.2 '' -datacenter=dc1
  agent_leads two 127.0.0.3 '' -datacenter=dc2 -retry-join-wan=127.0.0.2
  agent_gets one 'a way to dc2' agent_shows 127.0.0.2 'catalog/services?dc=dc2' true
  knows_gluster 127.0.0.3 gl1 gl2 gl3
}

# prepared_query NAME SERVICE [FAILOVER]: in dc1.
prepared_query() {
  local query
  query=$(jq -n -c --arg name "$1" --arg service "$2" --argjson failover "${3-null}" \
    '{Name: $name, Service: {Service: $service, Failover: $failover}}')
  on client curl -sS -f -m 10 -o /dev/null -d "$query" http://127.0.0.2:8500/v1/query
}

test_a_service_of_another_data_centre_is_found_by_name_and_by_option() {
  two_datacenters
  mounts gluster.service.dc2.consul:/g0 /mnt/name -o "$one"
  mounts "$g0" /mnt/option -o "$one,consul-dc=dc2"
  mounts gluster.service.dc2.consul:/g0 /mnt/dns -o "$one_by_dns"
  mounts "$g0" /mnt/both -o "$one_by_dns,consul-dc=dc2"
  fails_to_mount_beside "$g0" /mnt/none "has no service 'gluster'" -- -o "$one,consul-retry=0"
}

# fails_to_mount, while others are mounted.
fails_to_mount_beside() {
  remember_traces
  fails_to_mount "$@"
}

test_a_service_unknown_in_a_data_centre_is_told_with_that_data_centre() {
  two_datacenters
  fails_to_mount glusterr.service.dc2.consul:/g0 /mnt/none "'glusterr' in dc2" "did you mean 'gluster'" \
    -- -o "$one,consul-retry=0"
  fails_to_mount "$g0" /mnt/none 'No path to datacenter' -- -o "$one,consul-dc=dc3,consul-retry=0"
  make_target /mnt/none
  client mount -t glusterconsul gluster.service.dc2.consul:/g0 /mnt/none -o "$one,consul-dc=dc1"
  expect_status 1
}

test_a_prepared_query_fails_over_to_the_second_data_centre() {
  two_datacenters
  prepared_query any-gluster gluster '{"Datacenters": ["dc2"]}'
  mounts any-gluster.query.consul:/g0 /mnt/g0 -o "$one" -v
  expect_error 'the instances are in dc2'
  look_up any-gluster.query.consul:/g0 "$one"
  expect_json 'the data centre' dc2 '.instances[0].datacenter'
  expect_json 'the number of instances' 3 '.instances | length'
  unmounts /mnt/g0

  knows_gluster 127.0.0.2 gl1
  look_up any-gluster.query.consul:/g0 "$one"
  expect_json 'the instances when dc1 has one' '["dc1"]' '[.instances[].datacenter]'
  mounts any-gluster.query.consul:/g0 /mnt/dns -o "$one_by_dns"
}

test_an_unknown_prepared_query_is_final() {
  two_datacenters
  fails_to_mount any-gluster.query.consul:/g0 /mnt/none 'no prepared query' -- -o "$one"
  expect_took_at_most 5000
}

test_a_prepared_query_without_failover_that_finds_nothing_may_still_pass() {
  two_datacenters
  prepared_query here-gluster gluster
  fails_to_mount here-gluster.query.consul:/g0 /mnt/none "'here-gluster' finds no instance" -- -o "$one,consul-retry=0"
  (sleep 2 && knows_gluster 127.0.0.2 gl1) &
  mounts here-gluster.query.consul:/g0 /mnt/g0 -o "$one"
  expect_error 'retrying'
  wait
}

test_instances_are_narrowed_by_one_tag_or_several() {
  agent_leads one 127.0.0.2 ''
  local consul_at=127.0.0.2
  register tagged gl1 passing ssd
  register tagged gl2 passing hdd
  consul_put catalog/register "{\"Node\": \"tagged-gl3\", \"Address\": \"${address[gl3]}\",
    \"Service\": {\"Service\": \"tagged\", \"Port\": 24007, \"Tags\": [\"ssd\", \"new\"]}}"
  look_up tagged:/g0 "$one,consul-tag=ssd"
  expect_json 'those with ssd' '["tagged-gl1","tagged-gl3"]' '[.instances[].node] | sort'
  look_up ssd.tagged.service.consul:/g0 "$one,consul-tag=new"
  expect_json 'those with both' '["tagged-gl3"]' '[.instances[].node]'
  look_up hdd.tagged.service.consul:/g0 "$one_by_dns"
  expect_json 'the one with hdd, by DNS' "[\"${address[gl2]}\"]" '.servers'
  look_up tagged:/g0 "$one,consul-filter=Service.Tags contains new"
  expect_json 'the filtered one' '["tagged-gl3"]' '[.instances[].node]'
  mounts _tagged._ssd.service.consul:/g0 /mnt/g0 -o "$one"
  fails_to_mount_beside tagged:/g0 /mnt/none "matches the tag 'nvme'" "'hdd', 'new', 'ssd'" \
    -- -o "$one,consul-tag=nvme,consul-retry=0"
}

test_a_filter_that_consul_does_not_understand_is_final() {
  fails_to_mount "$g0" /mnt/none consul-filter= -- -o 'consul-filter=Service.Tags contains'
  expect_took_at_most 5000
}

test_weights_arrive_by_http_and_by_dns_and_decide_the_spread() {
  agent_leads one 127.0.0.2 ''
  local consul_at=127.0.0.2
  weight=1 register heavy gl1
  weight=65535 register heavy gl2
  weight=65535 register heavy gl3
  look_up heavy:/g0 "$one"
  expect_json 'the weights' '[1,65535,65535]' '[.instances | sort_by(.node)[].weight]'
  expect_json 'the last server' "${address[gl1]}" '.servers[-1]'
  look_up heavy:/g0 "$one_by_dns"
  expect_json 'the weights by DNS' '[1,65535,65535]' '[.instances | sort_by(.address)[].weight]'
  expect_json 'the last server by DNS' "${address[gl1]}" '.servers[-1]'
}

test_the_weight_of_an_instance_in_warning_is_its_own() {
  agent_leads one 127.0.0.2 ''
  local consul_at=127.0.0.2
  weight=100 register heavy gl1 warning
  look_up heavy:/g0 "$one"
  expect_json 'the weight' 1 '.instances[0].weight'
}

# The lab's own agents and their real checks.
test_a_node_in_maintenance_is_left_alone_and_named_with_the_reason() {
  later on gl1 consul maint -disable
  on gl1 consul maint -enable -reason 'new disks'
  agent_gets client 'the maintenance of gl1' consul_shows \
    'any(.[]; .Node.Node == "gl1" and any(.Checks[]; .CheckID == "_node_maintenance"))'
  look_up "$g0"
  expect_json 'the health of gl1' critical "$(of gl1 .health)"
  expect_json 'whether gl1 is used' false "$(of gl1 .used)"
  expect_json 'the check' 'node in maintenance mode: new disks' \
    "$(of gl1 '.checks[] | select(.status == "critical") | "\(.name): \(.output)"')"
  mounts "$g0" /mnt/g0
  # shellcheck disable=SC2016 # expanded by the shell on the client
  client sh -c 'tr "\0" "\n" <"/proc/$(pgrep -x glusterfs)/cmdline"'
  [[ $out != *"--volfile-server=${address[gl1]}"* ]] || fail 'gl1 is in maintenance, and used'
}

test_a_service_in_maintenance_is_named_with_the_reason() {
  agent_leads one 127.0.0.2 "{\"services\": [{\"name\": \"gluster\", \"port\": 24007, \"address\": \"${address[gl1]}\"}]}"
  agent_gets one 'the service' agent_shows 127.0.0.2 health/service/gluster 'length == 1'
  mounts "$g0" /mnt/g0 -o "$one,consul-cache=off"
  unmounts /mnt/g0
  on client consul maint -http-addr=127.0.0.2:8500 -enable -service=gluster -reason 'new disks'
  agent_gets one 'the maintenance' agent_shows 127.0.0.2 'health/service/gluster?passing' 'length == 0'
  fails_to_mount "$g0" /mnt/none 'no healthy instance' 'service in maintenance mode: new disks' -- -o "$one,consul-retry=0"
  (sleep 2 && on client consul maint -http-addr=127.0.0.2:8500 -disable -service=gluster) &
  mounts "$g0" /mnt/g0 -o "$one"
  expect_error 'retrying'
  wait
}

test_warning_instances_come_behind_passing_ones_where_they_are_wanted() {
  agent_leads one 127.0.0.2 ''
  local consul_at=127.0.0.2
  register mixed gl1 warning
  register mixed gl2 passing
  register mixed gl3 critical
  look_up mixed:/g0 "$one"
  expect_json 'the servers' "[\"${address[gl2]}\"]" .servers
  look_up mixed:/g0 "$one,consul-health=warning"
  expect_json 'the servers' "[\"${address[gl2]}\",\"${address[gl1]}\"]" .servers
  look_up mixed:/g0 "$one,consul-health=any"
  expect_json 'the servers' "[\"${address[gl2]}\",\"${address[gl1]}\",\"${address[gl3]}\"]" .servers
}

test_an_instance_without_checks_passes_and_its_nodes_checks_count() {
  agent_leads one 127.0.0.2 ''
  local consul_at=127.0.0.2 host
  for host in gl1 gl2; do
    consul_put catalog/register "{\"Node\": \"bare-$host\", \"Address\": \"${address[$host]}\",
      \"Service\": {\"Service\": \"bare\", \"Port\": 24007}}"
  done
  consul_put catalog/register "{\"Node\": \"bare-gl2\", \"Address\": \"${address[gl2]}\",
    \"Check\": {\"CheckID\": \"disk\", \"Name\": \"disk of the node\", \"Status\": \"critical\"}}"
  look_up bare:/g0 "$one"
  expect_json 'the servers' "[\"${address[gl1]}\"]" .servers
  expect_json 'the check of gl2' 'disk of the node' "$(of bare-gl2 '.checks[0].name')"
}

test_one_server_that_is_registered_twice_is_used_once_and_by_its_better_health() {
  agent_leads one 127.0.0.2 ''
  local consul_at=127.0.0.2 id
  register twice gl1 critical
  for id in a b; do
    consul_put catalog/register "{\"Node\": \"twin\", \"Address\": \"${address[gl1]}\",
      \"Service\": {\"ID\": \"$id\", \"Service\": \"twice\", \"Port\": 24007}}"
  done
  register twice gl2
  look_up twice:/g0 "$one,consul-health=any"
  expect_json 'the number of instances' 4 '.instances | length'
  expect_json 'the servers' "[\"${address[gl1]}\",\"${address[gl2]}\"]" '.servers | sort'
  mounts twice:/g0 /mnt/g0 -o "$one"
}

test_two_services_of_one_server_do_not_get_in_each_others_way() {
  agent_leads one 127.0.0.2 ''
  local consul_at=127.0.0.2
  register gluster gl1 critical
  register storage gl1
  mounts storage:/g0 /mnt/g0 -o "$one"
  fails_to_mount_beside gluster:/g0 /mnt/none gluster-gl1 -- -o "$one,consul-retry=0"
}

test_http_that_knows_more_wins_over_dns_that_says_otherwise() {
  agent_leads one 127.0.0.2 ''
  agent_leads two 127.0.0.3 ''
  local consul_at=127.0.0.2
  register gluster gl1 critical
  register gluster gl2
  consul_at=127.0.0.3
  register gluster gl1
  register gluster gl3
  local both=consul-http-addr=127.0.0.2:8500,consul-dns-addr=127.0.0.3:8600,consul-cache=off
  look_up "$g0" "$both"
  expect_json 'the servers' "[\"${address[gl2]}\"]" .servers
  agent_crashes one
  look_up "$g0" "$both"
  expect_json 'the servers, with DNS alone' "[\"${address[gl1]}\",\"${address[gl3]}\"]" '.servers | sort'
  expect_json 'the warning' true '.warnings[0] | contains("queried Consul over DNS")'
}

test_what_http_knows_to_be_unhealthy_is_not_used_because_dns_lists_it() {
  agent_leads one 127.0.0.2 ''
  local consul_at=127.0.0.2
  register gluster gl1 critical
  # The DNS interface is that of the lab's own agent, where all are healthy.
  fails_to_mount "$g0" /mnt/none 'no healthy instance' -- -o consul-http-addr=127.0.0.2:8500,consul-retry=0
}
