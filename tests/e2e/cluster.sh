# shellcheck shell=bash disable=SC2034,SC2154 # names shared with those who source this
# The lab that tests and benchmarks run in: started, with our programs in it,
# and made clean again. Whoever sources this has set `repo`, and exports LAB,
# the lab's name.

lab=$repo/tests/lab/lab
pool=(gl1 gl2 gl3) # their volume is g0; gl4 is alone, with the volume `other`
declare -A address=([gl1]=10.77.0.11 [gl2]=10.77.0.12 [gl3]=10.77.0.13 [gl4]=10.77.0.14)

lab() {
  "$lab" "$@"
}

on() {
  lab exec "$@"
}

# require_stage STAGE: whether our programs are there: in a folder, installed; in
# a package; or where STAGE is /, installed on this machine.
require_stage() {
  if [[ $1 == *.deb ]]; then
    [[ ! -f $1 ]] || return 0
    printf '%s: no package %s\n' "${0##*/}" "$1"
    return 1
  fi
  [[ -x ${1%/}/sbin/mount.glusterconsul ]] && return 0
  printf '%s: no %s/sbin/mount.glusterconsul. This makes it:\n\n' "${0##*/}" "${1%/}"
  printf '  cmake --preset release && cmake --build --preset release &&\n'
  # shellcheck disable=SC2016 # to be typed as it is
  printf '  DESTDIR="$PWD/build/stage" cmake --install build/release\n'
  return 1
} >&2

# start_cluster STAGE: as the lab's exit status, 77 where this machine cannot.
# The hosts see what is installed on this machine.
start_cluster() {
  lab up || return
  [[ $1 == / ]] || lab install "$1" || return
  on client bash -s <<'END' || return
set -eu
mkdir -p /mnt/by-hand
mount -t glusterfs gl1:/g0 /mnt/by-hand
mkdir -p '/mnt/by-hand/sub/deeper' '/mnt/by-hand/two words/and more'
echo 'from the beginning' >/mnt/by-hand/present
umount /mnt/by-hand
rmdir /mnt/by-hand
END
}

# No mount of gluster's, no process of gluster's or ours, nothing in /tmp and
# below /mnt, on the client. /tmp is emptied only if it is in the host's own file
# system, and nothing is deleted across a mount: the working copy may be there.
clean_client() {
  on client bash -s <<'END'
pkill -KILL '^mount' # mount(8) and our helper
pkill -KILL glusterconsul
findmnt -rn -t fuse.glusterfs -o TARGET | tac | while read -r target; do
  umount -l "$(printf %b "$target")"
done
pkill -KILL -x glusterfs
if [[ $(stat -c %d /tmp) == "$(stat -c %d /run/lab)" ]]; then
  find /tmp -xdev -mindepth 1 \( ! -type d -o -empty \) -delete
else
  echo "/tmp is not the test host's own" >&2
  exit 1
fi
rm -rf /etc/glusterconsul.conf /etc/glusterconsul.conf.d/* /var/cache/glusterconsul
rmdir /mnt/* 2>/dev/null
[[ -z $(findmnt -rn -t fuse.glusterfs) ]]
END
}

# Ends the client's automount, if one runs, by its pid. It takes down its mounts
# first, and is asked again where one was in use.
automount_ends() {
  on client bash -s <<'END'
pid=$(</run/automount.pid) 2>/dev/null || exit 0
for ((i = 0; i < 100; i++)); do
  kill -0 "$pid" 2>/dev/null || exit 0
  ((i % 20)) || kill -TERM "$pid"
  sleep 0.1
done
kill -KILL "$pid"
findmnt -rn -t autofs -o TARGET | tac | xargs -r -n 1 umount -l
rm -f /run/automount.pid
exit 1
END
}

# What was written while a brick could not be reached is copied to it. Until then
# that brick does not count, and with another one gone gluster refuses to write.
heal_files() {
  wait_for 30 begin_to_heal && wait_for 60 no_file_waits && return 0
  printf 'files of g0 are not healed\n' >&2
  return 1
}

# A server that has just started has no self-heal daemon yet.
begin_to_heal() {
  on gl1 timeout 20 gluster --mode=script volume heal g0 >/dev/null 2>&1
}

no_file_waits() {
  local listed
  listed=$(on gl1 timeout 20 gluster --mode=script volume heal g0 info) || return 1
  [[ $(grep -c '^Number of entries: 0$' <<<"$listed") == 3 ]]
}

# consul_shows CONDITION: whether the instances of the service `gluster` that
# the client's agent tells of are as jq's CONDITION says.
consul_shows() {
  local reply
  reply=$(on client curl -sf -m 5 http://127.0.0.1:8500/v1/health/service/gluster) || return 1
  jq -e "$1" <<<"$reply" >/dev/null
}

# wait_for SECONDS COMMAND...
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.1
  done
}

# After SECONDS, if given.
start_agent() {
  on client setsid -f sh -c "sleep ${1-0}; cd /
    exec consul agent -config-dir=/etc/consul.d </dev/null >>/var/log/consul.log 2>&1"
}

# Whatever was done to it: ended, stopped, or nothing.
revive_agent() {
  on client pkill -CONT -x consul || start_agent 0
  wait_for_agent
}

wait_for_agent() {
  wait_for 30 consul_shows_three
}

consul_shows_three() {
  consul_shows '[.[] | select(all(.Checks[]; .Status == "passing"))] | length == 3'
}
