# shellcheck shell=bash disable=SC2154 # names from lib.sh
# The contract with mount(8): flags, options, what is mounted already, exit
# status.

# is_refused_with_both_named WANTED COMMAND...: g0 stays, the other is not mounted.
is_refused_with_both_named() {
  local before
  before=$(mount_point /mnt/g0)
  client "${@:2}"
  expect_status 32
  expect_error "$g0 is already mounted on /mnt/g0" "$1"
  expect_equal 'the mount' "$before" "$(mount_point /mnt/g0)"
}

# changes_nothing COMMAND...: it succeeds, and the one mount is the same as before.
changes_nothing() {
  local before
  before=$(mount_point /mnt/g0)
  client "$@"
  expect_status 0
  expect_equal 'the mount' "$before" "$(mount_point /mnt/g0)"
  expect_one_client
}

expect_one_client() {
  client pgrep -c -x glusterfs
  expect_equal 'the number of clients' 1 "$out"
}

test_mounting_twice_is_success_and_one_mount() {
  mounts "$g0" /mnt/g0
  changes_nothing mount -t glusterconsul "$g0" /mnt/g0
  changes_nothing mount -t glusterconsul gluster.service.consul:g0 /mnt/g0 -o ro
}

# Every call waits then until gluster gives the server up, 42 s if nobody said otherwise.
test_a_mount_that_has_just_lost_a_server_is_waited_for() {
  later on gl1 gluster --mode=script volume reset g0 network.ping-timeout
  on gl1 gluster --mode=script volume set g0 network.ping-timeout 9 >/dev/null
  mounts "$g0" /mnt/g0
  later lab heal gl2 # before the option can be put back
  break_host gl2 cut
  client mount -t glusterconsul "$g0" /mnt/g0
  expect_status 0
  ((took >= 6000)) || fail "it is to wait for about nine seconds, and took $took ms"
  expect_took_at_most 40000
  expect_one_client
}

test_another_source_on_the_target_is_refused_with_both_named() {
  mounts "$g0" /mnt/g0
  is_refused_with_both_named "$g0/sub" mount -t glusterconsul "$g0/sub" /mnt/g0
  is_refused_with_both_named gluster.service.consul:/other \
    mount -t glusterconsul gluster.service.consul:/other /mnt/g0
  unmounts /mnt/g0
  mounts "$g0/sub" /mnt/g0
  client mount -t glusterconsul "$g0" /mnt/g0
  expect_status 32
  expect_error "$g0/sub is already mounted on /mnt/g0" "so $g0 cannot"
}

# Another way to write the target is no way around what is mounted there. mount(8)
# resolves it before it calls the helper; others do not.
test_slashes_links_and_relative_targets_are_the_same_target() {
  local before
  mounts "$g0" /mnt/g0
  on client ln -s /mnt/g0 /tmp/link
  on client ln -s /mnt /tmp/parent
  changes_nothing mount -t glusterconsul "$g0" /tmp/parent/g0/
  is_refused_with_both_named "$g0/sub" mount -t glusterconsul "$g0/sub" /tmp/link/
  before=$(mount_point /mnt/g0)
  # shellcheck disable=SC2016 # expanded by the shell on the client
  client bash -c 'cd /mnt
    for target in /mnt/g0/ /mnt/g0//. /mnt/./g0 //mnt//g0 /mnt/g0/../g0 /tmp/link /tmp/link/ \
      /tmp/parent/g0 g0 ./g0/ ../mnt/g0 /proc/self/cwd/g0; do
      mount.glusterconsul "$1" "$target" || echo "wrong: $target is not taken for /mnt/g0"
      said=$(mount.glusterconsul "$1/sub" "$target" 2>&1)
      [[ $? == 32 && $said == *"$1 is already mounted on /mnt/g0"*"$1/sub"* ]] ||
        echo "wrong: $target is a way around /mnt/g0: $said"
    done' bash "$g0"
  expect_equal 'what is wrong' '' "$out"
  expect_equal 'the mount' "$before" "$(mount_point /mnt/g0)"
  expect_one_client
}

