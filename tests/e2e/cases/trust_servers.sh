# shellcheck shell=bash disable=SC2154 # names from lib.sh
# Somebody registers servers that are none, or more than there are: by mistake, or
# to choose what root mounts. All is registered through Consul's real API.

# runs_as_nobody HOST ARGUMENTS...: hostile/listener.py, until the test ends.
runs_as_nobody() {
  local host=$1
  shift
  later on "$host" pkill -KILL -f 'listener[.]py'
  on "$host" setsid -f setpriv --reuid nobody --regid nogroup --clear-groups \
    sh -c 'exec python3 "$@" >/tmp/listener.ready 2>&1' sh "$here/hostile/listener.py" "$@"
  wait_for 20 on "$host" grep -q ready /tmp/listener.ready || fail 'it does not listen'
  remember_traces
}

# register_at NODE ADDRESS [SERVICE [PORT]]: a healthy instance at an address of any kind.
register_at() {
  address[$1]=$2
  register "${3-gluster}" "$1" passing '' "${4-24007}"
}

# reason NODE: why lookup says that it does not use the node, or how it does.
reason() {
  jq -r --arg node "gluster-$1" '.instances[] | select(.node == $node) | .reason' <<<"$out"
}

expect_the_pool() {
  expect_json 'the servers' "[\"${address[gl1]}\",\"${address[gl2]}\",\"${address[gl3]}\"]" '.servers | sort'
  expect_json 'the port' 24007 .port
}

# name_on_client NAME ADDRESS: in its /etc/hosts.
name_on_client() {
  later on client sh -c 'cat /run/hosts.before >/etc/hosts && rm /run/hosts.before'
  # shellcheck disable=SC2016 # expanded by the shell on the client
  on client sh -c 'cat /etc/hosts >/run/hosts.before && echo "$2 $1" >>/etc/hosts' sh "$@"
}

# Others may answer first, and then it is not waited for.
is_heard() {
  look_up "$g0"
  [[ $(jq -r '.instances[] | select(.port == 24999) | .probe.verdict' <<<"$out") == serves ]]
}

test_a_huge_weight_and_an_odd_port_do_not_draw_the_fleet() {
  # It answers as the pool does, and would give the client whatever it likes.
  runs_as_nobody gl4 relay "${address[gl4]}" 24999 "${address[gl1]}" 24007
  weight=65535 register_at gl4 "${address[gl4]}" gluster 24999
  wait_for 20 is_heard || fail 'the relay never answers in time'
  expect_the_pool
  expect_equal 'the reason' 'skipped: most servers use port 24007, and gluster uses one for all' \
    "$(reason gl4)"
  look_up "$g0" consul-probe=off
  expect_the_pool
  client glusterconsul lookup -v "$g0"
  expect_error "the weight 65535 of ${address[gl4]}:24999 counts as 4"
  mounts "$g0" /mnt/g0
  expect_equal warnings '' "$err"
}

test_a_server_at_an_impossible_address_is_not_asked() {
  name_on_client gl9.example 127.0.0.1
  runs_as_nobody client log /tmp/connections 127.0.0.1 24007
  register_at local 127.0.0.1
  register_at mapped ::ffff:127.0.0.1
  register_at any 0.0.0.0
  register_at named gl9.example
  register_at localhost localhost
  local options
  for options in consul-via=http consul-via=http,consul-probe=tcp consul-via=http,consul-probe=off \
    consul-via=dns; do
    look_up "$g0" "$options,consul-cache=off"
    expect_status 0
    expect_the_pool
    expect_json 'impossible servers on the command line' 0 \
      '.command | map(select(test("127\\.|0\\.0\\.0\\.0|localhost|gl9|service\\.consul$"))) | length'
  done
  look_up "$g0" consul-via=http
  expect_equal 'the reason' 'skipped: 127.0.0.1 is a loopback address' "$(reason local)"
  expect_equal 'the reason' 'skipped: 127.0.0.1 is a loopback address' "$(reason mapped)"
  expect_equal 'the reason' 'skipped: 0.0.0.0 is an unspecified address' "$(reason any)"
  expect_equal 'the reason' 'skipped: gl9.example resolves to 127.0.0.1, a loopback address' "$(reason named)"
  expect_equal 'the reason' 'skipped: localhost is a name of this machine itself' "$(reason localhost)"
  mounts "$g0" /mnt/g0 -o consul-via=http
  expect_error 'skipped 5 instances of gluster'
  expect_equal 'how often it is said' 1 "$(grep -c 'skipped 5' "$work/err")"
  expect_equal 'the connections' '' "$(on client cat /tmp/connections)"
}

test_a_service_at_loopback_alone_is_not_mounted_unless_that_is_allowed() {
  runs_as_nobody client log /tmp/connections 127.0.0.1 24007
  register_at local 127.0.0.1 mistaken
  fails_to_mount mistaken:/g0 /mnt/none 'no instance of mistaken is allowed' \
    '127.0.0.1 is a loopback address' consul-allow= -- -o consul-via=http
  expect_took_at_most 2000
  expect_equal 'the connections' '' "$(on client cat /tmp/connections)"
  look_up mistaken:/g0 consul-via=http,consul-allow=0.0.0.0/0
  expect_status 32
  expect_equal 'the connections' '' "$(on client cat /tmp/connections)"
  look_up mistaken:/g0 consul-via=http,consul-allow=127.0.0.1
  expect_json 'the servers' '["127.0.0.1"]' .servers
  [[ $(on client cat /tmp/connections) ]] || fail 'it is to be asked'
}

