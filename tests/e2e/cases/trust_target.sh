# shellcheck shell=bash disable=SC2154,SC2016 # names from lib.sh; words for the shell on the client
# What an ordinary user, a container or another process can do to a mount that is under way:
# exchange the target, offer programs of its own, have others killed, start many.

unprivileged=(setpriv --reuid nobody --regid nogroup --clear-groups)
way=/mnt/home/way # of an ordinary user, as /mnt/home is
secret=/mnt/secret

# An ordinary user has a directory for the volume, and root another of the same name.
user_owns_the_way() {
  later on client rm -rf --one-file-system /mnt/home "$secret"
  on client mkdir -p "$way/data" "$secret/data"
  on client chown -R nobody /mnt/home
}

user_swaps_the_way() {
  printf 'client$ mv way away; ln -s %s way\n' "$secret"
  on client "${unprivileged[@]}" sh -c 'mv "$1" /mnt/home/away && ln -s "$2" "$1"' sh "$way" "$secret"
}

# begins NAME COMMAND...: on the client; ends NAME waits for it and sets status and err.
begins() {
  printf 'client# %s &\n' "$(quoted "${@:2}")"
  later on client rm -f "/run/lab/begun.$1".{err,status}
  on client setsid -f sh -c 'at=/run/lab/begun.$1; shift; "$@" </dev/null >/dev/null 2>"$at.err"; echo $? >"$at.status"' \
    sh "$@"
}

ends() {
  wait_for "${2-60}" on client test -s "/run/lab/begun.$1.status" || fail "$1 does not end"
  status=$(on client cat "/run/lab/begun.$1.status")
  err=$(on client cat "/run/lab/begun.$1.err")
  printf '%s\n' "$err" | sed 's/^/  stderr: /'
  printf '  (exit status %d)\n' "$status"
}

# client_waits_for_a_moment ARGUMENTS: /mnt/client runs the client with them in addition,
# once /mnt/go is there, and makes /mnt/started before.
client_waits_for_a_moment() {
  later on client rm -f /mnt/client /mnt/started /mnt/go
  on client sh -c 'cat >/mnt/client && chmod 755 /mnt/client' <<END
#!/bin/bash
[[ \$1 == --version ]] && exec /usr/sbin/glusterfs --version
touch /mnt/started
while [[ ! -e /mnt/go ]]; do sleep 0.05; done
exec /usr/sbin/glusterfs $1 "\$@"
END
}

expect_no_gluster_mount() {
  expect_equal 'the gluster mounts' '' "$(on client sh -c 'findmnt -rn -t fuse.glusterfs -o TARGET || true')"
}

## The target

test_a_target_that_a_user_swaps_while_consul_is_away_is_not_mounted_elsewhere() {
  agent_dies
  user_owns_the_way
  begins swapped mount -t glusterconsul "$g0" "$way/data" -o consul-cache=off
  wait_for 20 on client grep -q 'retrying' /run/lab/begun.swapped.err || fail 'it does not wait'
  user_swaps_the_way
  start_agent
  ends swapped
  expect_no_gluster_mount
  expect_status 32
  expect_error "user 65534 can rename $way" "target $way/data: no longer the directory that was checked"
}

test_a_swap_after_the_last_look_leaves_no_mount() {
  user_owns_the_way
  client_waits_for_a_moment ''
  remember_traces
  begins swapped mount -t glusterconsul "$g0" "$way/data" -o consul-glusterfs=/mnt/client
  wait_for 20 on client test -e /mnt/started || fail 'the client is not started'
  user_swaps_the_way
  on client touch /mnt/go
  ends swapped
  expect_no_gluster_mount
  expect_status 32
  expect_error "target $way/data: no longer the directory that was checked"
  expect_no_trace 5
}

