# shellcheck shell=bash disable=SC2154,SC2004 # names from lib.sh; address is an associative array
# A pool that speaks IPv6 only, and services with addresses of both families.

# Its hosts are added by the first test that needs them, and stay with the lab.
# The volume is called g0 too, as where one site has a pool for each family.
six_hosts=(six1 six2)

six_pool() {
  local host
  for host in "${six_hosts[@]}"; do
    on "$host" true 2>/dev/null || lab add-host "$host" server6 &
  done
  wait
  for host in "${six_hosts[@]}"; do
    address[$host]=$(on client getent ahostsv6 "$host" | awk 'NR == 1 { print $1 }')
    [[ ${address[$host]} == fd77::* ]] || fail "$host has no IPv6 address"
  done
  on six1 gluster volume info g0 >/dev/null 2>&1 || make_six_volume
  ! two_pass six || return 0
  for host in "${six_hosts[@]}"; do
    serves_six "$host"
  done
  wait_for 30 two_pass six || fail 'Consul does not show two passing instances of six'
}

# As an administrator would register it, with its IPv6 address.
serves_six() {
  jq --arg address "${address[$1]}" '.service.name = "six" | .service.address = $address |
    .service.checks[0].tcp = "[::1]:24007"' "$repo/tests/lab/lib/gluster-service.json" |
    on "$1" tee /etc/consul.d/six.json >/dev/null
  on "$1" consul reload >/dev/null
}

make_six_volume() {
  on six1 gluster --mode=script peer probe six2
  wait_for 30 all_see_their_peer || fail 'six1 and six2 do not connect'
  on six1 gluster --mode=script volume create g0 replica 2 six{1,2}:/srv/brick force
  on six1 gluster --mode=script volume start g0
}

all_see_their_peer() {
  local host
  for host in "${six_hosts[@]}"; do
    on "$host" gluster --mode=script peer status | grep -q 'State: Peer in Cluster (Connected)' || return
  done
}

two_pass() {
  on client curl -sf -m 5 "http://127.0.0.1:8500/v1/health/service/$1?passing" | jq -e 'length == 2' >/dev/null
}

# dns_names SERVICE COUNT: each of Consul's servers tells of so many instances by DNS.
# Any of them may answer, also one that has yet to hear of the last registration.
dns_names() {
  local server
  for server in fd77::11 fd77::12 fd77::13; do
    [[ $(on client dig +short +tcp "@$server" -p 8600 "$1.service.consul" SRV | wc -l) == "$2" ]] || return
  done
}

# Whatever the client talks to on this mount, it is by IPv6.
expect_ipv6_only() {
  local connections
  connections=$(on client ss -Htnp state established | grep '"glusterfs"') || fail 'the client has no connection'
  printf '%s\n' "$connections"
  ! grep -q '10\.77\.0\.' <<<"$connections" || fail 'the client has a connection by IPv4'
  grep -q '\[fd77::[0-9a-f]*\]:24007' <<<"$connections" || fail 'the client has no connection to a glusterd by IPv6'
  (($(grep -c '\[fd77::[0-9a-f]*\]:[456][0-9]* ' <<<"$connections") >= 2)) || fail 'the client has no connection to the bricks by IPv6'
}

test_an_ipv6_only_pool_is_mounted_through_http() {
  six_pool
  mounts six.service.consul:/g0 /mnt/six -o consul-via=http,consul-cache=off
  expect_took_at_most 2000
  expect_ipv6_only
}

test_an_ipv6_only_pool_is_mounted_through_dns() {
  six_pool
  # A service's own address is in the target's name.
  client dig +short +tcp @127.0.0.1 -p 8600 six.service.consul SRV
  [[ $out =~ fd77[0-9a-f]{28}\.addr\.dc1\.consul ]] || fail 'no target in hexadecimal'
  client dig +short @127.0.0.1 -p 8600 six.service.consul AAAA
  expect_output "${address[six1]}" "${address[six2]}"
  mounts six.service.consul:/g0 /mnt/six -o consul-via=dns,consul-cache=off
  expect_ipv6_only
}

test_a_node_with_an_ipv6_address_only_is_found_by_its_aaaa_record() {
  six_pool
  register sixnodes six1
  register sixnodes six2
  wait_for 10 dns_names sixnodes 2 || fail 'Consul does not tell of both by DNS'
  client dig +short +tcp @127.0.0.1 -p 8600 sixnodes.service.consul SRV
  expect_output sixnodes-six1.node.dc1.consul
  look_up sixnodes.service.consul:/g0 consul-via=dns
  expect_json 'the servers' '["fd77","fd77"]' '[.servers[] | split(":")[0]]'
  mounts sixnodes.service.consul:/g0 /mnt/six -o consul-via=dns,consul-cache=off
  expect_ipv6_only
}

test_consul_is_asked_over_ipv6() {
  look_up "$g0" 'consul-via=http,consul-http-addr=[::1]:8500'
  expect_status 0
  look_up "$g0" 'consul-via=dns,consul-dns-addr=[::1]:8600'
  expect_status 0
  mounts "$g0" /mnt/g0 -o 'consul-via=http,consul-cache=off,consul-http-addr=[::1]:8500'
}

test_a_server_that_is_registered_by_name_and_has_ipv6_only_is_used() {
  six_pool
  address[byname]=six1
  register byname byname
  look_up byname:/g0
  expect_json 'the server' six1 '.servers[0]'
  expect_json 'whether the family is told' true '.command | any(endswith("address-family=inet6"))'
  mounts byname:/g0 /mnt/six -o consul-cache=off
  expect_ipv6_only
}

