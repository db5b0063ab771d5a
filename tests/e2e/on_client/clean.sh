#!/bin/bash
# Removes all gluster mounts, all processes of gluster and of the programs, and all files in /tmp
# and below /mnt. /tmp is emptied only if it is in the host's own file system, and nothing on
# another mount is deleted: the working copy may be there.
pkill -KILL '^mount' # mount(8) and the helper
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
