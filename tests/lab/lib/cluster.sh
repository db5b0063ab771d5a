# shellcheck shell=bash disable=SC2154 # names from lab and common.sh
# Creating and removing a lab; sourced by tests/lab/lab.

lab_up() {
  local started=$EPOCHREALTIME consul
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  require_ability
  if lab_is_up; then
    say "$name is already up"
    return 0
  fi
  "$repo/tests/packages/install" lab
  find_consul
  consul=$REPLY
  take_state_directory
  if lab_is_up; then # another process held the lock and started it
    say "$name is already up"
    return 0
  fi
  remove_remains # of an interrupted `up`
  trap 'give_up' EXIT
  start_holder "$consul"
  step 60 'the hosts did not start' all_hosts_run
  step 90 'glusterd does not respond' all_glusterd_answer
  make_other_volume &
  other=$!
  make_pool
  wait "$other" || fail 'cannot create the volume other on gl4'
  step 90 'a brick of g0 is not online' g0_is_online
  step 90 'Consul does not report three passing servers' consul_lists 'length == 3'
  step 60 "Consul's DNS does not show three servers" dns_shows_three
  : >"$state/ready"
  trap - EXIT INT TERM HUP
  say "$name is up, after $(seconds_since "$started") s"
}

seconds_since() {
  local tenths=$(((${EPOCHREALTIME/[.,]/} - ${1/[.,]/}) / 100000))
  printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

require_ability() {
  ((EUID == 0)) || cannot 'it must be root'
  unshare --mount --net --uts --ipc --pid --fork true 2>/dev/null ||
    cannot 'this kernel or container allows no namespaces'
  [[ -c /dev/fuse ]] || modprobe -q fuse || cannot 'there is no /dev/fuse'
}

# step SECONDS COMPLAINT COMMAND...: waits, and aborts `up` if it takes too long or if
# the lab has died.
step() {
  local seconds=$1 complaint=$2 came=yes
  shift 2
  until_true "$seconds" true_or_dead "$@" || came=
  lab_is_alive || fail "$complaint: the lab has ended"
  # The command is not run again: a condition that has just become true may be unstable.
  [[ $came ]] || fail "$complaint (waited $seconds s)"
}

true_or_dead() {
  "$@" || ! lab_is_alive
}

# Creates the state directory and locks it. The lock is on the directory itself, so
# that nothing is left when it is removed; a process that waited for a removed
# directory retries with the new one.
take_state_directory() {
  local attempt
  for attempt in 1 2 3 4 5; do
    (umask 077 && mkdir -p -- "$state/hosts" "$state/faults" "$state/added") 2>/dev/null || continue
    { exec {lock}<"$state"; } 2>/dev/null || continue
    flock -w 120 "$lock" || fail "timed out waiting for another up or down of $name (2 min)"
    [[ $state -ef /proc/self/fd/$lock ]] && return 0
    exec {lock}<&-
  done
  fail "cannot create $state (tried $attempt times)"
}

start_holder() {
  local consul=$1
  (
    exec {lock}<&-
    cd /
    exec env -i PATH="$lab_path" HOME=/root LANG=C.UTF-8 \
      LAB_STATE="$state" LAB_REPO="$repo" LAB_CONSUL="$consul" \
      setsid unshare --net --pid --fork --kill-child -- \
      bash "$here/lib/inside.sh" holder </dev/null >"$state/log" 2>&1
  ) &
  disown
  until_true 5 lab_is_alive || fail 'the first process of the lab did not start'
}

all_hosts_run() {
  local host
  for host in "${lab_hosts[@]}"; do
    read_process "$state/hosts/$host" && continue
    [[ -s $state/hosts/$host.starting ]] || return 1
    mv -- "$state/hosts/$host.starting" "$state/hosts/$host"
  done
}

all_glusterd_answer() {
  local host
  for host in "${lab_servers[@]}"; do
    glusterd_answers "$host" || return 1
  done
}

# Reports what failed, with gluster's own message.
gluster_on() {
  local host=$1 said
  shift
  said=$(in_host "$host" timeout 60 gluster --mode=script "$@" 2>&1) || {
    printf 'lab: gluster %s, on %s: %s\n' "$*" "$host" "$said" >&2
    return 1
  }
}

glusterd_answers() {
  in_host "$1" timeout 5 gluster --mode=script pool list >/dev/null 2>&1
}

make_pool() {
  local host bricks=()
  for host in "${lab_pool[@]}"; do
    in_host "$host" mkdir -p /srv/g0/brick
    bricks+=("$host:/srv/g0/brick")
    [[ $host == gl1 ]] || gluster_on gl1 peer probe "$host" || fail "gl1 could not add $host to its pool"
  done
  step 60 'the peers do not connect' whole_pool_is_connected
  gluster_on gl1 volume create g0 replica 3 "${bricks[@]}" force || fail 'no volume g0'
  gluster_on gl1 volume start g0 || fail 'g0 did not start'
}

make_other_volume() {
  in_host gl4 mkdir -p /srv/other/brick &&
    gluster_on gl4 volume create other gl4:/srv/other/brick force &&
    gluster_on gl4 volume start other
}

# Checks each host's own view: gl1 may be ready before gl2 knows gl3.
whole_pool_is_connected() {
  local host listed
  for host in "${lab_pool[@]}"; do
    listed=$(in_host "$host" timeout 5 gluster --mode=script pool list 2>/dev/null) || return 1
    [[ $(grep -c '[[:space:]]Connected *$' <<<"$listed") == 3 ]] || return 1
  done
}

# A brick can be shown as online (Y) without a port; then no client finds it.
g0_is_online() {
  local listed
  listed=$(in_host gl1 timeout 5 gluster --mode=script volume status g0 2>/dev/null) || return 1
  [[ $(grep -cE '^Brick +[^ ]+ +[0-9]+ .* Y +[0-9]+ *$' <<<"$listed") == 3 ]]
}

# consul_lists CONDITION: whether the passing instances according to the client's agent
# satisfy the jq CONDITION.
consul_lists() {
  local reply
  reply=$(in_host client curl -sf -m 5 'http://127.0.0.1:8500/v1/health/service/gluster?passing') || return 1
  jq -e "$1" <<<"$reply" >/dev/null
}

dns_shows_three() {
  local listed
  listed=$(in_host client dig +short +tcp +tries=1 +time=2 @127.0.0.1 -p 8600 \
    gluster.service.consul A 2>/dev/null) || return 1
  [[ $(grep -c '^10\.77\.0\.' <<<"$listed") == 3 ]]
}

# A failed `up` reports the cause, and leaves nothing behind.
give_up() {
  local status=$?
  trap - EXIT INT TERM HUP
  set +e
  ((status == 130 || status == 143)) || show_logs >&2
  remove_remains
  remove_state_directory
  printf 'lab: %s is not up\n' "$name" >&2
  exit "$status"
}

show_logs() {
  local host
  [[ -s $state/log ]] && tail -n 20 -- "$state/log"
  for host in "${lab_hosts[@]}"; do
    read_process "$state/hosts/$host" || continue
    printf -- '--- %s: consul\n' "$host"
    in_host "$host" tail -n 5 /var/log/consul.log
    [[ $host == client ]] && continue
    printf -- '--- %s: glusterd\n' "$host"
    in_host "$host" tail -n 5 /var/log/glusterfs/glusterd.log
  done
}

lab_down() {
  if ! [[ -e $state ]]; then
    say "$name is not up"
    return 0
  fi
  take_state_directory
  remove_remains
  remove_state_directory
  say "$name is down"
}

# The holder is pid 1 of the lab's PID namespace: when it ends, the kernel ends every
# process in it, and the namespaces with their mounts and interfaces disappear.
remove_remains() {
  local holder
  if lab_is_alive; then
    holder=$REPLY
    kill -KILL "$holder" 2>/dev/null || true
    until_true 20 holder_has_ended || fail "process $holder of $name did not exit"
  fi
  rm -rf -- "${state:?}"/{holder,ready,log,checks-off,installed,hosts,faults,added}
  mkdir -- "$state/hosts" "$state/faults" "$state/added"
}

holder_has_ended() {
  ! lab_is_alive
}

remove_state_directory() {
  rm -rf -- "${state:?}"
  rmdir -- "$lab_root" 2>/dev/null || true
}
