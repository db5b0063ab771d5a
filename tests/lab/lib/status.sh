# shellcheck shell=bash disable=SC2154 # names from lab and common.sh
# The current state of the lab; sourced by tests/lab/lab. Nothing here may block, since a
# host may be cut off or frozen.

lab_status() {
  local host members instances
  require_up
  members=$(in_host client timeout 5 consul members 2>/dev/null) || members=
  instances=$(in_host client curl -sf -m 5 http://127.0.0.1:8500/v1/health/service/gluster) || instances='[]'
  printf 'lab %s, health checks %s\n\n' "$name" "$(checks_are_off && echo off || echo on)"
  printf '%-7s %-11s %-15s %-7s %-9s %s\n' HOST ADDRESS GLUSTERD CONSUL INSTANCE FAULTS
  for host in "${lab_hosts[@]}"; do
    printf '%-7s %-11s %-15s %-7s %-9s %s\n' "$host" "${lab_address[$host]}" \
      "$(state_of_glusterd "$host")" "$(state_of_agent "$host" "$members")" \
      "$(state_of_instance "$host" "$instances")" "$(faults_of "$host")"
  done
  printf '\n'
  show_volume g0 "${lab_pool[@]}"
  show_volume other gl4
}

state_of_glusterd() {
  local pid state_letter
  read_process "$state/hosts/$1" || { echo 'host has ended' && return; }
  is_one_of "$1" "${lab_servers[@]}" || { echo - && return; }
  read -r pid state_letter < <(in_host "$1" ps -o pid=,stat= -C glusterd) || { echo none && return; }
  case $state_letter in
    T*) echo "pid $pid frozen" ;;
    *) echo "pid $pid" ;;
  esac
}

# The service according to the client's agent.
state_of_agent() {
  local seen
  seen=$(awk -v host="$1" '$1 == host { print $3 }' <<<"$2")
  echo "${seen:-unknown}"
}

state_of_instance() {
  jq -r --arg address "${lab_address[$1]}" '
    [.[] | select(.Node.Address == $address) | [.Checks[].Status] |
      if any(. == "critical") then "critical"
      elif any(. == "warning") then "warning" else "passing" end] | .[0] // "-"' <<<"$2"
}

faults_of() {
  local fault file detail words=()
  for fault in "${lab_faults[@]}"; do
    file=$state/faults/$1.$fault
    [[ -e $file ]] || continue
    detail=$(<"$file")
    words+=("$fault${detail:+ ($detail)}")
  done
  ((${#words[@]})) || words=(-)
  (
    IFS=,
    echo "${words[*]}"
  )
}

# Queries the first host that is neither frozen nor dead.
show_volume() {
  local volume=$1 host listed
  shift
  for host in "$@"; do
    is_healthy "$host" || continue
    listed=$(in_host "$host" timeout 10 gluster --mode=script volume status "$volume" 2>&1) || break
    printf 'volume %-6s %s of %s bricks online\n' "$volume" \
      "$(grep -c '^Brick .* Y  *[0-9]* *$' <<<"$listed")" "$(grep -c '^Brick ' <<<"$listed")"
    return
  done
  printf 'volume %-6s %s\n' "$volume" "${listed:-no healthy host to ask}"
}