test_a_relative_target_and_a_link_are_mounted_where_they_lead() {
  make_target /mnt/g0
  on client ln -s /mnt/g0 /tmp/link
  for command in 'env -C /mnt mount.glusterconsul' 'env -C /mnt mount -t glusterconsul'; do
    # shellcheck disable=SC2086 # words
    client $command "$g0" g0
    expect_status 0
    expect_mounted /mnt/g0 "$g0"
    unmounts /mnt/g0
    # shellcheck disable=SC2086
    client $command "$g0" /tmp/link/
    expect_status 0
    expect_mounted /mnt/g0 "$g0"
    unmounts /mnt/g0
  done
}

test_mount_a_twice_changes_nothing_the_second_time() {
  local before
  make_target /mnt/g0
  write_fstab "$g0 /mnt/g0 glusterconsul defaults,_netdev,noatime,x-systemd.requires=consul.service 0 0" \
    "$g0/sub /mnt/sub glusterconsul _netdev,nofail,X-mount.mkdir 0 0" \
    "$g0/no/such /mnt/other glusterconsul noauto,_netdev 0 0"
  client mount -a
  expect_status 0
  expect_mounted /mnt/g0 "$g0"
  expect_mounted /mnt/sub "$g0/sub"
  before=$(on client sh -c 'cat /proc/self/mountinfo /run/mount/utab; pgrep -x glusterfs')
  client mount -a -v
  expect_status 0
  expect_output '/mnt/g0                  : already mounted'
  expect_equal 'mounts and clients' "$before" \
    "$(on client sh -c 'cat /proc/self/mountinfo /run/mount/utab; pgrep -x glusterfs')"
}

# How scripts of the boot mount what needs the network behind the rest.
test_netdev_keeps_it_out_of_what_is_mounted_before_the_network() {
  make_target /mnt/g0
  write_fstab "$g0 /mnt/g0 glusterconsul _netdev 0 0"
  client mount -a -O no_netdev
  expect_status 0
  expect_no_trace
  client mount -a -O _netdev
  expect_status 0
  expect_mounted /mnt/g0 "$g0"
}

test_one_of_both_is_enough_where_fstab_has_the_line() {
  local name
  make_target /mnt/g0
  write_fstab "$g0 /mnt/g0 glusterconsul _netdev,noatime 0 0"
  for name in /mnt/g0 /mnt/g0/ "$g0"; do
    client mount "$name"
    expect_status 0
    expect_mounted /mnt/g0 "$g0"
    shows_options /mnt/g0 rw,noatime rw
    unmounts /mnt/g0
  done
}

test_flags_of_mount_8_mount_as_without_them() {
  local flag
  make_target /mnt/g0
  for flag in -n -s -v -nsv; do
    client mount "$flag" -t glusterconsul "$g0" /mnt/g0
    expect_status 0
    expect_mounted /mnt/g0 "$g0"
    unmounts /mnt/g0
  done
  mounts "$g0" /mnt/g0 -t glusterconsul.sub
}

test_v_tells_the_steps() {
  make_target /mnt/g0
  client mount -v -t glusterconsul "$g0" /mnt/g0
  expect_status 0
  expect_error 'running ' --volfile-id=/g0
}

test_s_leaves_out_what_the_client_does_not_understand() {
  make_target /mnt/g0
  client mount -t glusterconsul "$g0" /mnt/g0 -o lru-limit=many
  expect_status 1
  client mount -s -t glusterconsul "$g0" /mnt/g0 -o lru-limit=many,noatime
  expect_status 0
  expect_error lru-limit
  expect_mounted /mnt/g0 "$g0"
  shows_options /mnt/g0 rw,noatime rw
}

test_capital_n_mounts_in_that_namespace_alone() {
  local pid
  make_target /mnt/g0
  # shellcheck disable=SC2016 # expanded by the shell on the client
  pid=$(on client sh -c 'unshare -m sleep 60 </dev/null >/dev/null 2>&1 & echo $!')
  later on client kill "$pid"
  wait_for 5 on client sh -c "[ \"\$(readlink /proc/$pid/ns/mnt)\" != \"\$(readlink /proc/self/ns/mnt)\" ]"
  client mount -N "$pid" -t glusterconsul "$g0" /mnt/g0
  expect_status 0
  expect_not_mounted /mnt/g0
  client nsenter -t "$pid" -m cat /mnt/g0/present
  expect_equal 'the file' 'from the beginning' "$out"
  client nsenter -t "$pid" -m findmnt -n -o SOURCE --mountpoint /mnt/g0
  expect_equal 'the source' "$g0" "$out"
  client mount -N "$pid" -t glusterconsul "$g0/sub" /mnt/g0
  expect_status 32
  expect_error "$g0 is already mounted on /mnt/g0"
  client mount.glusterconsul -N 999999 "$g0" /mnt/g0
  expect_status 1
  expect_error 'mount namespace'
}

