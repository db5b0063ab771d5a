#!/bin/bash
# Lists the mounts, processes and files on a client, except those that are expected to stay: the
# client's log of a target, the cached list of servers, and files of libmount. The lab's agent is
# also excluded: when it starts a process, there are briefly two agents, and it creates a file in
# /tmp when it starts.
findmnt -rn -o TARGET,SOURCE,FSTYPE | sed 's/^/mount /'
ps -e -o pid=,ppid=,stat=,args= |
  awk -v own=$$ '
    /consul agent -config-dir=\/etc\/consul.d$/ { next }
    $1 != own && $2 != own && $3 !~ /^Z/ { $1 = $2 = $3 = ""; print "process", $0 }'
shopt -s nullglob
find /run /tmp /var/tmp /var/log /var/cache/glusterconsul* -xdev -path /run/lab -prune -o \
  ! -path '/var/log/glusterfs/mnt-*.log' ! -path /var/log/glusterfs/run-mount-tmptgt.log \
  ! -path /var/log/consul.log ! -path '/tmp/consul-test*' \
  ! -path "/run/mount/utab*" ! -path /run/mount/tmptgt \
  ! -path /var/cache/glusterconsul ! -path '/var/cache/glusterconsul/????????????????.json' \
  -printf 'file %p\n' 2>/dev/null
exit 0
