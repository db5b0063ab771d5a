# shellcheck shell=bash disable=SC2034,SC2154 # names that lab and the other parts share
# Names, addresses, messages and waiting; sourced by tests/lab/lab.

lab_servers=(gl1 gl2 gl3 gl4)
lab_pool=(gl1 gl2 gl3) # one pool, volume g0, and the Consul servers
lab_hosts=("${lab_servers[@]}" client)
declare -A lab_address=(
  [gl1]=10.77.0.11 [gl2]=10.77.0.12 [gl3]=10.77.0.13 [gl4]=10.77.0.14
  [client]=10.77.0.20)

# Hosts that add-host has added: server, server6 or client (see hosts.sh).
declare -A lab_kind=()

# The IPv6 address that corresponds to an IPv4 address of the lab.
ipv6_of() {
  REPLY=fd77::${1##*.}
}

# All hosts, including those that have been added to this lab.
read_added_hosts() {
  local file host kind number
  for file in "$state"/added/*; do
    { read -r kind number <"$file"; } 2>/dev/null || continue
    host=${file##*/}
    lab_kind[$host]=$kind
    lab_address[$host]=10.77.0.$number
    lab_hosts+=("$host")
    [[ $kind == client ]] || lab_servers+=("$host")
  done
}

# The contents of /etc/hosts on every host. A host whose gluster uses IPv6 only is
# listed with its IPv6 address only.
hosts_file() {
  local host
  printf '127.0.0.1 localhost\n::1 ip6-localhost\n'
  for host in "${lab_hosts[@]}"; do
    REPLY=${lab_address[$host]}
    [[ ${lab_kind[$host]-} != server6 ]] || ipv6_of "$REPLY"
    printf '%s %s\n' "$REPLY" "$host"
  done
}

lab_root=/run/glusterconsul-lab
lab_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

say() {
  printf 'lab: %s\n' "$*"
}

fail() {
  printf 'lab: %s\n' "$*" >&2
  exit 1
}

usage_error() {
  printf 'lab: %s (see tests/lab/lab --help)\n' "$*" >&2
  exit 2
}

# If this machine lacks something, the test run is skipped (77); in continuous
# integration it fails, so that this is noticed.
cannot() {
  printf 'lab: cannot run here: %s\n' "$*" >&2
  [[ ${CI-} == true ]] && exit 1
  exit 77
}

is_one_of() {
  local word=$1 candidate
  shift
  for candidate in "$@"; do
    [[ $word == "$candidate" ]] && return 0
  done
  return 1
}

# until_true SECONDS COMMAND...: runs it ten times a second until it succeeds or the
# time is up.
until_true() {
  local end=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))
  shift
  until "$@"; do
    ((${EPOCHREALTIME/[.,]/} < end)) || return 1
    sleep 0.1
  done
}

# Identifies the process behind a pid: its start time, in clock ticks since boot. A
# reused pid has another one.
start_time_of() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
  read -ra stat <<<"${stat##*) }" # the name before it may contain spaces
  [[ ${stat[0]} != [ZX] ]] || return 1
  REPLY=${stat[19]}
}

# read_process FILE: sets REPLY to the pid in FILE if that process is alive and still
# the same.
read_process() {
  local pid started
  { read -r pid started <"$1"; } 2>/dev/null || return 1
  start_time_of "$pid" && [[ $REPLY == "$started" ]] || return 1
  REPLY=$pid
}

lab_is_alive() {
  read_process "$state/holder"
}

lab_is_up() {
  [[ -e $state/ready ]] && lab_is_alive
}

require_up() {
  lab_is_up || fail "$name is not up (tests/lab/lab up)"
}

# Sets host_entry to the command that enters all namespaces of the host, in this
# process's working directory if the host has it too.
find_host_entry() {
  read_process "$state/hosts/$1" || fail "host $1 of lab $name is not running"
  # shellcheck disable=SC2016 # expanded by the shell inside
  host_entry=(nsenter --target "$REPLY" --mount --uts --ipc --net --pid --
    /bin/sh -c 'cd -- "$1" 2>/dev/null || cd /; shift; exec "$@"' sh "$PWD")
}

# in_host HOST COMMAND...
in_host() {
  local host_entry
  find_host_entry "$1"
  PATH=$lab_path "${host_entry[@]}" "${@:2}"
}

# The same, replacing this process.
exec_in_host() {
  find_host_entry "$1"
  export PATH=$lab_path
  exec "${host_entry[@]}" "${@:2}"
}

# Runs a command in the namespace of the bridge: for the links between the hosts.
in_switch() {
  lab_is_alive || fail "$name is not running"
  nsenter --target "$REPLY" --net --pid -- "$@"
}
