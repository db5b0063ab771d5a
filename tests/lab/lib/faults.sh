# shellcheck shell=bash disable=SC2154 # names from lab and common.sh
# Breaking and healing hosts; sourced by tests/lab/lab.
#
# Each active fault has a file $state/faults/HOST.FAULT, which contains how it was caused.
# README.md describes the faults.

lab_faults=(cut drop reject close freeze kill slow)
closing_port=24999

lab_fault() {
  local host=$1 fault=$2 detail=
  is_one_of "$fault" "${lab_faults[@]}" || usage_error "no such fault: $fault (faults: ${lab_faults[*]})"
  if [[ $fault == slow ]]; then
    [[ ${3-300} =~ ^[1-9][0-9]{0,4}$ ]] || usage_error "fault slow: not a number of milliseconds: $3"
  elif (($# > 2)); then
    usage_error "fault $fault: unexpected argument: $3"
  fi
  is_one_of "$fault" cut slow || is_one_of "$host" "${lab_servers[@]}" ||
    usage_error "fault $fault: $host has no glusterd"
  require_up
  if [[ $fault == slow && -e $state/faults/$host.slow ]]; then
    heal_slow "$host" # the delay may have changed
  elif [[ -e $state/faults/$host.$fault ]]; then
    return 0
  fi
  # The file is written first, so that an interrupted fault can be healed.
  : >"$state/faults/$host.$fault"
  "fault_$fault" "$host" "${@:3}" || fail "cannot $fault $host"
  printf '%s\n' "$detail" >"$state/faults/$host.$fault"
}

# A healed host also works for others again: its glusterd responds, it and its healthy
# peers see each other, its bricks are running, and Consul reports it as passing.
lab_heal() {
  local host=$1 fault
  for fault in "${lab_faults[@]}"; do
    [[ -e $state/faults/$host.$fault ]] || continue
    "heal_$fault" "$host" || fail "cannot undo $fault on $host"
    rm -f -- "$state/faults/$host.$fault"
  done
  # A Consul agent that has lost the other agents tries to rejoin them only twice a minute.
  in_host "$host" timeout 10 consul join "${lab_address[gl1]}" "${lab_address[gl2]}" \
    "${lab_address[gl3]}" >/dev/null 2>&1 || true
  is_one_of "$host" "${lab_servers[@]}" || return 0
  in_host "$host" pgrep -x glusterd >/dev/null || start_glusterd "$host"
  step 30 "glusterd on $host does not respond" glusterd_answers "$host"
  step 60 "$host and its peers do not see each other" stays_true peers_see "$host"
  step 30 "the brick of $host does not run" in_host "$host" pgrep -x glusterfsd >/dev/null
  until_true 10 bricks_of_pool_are_ready "$host" || restart_bricks_without_port
  step 60 'a brick of g0 is not online' bricks_of_pool_are_ready "$host"
  if in_host "$host" test -e /etc/consul.d/gluster.json; then
    step 60 "Consul does not report $host as passing" consul_shows_passing "$host"
  fi
}

# Peers that were cut off report each other as connected until the old connection ends.
stays_true() {
  "$@" && sleep 0.3 && "$@"
}

# A brick that runs is of no use until it has registered with glusterd. The pool can be asked only
# when it is complete, so that the host whose faults end last waits for the bricks of all.
bricks_of_pool_are_ready() {
  local server
  is_one_of "$1" "${lab_pool[@]}" || return 0
  for server in "${lab_pool[@]}"; do
    is_healthy "$server" || return 0
  done
  g0_is_online || g0_is_stopped
}

# A glusterd that regains its quorum sometimes loses the port of a brick, and does not start that
# brick again, since its process runs (docs/facts.md, "A brick without a port").
restart_bricks_without_port() {
  local server
  for server in $(in_host gl1 timeout 5 gluster --mode=script volume status g0 2>/dev/null |
    sed -nE 's|^Brick +([a-z0-9]+):/srv/g0/brick +N/A .* Y +[0-9]+ *$|\1|p'); do
    say "the brick of $server runs, but has no port: restarting it"
    in_host "$server" pkill -KILL -f -- '--volfile-id g0[.]' || true
  done
  gluster_on gl1 volume start g0 force || true
}

g0_is_stopped() {
  in_host gl1 timeout 5 gluster --mode=script volume info g0 2>/dev/null | grep -qx 'Status: Stopped'
}

is_healthy() {
  ! compgen -G "$state/faults/$1.*" >/dev/null
}

peers_see() {
  local peer
  is_one_of "$1" "${lab_pool[@]}" || return 0
  for peer in "${lab_pool[@]}"; do
    if [[ $peer != "$1" ]] && is_healthy "$peer"; then
      sees "$1" "$peer" && sees "$peer" "$1" || return 1
    fi
  done
}

sees() {
  local listed
  listed=$(in_host "$1" timeout 5 gluster --mode=script pool list 2>/dev/null) || return 1
  [[ $listed =~ [[:space:]]"$2"[[:space:]]+Connected ]]
}

consul_shows_passing() {
  # Until a majority of the Consul servers is back, nothing can be passing.
  local server healthy=0
  for server in "${lab_pool[@]}"; do
    is_healthy "$server" && healthy=$((healthy + 1))
  done
  ((healthy >= 2)) || return 0
  consul_lists "any(.[]; .Node.Node == \"$1\")"
}

fault_cut() {
  in_switch ip link set "$1" down
}

heal_cut() {
  in_switch ip link set "$1" up
}

# Affects only traffic from the network, like a firewall in front of the host: the
# host itself, and therefore its own health check, still reaches glusterd.
rule_drop=(INPUT -i eth0 -p tcp --dport 24007 -j DROP)
rule_reject=(INPUT -i eth0 -p tcp --dport 24007 -j REJECT --reject-with tcp-reset)
rule_close=(PREROUTING -i eth0 -p tcp --dport 24007 -j REDIRECT --to-ports "$closing_port")

fault_drop() {
  in_host "$1" iptables -w 10 -A "${rule_drop[@]}"
}

heal_drop() {
  remove_rule "$1" filter "${rule_drop[@]}"
}

fault_reject() {
  in_host "$1" iptables -w 10 -A "${rule_reject[@]}"
}

heal_reject() {
  remove_rule "$1" filter "${rule_reject[@]}"
}

# New connections go to a listener that closes them at once.
fault_close() {
  in_background "$1" close python3 -I "$here/lib/closing_listener.py" "$closing_port" &&
    until_true 5 in_host "$1" bash -c "exec 3<>/dev/tcp/127.0.0.1/$closing_port" 2>/dev/null &&
    in_host "$1" iptables -w 10 -t nat -A "${rule_close[@]}"
}

heal_close() {
  remove_rule "$1" nat "${rule_close[@]}"
  end_background "$1" close
}

remove_rule() {
  local host=$1 table=$2
  shift 2
  if in_host "$host" iptables -w 10 -t "$table" -C "$@" 2>/dev/null; then
    in_host "$host" iptables -w 10 -t "$table" -D "$@"
  fi
}

fault_freeze() {
  in_host "$1" pkill -STOP -x glusterd
}

heal_freeze() {
  in_host "$1" pkill -CONT -x glusterd || true
}

# Kills everything that a dead server no longer runs, except its own mounts.
fault_kill() {
  in_host "$1" pkill -KILL -x 'glusterd|glusterfsd' || true
  in_host "$1" pkill -KILL -f -- '--process-name glustershd' || true
}

heal_kill() {
  in_host "$1" pgrep -x glusterd >/dev/null || start_glusterd "$1"
}

start_glusterd() {
  in_host "$1" timeout 20 glusterd </dev/null >/dev/null 2>&1
}

# Delays what the host sends by this many milliseconds. If the kernel has no netem, a
# program forwards the host's frames to the bridge.
fault_slow() {
  local host=$1 milliseconds=${2-300}
  if in_host "$host" tc qdisc replace dev eth0 root netem delay "${milliseconds}ms" 2>/dev/null; then
    detail="$milliseconds ms, by netem"
    return 0
  fi
  detail="$milliseconds ms, by a program on its link"
  in_switch ip link add "$host-late" type veth peer name "$host-wire" &&
    in_switch ip link set "$host" nomaster &&
    in_switch ip link set "$host-wire" up &&
    in_switch ip link set "$host-late" master switch up || return
  # shellcheck disable=SC2016 # expanded by the shell inside
  in_switch bash -c 'setsid "$@" >/dev/null 2>&1 </dev/null & printf "%s\n" $!' bash \
    python3 -I "$here/lib/slow_link.py" "$host" "$host-wire" "$milliseconds" \
    >"$state/faults/.$host.wire"
}

heal_slow() {
  local host=$1 pid
  if in_host "$host" tc qdisc show dev eth0 | grep -q netem; then
    in_host "$host" tc qdisc del dev eth0 root
    return
  fi
  if { read -r pid <"$state/faults/.$host.wire"; } 2>/dev/null; then
    in_switch kill -KILL "$pid" 2>/dev/null || true
    rm -f -- "$state/faults/.$host.wire"
  fi
  in_switch ip link set "$host" master switch
  in_switch ip link del "$host-late" 2>/dev/null || true
}

# in_background HOST NAME COMMAND...: keeps running in the host; its pid in the host's
# PID namespace is written to a file of the host.
in_background() {
  local host=$1 name_of_it=$2
  shift 2
  # shellcheck disable=SC2016 # expanded by the shell inside
  in_host "$host" bash -c 'pid_file=$1; shift
    setsid "$@" >/dev/null 2>&1 </dev/null & printf "%s\n" $! >"$pid_file"' \
    bash "/run/lab/$name_of_it.pid" "$@"
}

end_background() {
  # shellcheck disable=SC2016 # expanded by the shell inside
  in_host "$1" bash -c '[[ -e $1 ]] || exit 0
    kill -KILL "$(<"$1")" 2>/dev/null; rm -f "$1"' bash "/run/lab/$2.pid"
}
