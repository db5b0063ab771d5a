# shellcheck shell=bash disable=SC2034,SC2154 # names shared with lib.sh
# Consul that is there and cannot answer: without a leader, without servers,
# or only starting.

# shellcheck source-path=SCRIPTDIR source=../lib_consul.sh
source "$here/lib_consul.sh"

first=$(only_by_http 127.0.0.2:8500)
both_ways=consul-http-addr=127.0.0.2:8500,consul-dns-addr=127.0.0.2:8600

# servers_run NUMBERS... : servers s1, s2, s3 at 127.0.0.2 to .4, which elect a
# leader when all three are there.
servers_run() {
  local number
  for number in "$@"; do
    agent_runs "s$number" "127.0.0.$((number + 1))" '{"performance": {"raft_multiplier": 1}}' \
      -server -bootstrap-expect=3 -data-dir=data \
      -retry-join=127.0.0.2 -retry-join=127.0.0.3 -retry-join=127.0.0.4 -retry-interval=1s
  done
}

# Three servers that know the service, and then two of them crash.
majority_is_lost() {
  servers_run 1 2 3
  agent_gets s1 'a leader' has_leader 127.0.0.2
  knows_gluster 127.0.0.2 gl1 gl2 gl3
  agent_gets s1 'the instances' agent_shows 127.0.0.2 'health/service/gluster?stale' 'length == 3'
  agent_crashes s2
  agent_crashes s3
}

test_without_a_leader_what_a_server_still_knows_is_used_and_that_is_said() {
  majority_is_lost
  # At once, when the server may still take itself or another for the leader, and
  # when it has noticed.
  mounts "$g0" /mnt/g0 -o "$first,consul-cache=off"
  expect_took_at_most 3000
  unmounts /mnt/g0
  agent_gets s1 'to know that there is no leader' has_no_leader 127.0.0.2
  mounts "$g0" /mnt/g0 -o "$first,consul-cache=off"
  expect_error 'has no leader; using the data' ' ago'
  expect_took_at_most 3000
  unmounts /mnt/g0
  # What it does not know may have come since: that is not called unknown.
  fails_to_mount glusterr:/g0 /mnt/none 'has no leader' "holds no instance of 'glusterr'" -- -o "$first,consul-retry=0"
}

test_without_a_leader_http_is_still_in_time_before_dns() {
  majority_is_lost
  agent_gets s1 'to know that there is no leader' has_no_leader 127.0.0.2
  look_up "$g0" "$both_ways,consul-cache=off"
  expect_status 0
  expect_json 'the way' 'Consul over HTTP' .via
  expect_json 'the warning' true '.warnings | length == 1 and (.[0] | contains("has no leader; using the data"))'
}

test_a_server_that_never_had_a_leader_is_said_to_have_none() {
  servers_run 1
  agent_gets s1 'to answer' has_no_leader 127.0.0.2
  remember_traces
  fails_to_mount "$g0" /mnt/none '127.0.0.2:8500 has no leader' 'more than half' -- -o "$first,consul-retry=0"
  expect_took_at_most 7000
  fails_to_mount "$g0" /mnt/none 'has no leader' 'over DNS' -- -o "$both_ways,consul-retry=0"
  expect_took_at_most 7000
  # With time, it says so itself.
  fails_to_mount "$g0" /mnt/none 'No cluster leader' 'more than half' -- -o "$first,consul-retry=0,consul-timeout=20s"
}

test_a_leader_that_is_elected_in_time_is_waited_for() {
  servers_run 1
  agent_gets s1 'to answer' has_no_leader 127.0.0.2
  after=8 servers_run 2 3
  (wait_for 40 has_leader 127.0.0.2 && knows_gluster 127.0.0.2 gl1 gl2 gl3) &
  mounts "$g0" /mnt/g0 -o "$first,consul-retry=60s"
  expect_error 'retrying'
  expect_took_at_most 50000
  wait
}

test_a_client_agent_that_found_no_server_says_so_and_is_waited_for() {
  agent_runs c1 127.0.0.5 '' -data-dir=data -retry-join=127.0.0.2 -retry-interval=1s -retry-max=0
  agent_gets c1 'to answer' agent_shows 127.0.0.5 agent/self true
  remember_traces
  fails_to_mount "$g0" /mnt/none 'No known Consul servers' retry_join -- \
    -o "$(only_by_http 127.0.0.5:8500),consul-retry=0"
  (agent_leads s1 127.0.0.2 '' && knows_gluster 127.0.0.2 gl1 gl2 gl3) &
  mounts "$g0" /mnt/g0 -o "$(only_by_http 127.0.0.5:8500),consul-retry=30s"
  expect_error 'retrying'
  wait
}