test_a_swap_while_the_mount_fails_leaves_no_mount() {
  user_owns_the_way
  odd_consul silent # as a server that accepts and does not answer
  client_waits_for_a_moment '--volfile-server=127.0.0.1 --volfile-server-port=8599'
  remember_traces
  begins swapped mount -t glusterconsul "$g0" "$way/data" -o consul-glusterfs=/mnt/client
  wait_for 20 on client test -e /mnt/started || fail 'the client is not started'
  user_swaps_the_way
  on client touch /mnt/go
  wait_for 20 on client findmnt -t fuse.glusterfs --mountpoint "$secret/data" >/dev/null || fail 'it does not mount at all'
  ends swapped 90
  expect_no_gluster_mount
  expect_status 32
  expect_no_trace 5
}

test_a_swap_back_and_forth_leaves_no_mount_or_the_right_one() {
  user_owns_the_way
  later on client pkill -KILL -u nobody python3
  on client ln -s "$secret" /mnt/home/other
  on client "${unprivileged[@]}" setsid -f python3 -c '
import ctypes
libc = ctypes.CDLL(None)
while True:
    libc.renameat2(-100, b"/mnt/home/way", -100, b"/mnt/home/other", 2)  # RENAME_EXCHANGE
' </dev/null >/dev/null 2>&1
  local i right=0
  for ((i = 0; i < 20; i++)); do
    run_on_client mount -t glusterconsul "$g0" "$way/data"
    # As the path was in the moment in which it was looked at, and never half-way.
    if ((status == 0)); then
      right=$((right + 1))
      run_on_client findmnt -rn -t fuse.glusterfs -o TARGET
      # The directory of the way has one of two names in each moment.
      [[ $out == @("$secret/data"|/mnt/home/other/data) ]] ||
        expect_equal 'where it is mounted' "$way/data" "$out"
      wait_for 5 on client sh -c '
        findmnt -rn -t fuse.glusterfs -o TARGET | xargs -r umount -l 2>/dev/null
        [ -z "$(findmnt -rn -t fuse.glusterfs)" ]' || fail 'the test cannot unmount it'
    fi
    wait_for 5 on client sh -c '[ -z "$(findmnt -rn -t fuse.glusterfs)" ]' ||
      fail "a mount is left: $(on client findmnt -rn -t fuse.glusterfs)"
  done
  note "of 20 mounts of a path that was exchanged all the time, $right were made"
}

## Another mount namespace

# other_namespace UNSHARE_OPTIONS...: sets REPLY to the pid of a process in it.
other_namespace() {
  later on client sh -c 'pkill -KILL -f "^sleep 7777\$" || true'
  on client setsid -f unshare "$@" sleep 7777 </dev/null >/dev/null 2>&1
  wait_for 10 on client pgrep -f '^sleep 7777$' >/dev/null || fail 'there is no namespace'
  REPLY=$(on client pgrep -f '^sleep 7777$')
}

test_another_namespace_with_the_same_root_is_mounted_in() {
  local options
  make_target /mnt/inside
  for options in --mount '--mount --pid --fork --mount-proc'; do
    # shellcheck disable=SC2086 # several words
    other_namespace $options --propagation private
    client /sbin/mount.glusterconsul -N "$REPLY" "$g0" /mnt/inside
    expect_status 0
    expect_not_mounted /mnt/inside
    client nsenter --target "$REPLY" --mount cat /mnt/inside/present
    expect_equal 'the file' 'from the beginning' "$out"
    client /sbin/mount.glusterconsul -N "/proc/$REPLY/ns/mnt" "$g0" /mnt/inside
    expect_status 0
    # A failure leaves nothing there.
    make_target /mnt/none
    client /sbin/mount.glusterconsul -N "$REPLY" "${g0%g0}nosuchvolume" /mnt/none
    expect_status 32
    expect_equal 'the mounts inside' 1 "$(on client grep -c fuse.glusterfs "/proc/$REPLY/mounts")"
    client nsenter --target "$REPLY" --mount --pid umount /mnt/inside
    expect_status 0
    on client pkill -KILL -f '^sleep 7777$'
    expect_no_trace 10
  done
}

