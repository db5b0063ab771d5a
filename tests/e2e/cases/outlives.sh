# shellcheck shell=bash disable=SC2154 # names from lib.sh
# A mount outlives all the servers that it started with: each is replaced by a
# new one with a new address, which takes over the brick. Its clients are three
# hosts, of which two have a resolver that knows the names of Consul, set up with
# the files of examples/resolver.

old=(old1 old2)
new=(new1 new2)
resolving=(bydnsmasq byresolved)
clients=("${resolving[@]}" bynone)
spec=lasts.service.consul:/lasts
mnt=/mnt/lasts
log=/var/log/glusterfs/mnt-lasts.log

# What lib.sh does on the client is done on $this_client.
this_client=client
on() {
  [[ $1 != client ]] || set -- "$this_client" "${@:2}"
  lab exec "$@"
}

## The hosts

# Those that a test leaves behind are ended: they are not the lab's own.
end_hosts_later() {
  # shellcheck disable=SC2016 # expanded by the shell that does it
  later bash -c 'for host in "${@:2}"; do
      "$1" exec "$host" true 2>/dev/null && "$1" remove-host "$host" &
    done
    wait' bash "$lab" "${old[@]}" "${new[@]}" "${clients[@]}"
}

# add_hosts KIND HOST...
add_hosts() {
  local host adding=()
  for host in "${@:2}"; do
    lab add-host "$host" "$1" &
    adding+=($!)
  done
  for host in "${adding[@]}"; do
    wait "$host" || fail 'a host cannot be added'
  done
}

gluster_on() {
  local host=$1
  shift
  printf '%s# gluster %s\n' "$host" "$*"
  on "$host" timeout 60 gluster --mode=script "$@"
}

make_pool() {
  gluster_on "${old[0]}" peer probe "${old[1]}"
  gluster_on "${old[1]}" peer probe "${old[0]}"
  wait_for 30 is_connected "${old[0]}" "${old[1]}" || fail 'the old servers do not connect'
  gluster_on "${old[0]}" volume create lasts replica 2 "${old[@]/%/:\/srv\/brick}" force
  gluster_on "${old[0]}" volume start lasts
}

is_connected() {
  on "$1" gluster --mode=script peer status | grep -A 2 "^Hostname: $2\$" |
    grep -q 'State: Peer in Cluster (Connected)'
}

# The agent of the host tells Consul of its glusterd, and looks after it.
register_server() {
  jq '.service.name = "lasts"' "$repo/tests/lab/lib/gluster-service.json" |
    on "$1" tee /etc/consul.d/lasts.json >/dev/null
  on "$1" consul reload >/dev/null
}

deregister_server() {
  on "$1" rm /etc/consul.d/lasts.json
  on "$1" consul reload >/dev/null
}

passing_are() {
  [[ $(on client curl -sf -m 5 'http://127.0.0.1:8500/v1/health/service/lasts?passing' |
    jq -r '[.[].Node.Node] | sort | join(" ")') == "$*" ]]
}

# As README.md says there, with these files and nothing else.
use_dnsmasq() {
  on bydnsmasq bash -es -- "$repo/examples/resolver" <<'END'
mkdir -p /etc/dnsmasq.d
cp "$1/dnsmasq.conf" /etc/dnsmasq.d/consul.conf
echo 'nameserver 127.0.0.1' >/etc/resolv.conf
dnsmasq --conf-dir=/etc/dnsmasq.d --no-resolv
END
}

# No systemd runs on a host of the lab: what its unit would do is done here.
use_systemd_resolved() {
  on byresolved test -x /lib/systemd/systemd-resolved ||
    lab add-package byresolved systemd-resolved libsystemd-shared
  on byresolved bash -es -- "$repo/examples/resolver" <<'END'
mkdir -p /etc/systemd/resolved.conf.d
cp "$1/systemd-resolved.conf" /etc/systemd/resolved.conf.d/consul.conf
id systemd-resolve >/dev/null 2>&1 || systemd-sysusers systemd-resolve.conf
install -d -o systemd-resolve -g systemd-resolve /run/systemd/resolve
setsid -f /lib/systemd/systemd-resolved </dev/null >>/var/log/systemd-resolved.log 2>&1
ln -sf /run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
END
}

knows_the_service() {
  [[ $(on client getent ahostsv4 lasts.service.consul | awk '{ print $1 }' | sort -u | wc -l) == 2 ]]
}

## What a client knows

each_client() {
  for this_client in "${clients[@]}"; do
    "$@"
  done
  this_client=client
}

each_that_resolves() {
  local clients=("${resolving[@]}")
  each_client "$@"
}

mounts_it() {
  mounts "$spec" "$mnt"
  on client grep -o 'cmdlinestr=[^}]*' "$log"
}

# The servers that it went on to, in one line; "." where there was no other.
way() {
  on client grep -hoE 'connecting to next volfile server .*|Exhausted' "$log" |
    sed 's/Exhausted/./; s/.* //' | paste -sd ' '
}

