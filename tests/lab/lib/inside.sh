#!/bin/bash
# The first processes of a lab and of its hosts. Each creates its part of the lab and
# then keeps running; when it ends, everything below it ends:
#
#   inside.sh holder   pid 1 of the lab's PID namespace; owns the bridge
#   inside.sh host     a host's network, mount, UTS and IPC namespaces;
#                      becomes `unshare --pid` around:
#   inside.sh init     pid 1 of the host; private files, consul, glusterd
#
# Environment: LAB_STATE, LAB_REPO, LAB_CONSUL (absolute paths on the
# machine); LAB_HOLDER (pid on the machine); LAB_HOST.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
state=$LAB_STATE
read_added_hosts

# Until a host mounts its own /proc, /proc is that of the machine, and shows the pid on the
# machine, by which the host is entered.
own_process() {
  local pid rest
  read -r pid rest </proc/self/stat
  start_time_of "$pid"
  REPLY="$pid $REPLY"
}

# bash as pid 1 reaps the orphans in its namespace.
stay() {
  while :; do
    sleep infinity &
    wait $! || true
  done
}

run_holder() {
  local host
  own_process
  printf '%s\n' "$REPLY" >"$LAB_STATE/holder"
  export LAB_HOLDER=${REPLY% *}
  ip link add switch type bridge
  ip link set switch up
  for host in "${lab_hosts[@]}"; do
    LAB_HOST=$host unshare --mount --net --uts --ipc -- \
      bash "${BASH_SOURCE[0]}" host &
  done
  stay
}

run_host() {
  # The holder's end of the link goes to the bridge. Its namespace is given as a file: a
  # pid would be resolved in this PID namespace by the kernel, but in /proc, which is the
  # machine's, by iproute2 from 6.15 on (docs/facts.md, "Fresh systems").
  ip link add eth0 type veth peer name "$LAB_HOST" netns "/proc/$LAB_HOLDER/ns/net"
  nsenter --target "$LAB_HOLDER" --net -- \
    ip link set "$LAB_HOST" master switch up
  ip address add "${lab_address[$LAB_HOST]}/24" dev eth0
  ipv6_of "${lab_address[$LAB_HOST]}"
  # Without duplicate address detection, it can be used at once.
  ip address add "$REPLY/64" dev eth0 nodad
  ip link set lo up
  ip link set eth0 up
  printf '%s\n' "$LAB_HOST" >/proc/sys/kernel/hostname
  exec unshare --pid --fork --kill-child -- bash "${BASH_SOURCE[0]}" init
}

run_init() {
  local entry
  own_process
  entry=$REPLY
  exec {entry_file}>"$LAB_STATE/hosts/$LAB_HOST.starting"
  make_files_private
  mount -t proc -o nosuid,nodev,noexec proc /proc
  # Bricks use ports from 49152 up; outgoing connections must not occupy them.
  printf '32768 49151\n' >/proc/sys/net/ipv4/ip_local_port_range
  write_settings
  cd /
  consul agent -config-dir=/etc/consul.d >/var/log/consul.log 2>&1 </dev/null {entry_file}>&- &
  if is_one_of "$LAB_HOST" "${lab_servers[@]}"; then
    glusterd </dev/null >/dev/null 2>&1 {entry_file}>&- &
  fi
  printf '%s\n' "$entry" >&"$entry_file"
  exec {entry_file}>&-
  stay
}

