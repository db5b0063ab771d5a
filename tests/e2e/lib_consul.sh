# shellcheck shell=bash disable=SC2034,SC2154 # names shared with lib.sh and the cases
# Consul agents of a test's own: real ones, on the client's host, each on a
# loopback address of its own with the usual ports. Sourced by cases.

agents=/var/lib/consul-of-tests # on the client, where `traces` does not look

# [after=SECONDS] agent_runs NAME ADDRESS SETTINGS [ARGUMENTS...]: starts one;
# SETTINGS are JSON, or nothing. It ends with the test.
agent_runs() {
  local name=$1 at=$2 settings=${3:-"{}"}
  printf 'client# consul agent -node=%s -bind=%s %s # %s\n' "$name" "$at" "${*:4}" "$settings"
  # shellcheck disable=SC2016 # expanded by the shell on the client
  later on client sh -c 'kill -KILL "-$(cat "$0/pid")" 2>/dev/null; rm -rf "$0"' "$agents/$name"
  # shellcheck disable=SC2016
  on client setsid -f sh -c 'mkdir -p "$0" && cd "$0" && echo $$ >pid && printf "%s" "$1" >settings.json &&
    sleep "$2" && shift 2 && exec consul agent -config-file=settings.json "$@" </dev/null >log 2>&1' \
    "$agents/$name" "$settings" "${after-0}" -node="$name" -bind="$at" -client="$at" "${@:4}"
}

# agent_leads NAME ADDRESS SETTINGS [ARGUMENTS...]: a server that is its own
# leader, and forgets everything at its end.
agent_leads() {
  agent_runs "$@" -dev
  agent_gets "$1" 'a leader' has_leader "$2"
  remember_traces
}

# agent_gets NAME WHAT COMMAND...: waits for it.
agent_gets() {
  wait_for 30 "${@:3}" && return
  on client tail -n 20 "$agents/$1/log"
  fail "the agent $1 did not get $2"
}

# As if it had crashed.
agent_crashes() {
  printf 'client# kill -KILL the agent %s\n' "$1"
  # shellcheck disable=SC2016 # expanded by the shell on the client
  on client sh -c 'kill -KILL "$(cat "$0")"' "$agents/$1/pid"
  remember_traces
}

has_leader() {
  [[ $(on client curl -s -m 5 "http://$1:8500/v1/status/leader") == '"'*:*'"' ]]
}

has_no_leader() {
  [[ $(on client curl -s -m 5 "http://$1:8500/v1/status/leader") == '""' ]]
}

# agent_shows ADDRESS PATH CONDITION: whether its reply is as jq's CONDITION says.
agent_shows() {
  local reply
  reply=$(on client curl -s -f -m 10 -H "X-Consul-Token: ${consul_token-}" "http://$1:8500/v1/$2") || return 1
  jq -e "$3" <<<"$reply" >/dev/null
}

# knows_gluster ADDRESS HOSTS...: `gluster` is a service of these hosts there.
knows_gluster() {
  local consul_at=$1 host
  for host in "${@:2}"; do
    register gluster "$host"
  done
}

# Prints the options that ask this agent, by HTTP alone.
only_by_http() {
  printf 'consul-dns-addr=off,consul-http-addr=%s' "$1"
}