reaches_its_last_server() {
  wait_for 60 is_at_its_last_server || fail "$this_client is not at the last of its servers, but went: $(way)"
}

is_at_its_last_server() {
  [[ $(way) == *. ]]
}

# The layers of the volume, as the client has them: a change of the volume's that
# switches one off can be seen.
layers() {
  on client timeout 10 ls "$mnt/.meta/graphs/active"
}

has_all_layers() {
  local seen
  seen=$(layers)
  [[ $seen == *lasts-dht* && $seen == *lasts-quick-read* && $seen == *lasts-md-cache* ]] ||
    fail "$this_client does not have the volume as it was at first: $seen"
}

lacks_layer() {
  local seen
  seen=$(layers)
  [[ $seen == *lasts-dht* && $seen != *lasts-$1* ]]
}

learns_that_there_is_no() {
  wait_for 40 lacks_layer "$1" ||
    fail "$this_client has not learnt of a change of the volume, but went: $(way)"
}

keeps_its_data() {
  expect_mounted "$mnt" "$spec"
  expect_writable "$mnt"
  expect_equal 'what was there in the beginning' beginning "$(reads_the_beginning)"
}

reads_the_beginning() {
  on client timeout 20 cat "$mnt/beginning"
}

notes_its_way() {
  note "$this_client went on to: $(way)"
}

## The test

# replace OLD NEW VIA: as an administrator does with a server that is dead.
replace() {
  local host
  # With a new peer, glusterd sets its self-heal daemon up, and with a new brick it
  # starts that anew: where it has no connection to it yet, it waits 15 s for nothing.
  wait_for 30 talks_to_self_heal "$3" || fail "$3 has no self-heal daemon"
  gluster_on "$3" peer probe "$2"
  # Each that lives is asked whether it agrees.
  for host in "$1" "$3"; do
    on "$host" pgrep -x glusterd >/dev/null 2>&1 || continue
    wait_for 30 is_connected "$host" "$2" || fail "$2 does not connect to $host"
  done
  gluster_on "$3" volume replace-brick lasts "$1:/srv/brick" "$2:/srv/brick" commit force
  register_server "$2"
  gluster_on "$3" peer detach "$1" force
  wait_for 60 is_healed "$3" || fail "$2 has not got the files"
}

talks_to_self_heal() {
  on "$1" ss -Hxp state established | grep -q '/run/gluster/.*("glusterfs",'
}

is_healed() {
  [[ $(on "$1" timeout 20 gluster --mode=script volume heal lasts info | grep -c '^Number of entries: 0$') == 2 ]]
}

# limit: 240 s
test_a_mount_outlives_all_servers_that_it_started_with() {
  local host last other adding setting_up
  end_hosts_later
  add_hosts server "${old[@]}" &
  adding=$!
  add_hosts client "${clients[@]}"
  wait "$adding"
  use_systemd_resolved &
  setting_up=$!
  use_dnsmasq
  make_pool
  for host in "${old[@]}"; do
    register_server "$host"
  done
  wait "$setting_up"
  wait_for 30 passing_are "${old[@]}" || fail 'Consul does not show two passing servers'
  for this_client in "${resolving[@]}"; do
    wait_for 30 knows_the_service || fail "the resolver of $this_client does not know the service"
  done
  each_client mounts_it
  each_client has_all_layers
  on bynone sh -c "echo beginning >$mnt/beginning"

  # The daemons of the old servers end, but not their bricks: each client goes
  # through all of its servers, to the last, and its files stay where they are.
  for host in "${old[@]}"; do
    on "$host" pkill -KILL -x glusterd
  done
  add_hosts server "${new[@]}" &
  adding=$!
  each_client reaches_its_last_server
  each_client keeps_its_data
  wait "$adding"

  # The first that is replaced is the one that the client without a name waits for.
  last=$(on bynone grep -o 'next volfile server .*' "$log" | tail -n 1)
  last=${last##* }
  other=${old[0]}
  [[ $other != "$last" ]] || other=${old[1]}
  on "$other" glusterd
  deregister_server "$last"
  lab remove-host "$last"
  replace "$last" "${new[0]}" "$other"
  # The others find a server by the service's name.
  gluster_on "${new[0]}" volume set lasts performance.quick-read off
  each_that_resolves learns_that_there_is_no quick-read
  each_that_resolves keeps_its_data
  this_client=bynone
  has_all_layers
  expect_equal 'what bynone reads from the brick that is left' beginning "$(reads_the_beginning)"

  replace "$other" "${new[1]}" "${new[0]}"
  deregister_server "$other"
  lab remove-host "$other"
  wait_for 30 passing_are "${new[@]}" || fail 'Consul does not show the two new servers'
  gluster_on "${new[1]}" volume set lasts performance.stat-prefetch off
  each_that_resolves learns_that_there_is_no md-cache
  each_that_resolves keeps_its_data
  each_client notes_its_way
  # Nobody has told bynone where the bricks went.
  this_client=bynone
  client timeout 20 cat "$mnt/beginning"
  expect_status 1
  expect_error 'not connected'
}