# As a container: a root of its own, where glusterfs is a program of its own.
make_jail() {
  later on client umount -l /mnt/jail
  on client bash -c '
    set -e
    mkdir -p /mnt/jail && mount -t tmpfs jail /mnt/jail && mount --make-private /mnt/jail
    cd /mnt/jail
    mkdir usr etc var run tmp proc dev mnt mnt/inside old
    mount --bind /usr usr && mount --rbind /dev dev
    cp -a /etc/passwd /etc/group /etc/hosts /etc/nsswitch.conf etc
    for name in bin sbin lib lib64; do [[ ! -L /$name ]] || cp -a /$name .; done
    printf "#!/bin/sh\necho \"as \$(id -u)\" >/mnt/pwned\nexit 1\n" >mnt/glusterfs
    chmod 755 mnt/glusterfs
    mount --bind mnt/glusterfs usr/sbin/glusterfs'
}

test_a_namespace_with_another_root_is_refused() {
  make_jail
  other_namespace --mount --propagation private sh -c \
    'cd /mnt/jail && pivot_root . old && mount -t proc proc /proc && umount -l /old && exec "$@"' sh
  expect_equal 'its root' 'a container' "$(on client nsenter --target "$REPLY" --mount sh -c '[ -d /mnt/inside ] && [ ! -e /mnt/jail ] && echo a container')"
  local which
  for which in "$REPLY" "/proc/$REPLY/ns/mnt"; do
    client /sbin/mount.glusterconsul -N "$which" "$g0" /mnt/inside
    expect_equal 'what its program did' '' "$(on client nsenter --target "$REPLY" --mount sh -c 'cat /mnt/pwned 2>/dev/null || true')"
    expect_status 1
    expect_error "-N" 'another root directory' "nsenter --target $REPLY --mount --root"
  done
  # The namespace alone, by a file that is bound to it, has no process.
  later on client sh -c 'umount /run/lab/namespace; rm -f /run/lab/namespace'
  on client touch /run/lab/namespace
  on client sh -c 'mount --bind "/proc/$1/ns/mnt" /run/lab/namespace' sh "$REPLY" || return 0 # not everywhere
  client /sbin/mount.glusterconsul -N /run/lab/namespace "$g0" /mnt/inside
  expect_status 1
  expect_error 'another root directory' 'nsenter --mount=/run/lab/namespace'
}

test_a_process_that_has_changed_its_root_is_refused() {
  make_jail
  other_namespace --mount --propagation private chroot /mnt/jail
  client /sbin/mount.glusterconsul -N "$REPLY" "$g0" /mnt/inside
  expect_status 1
  expect_error 'another root directory'
}

test_another_user_namespace_is_refused() {
  make_target /mnt/inside
  other_namespace --user --map-root-user --mount
  client /sbin/mount.glusterconsul -N "$REPLY" "$g0" /mnt/inside
  expect_status 1
  expect_error 'another user namespace'
}

## Other processes

test_only_what_descends_from_our_client_is_killed() {
  make_target /mnt/g0
  odd_consul silent
  client_waits_for_a_moment '--volfile-server=127.0.0.1 --volfile-server-port=8599'
  on client touch /mnt/go
  later on client sh -c 'pkill -KILL -f "sleep 7[6]76" || true'
  # The helper takes the place of a shell that has a process in the background, whose
  # own child is an orphan while the client of a first attempt is running.
  client bash -c '(sleep 7676 & sleep 2) & (sleep 6; kill -TERM $$) & exec /sbin/mount.glusterconsul "$1" /mnt/g0 \
    -o consul-glusterfs=/mnt/client' bash "$g0"
  ((status != 0)) || fail 'it mounted'
  on client pgrep -f 'sleep 7[6]76' >/dev/null || fail 'a process of somebody else was killed'
  expect_not_mounted /mnt/g0
  wait_for 5 on client sh -c '! pgrep -x glusterfs >/dev/null' || fail 'the client is left'
}

