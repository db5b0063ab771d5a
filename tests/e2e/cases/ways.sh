# shellcheck shell=bash disable=SC2154 # names from lib.sh
# The ways to Consul: HTTP, DNS, and what there is when one of them is gone.

# close_port PROTOCOL PORT WHAT...: of the client's own agent.
close_port() {
  local rule=(INPUT -i lo -p "$1" --dport "$2" -j "${@:3}")
  later on client iptables -w 10 -D "${rule[@]}"
  on client iptables -w 10 -A "${rule[@]}"
}

test_dns_steps_in_where_http_refuses() {
  close_port tcp 8500 REJECT --reject-with tcp-reset
  mounts "$g0" /mnt/g0
  expect_took_at_most 1000
}

test_dns_steps_in_within_a_second_where_http_is_silent() {
  mounts "$g0" /mnt/healthy -o consul-cache=off
  local healthy=$took
  close_port tcp 8500 DROP
  mounts "$g0" /mnt/g0 -o consul-cache=off
  expect_took_at_most $((healthy + 1000))
}

test_dns_is_not_missed_where_http_answers() {
  close_port tcp 8600 DROP
  close_port udp 8600 DROP
  mounts "$g0" /mnt/g0
  expect_took_at_most 1000
}

# With Debian's own hosts file the first address of localhost is ::1.
test_localhost_is_asked_by_dns_if_the_agent_listens_on_ipv4_only() {
  local rule=(INPUT -i lo -p tcp --dport 8600 -j REJECT --reject-with tcp-reset)
  later on client ip6tables -w 10 -D "${rule[@]}"
  on client ip6tables -w 10 -A "${rule[@]}"
  later on client sed -i '/^::1 localhost$/d' /etc/hosts
  on client sh -c 'echo "::1 localhost" >>/etc/hosts'
  look_up "$g0" consul-via=dns,consul-dns-addr=localhost:8600
  expect_status 0
  expect_took_at_most 1000
}

test_each_address_of_the_dns_server_is_tried() {
  local rule=(INPUT -i lo -p tcp -d 127.0.0.3 --dport 8600 -j DROP)
  later on client iptables -w 10 -D "${rule[@]}"
  on client iptables -w 10 -A "${rule[@]}"
  later on client sed -i '/agent\.test/d' /etc/hosts
  on client sh -c 'printf "%s agent.test\n" 127.0.0.3 127.0.0.2 127.0.0.1 >>/etc/hosts'
  look_up "$g0" consul-via=dns,consul-dns-addr=agent.test:8600
  expect_status 0
  expect_took_at_most 2000 # of the 5 s that a look-up may take
}

test_a_dns_server_that_hangs_up_is_left_at_once() {
  odd_consul closes
  client glusterconsul lookup -o consul-via=dns,consul-dns-addr=127.0.0.1:8599 "$g0"
  expect_status 32
  expect_error 'it closed the connection'
  expect_took_at_most 1000
}

test_lookup_says_which_way_it_learnt_the_servers() {
  look_up "$g0"
  expect_json 'whether it was HTTP' true '.via | endswith("HTTP")'
  look_up "$g0" consul-via=dns
  expect_json 'whether it was DNS' true '.via | endswith("DNS")'
  close_port tcp 8500 REJECT --reject-with tcp-reset
  look_up "$g0"
  expect_json 'whether it was DNS' true '.via | endswith("DNS")'
  expect_json 'warnings' 1 '.warnings | length'
}

test_the_agent_may_listen_on_a_unix_socket() {
  agent_dies
  later on client rm -f /etc/consul.d/socket.json
  on client sh -c 'echo "{\"addresses\": {\"http\": \"127.0.0.1 unix:///tmp/agent.sock\"}}" >/etc/consul.d/socket.json'
  start_agent
  wait_for_agent
  mounts "$g0" /mnt/g0 -o consul-via=http,consul-http-addr=unix:///tmp/agent.sock
}

test_an_empty_environment_is_enough() {
  make_target /mnt/g0
  client env -i /sbin/mount.glusterconsul "$g0" /mnt/g0
  expect_status 0
  expect_mounted /mnt/g0 "$g0"
}

test_the_environment_says_where_the_agent_is() {
  client env CONSUL_HTTP_ADDR=127.0.0.1:8599 glusterconsul lookup -o consul-via=http "$g0"
  expect_status 32
  expect_error 127.0.0.1:8599
}

test_the_conf_file_says_where_the_agent_is_and_options_win() {
  on client sh -c 'echo "consul-http-addr = 127.0.0.1:8599" >/etc/glusterconsul.conf'
  client glusterconsul lookup -o consul-via=http "$g0"
  expect_status 32
  expect_error 127.0.0.1:8599
  mounts "$g0" /mnt/g0 -o consul-via=http,consul-http-addr=127.0.0.1:8500
}

test_the_servers_of_the_last_mount_are_used_where_the_agent_is_dead() {
  mounts "$g0" /mnt/g0
  unmounts /mnt/g0
  agent_dies
  mounts "$g0" /mnt/g0
  expect_took_at_most 2000
  expect_error Consul
  unmounts /mnt/g0
  fails_to_mount "$g0" /mnt/none 127.0.0.1:8500 -- -o consul-cache=off,consul-retry=0
}

test_an_agent_that_is_silent_costs_less_than_a_second() {
  mounts "$g0" /mnt/g0
  local healthy=$took
  unmounts /mnt/g0
  later on client pkill -CONT -x consul
  on client pkill -STOP -x consul
  mounts "$g0" /mnt/g0
  expect_took_at_most $((healthy + 1000))
  expect_error Consul
}