test_the_client_goes_on_to_an_ipv6_backup() {
  six_pool
  address[adead]=fd77::dead
  register sixfails adead
  register sixfails six1
  register sixfails six2
  # Without a probe, the dead one stays first; its network says at once that it is not there.
  later on client ip -6 route del unreachable fd77::dead
  on client ip -6 route add unreachable fd77::dead
  look_up sixfails:/g0 consul-probe=off,consul-order=consul
  expect_json 'the first server' fd77::dead '.servers[0]'
  mounts sixfails:/g0 /mnt/six -o consul-probe=off,consul-order=consul,consul-cache=off
  expect_ipv6_only
}

## Services with both

both() {
  six_pool
  register both gl1
  register both six1
  register both six2
  wait_for 10 dns_names both 3 || fail 'Consul does not tell of all three by DNS'
}

families() {
  printf '[.command[] | select(startswith("--volfile-server=")) | %s] | unique' \
    'if test("=10[.]77[.]") then 4 elif test("=fd77:") then 6 else . end'
}

# Two pools have each a g0 here: asked for the volume, they would be told apart.
test_a_service_with_both_families_is_mounted_by_one_of_them() {
  both
  look_up both:/g0 consul-probe=tcp
  expect_json 'how many families the client is given' 1 "$(families) | length"
  expect_json 'whether the family is told where it is IPv6' true \
    "($(families) == [6]) == (.command | any(endswith(\"address-family=inet6\")))"
  expect_json 'whether those of the other family are put off' true \
    '[.instances[] | select(.used | not) | .reason | startswith("demoted: the primary is reached over IPv")] | length > 0 and all'
  mounts both:/g0 /mnt/both -o consul-probe=tcp
}

# each_way_takes FAMILY [OPTIONS]
each_way_takes() {
  local way
  for way in http dns; do
    look_up both:/g0 "consul-via=$way${2:+,$2}"
    expect_json 'the families' "[$1]" "$(families)"
    mounts both:/g0 "/mnt/$way" -o "consul-via=$way,consul-cache=off${2:+,$2}"
    expect_took_at_most 2000
    [[ $1 == 4 ]] || expect_ipv6_only
  done
}

client_loses_ipv6() {
  later on client ip -6 address add fd77::20/64 dev eth0 nodad
  on client ip -6 address flush dev eth0 scope global
}

test_a_client_without_ipv6_uses_the_ipv4_addresses() {
  both
  client_loses_ipv6
  each_way_takes 4
}

# Nothing tells it, then, that one family leads nowhere.
test_a_client_without_ipv6_finds_its_way_without_a_probe() {
  six_pool
  address[a6]=${address[six1]}
  register both a6
  register both gl1
  client_loses_ipv6
  look_up both:/g0 consul-probe=off,consul-order=consul
  expect_json 'the first server' "${address[a6]}" '.servers[0]'
  mounts both:/g0 /mnt/both -o consul-probe=off,consul-order=consul,consul-cache=off
}

# Its own agent cannot reach the others then, so another one is asked.
test_a_client_without_ipv4_uses_the_ipv6_addresses() {
  both
  later on client ip address add 10.77.0.20/24 dev eth0
  on client ip -4 address flush dev eth0
  each_way_takes 6 'consul-http-addr=[fd77::11]:8500,consul-dns-addr=[fd77::11]:8600'
}

## Another port than 24007

# listens_at_24100_too COMMAND HOST: with iptables or ip6tables as COMMAND. The client
# then asks at 24100 for the volume, and still at 24007 for the ports of the bricks.
listens_at_24100_too() {
  later on "$2" "$1" -w 10 -t nat -D PREROUTING -p tcp --dport 24100 -j REDIRECT --to-ports 24007
  on "$2" "$1" -w 10 -t nat -A PREROUTING -p tcp --dport 24100 -j REDIRECT --to-ports 24007
}

expect_connected_at_24100() {
  on client ss -Htnp state established | grep '"glusterfs"' | grep -q ':24100 ' ||
    fail 'the client has no connection to port 24100'
}

test_another_port_is_used_over_ipv6() {
  local host
  six_pool
  address[adead]=fd77::dead
  later on client ip -6 route del unreachable fd77::dead
  on client ip -6 route add unreachable fd77::dead
  register sixport adead passing '' 24100
  for host in "${six_hosts[@]}"; do
    listens_at_24100_too ip6tables "$host"
    register sixport "$host" passing '' 24100
  done
  mounts sixport:/g0 /mnt/six -o consul-cache=off
  expect_connected_at_24100
  unmounts /mnt/six
  # The client itself goes on from the dead one, still at that port.
  mounts sixport:/g0 /mnt/six -o consul-probe=off,consul-order=consul,consul-cache=off
  expect_connected_at_24100
}

test_another_port_is_used_over_ipv4_and_by_name() {
  local host service
  for host in gl1 gl2; do
    listens_at_24100_too iptables "$host"
    address[$host-name]=$host
    register fourport "$host" passing '' 24100
    register nameport "$host-name" passing '' 24100
  done
  for service in fourport nameport; do
    mounts "$service:/g0" "/mnt/$service" -o consul-cache=off
    expect_connected_at_24100
    unmounts "/mnt/$service"
  done
}
