# shellcheck shell=bash disable=SC2154 # names from lab and common.sh
# The instances of the service `gluster` in Consul; sourced by tests/lab/lab.
#
# With checks on, each agent has the service and its checks in its own configuration,
# like a real server. With checks off, the same addresses are in the catalog as
# separate nodes (gl1-static, ...) without an agent: Consul keeps them passing whatever
# happens to the host, its network or its agent. That is the situation of a mount in the
# seconds before Consul notices.

service_file=/etc/consul.d/gluster.json

checks_are_off() {
  [[ -e $state/checks-off ]]
}

is_registered() {
  in_host "$1" test -e "$service_file" || in_host "$1" test -e "$service_file.off"
}

join_service() {
  local host=$1 file=$service_file
  checks_are_off && file+=.off
  in_host "$host" tee "$file" >/dev/null <"$here/lib/gluster-service.json"
  if checks_are_off; then
    register_static "$host"
  else
    reload_agent "$host"
  fi
  until_true 30 consul_lists "$(lists_host "$host")" || fail "Consul does not show $host passing"
}

leave_service() {
  local host=$1
  in_host "$host" rm -f "$service_file" "$service_file.off"
  reload_agent "$host"
  deregister_static "$host"
  until_true 30 consul_lists "$(lists_host "$host") | not" || fail "Consul still shows $host"
}

lists_host() {
  printf 'any(.[]; .Node.Address == "%s")' "${lab_address[$1]}"
}

checks_off() {
  local host
  for host in "${lab_servers[@]}"; do
    is_registered "$host" || continue
    register_static "$host"
    in_host "$host" sh -c "if [ -e $service_file ]; then mv $service_file $service_file.off; fi"
    reload_agent "$host"
  done
  : >"$state/checks-off"
  # If there was no leader, the agent retries its change up to half a minute later.
  until_true 75 consul_lists 'length > 0 and all(.[]; .Node.Node | endswith("-static"))' ||
    fail 'Consul still shows instances with checks'
}

checks_on() {
  local host
  for host in "${lab_servers[@]}"; do
    is_registered "$host" || continue
    in_host "$host" sh -c "if [ -e $service_file.off ]; then mv $service_file.off $service_file; fi"
    reload_agent "$host"
  done
  # Instances of healthy hosts are registered before the static ones are removed.
  for host in "${lab_servers[@]}"; do
    if is_registered "$host" && is_healthy "$host"; then
      until_true 30 consul_lists "any(.[]; .Node.Node == \"$host\")" ||
        fail "Consul does not show $host passing"
    fi
    deregister_static "$host"
  done
  rm -f -- "$state/checks-off"
  until_true 75 consul_lists 'all(.[]; .Node.Node | endswith("-static") | not)' ||
    fail 'Consul still shows instances without checks'
}

reload_agent() {
  in_host "$1" timeout 10 consul reload >/dev/null || fail "the Consul agent of $1 does not answer"
}

register_static() {
  put_to_catalog register "$(jq -n --arg node "$1-static" --arg address "${lab_address[$1]}" '{
    Node: $node, Address: $address, NodeMeta: {"external-node": "true"},
    Service: {ID: "gluster", Service: "gluster", Port: 24007},
    Checks: [{Node: $node, CheckID: "gluster-tcp", Name: "glusterd listens",
              ServiceID: "gluster", Status: "passing", Output: "nobody checks"}]}')"
}

deregister_static() {
  put_to_catalog deregister "{\"Node\": \"$1-static\"}"
}

put_to_catalog() {
  in_host client curl -sf -m 10 -o /dev/null -X PUT --data-binary @- \
    "http://127.0.0.1:8500/v1/catalog/$1" <<<"$2" || fail "Consul's catalog did not $1"
}
