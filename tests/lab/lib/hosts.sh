# shellcheck shell=bash disable=SC2154 # names from lab and common.sh
# Hosts beyond those that every lab has; sourced by tests/lab/lab.
#
# Each added host is a file $state/added/NAME with its kind and the last number of its
# addresses.

lab_kinds=(server server6 client)

add_host() {
  local host=$1 kind=${2-server} started=$EPOCHREALTIME installed
  # Its link is an interface of that name, with a suffix if the link is slow.
  [[ $host =~ ^[a-z][a-z0-9]{0,9}$ ]] || usage_error "not a name for a host: '$host' (ten small letters and digits)"
  is_one_of "$kind" "${lab_kinds[@]}" || usage_error "no such kind of host: $kind (kinds: ${lab_kinds[*]})"
  claim_host "$host" "$kind"
  start_added_host "$host"
  step 60 "$host did not start" added_host_runs "$host"
  tell_hosts
  while read -r installed; do
    install_into "$host" "$installed"
  done < <(cat -- "$state/installed" 2>/dev/null)
  [[ $kind == client ]] || step 60 "glusterd on $host does not answer" glusterd_answers "$host"
  step 60 "the Consul agent of $host does not find the others" agent_joined "$host"
  say "$host is up, after $(seconds_since "$started") s"
}

# Several hosts can be added at once.
claim_host() {
  local lock number
  exec {lock}<"$state"
  flock -w 60 "$lock" || fail 'another command has been busy with this lab for a minute'
  forget_added_hosts
  is_one_of "$1" "${lab_hosts[@]}" && usage_error "there is a host $1 already"
  for ((number = 30; number < 255; number++)); do
    is_one_of "10.77.0.$number" "${lab_address[@]}" || break
  done
  printf '%s %d\n' "$2" "$number" >"$state/added/$1"
  exec {lock}<&-
  forget_added_hosts
}

# Reads the list of added hosts again.
forget_added_hosts() {
  local host
  for host in "${!lab_kind[@]}"; do
    unset "lab_kind[$host]" "lab_address[$host]"
  done
  lab_servers=(gl1 gl2 gl3 gl4)
  lab_hosts=("${lab_servers[@]}" client)
  read_added_hosts
}

# Starts a host in the same way as the holder started the others.
start_added_host() {
  local consul holder
  consul=$(tr '\0' '\n' <"/proc/$(holder_pid)/environ" | sed -n 's/^LAB_CONSUL=//p')
  holder=$(holder_pid)
  (
    cd /
    exec nsenter --target "$holder" --net --pid -- env -i PATH="$lab_path" HOME=/root LANG=C.UTF-8 \
      LAB_STATE="$state" LAB_REPO="$repo" LAB_CONSUL="$consul" LAB_HOLDER="$holder" LAB_HOST="$1" \
      setsid unshare --mount --net --uts --ipc -- \
      bash "$here/lib/inside.sh" host </dev/null >>"$state/log" 2>&1
  ) &
  disown
}

holder_pid() {
  lab_is_alive && printf '%s\n' "$REPLY"
}

added_host_runs() {
  read_process "$state/hosts/$1" && return 0
  [[ -s $state/hosts/$1.starting ]] || return 1
  mv -- "$state/hosts/$1.starting" "$state/hosts/$1"
}

# Updates the names on every running host. A host that is still starting is updated by its
# own add-host.
tell_hosts() {
  local lock host
  exec {lock}<"$state"
  flock -w 60 "$lock" || fail 'another command has been busy with this lab for a minute'
  forget_added_hosts
  for host in "${lab_hosts[@]}"; do
    read_process "$state/hosts/$host" || continue
    hosts_file | in_host "$host" tee /etc/hosts >/dev/null
  done
  exec {lock}<&-
}

agent_joined() {
  in_host "$1" curl -sf -m 5 http://127.0.0.1:8500/v1/status/leader 2>/dev/null | grep -q :8300
}

# When the first process of a host ends, the kernel ends all its processes. Its link
# and files disappear with them.
remove_host() {
  local host=$1
  if read_process "$state/hosts/$host"; then
    kill -KILL "$REPLY" 2>/dev/null || true
    until_true 20 host_has_ended "$host" || fail "$host does not end"
  fi
  # The kernel removes a network namespace with a delay.
  in_switch ip link del "$host" 2>/dev/null || true
  rm -f -- "$state/hosts/$host"{,.starting} "$state/faults/$host".* "$state/added/$host"
  tell_hosts
  # Otherwise Consul would list the host as failed for three days. The command is slow; it runs
  # on a host on which no test checks what a mount has left behind.
  in_host gl4 setsid -f timeout 20 consul force-leave -prune "$host" >/dev/null 2>&1 || true
}

host_has_ended() {
  ! read_process "$state/hosts/$1"
}
