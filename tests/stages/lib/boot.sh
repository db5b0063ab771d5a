# shellcheck shell=bash disable=SC2154 # names from the stage boot
# Systems that boot with systemd as their first process, in systemd-nspawn and in the
# network of a lab host. Sourced by the stage boot, which sets `systems` (where the system
# of each release is unpacked) and `boots`, both in a tmpfs in the stage's own mount
# namespace.
#
# A system is called CASE-RELEASE and has a directory of that name in $boots:
#
#   upper     its own files, before and after the boot
#   root      its root directory: these files on top of the system of the release
#   console   the output of systemd-nspawn and the system
#   nspawn    the pid of systemd-nspawn
#   leader    the pid of its systemd, in this machine's PID namespace

path_in_boot=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Options for every system. By default, systemd-nspawn asks this machine's systemd for a unit;
# it must not if this machine does not run systemd.
nspawn_options=(--quiet --register=no --settings=no --resolv-conf=off --timezone=off --link-journal=no
  --console=pipe --bind=/dev/fuse '--property=DeviceAllow=/dev/fuse rw')
[[ -d /run/systemd/system ]] || nspawn_options+=(--keep-unit)
if [[ -c /dev/autofs ]]; then
  nspawn_options+=(--bind=/dev/autofs '--property=DeviceAllow=/dev/autofs rw')
fi

# Whether systemd-nspawn can run a command in this system; if not, prints why.
nspawn_works() {
  timeout -k 5 60 systemd-nspawn "${nspawn_options[@]}" --directory="$1" --machine=glusterconsul-try \
    --as-pid2 true </dev/null
}

# prepare_boot SYSTEM: creates its root directory; files can be added before it boots.
prepare_boot() {
  local directory=$boots/$1 release=${1##*-}
  mkdir -p -- "$directory"/{upper,overlay,root}
  mount -t overlay -o "lowerdir=$systems/$release,upperdir=$directory/upper,workdir=$directory/overlay" \
    "$1" "$directory/root"
  mkdir -p -- "$directory/root/var/log/journal" # if this exists, the journal is kept after the boot
  printf '%s\n' "$1" >"$directory/root/etc/hostname"
# The order of servers depends on the machine id: with the same id, all use the same primary.
  printf 'glusterconsul boot' | md5sum | head -c 32 >"$directory/root/etc/machine-id"
  printf '\n' >>"$directory/root/etc/machine-id"
}

# start_boot SYSTEM HOST: starts the system, and does not wait for it.
start_boot() {
  local directory=$boots/$1 network
  network=$(lab network "$2")
  systemd-nspawn "${nspawn_options[@]}" --boot --directory="$directory/root" \
    --machine="$1" --network-namespace-path="$network" </dev/null >"$directory/console" 2>&1 &
  printf '%d\n' $! >"$directory/nspawn"
}

# The pid of its systemd: the child of systemd-nspawn that is in another PID namespace.
find_leader() {
  local directory=$boots/$1 nspawn child
  [[ ! -s $directory/leader ]] || return 0
  nspawn=$(<"$directory/nspawn")
  for child in $(pgrep -P "$nspawn" -x systemd); do
    [[ $(readlink "/proc/$child/ns/pid") != "$(readlink "/proc/$nspawn/ns/pid")" ]] || continue
    printf '%d\n' "$child" >"$directory/leader"
    return 0
  done
  return 1
}

# in_boot SYSTEM COMMAND...: at most two minutes, since it may wait for a mount.
in_boot() {
  find_leader "$1" || return
  timeout -k 5 120 nsenter --target "$(<"$boots/$1/leader")" --mount --uts --ipc --net --pid -- \
    env -i PATH="$path_in_boot" HOME=/root LANG=C.UTF-8 "${@:2}"
}

# shows SYSTEM UNIT PROPERTY: prints the value; with UNIT "", a property of systemd itself.
shows() {
  in_boot "$1" systemctl show --value --property="$3" ${2:+"$2"} 2>/dev/null
}

is_in_state() { # is_in_state SYSTEM UNIT STATE
  [[ $(shows "$1" "$2" ActiveState) == "$3" ]]
}

has_booted() {
  is_in_state "$1" multi-user.target active
}

is_idle() {
  [[ $(in_boot "$1" systemctl is-system-running 2>/dev/null) =~ ^(running|degraded)$ ]]
}

# seconds_between SYSTEM FROM TO: between two timestamps of systemd, such as
# "srv-g0.mount ActiveEnter".
seconds_between() {
  local from to
  # shellcheck disable=SC2086 # a unit and a property, or only a property
  from=$(time_of "$1" $2) && to=$(time_of "$1" $3) || return
  ((from > 0 && to >= from)) || return
  printf '%d.%d\n' $(((to - from) / 1000000)) $(((to - from) / 100000 % 10))
}

time_of() { # time_of SYSTEM [UNIT] PROPERTY
  if (($# == 2)); then shows "$1" '' "$2TimestampMonotonic"; else shows "$1" "$2" "$3TimestampMonotonic"; fi
}

# The time from the start of the first process until the default target of a server is reached.
boot_seconds() {
  seconds_between "$1" Userspace 'multi-user.target ActiveEnter'
}

# The time that the unit took to start, or to fail.
start_seconds() {
  if is_in_state "$1" "$2" active; then
    seconds_between "$1" "$2 InactiveExit" "$2 ActiveEnter"
  else
    seconds_between "$1" "$2 InactiveExit" "$2 InactiveEnter"
  fi
}

# The journal, while the system runs and after it has ended.
journal_of() { # journal_of SYSTEM OPTION...
  journalctl --directory="$boots/$1/upper/var/log/journal" --no-pager --quiet "${@:2}"
}

has_ended() {
  ! kill -0 "$(<"$boots/$1/nspawn")" 2>/dev/null
}

# shut_down SYSTEM: as an administrator does it; writes how long it took to the file
# `shutdown`.
shut_down() {
  local started=$EPOCHREALTIME microseconds
  # systemd may close the connection before it has replied.
  in_boot "$1" systemctl poweroff || true
  wait_for 120 has_ended "$1" || return
  microseconds=$((${EPOCHREALTIME/[.,]/} - ${started/[.,]/}))
  printf '%d.%d\n' $((microseconds / 1000000)) $((microseconds / 100000 % 10)) >"$boots/$1/shutdown"
}

# Ends what still runs: the first process of each system, with which the kernel ends all others, and
# then systemd-nspawn. The systems outlive a systemd-nspawn that is killed.
end_boots() {
  local file system pid
  for file in "$boots"/*/nspawn; do
    [[ -e $file ]] || continue
    system=$(basename -- "${file%/nspawn}")
    pid=$(<"$file")
    [[ $(cat "/proc/$pid/comm" 2>/dev/null) == systemd-nspawn ]] || continue
    # The file of the leader is written while systemd-nspawn runs, which reaps it.
    if find_leader "$system"; then kill -KILL "$(<"$boots/$system/leader")"; fi
    kill -KILL "$pid"
  done
  wait
} 2>/dev/null