test_no_pid_file_is_believed() {
  make_target /mnt/none
  later on client sh -c 'rm -f /mnt/pid; pkill -KILL -f "sleep 7[5]75" || true'
  on client setsid -f sleep 7575 </dev/null >/dev/null 2>&1
  wait_for 5 on client pgrep -f 'sleep 7[5]75' >/dev/null
  on client sh -c 'pgrep -f "sleep 7[5]75" >/mnt/pid'
  client mount -t glusterconsul "${g0%g0}nosuchvolume" /mnt/none -o pid-file=/mnt/pid
  expect_status 1
  expect_error pid-file
  on client pgrep -f 'sleep 7[5]75' >/dev/null || fail 'what the pid file names was killed'
}

## Many at once

# many COUNT OPTIONS: so many helpers, each on a target of its own, at the same moment. Sets
# out to "COUNT STATUS" lines; files of /mnt/many have the rest.
many() {
  later on client sh -c 'rm -rf /mnt/many; rmdir /mnt/m.*'
  on client sh -c 'mkdir -p /mnt/many; for i in $(seq "$1"); do mkdir -p "/mnt/m.$i"; done' sh "$1"
  begins many bash -c '
    for i in $(seq "$1"); do
      (/sbin/mount.glusterconsul "$2" "/mnt/m.$i" -o "$3" 2>"/mnt/many/$i.err"; echo $? >"/mnt/many/$i") &
    done
    wait' bash "$1" "$g0" "$2"
}

# Counts the connections to Consul that are begun on the client.
count_connections() {
  later on client iptables -D OUTPUT -o lo -p tcp --syn -m multiport --dports 8500,8600
  on client iptables -I OUTPUT -o lo -p tcp --syn -m multiport --dports 8500,8600
}

connections() {
  on client iptables -L OUTPUT -v -x -n | awk '/dports 8500,8600/ { print $1 }'
}

# limit: 180 s
test_200_helpers_without_an_agent_share_one_failure() {
  agent_dies
  remember_traces
  count_connections
  local started=$SECONDS most=0 now
  many 200 consul-retry=5s,consul-cache=off
  while ! on client test -s /run/lab/begun.many.status; do
    now=$(on client pgrep -c -x mount.glusterco) || now=0
    ((now <= most)) || most=$now
    ((SECONDS < started + 100)) || fail 'they do not end'
    sleep 0.5
  done
  local seen
  seen=$(connections)
  note "200 helpers, no agent, consul-retry=5s: $((SECONDS - started)) s, at most $most at once, $seen connections"
  expect_equal 'the exit statuses' '200 32' "$(on client sh -c 'cd /mnt/many; ls | grep -v err | xargs cat | sort | uniq -c | sed "s/^ *//"')"
  # Each asks HTTP and DNS once, and once more at its end; one asks all the time.
  ((seen <= 1000)) || fail "$seen connections"
  on client rm -rf /mnt/many
  expect_no_trace 10
}

# limit: 180 s
test_30_mounts_that_begin_before_the_agent_all_mount() {
  agent_dies
  remember_traces
  count_connections
  local started=$SECONDS
  many 30 consul-cache=off
  start_agent 10
  ends many 120
  note "30 mounts, the agent starts after 10 s: all ended after $((SECONDS - started)) s, $(connections) connections"
  expect_equal 'the exit statuses' '30 0' "$(on client sh -c 'cd /mnt/many; ls | grep -v err | xargs cat | sort | uniq -c | sed "s/^ *//"')"
  on client sh -c 'umount /mnt/m.*; rm -rf /mnt/many; [ ! -e /run/glusterconsul ]' || fail 'a lock is left'
}

test_names_that_no_volume_has_end_at_once_and_ask_once() {
  count_connections
  make_target /mnt/none
  local i
  for i in 1 2 3; do
    client mount -t glusterconsul "${g0%g0}invented$i" /mnt/none
    expect_status 32
    expect_took_at_most 3000
  done
  ((i = $(connections)))
  note "3 invented volume names: $i connections to Consul"
  ((i <= 6)) || fail "$i connections"
}
