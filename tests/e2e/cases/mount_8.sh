# shellcheck shell=bash disable=SC2154 # names from lib.sh
# The contract with mount(8): flags, options, what is mounted already, exit
# status.

test_mounting_twice_is_success_and_one_mount() {
  mounts "$g0" /mnt/g0
  mounts "$g0" /mnt/g0
  client findmnt -n -o TARGET --mountpoint /mnt/g0
  expect_equal 'the mounts' /mnt/g0 "$out"
  client pgrep -c -x glusterfs
  expect_equal 'the number of clients' 1 "$out"
}

test_another_source_on_the_target_is_refused_with_both_named() {
  mounts "$g0" /mnt/g0
  client mount -t glusterconsul "$g0/sub" /mnt/g0
  expect_status 32
  expect_error "$g0 is mounted" "$g0/sub"
  expect_mounted /mnt/g0 "$g0"
}

test_mount_a_finds_it_mounted() {
  make_target /mnt/g0
  later on client cp /tmp/fstab /etc/fstab
  client sh -c "cp /etc/fstab /tmp/fstab
    echo '$g0 /mnt/g0 glusterconsul defaults,_netdev,noatime,x-systemd.requires=consul.service 0 0' >>/etc/fstab"
  client mount -a -t glusterconsul
  expect_status 0
  expect_mounted /mnt/g0 "$g0"
  client mount -a -v -t glusterconsul
  expect_status 0
  client pgrep -c -x glusterfs
  expect_equal 'the number of clients' 1 "$out"
  client umount /mnt/g0
  client mount /mnt/g0
  expect_status 0
  expect_mounted /mnt/g0 "$g0"
}

test_a_fake_mount_explains_and_mounts_nothing() {
  make_target /mnt/g0
  client mount -f -v -t glusterconsul "$g0" /mnt/g0
  expect_status 0
  expect_output gl1 gl2 gl3 primary backup --volfile-id /mnt/g0
  expect_no_trace
}

test_read_only_is_read_only() {
  make_target /mnt/g0
  client mount -t glusterconsul "$g0" /mnt/g0 -o ro
  expect_status 0
  client touch /mnt/g0/forbidden
  expect_error 'Read-only file system'
}

test_every_flag_that_mount_8_documents_is_shown_by_findmnt() {
  local flag shown
  for flag in ro nosuid nodev noexec noatime relatime nodiratime sync dirsync lazytime; do
    make_target /mnt/flag
    client mount -t glusterconsul "$g0" /mnt/flag -o "$flag"
    expect_status 0
    shown=$(on client findmnt -n -o OPTIONS --mountpoint /mnt/flag)
    [[ ,$shown, == *,$flag,* ]] || fail "$flag is to be among the options: $shown"
    unmounts /mnt/flag
  done
}

test_words_of_fstab_and_systemd_are_no_error() {
  mounts "$g0" /mnt/g0 \
    -o defaults,auto,_netdev,users,exec,nofail,comment=storage,x-systemd.automount,X-mount.mkdir,strictatime
}

test_options_of_gluster_reach_the_client() {
  mounts "$g0" /mnt/g0 -o log-level=DEBUG,log-file=/tmp/client.log,direct-io-mode=disable,acl
  client grep -c '\] D \[' /tmp/client.log
  expect_status 0
  client pgrep -a -x glusterfs
  expect_output --direct-io-mode=disable --acl
}

test_remount_is_refused_in_words() {
  mounts "$g0" /mnt/g0
  client mount -t glusterconsul -o remount,ro "$g0" /mnt/g0
  expect_status 1
  expect_error remount
  expect_mounted /mnt/g0 "$g0"
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
