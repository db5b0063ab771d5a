# shellcheck shell=bash disable=SC2154 # names from lib.sh
# Under autofs: the real automount daemon with maps of ours.

maps=/etc/autofs.e2e
daemon_log=/var/log/automount.log
level=--verbose # of what automount logs
syslog=/run/lab/syslog # on the client, where `traces` does not look

# map NAME LINES...
map() {
  # shellcheck disable=SC2016 # expanded by the shell on the client
  local write='mkdir -p "${1%/*}" && cat >"$1"'
  printf 'client# cat >%s\n' "$maps/$1"
  printf '  %s\n' "${@:2}"
  printf '%s\n' "${@:2}" | on client sh -c "$write" sh "$maps/$1"
}

# automount_runs POINT...: with the master map, and watches over these.
automount_runs() {
  local point
  later on client rm -rf "$maps" "$daemon_log" /run/autofs.cmd.fifo
  later automount_ends
  # In a group of its own that this host knows: see `exec` in the lab's manual.
  # shellcheck disable=SC2016 # expanded by the shell on the client
  on client setsid -f sh -c 'cd /; exec automount --foreground $3 \
    --pid-file /run/automount.pid "$1" </dev/null >"$2" 2>&1' sh "$maps/master" "$daemon_log" "$level"
  for point in "$@"; do
    wait_for 10 on client findmnt -t autofs "$point" >/dev/null || fail "automount does not watch over $point"
  done
}

# used NAME: the file `present` below it reads, which mounts it.
used() {
  client timeout 60 cat "$1/present"
  expect_status 0
  expect_equal 'the file' 'from the beginning' "$out"
}

expires() {
  wait_for 20 on client sh -c '! pgrep -x glusterfs >/dev/null' || fail 'what is not used is to be taken down'
  [[ -z $(on client findmnt -rn -t fuse.glusterfs) ]] || fail 'the mount is to be gone'
}

# By its pid, as init scripts do it; nothing of it is left.
automount_is_ended() {
  printf 'client# kill the pid in /run/automount.pid\n'
  automount_ends || fail 'automount does not end'
  # autofs 5.1.9 itself sometimes leaves the last.
  on client rm -rf "$maps" "$daemon_log" /run/autofs.cmd.fifo
  expect_no_trace 10
}

test_an_indirect_map_mounts_what_is_named() {
  map master "/mnt/auto $maps/gluster"
  map gluster "quiet -fstype=glusterconsul,ro,noatime,nosuid $g0" \
    '* -fstype=glusterconsul,log-level=WARNING gluster.service.consul:/&'
  automount_runs /mnt/auto
  used /mnt/auto/g0
  expect_mounted /mnt/auto/g0 "$g0"
  expect_writable /mnt/auto/g0
  client pgrep -a -x glusterfs
  expect_output --log-level=WARNING
  used /mnt/auto/quiet
  expect_mounted /mnt/auto/quiet "$g0"
  shows_options /mnt/auto/quiet ro,nosuid,noatime ro
  automount_is_ended
}

test_a_direct_map_mounts_directories_of_a_volume() {
  map master "/- $maps/direct"
  map direct "/mnt/direct/deep -fstype=glusterconsul,nodiratime $g0/sub" \
    "/mnt/whole -fstype=glusterconsul $g0"
  automount_runs /mnt/direct/deep /mnt/whole
  client ls -A /mnt/direct/deep
  expect_output deeper
  expect_mounted /mnt/direct/deep "$g0/sub"
  shows_options /mnt/direct/deep rw,nodiratime,relatime rw
  used /mnt/whole
  expect_mounted /mnt/whole "$g0"
  automount_is_ended
}

test_what_has_expired_is_mounted_again() {
  map master "/mnt/auto $maps/gluster --timeout=1"
  map gluster '* -fstype=glusterconsul gluster.service.consul:/&'
  automount_runs /mnt/auto
  used /mnt/auto/g0
  expires
  used /mnt/auto/g0
  expires
  used /mnt/auto/g0
  automount_is_ended
}