# All files of a host are in one tmpfs, which nobody else sees and which disappears
# with the host's last process. The machine's system directories are its lower layer:
# changes to them stay in the host. The home directories and the working copy are the
# machine's own.
make_files_private() {
  local store=$LAB_STATE directory
  mount -t tmpfs -o size=1g,mode=755 "lab-$LAB_HOST" "$store"
  mkdir -p "$store"/{run/lab,run/gluster,run/lock,mnt,srv,log/glusterfs,glusterd,consul,upper,work,repo,tmp,var-tmp}
  chmod 1777 "$store"/{run/lock,tmp,var-tmp}
  mount --bind "$LAB_REPO" "$store/repo"
  for directory in /etc /usr /var /opt /bin /sbin /lib /lib32 /lib64 /libx32; do
    [[ -d $directory && ! -L $directory ]] || continue
    mkdir "$store/upper$directory" "$store/work$directory"
    mount -t overlay -o "lowerdir=$directory,upperdir=$store/upper$directory,workdir=$store/work$directory" \
      "lab-$LAB_HOST" "$directory"
  done
  if [[ $LAB_CONSUL != /usr/local/bin/consul ]]; then
    touch /usr/local/bin/consul
    mount --bind "$LAB_CONSUL" /usr/local/bin/consul
  fi
  # For geo-replication, which is not used here: every call of `gluster`, and so each
  # health check, would start Python for it (docs/facts.md, "Fresh systems").
  rm -f /usr/lib/*/glusterfs/gsyncd /usr/libexec/glusterfs/gsyncd
  rm -rf /var/lib/glusterd /var/cache/glusterconsul /etc/glusterconsul.conf{,.d} /etc/consul.d
  mkdir -p /var/lib/{glusterd,consul} /etc/consul.d
  mount --bind "$store/glusterd" /var/lib/glusterd
  mount --bind "$store/consul" /var/lib/consul
  mount --bind "$store/log" /var/log
  mount --bind "$store/mnt" /mnt
  mount --bind "$store/srv" /srv
  mount --bind "$store/tmp" /tmp
  mount --bind "$store/var-tmp" /var/tmp
  mount --bind "$store" "$store/run/lab"
  mount --bind "$store/repo" "$store/run/lab/repo"
  mount --rbind "$store/run" /run
  # A working copy below a directory that has just been covered is mounted again.
  if ! [[ $LAB_REPO -ef /run/lab/repo ]]; then
    mkdir -p -- "$LAB_REPO"
    mount --bind /run/lab/repo "$LAB_REPO"
  fi
}

write_settings() {
  rm -f /etc/{hosts,hostname,machine-id,resolv.conf,nsswitch.conf}
  hosts_file >/etc/hosts
  printf '%s\n' "$LAB_HOST" >/etc/hostname
  printf 'glusterconsul lab %s' "$LAB_HOST" | md5sum | head -c 32 >/etc/machine-id
  printf '\n' >>/etc/machine-id
  # No name server: names that are not in the file above fail at once.
  : >/etc/resolv.conf
  printf '%s\n' 'passwd: files' 'group: files' 'shadow: files' 'hosts: files dns' \
    'services: files' 'protocols: files' 'automount: files' >/etc/nsswitch.conf
  if [[ ${lab_kind[$LAB_HOST]-} == server6 ]]; then
    sed -i '/^end-volume/i\    option transport.address-family inet6' /etc/glusterfs/glusterd.vol
  fi
  write_agent_settings >/etc/consul.d/agent.json
  if is_one_of "$LAB_HOST" "${lab_pool[@]}"; then
    cp -- "$(dirname -- "${BASH_SOURCE[0]}")/gluster-service.json" /etc/consul.d/gluster.json
  fi
}

write_agent_settings() {
  local server=false expect='' listen='127.0.0.1 ::1'
  if is_one_of "$LAB_HOST" "${lab_pool[@]}"; then
    server=true
    ipv6_of "${lab_address[$LAB_HOST]}"
    listen+=" $REPLY"
    # A server that is cut off must be listed as failed, not forgotten.
    expect='"bootstrap_expect": 3, "autopilot": { "cleanup_dead_servers": false },'
  fi
  cat <<END
{
  "node_name": "$LAB_HOST",
  "datacenter": "dc1",
  "domain": "consul",
  "data_dir": "/var/lib/consul",
  "server": $server, $expect
  "bind_addr": "${lab_address[$LAB_HOST]}",
  "client_addr": "$listen",
  "ports": { "http": 8500, "dns": 8600 },
  "retry_join": ["${lab_address[gl1]}", "${lab_address[gl2]}", "${lab_address[gl3]}"],
  "retry_interval": "1s",
  "performance": { "raft_multiplier": 1 },
  "enable_local_script_checks": true,
  "disable_update_check": true
}
END
}

"run_$1"