test_a_client_agent_whose_servers_are_gone_leaves_the_last_known_list() {
  agent_leads s1 127.0.0.2 ''
  knows_gluster 127.0.0.2 gl1 gl2 gl3
  agent_runs c1 127.0.0.5 '' -data-dir=data -retry-join=127.0.0.2
  agent_gets c1 'the instances' agent_shows 127.0.0.5 health/service/gluster 'length == 3'
  local agent=consul-http-addr=127.0.0.5:8500,consul-dns-addr=127.0.0.5:8600
  mounts "$g0" /mnt/g0 -o "$agent"
  unmounts /mnt/g0
  agent_crashes s1
  mounts "$g0" /mnt/g0 -o "$agent"
  expect_error 'Consul does not respond' 'using the servers of the last successful mount'
  expect_took_at_most 3000
  unmounts /mnt/g0
  fails_to_mount "$g0" /mnt/none 'cannot answer now' 127.0.0.5:8600 -- -o "$agent,consul-cache=off,consul-retry=0"
}

# A question every ten seconds is all that this agent hands on to its server.
test_an_agent_that_limits_how_often_it_is_asked_is_asked_again_later() {
  agent_leads s1 127.0.0.2 ''
  knows_gluster 127.0.0.2 gl1 gl2 gl3
  agent_runs c1 127.0.0.5 '{"limits": {"rpc_rate": 0.1, "rpc_max_burst": 3}}' -data-dir=data -retry-join=127.0.0.2
  agent_gets c1 'to its limit' is_over_the_limit 127.0.0.5
  mounts "$g0" /mnt/g0 -o "$(only_by_http 127.0.0.5:8500)"
  expect_error 'status 429' 'limits the rate' 'retrying'
  expect_took_at_most 45000
}

is_over_the_limit() {
  [[ $(on client curl -s -m 5 -o /dev/null -w '%{http_code}' "http://$1:8500/v1/health/service/gluster") == 429 ]]
}

test_a_consul_that_starts_late_goes_from_refused_to_healthy_in_one_mount() {
  after=3 agent_runs s1 127.0.0.2 '' -dev
  (
    wait_for 40 has_leader 127.0.0.2
    consul_at=127.0.0.2
    sleep 1
    register gluster gl1 critical
    sleep 1
    register gluster gl1 passing
  ) &
  mounts "$g0" /mnt/g0 -o "$first,consul-retry=40s" -v
  expect_error 'Connection refused' 'retrying' 'retrying in'
  expect_took_at_most 30000
  wait
}

test_a_consul_that_starts_after_ten_seconds_is_waited_for() {
  after=10 agent_runs s1 127.0.0.2 '' -dev
  (wait_for 40 has_leader 127.0.0.2 && knows_gluster 127.0.0.2 gl1 gl2 gl3) &
  mounts "$g0" /mnt/g0 -o "$both_ways"
  ((took >= 9000)) || fail "it was there before: $took ms"
  expect_took_at_most 35000
  wait
}

test_an_agent_on_a_unix_socket_alone_mounts_and_a_missing_socket_is_named() {
  local socket=$agents/s1/consul.sock
  agent_runs s1 127.0.0.2 "{\"addresses\": {\"http\": \"unix://$socket\", \"dns\": \"127.0.0.2\"}}" -dev
  agent_gets s1 'a leader' socket_has_leader "$socket"
  on client curl -sS -f -o /dev/null --unix-socket "$socket" -X PUT http://localhost/v1/catalog/register \
    -d "{\"Node\": \"n1\", \"Address\": \"${address[gl1]}\", \"Service\": {\"Service\": \"gluster\"}}"
  remember_traces
  mounts "$g0" /mnt/g0 -o "consul-dns-addr=off,consul-http-addr=unix://$socket"
  unmounts /mnt/g0
  remember_traces
  fails_to_mount "$g0" /mnt/none "unix://$agents/none.sock does not respond" -- \
    -o "consul-dns-addr=off,consul-cache=off,consul-retry=0,consul-http-addr=unix://$agents/none.sock"
}

socket_has_leader() {
  [[ $(on client curl -s -m 5 --unix-socket "$1" http://localhost/v1/status/leader) == '"'*:*'"' ]]
}

test_an_unknown_data_centre_may_be_joined_later_and_is_told() {
  fails_to_mount gluster.service.dc9.consul:/g0 /mnt/none 'No path to datacenter' "data centre's name" \
    -- -o consul-retry=0
}