# The primary of the first mount dies; Consul does not know, and the next mount has
# another.
test_a_server_that_dies_between_two_automounts_is_not_missed() {
  local host primary
  map master "/mnt/auto $maps/gluster --timeout=5"
  map gluster '* -fstype=glusterconsul gluster.service.consul:/&'
  automount_runs /mnt/auto
  used /mnt/auto/g0
  client pgrep -a -x glusterfs
  primary=$(grep -o -m 1 -e '--volfile-server=[0-9.]*' <<<"$out" | head -n 1)
  expires
  consul_looks_away
  for host in "${pool[@]}"; do
    [[ --volfile-server=${address[$host]} != "$primary" ]] || break_host "$host" kill
  done
  used /mnt/auto/g0
  expect_took_at_most 20000
  client pgrep -a -x glusterfs
  expect_output --volfile-server=
  [[ $(grep -o -m 1 -e '--volfile-server=[0-9.]*' <<<"$out" | head -n 1) != "$primary" ]] ||
    fail "the dead $primary is to be the primary no more"
  automount_is_ended
}

# The client gets a /dev of its own, without the machine's /dev/log.
without_syslog() {
  later on client sh -c "umount -l /dev && rm -rf $syslog"
  # shellcheck disable=SC2016 # expanded by the shell on the client
  on client sh -c 'mkdir -p "$1/dev" "$1/work" && rm -f "$1/dev/log" &&
    mount -t overlay -o "lowerdir=/dev,upperdir=$1/dev,workdir=$1/work" syslog /dev && rm -f /dev/log' \
    sh "$syslog"
}

# Listens at /dev/log on the client; each message is a line of $syslog/messages.
syslog_listens() {
  without_syslog
  # shellcheck disable=SC2016 # expanded by the shell on the client
  later on client sh -c 'kill "$(cat "$1/pid")"' sh "$syslog"
  # shellcheck disable=SC2016
  on client setsid -f sh -c 'echo $$ >"$1/pid" && exec python3 -c "
import socket
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind(\"/dev/log\")
while True: print(log.recv(65536).decode(), flush=True)" </dev/null >>"$1/messages"' sh "$syslog"
  wait_for 10 on client test -S /dev/log || fail 'nothing listens at /dev/log'
  remember_traces
}

# An administrator finds the cause without having asked for more than autofs logs by
# default, which is nothing; and finds it once with --verbose too.
test_syslog_has_the_cause_of_a_failed_automount() {
  local level
  syslog_listens
  for level in '' --verbose; do
    map master "/mnt/auto $maps/gluster"
    map gluster '* -fstype=glusterconsul gluster.service.consul:/&'
    automount_runs /mnt/auto
    client ls /mnt/auto/gO
    ((status != 0)) || fail 'it is to fail'
    client cat "$daemon_log"
    [[ $out != *mount.glusterconsul:* ]] || fail 'it is to be reported once'
    used /mnt/auto/g0
    automount_is_ended
    client cat "$syslog/messages"
    expect_equal 'the number of messages' 1 "$(wc -l <<<"$out")"
    expect_output ' mount.glusterconsul[' ']: /mnt/auto/gO: ' "'gO'" "${address[gl1]}"
    [[ $out == '<27>'* ]] || fail 'it is to be an error of the facility daemon'
    on client sh -c ": >$syslog/messages"
  done
}

# What shows, in the log of this version of automount, what a helper writes.
level_that_shows_helpers() {
  local version
  version=$(on client automount --version 2>&1 | sed -n 's/^Linux automount version //p')
  if is_at_least 5.1.9 "$version"; then printf '%s\n' --debug; else printf '%s\n' --verbose; fi
}

test_the_log_of_automount_has_the_cause_if_there_is_no_syslog() {
  local level
  level=$(level_that_shows_helpers)
  without_syslog
  remember_traces
  map master "/mnt/auto $maps/gluster"
  map gluster '* -fstype=glusterconsul gluster.service.consul:/&'
  automount_runs /mnt/auto
  client ls /mnt/auto/gO
  ((status != 0)) || fail 'it is to fail'
  client cat "$daemon_log"
  expect_output 'mount.glusterconsul: ' "'gO'" "${address[gl1]}"
  used /mnt/auto/g0
  automount_is_ended
}

test_the_maps_of_the_examples_work() {
  local file lines
  for file in gluster.autofs auto.gluster auto.gluster.direct; do
    mapfile -t lines < <(sed -e "s,/etc/auto,$maps/auto," -e 's,^/gluster ,/mnt/gluster ,' \
      -e 's,^/srv/projects ,/mnt/projects ,' -e 's,:/g0/projects,:/g0/sub,' "$repo/examples/autofs/$file")
    map "${file/gluster.autofs/master}" "${lines[@]}"
  done
  automount_runs /mnt/gluster /mnt/projects
  used /mnt/gluster/g0
  expect_mounted /mnt/gluster/g0 "$g0"
  client ls -A /mnt/projects
  expect_output deeper
  expect_mounted /mnt/projects "$g0/sub"
  automount_is_ended
}
