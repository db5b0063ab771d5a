# shellcheck shell=bash disable=SC2016,SC2154 # what the client expands; names from lib.sh
# Consul is asked over TLS, and something else offers to answer for it: DNS, a name of the system's
# resolver, a list from an earlier mount. The lab's own agent is that something else: it answers
# at the default addresses, and is root's.

# shellcheck source-path=SCRIPTDIR source=../lib_tls.sh
source "$here/lib_tls.sh"

cache=/var/cache/glusterconsul
dns=consul-dns-addr=127.0.0.1:8600
dns_warning='the servers come from DNS, which is not authenticated'

# The agent with TLS does not respond, for so many seconds or until the test ends.
agent_hangs() {
  local pid
  pid=$(on client cat "$agents/secure/pid")
  printf 'client# kill -STOP %s%s\n' "$pid" "${1+ && sleep $1 && kill -CONT $pid}"
  later on client sh -c 'kill -CONT "$0" 2>/dev/null || true' "$pid"
  on client kill -STOP "$pid"
  (($# == 0)) || on client setsid -f sh -c 'sleep "$1"; kill -CONT "$0"' "$pid" "$1" </dev/null >/dev/null 2>&1
}

# close_port PORT, open_port PORT: of the lab's own agent.
close_port() {
  later on client sh -c 'iptables -w 10 -D "$@" 2>/dev/null || true' sh \
    INPUT -i lo -p tcp -d 127.0.0.1 --dport "$1" -j REJECT --reject-with tcp-reset
  on client iptables -w 10 -A INPUT -i lo -p tcp -d 127.0.0.1 --dport "$1" -j REJECT --reject-with tcp-reset
}

open_port() {
  on client iptables -w 10 -D INPUT -i lo -p tcp -d 127.0.0.1 --dport "$1" -j REJECT --reject-with tcp-reset
}

lists() {
  on client sh -c 'cat "$0"/*.json 2>/dev/null || true' "$cache" | jq -s -c 'map({via, consul})'
}

# An agent at the default addresses, in the place of the lab's own, which has ended. It names gl4 for
# `gluster`. impostor_runs USER: with that user's rights.
impostor_runs() {
  later on client sh -c 'pkill -KILL -f node=[i]mpostor || true'
  on client setsid -f sh -c 'exec setpriv --reuid "$1" --clear-groups --regid "$(id -g "$1")" \
    consul agent -dev -node=impostor -bind=127.0.0.1 -client=127.0.0.1 -log-level=debug \
    </dev/null >/tmp/impostor.log 2>&1' sh "$1"
  wait_for 30 has_leader 127.0.0.1 || fail 'the impostor does not run'
  consul_at=127.0.0.1 register gluster gl4
  remember_traces
}

impostor_ends() {
  on client sh -c 'pkill -KILL -f node=[i]mpostor || true'
}

impostor_was_not_asked() {
  ! on client grep -E 'agent.dns: request|GET /v1/health/service/gluster' /tmp/impostor.log ||
    fail 'the impostor was asked'
}

## DNS

test_dns_is_no_fallback_for_https_unless_it_is_set() {
  make_keys
  local address
  for address in "$https" consul-http-addr=unix:///run/no-agent.sock; do
    fails_to_mount "$g0" /mnt/none 'does not respond' -- -o "$address,consul-retry=0"
    [[ $err != *DNS* ]] || fail 'DNS was asked'
    expect_took_at_most 1000
  done
  client glusterconsul lookup --show-config -o "$https" "$g0"
  expect_output 'consul-dns-addr         off'
}

test_an_impostor_is_not_asked_while_the_https_agent_is_down() {
  make_keys
  agent_dies
  local user
  for user in daemon nobody; do
    impostor_runs "$user"
    fails_to_mount gluster.service.consul:/other /mnt/none 'https://127.0.0.2:8501 does not respond' -- \
      -o "$https,consul-retry=0"
    impostor_was_not_asked
    impostor_ends
  done
}

# Neither can he keep the mount from waiting, when DNS is set.
test_an_impostor_does_not_end_the_wait_for_the_https_agent() {
  make_keys
  agent_dies
  impostor_runs nobody
  make_target /mnt/none
  client mount -t glusterconsul "$g0" /mnt/none -o "$https,$dns,consul-retry=4s"
  expect_status 32
  expect_error 'retrying' 'user 65534'
  ((took > 2000)) || fail 'the mount did not wait for the agent'
}

test_https_that_is_slow_is_not_overtaken_by_dns() {
  secure_consul_runs good
  local options
  for options in "$https" "$https,$dns"; do
    agent_hangs 2.5
    look_up "$g0" "$options"
    expect_status 0
    expect_json 'the way' 'Consul over HTTP' .via
    expect_json 'the warnings' '[]' .warnings
    ((took > 1000)) || fail 'the agent was not slow'
  done
  agent_hangs 2.5
  mounts "$g0" /mnt/g0 -o "$https"
  expect_equal 'what is said' '' "$err"
}

test_dns_that_is_set_steps_in_with_a_warning() {
  secure_consul_runs good
  # While it is slow: it has three quarters of consul-timeout.
  agent_hangs
  mounts "$g0" /mnt/g0 -o "$https,$dns"
  expect_error "$dns_warning" 'https://127.0.0.2:8501 did not respond in time'
  expect_took_at_most 6000
  unmounts /mnt/g0
  agent_crashes secure
  mounts "$g0" /mnt/g0 -o "$https,$dns"
  expect_error "$dns_warning" 'https://127.0.0.2:8501 does not respond' refused
  expect_took_at_most 2000
  unmounts /mnt/g0
  # Set in the conf file; and by consul-via.
  on client sh -c 'echo "$0" | tr , "\n" >/etc/glusterconsul.conf' "$https,$dns"
  mounts "$g0" /mnt/g0
  expect_error "$dns_warning"
  unmounts /mnt/g0
  on client sed -i /dns/d /etc/glusterconsul.conf
  fails_to_mount "$g0" /mnt/none 'does not respond' -- -o consul-retry=0
  mounts "$g0" /mnt/g0 -o consul-via=dns
  expect_error "$dns_warning (consul-via=dns)"
  expect_equal 'the lists that are kept' '[]' "$(lists)"
}

test_https_that_is_not_verified_is_treated_as_plain_http() {
  make_keys
  mounts "$g0" /mnt/g0 -o "$https,consul-ssl-verify=false"
  expect_error 'queried Consul over DNS'
  expect_equal 'the list' '[{"via":"dns","consul":"dns://127.0.0.1:8600"}]' "$(lists)"
}

## The service's name

# servers_with OPTIONS: those of the client's command line, as it runs.
servers_with() {
  reaches "$g0" /mnt/g0 -o "$1"
  servers=$(on client sh -c 'tr "\0" "\n" <"/proc/$(pgrep -f "glusterfs.* /mnt/g0$")/cmdline"' |
    sed -n 's/^--volfile-server=//p')
  unmounts /mnt/g0
  wait_for 10 no_client_runs || fail 'the client does not end'
  remember_traces
}

no_client_runs() {
  ! on client pgrep -x glusterfs >/dev/null
}

ends_with_name() {
  [[ $(tail -n 1 <<<"$servers") == gluster.service.consul ]]
}

test_the_name_of_the_service_is_handed_on_only_if_that_is_no_downgrade() {
  secure_consul_runs good
  # As a resolver would that anybody may answer for.
  later on client sed -i '/gluster\.service\.consul/d' /etc/hosts
  on client sh -c 'echo "10.77.0.11 gluster.service.consul" >>/etc/hosts'
  servers_with consul-cache=off
  ends_with_name || fail "with plain HTTP: $servers"
  servers_with "$https"
  expect_equal 'the servers with HTTPS' "${address[gl1]} ${address[gl2]} ${address[gl3]}" \
    "$(sort <<<"$servers" | paste -sd ' ')"
  servers_with "$https,consul-backup-name=on"
  ends_with_name || fail "with consul-backup-name=on: $servers"
  servers_with consul-backup-name=off
  ! ends_with_name || fail "with consul-backup-name=off: $servers"
  on client sed -i '/gluster\.service\.consul/d' /etc/hosts
  servers_with "$https,consul-backup-name=on"
  ends_with_name || fail "with consul-backup-name=on and a resolver that does not know it: $servers"
}

## The list

test_a_list_from_https_is_used_while_its_agent_is_down() {
  secure_consul_runs good
  mounts "$g0" /mnt/g0 -o "$https"
  unmounts /mnt/g0
  expect_equal 'the list' '[{"via":"https","consul":"https://127.0.0.2:8501"}]' "$(lists)"
  agent_crashes secure
  mounts "$g0" /mnt/g0 -o "$https"
  expect_error 'the last successful mount, ' 'learned over HTTPS'
}

# DNS is worth less than the list, also where it is set.
test_a_list_from_https_goes_before_dns() {
  secure_consul_runs good
  mounts "$g0" /mnt/g0 -o "$https,$dns"
  unmounts /mnt/g0
  agent_crashes secure
  mounts "$g0" /mnt/g0 -o "$https,$dns"
  expect_error 'the last successful mount, ' 'learned over HTTPS'
}

test_a_list_that_did_not_come_over_https_is_ignored() {
  secure_consul_runs good
  mounts "$g0" /mnt/g0 -o "$https"
  unmounts /mnt/g0
  agent_crashes secure
  local via
  for via in dns http; do
    on client sh -c 'changed=$(jq ".via = \"$1\"" "$0"/*.json) && printf "%s\n" "$changed" >"$(ls "$0"/*.json)"' \
      "$cache" "$via"
    fails_to_mount "$g0" /mnt/none 'does not respond' 'but Consul is authenticated' -- -v -o "$https,consul-retry=0"
  done
}

# HTTP refuses, so that the list comes by DNS; later, the agent is busy.
test_a_list_from_dns_is_not_used_while_http_is_slow() {
  close_port 8500
  mounts "$g0" /mnt/g0
  unmounts /mnt/g0
  expect_equal 'the list' '[{"via":"dns","consul":"dns://127.0.0.1:8600"}]' "$(lists)"
  open_port 8500
  later on client pkill -CONT -x consul
  on client pkill -STOP -x consul
  on client setsid -f sh -c 'sleep 2; pkill -CONT -x consul' </dev/null >/dev/null 2>&1
  look_up "$g0"
  [[ $out != *'last known list'* ]] || fail 'the list was used'
  ((took > 1000)) || fail 'the agent was not slow'
  # But when both have failed.
  close_port 8500
  close_port 8600
  mounts "$g0" /mnt/g0
  expect_error 'the last successful mount' 'learned over DNS'
}

test_a_list_from_http_is_not_replaced_by_one_from_dns() {
  mounts "$g0" /mnt/g0
  unmounts /mnt/g0
  local before
  before=$(on client sh -c 'cat "$0"/*.json' "$cache")
  [[ $before == *'"via": "http"'* ]] || fail "the list does not come over HTTP: $before"
  close_port 8500
  on client sh -c 'iptables -w 10 -I OUTPUT -p tcp -d 10.77.0.13 --dport 24007 -j REJECT --reject-with tcp-reset'
  later on client sh -c 'iptables -w 10 -D OUTPUT -p tcp -d 10.77.0.13 --dport 24007 -j REJECT --reject-with tcp-reset'
  mounts "$g0" /mnt/g0 -o consul-servers=2
  expect_error 'queried Consul over DNS'
  expect_equal 'the list' "$before" "$(on client sh -c 'cat "$0"/*.json' "$cache")"
}

test_two_consuls_do_not_share_a_list() {
  agent_leads one 127.0.0.2 ''
  knows_gluster 127.0.0.2 gl1 gl2 gl3
  mounts "$g0" /mnt/g0 -o "$(only_by_http 127.0.0.2:8500)"
  unmounts /mnt/g0
  # The other one is away, and has never been asked.
  fails_to_mount "$g0" /mnt/none 127.0.0.3:8500 -- -o "$(only_by_http 127.0.0.3:8500),consul-retry=0"
  agent_crashes one
  mounts "$g0" /mnt/g0 -o "$(only_by_http http://127.0.0.2:8500)"
  expect_error 'learned over unauthenticated HTTP'
}