test_a_fake_mount_explains_and_mounts_nothing() {
  make_target /mnt/g0
  client mount -f -v -t glusterconsul "$g0" /mnt/g0
  expect_status 0
  expect_output gl1 gl2 gl3 primary backup --volfile-id /mnt/g0
  expect_no_trace
}

test_a_fake_mount_of_a_line_in_fstab_changes_nothing() {
  make_target /mnt/g0
  write_fstab "$g0 /mnt/g0 glusterconsul _netdev 0 0"
  client mount -f /mnt/g0
  expect_status 0
  expect_equal 'what is said' '' "$out$err"
  client mount -f -a
  expect_status 0
  expect_no_trace
  client mount -f -t glusterconsul glusterr.service.consul:/g0 /mnt/g0
  expect_status 32
  expect_error glusterr
}

test_read_only_is_read_only() {
  make_target /mnt/g0
  client mount -t glusterconsul "$g0" /mnt/g0 -o ro
  expect_status 0
  client touch /mnt/g0/forbidden
  expect_error 'Read-only file system'
}

# flags_are_shown COMMAND...: the table on standard input has options to mount
# with, and what is then shown of the mount and of the file system. All in one go
# on the client, since it is many mounts.
flags_are_shown() {
  local table seen
  table=$(awk '{ print $1, $2, $3 }')
  # shellcheck disable=SC2016 # expanded by the shell on the client
  seen=$(on client bash -c 'mkdir -p /mnt/flag
    while read -r options rest; do
      "${@:2}" "$1" /mnt/flag -o "$options" </dev/null || exit
      file_system=$(findmnt -n -o FS-OPTIONS --mountpoint /mnt/flag)
      echo "$options $(findmnt -n -o VFS-OPTIONS --mountpoint /mnt/flag) ${file_system%%,user_id=*}"
      umount /mnt/flag || exit
    done' bash "$g0" "$@" <<<"$table")
  diff <(printf '%s\n' "$table") <(printf '%s\n' "$seen") || fail 'findmnt is to show what was asked for'
}

every_flag() {
  cat <<'END'
defaults      rw,relatime             rw
async         rw,relatime             rw
atime         rw,relatime             rw
noatime       rw,noatime              rw
auto          rw,relatime             rw
noauto        rw,relatime             rw
dev           rw,relatime             rw
nodev         rw,nodev,relatime       rw
diratime      rw,relatime             rw
nodiratime    rw,nodiratime,relatime  rw
dirsync       rw,relatime             rw,dirsync
exec          rw,relatime             rw
noexec        rw,noexec,relatime      rw
iversion      rw,relatime             rw
noiversion    rw,relatime             rw
mand          rw,relatime             rw
nomand        rw,relatime             rw
relatime      rw,relatime             rw
norelatime    rw,relatime             rw
strictatime   rw                      rw
nostrictatime rw,relatime             rw
lazytime      rw,relatime             rw,lazytime
nolazytime    rw,relatime             rw
suid          rw,relatime             rw
nosuid        rw,nosuid,relatime      rw
silent        rw,relatime             rw
loud          rw,relatime             rw
ro            ro,relatime             ro
rw            rw,relatime             rw
sync          rw,relatime             rw,sync
nosymfollow   rw,relatime,nosymfollow rw
END
}

test_every_flag_that_mount_8_documents_is_shown_by_findmnt() {
  flags_are_shown mount -t glusterconsul < <(every_flag)
}

test_every_flag_is_shown_where_mount_8_does_not_call() {
  flags_are_shown mount.glusterconsul < <(every_flag)
}

# Who calls the helper without mount(8), or with a line that has both, gets the
# last of them.
test_of_opposites_the_last_one_is_shown() {
  flags_are_shown mount.glusterconsul <<'END'
ro,rw                   rw,relatime             rw
rw,ro                   ro,relatime             ro
nosuid,suid             rw,relatime             rw
suid,nosuid             rw,nosuid,relatime      rw
nodev,dev               rw,relatime             rw
dev,nodev               rw,nodev,relatime       rw
noexec,exec             rw,relatime             rw
exec,noexec             rw,noexec,relatime      rw
sync,async              rw,relatime             rw
async,sync              rw,relatime             rw,sync
lazytime,nolazytime     rw,relatime             rw
nolazytime,lazytime     rw,relatime             rw,lazytime
noatime,atime           rw,relatime             rw
atime,noatime           rw,noatime              rw
noatime,relatime        rw,relatime             rw
relatime,noatime        rw,noatime              rw
noatime,strictatime     rw                      rw
strictatime,noatime     rw,noatime              rw
strictatime,relatime    rw,relatime             rw
strictatime,nostrictatime rw,relatime           rw
nodiratime,diratime     rw,relatime             rw
diratime,nodiratime     rw,nodiratime,relatime  rw
nosymfollow,symfollow   rw,relatime             rw
ro,nosuid,nodev,noexec,noatime,nodiratime,sync,dirsync,lazytime,nosymfollow ro,nosuid,nodev,noexec,noatime,nodiratime,nosymfollow ro,sync,dirsync,lazytime
END
}

test_options_in_any_place_and_more_than_once() {
  make_target /mnt/g0
  client mount -o ro -t glusterconsul "$g0" -o noatime /mnt/g0 -o nosuid,acl
  expect_status 0
  shows_options /mnt/g0 ro,nosuid,noatime ro
  client pgrep -a -x glusterfs
  expect_output --acl
  unmounts /mnt/g0
  client mount.glusterconsul -o ro "$g0" -n -onoatime -s /mnt/g0 -o nosuid -o acl
  expect_status 0
  shows_options /mnt/g0 ro,nosuid,noatime ro
  client pgrep -a -x glusterfs
  expect_output --acl
}

# mount(8) hands a quoted value on with its quotes, except SELinux contexts where
# the kernel has no SELinux: those it takes out, with all that is in the quotes.
test_quoted_values_keep_their_commas() {
  local context='"system_u:object_r:tmp_t:s0:c127,c456"'
  make_target /mnt/g0
  client mount -t glusterconsul "$g0" /mnt/g0 -o "noatime,log-file=\"/var/log/glusterfs/mnt-a,b.log\",acl"
  expect_status 0
  client test -s /var/log/glusterfs/mnt-a,b.log
  expect_status 0
  unmounts /mnt/g0
  if [[ ! -e /sys/fs/selinux/enforce ]]; then
    client mount -t glusterconsul "$g0" /mnt/g0 -o "context=$context,noexec"
    expect_status 0
    shows_options /mnt/g0 rw,noexec,relatime rw
    unmounts /mnt/g0
  fi
  client mount.glusterconsul -f -v "$g0" /mnt/g0 -o "ro,context=$context,noexec,rootcontext=\"a:b:c,d\""
  expect_status 0
  expect_output "--fuse-mountopts=context=$context,noexec,rootcontext=\"a:b:c,d\"" --read-only
  client mount.glusterconsul "$g0" /mnt/g0 -o "context=${context%\"},noexec"
  expect_status 1
  expect_error 'unterminated quote in' 'hint: in a shell'
}

test_words_of_fstab_and_systemd_do_what_they_say() {
  # shellcheck disable=SC2016 # expanded by the shell on the client
  local by_directory='echo "$1 $2 glusterconsul $4 0 0" >/etc/fstab; exec mount /mnt/flag'
  write_fstab '# is written anew for each mount'
  flags_are_shown sh -c "$by_directory" sh <<'END'
defaults         rw,relatime                     rw
_netdev          rw,relatime                     rw
nofail           rw,relatime                     rw
user             rw,nosuid,nodev,noexec,relatime rw
user,exec        rw,nosuid,nodev,relatime        rw
users            rw,nosuid,nodev,noexec,relatime rw
nouser           rw,relatime                     rw
owner            rw,nosuid,nodev,relatime        rw
group            rw,nosuid,nodev,relatime        rw
comment=storage  rw,relatime                     rw
x-systemd.automount,x-systemd.requires=consul.service,x-systemd.mount-timeout=80 rw,relatime rw
defaults,auto,_netdev,users,exec,nofail,comment=storage,x-a.b,strictatime rw,nosuid,nodev rw
END
}

test_mkdir_makes_the_target() {
  write_fstab "$g0 /mnt/made/deeper glusterconsul _netdev,X-mount.mkdir=0750 0 0"
  later on client rmdir /mnt/made
  later on client rmdir /mnt/made/deeper
  later on client umount -l /mnt/made/deeper
  client mount /mnt/made/deeper
  expect_status 0
  expect_mounted /mnt/made/deeper "$g0"
}

# From util-linux 2.39 on, mount(8) lets the helper mount at /run/mount/tmptgt in a mount
# namespace of its own, and moves the directory from there. Older ones ignore the option.
test_x_mount_subdir_shows_what_this_mount_8_can() {
  local version
  version=$(on client mount --version | sed 's/^mount from util-linux \([0-9.]*\).*/\1/')
  make_target /mnt/g0
  client mount -t glusterconsul "$g0" /mnt/g0 -o X-mount.subdir=sub,noexec
  expect_status 0
  shows_options /mnt/g0 rw,noexec,relatime rw
  client ls -A /mnt/g0
  if is_at_least 2.39 "$version"; then
    # Other tests may have left a file in there.
    expect_output deeper
    [[ $out != *present* ]] || fail "mount(8) $version shows the whole volume"
  else
    expect_output present
  fi
  unmounts /mnt/g0
  expect_no_trace 5
}

# From util-linux 2.39 on, mount(8) documents this argument.
test_recursive_after_a_flag_of_the_vfs_is_the_flag() {
  flags_are_shown mount -t glusterconsul <<'END'
ro=recursive                          ro,relatime                      ro
nosuid=recursive,noexec=recursive     rw,nosuid,noexec,relatime        rw
noatime=recursive                     rw,noatime                       rw
nodiratime=recursive                  rw,nodiratime,relatime           rw
nosymfollow=recursive                 rw,relatime,nosymfollow          rw
END
}

# is_told_that_only_root_mounts NAME: an ordinary user who mounts it from fstab.
is_told_that_only_root_mounts() {
  client setpriv --reuid nobody --regid nogroup --clear-groups mount "$1"
  expect_status 1
  expect_error 'only root can mount a GlusterFS volume' autofs
  [[ $err != *secret* ]] || fail 'nothing is to be said of files that the user cannot read'
  expect_no_trace
}

test_a_user_who_mounts_a_line_for_users_is_told_that_only_root_can() {
  make_target /mnt/g0
  later on client rm -f /etc/consul.d/secret
  on client sh -c 'umask 077
    echo "secret-token" >/etc/consul.d/secret
    echo "consul-token-file = /etc/consul.d/secret" >/etc/glusterconsul.conf'
  write_fstab "$g0 /mnt/g0 glusterconsul noauto,user,_netdev 0 0"
  is_told_that_only_root_mounts /mnt/g0
  on client chmod 644 /etc/glusterconsul.conf
  is_told_that_only_root_mounts /mnt/g0
  write_fstab "$g0 /mnt/g0 glusterconsul noauto,users,nofail,_netdev 0 0"
  is_told_that_only_root_mounts "$g0"
  write_fstab "$g0 /mnt/g0 glusterconsul noauto,owner,group,_netdev 0 0"
  is_told_that_only_root_mounts /mnt/g0
}

test_a_user_unmounts_what_the_line_allows() {
  make_target /mnt/g0
  write_fstab "$g0 /mnt/g0 glusterconsul noauto,users,_netdev 0 0"
  client mount /mnt/g0
  expect_status 0
  client setpriv --reuid nobody --regid nogroup --clear-groups umount /mnt/g0
  expect_status 0
  expect_no_trace 5
}

test_options_of_gluster_reach_the_client() {
  mounts "$g0" /mnt/g0 -o log-level=DEBUG,log-file=/tmp/client.log,direct-io-mode=disable,acl
  client grep -c '\] D \[' /tmp/client.log
  expect_status 0
  client pgrep -a -x glusterfs
  expect_output --direct-io-mode=disable --acl
}

# glusterfs before 11 ends with a usage error if it is given this one.
test_an_option_reaches_only_a_client_that_is_new_enough() {
  local version
  client glusterfs --version
  version=$(sed -n '1s/^glusterfs \([0-9]*\).*/\1/p' <<<"$out")
  mounts "$g0" /mnt/g0 -o inode-table-size=131072
  if ((version >= 11)); then
    client pgrep -a -x glusterfs
    expect_output --inode-table-size=131072
  else
    expect_error "inode-table-size is ignored: the installed glusterfs $version."
  fi
}

test_remount_is_refused_in_words_and_changes_nothing() {
  local before way
  make_target /mnt/g0
  write_fstab "$g0 /mnt/g0 glusterconsul _netdev 0 0"
  client mount /mnt/g0
  expect_status 0
  before=$(on client cat /proc/self/mountinfo)
  for way in "-t glusterconsul -o remount,ro $g0 /mnt/g0" '-o remount,ro /mnt/g0' \
    '-o remount,noatime /mnt/g0' "-o remount $g0"; do
    # shellcheck disable=SC2086 # words
    client mount $way
    expect_status 1
    expect_error remount 'hint: unmount, then mount again'
    expect_equal 'the mounts' "$before" "$(on client cat /proc/self/mountinfo)"
  done
  expect_writable /mnt/g0
}

# Wrong words are exit status 1, and nothing is asked or mounted.
is_wrong_usage() {
  local words=$1
  shift
  client "$@"
  expect_status 1
  expect_error "$words"
  expect_no_trace
}

test_wrong_usage_is_exit_status_1_and_says_what_is_right() {
  make_target /mnt/none
  is_wrong_usage consul-health mount -t glusterconsul "$g0" /mnt/none -o consul-helth=any
  is_wrong_usage 'mount -t glusterfs' mount -t glusterconsul server1.example.com:/g0 /mnt/none
  is_wrong_usage NAME:/VOLUME mount -t glusterconsul gluster.service.consul /mnt/none
  is_wrong_usage consul-order mount -t glusterconsul "$g0" /mnt/none -o consul-order=fastest
  is_wrong_usage target /sbin/mount.glusterconsul "$g0"
  is_wrong_usage -Q /sbin/mount.glusterconsul "$g0" /mnt/none -Q
}

test_a_target_that_does_not_exist_is_named() {
  client /sbin/mount.glusterconsul "$g0" /mnt/nowhere
  ((status != 0)) || fail 'it is to fail'
  expect_error /mnt/nowhere
  expect_no_trace
}

test_who_is_not_root_is_told_so() {
  make_target /mnt/none
  client setpriv --reuid nobody --clear-groups /sbin/mount.glusterconsul "$g0" /mnt/none
  expect_status 1
  expect_error root
  expect_no_trace
}

test_a_client_that_is_not_installed_is_exit_status_2() {
  make_target /mnt/none
  client mount -t glusterconsul "$g0" /mnt/none -o consul-glusterfs=/nonexistent/glusterfs
  expect_status 2
  expect_error /nonexistent/glusterfs
  expect_no_trace
}

test_a_captured_mount_returns_though_its_daemon_lives() {
  make_target /mnt/g0
  # shellcheck disable=SC2016 # expanded by the shell on the client
  client timeout 20 sh -c 'said=$(mount -v -t glusterconsul "$1" /mnt/g0 2>&1) && echo "said: $said"' sh "$g0"
  expect_status 0
  expect_mounted /mnt/g0 "$g0"
}

test_two_at_once_on_one_target_are_one_mount() {
  make_target /mnt/g0
  # shellcheck disable=SC2016 # expanded by the shell on the client
  client bash -c '
    mount -t glusterconsul "$1" /mnt/g0 & first=$!
    mount -t glusterconsul "$1" /mnt/g0 & second=$!
    wait $first; one=$?
    wait $second; echo "$one $?"' bash "$g0"
  expect_mounted /mnt/g0 "$g0"
}

test_ten_volumes_at_once_are_all_mounted() {
  # shellcheck disable=SC2016 # expanded by the shell on the client
  client bash -c '
    for i in 0 1 2 3 4 5 6 7 8 9; do
      mkdir -p "/mnt/many$i"
      mount -t glusterconsul "$1" "/mnt/many$i" & pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || echo "failed: $?"; done
    findmnt -rn -t fuse.glusterfs -o TARGET | wc -l' bash "$g0"
  expect_equal 'the mounts' 10 "$out"
}