test_only_allowed_servers_are_used() {
  look_up gluster:/g0 "consul-allow=${address[gl1]}/32,consul-allow=gl2"
  expect_status 0
  expect_json 'the servers' "[\"${address[gl1]}\"]" .servers
  expect_json 'the reasons' '["skipped: consul-allow= does not list it"]' \
    '[.instances[] | select(.address != "10.77.0.11") | .reason] | unique'
  expect_json 'the servers of the client' 1 '.command | map(select(startswith("--volfile-server="))) | length'
  mounts "$g0" /mnt/g0 -o consul-allow=10.77.0.0/24
  unmounts /mnt/g0
  expect_no_trace 5
  fails_to_mount "$g0" /mnt/none 'no instance of gluster is allowed' \
    "${address[gl1]} is not in consul-allow" "${address[gl3]} is not" -- -o consul-allow=10.78.0.0/16
  expect_took_at_most 2000
  client mount -t glusterconsul "$g0" /mnt/none -o consul-allow=10.77.0.0/33
  expect_status 1
  expect_error 'consul-allow=10.77.0.0/33' 10.0.0.0/8
}

# make_second_g0: gl4, which is a pool of its own, has a volume of that name too.
make_second_g0() {
  later on gl4 rm -rf /srv/second
  later on gl4 gluster --mode=script volume delete g0
  later on gl4 gluster --mode=script volume stop g0 force
  on gl4 mkdir -p /srv/second
  on gl4 gluster --mode=script volume create g0 gl4:/srv/second/brick force
  on gl4 gluster --mode=script volume start g0
}

test_two_volumes_of_one_name_are_never_mixed() {
  make_second_g0
  register_at gl4 "${address[gl4]}"
  fails_to_mount "$g0" /mnt/none "2 different volumes are named 'g0'" "${address[gl1]}:24007" \
    "${address[gl4]}:24007 with brick gl4:/srv/second/brick" consul-tag= consul-allow=
  expect_took_at_most 3000
  look_up "$g0"
  expect_status 32
  [[ $(reason gl4) == rejected:*gl4:/srv/second/brick ]] || fail 'lookup is to name the brick'
  # Who chooses gets the one that he chose.
  mounts "$g0" /mnt/other -o "consul-allow=${address[gl4]}"
  on client test ! -e /mnt/other/present || fail 'this is the volume of gl1 to gl3'
  mounts "$g0" /mnt/g0 -o "consul-allow=${address[gl1]},consul-allow=${address[gl2]}"
  on client test -e /mnt/g0/present || fail 'this is the volume of gl4'
}

# A pool that changes its bricks stays one volume; the servers agree again in the end.
test_a_volume_that_grows_is_still_one_volume() {
  make_second_g0
  register_at gl4 "${address[gl4]}" growing
  mounts growing:/g0 /mnt/g0
  on gl4 gluster --mode=script volume add-brick g0 gl4:/srv/second/more force
  look_up growing:/g0
  expect_status 0
}

# register_ports SERVICE ADDRESS COUNT: instances on one node, from port 10001 on.
register_ports() {
  later on client curl -sS -f -m 10 -o /dev/null -X PUT -d '{"Node": "many"}' \
    http://127.0.0.1:8500/v1/catalog/deregister
  on client python3 - "$@" <<'END'
import http.client, json, sys
service, address, count = sys.argv[1:]
agent = http.client.HTTPConnection("127.0.0.1", 8500)
for i in range(int(count)):
    agent.request("PUT", "/v1/catalog/register", json.dumps({
        "Node": "many", "Address": address,
        "Service": {"ID": f"{service}-{i}", "Service": service, "Port": 10001 + i}}))
    agent.getresponse().read()
END
}

test_many_registrations_of_one_host_are_not_all_asked() {
  later on gl4 iptables -F INPUT
  on gl4 iptables -I INPUT -p tcp --dport 10001:12000 --syn -j ACCEPT
  register_ports gluster "${address[gl4]}" 2000
  look_up "$g0" consul-via=http
  expect_status 0
  expect_json 'the skipped ones' 1992 \
    '[.instances[] | select(.reason == "skipped: 8 instances of its host are probed")] | length'
  expect_the_pool
  local attempts
  attempts=$(on gl4 iptables -nvxL INPUT | awk '/10001:12000/ { print $1 }')
  note "connections to a host that is registered 2000 times: $attempts"
  ((attempts <= 8)) || fail "it is asked $attempts times"
  mounts "$g0" /mnt/g0 -o consul-via=http
  expect_error 'skipped 1992 instances of gluster: 1992 over the limit of 8 per host, 0 over the limit of 256 in total'
}
