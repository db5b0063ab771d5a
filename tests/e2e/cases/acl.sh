# shellcheck shell=bash disable=SC2034,SC2154 # names shared with lib.sh
# A Consul whose access control denies by default.

# shellcheck source-path=SCRIPTDIR source=../lib_consul.sh
source "$here/lib_consul.sh"

master=11111111-2222-3333-4444-555555555555
may_read=aaaaaaaa-2222-3333-4444-555555555555
may_read_all=cccccccc-2222-3333-4444-555555555555
may_not_read_nodes=bbbbbbbb-2222-3333-4444-555555555555
token_file=/etc/consul-token
guarded=$(only_by_http 127.0.0.2:8500)

guarded_consul_runs() {
  agent_leads guarded 127.0.0.2 "$(jq -n -c --arg master "$master" \
    '{acl: {enabled: true, default_policy: "deny", tokens: {master: $master}}}')"
  consul_token=$master
  agent_gets guarded 'its access control' agent_shows 127.0.0.2 acl/tokens 'length > 0'
  knows_gluster 127.0.0.2 gl1 gl2 gl3
  token "$may_read" 'service "gluster" { policy = "read" } node_prefix "" { policy = "read" }'
  token "$may_read_all" 'service_prefix "" { policy = "read" } node_prefix "" { policy = "read" }'
  token "$may_not_read_nodes" 'service "gluster" { policy = "read" }'
  consul_token=
}

# token SECRET RULES
token() {
  local consul_at=127.0.0.2
  consul_put acl/policy "$(jq -n --arg name "${1%%-*}" --arg rules "$2" '{Name: $name, Rules: $rules}')"
  consul_put acl/token "$(jq -n --arg secret "$1" --arg name "${1%%-*}" \
    '{SecretID: $secret, Policies: [{Name: $name}]}')"
}

# token_lies_in FILE MODE [TOKEN [OWNER]]
token_lies_in() {
  later on client rm -f "$1"
  # shellcheck disable=SC2016 # expanded by the shell on the client
  on client sh -c 'printf "%s\n" "$2" >"$0" && chmod "$1" "$0" && chown "$3" "$0"' \
    "$1" "$2" "${3-$may_read}" "${4-root}"
}

# refuses WORDS... -- ARGUMENTS...: at once, though it would be tried again for a
# minute, and in words without a token.
refuses() {
  fails_to_mount "$g0" /mnt/none "$@"
  expect_took_at_most 5000
  expect_no_token
}

expect_no_token() {
  local secret
  for secret in "$master" "$may_read" "$may_not_read_nodes"; do
    [[ $err$out != *"$secret"* ]] || fail "the token $secret is shown"
  done
}

# With the lab's own agent for DNS, which knows the service: it is not asked behind
# the back of access control.
test_no_token_an_unknown_one_and_one_that_may_not_see_nodes_are_final_and_told_apart() {
  guarded_consul_runs
  refuses '127.0.0.2:8500' 'the anonymous token' 'service:read is missing' consul-token-file= \
    -- -o consul-http-addr=127.0.0.2:8500
  token_lies_in "$token_file" 600 dddddddd-2222-3333-4444-555555555555
  refuses 'refuses the token' 'ACL not found' -- -o "$guarded,consul-token-file=$token_file"
  token_lies_in "$token_file" 600 "$may_not_read_nodes"
  refuses 'this token' 'node:read is missing' -- -o "$guarded,consul-token-file=$token_file"
}

test_a_token_that_may_read_services_and_nodes_mounts() {
  guarded_consul_runs
  token_lies_in "$token_file" 600
  mounts "$g0" /mnt/g0 -o "$guarded,consul-token-file=$token_file"
  expect_no_token
  on client sh -c 'cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\0" "\n"' >"$work/processes"
  ! grep -q "$may_read" "$work/processes" || fail 'a process holds the token in its arguments or environment'
}

test_a_service_is_called_unknown_only_by_a_token_that_may_read_it() {
  guarded_consul_runs
  token_lies_in "$token_file" 600 "$may_read_all"
  fails_to_mount glusterr:/g0 /mnt/none 'has no service' "did you mean 'gluster'" \
    -- -o "$guarded,consul-retry=0,consul-token-file=$token_file"
  [[ $err != *hide* ]] || fail 'access control is not in the way'
  token_lies_in "$token_file" 600
  fails_to_mount glusterr:/g0 /mnt/none 'this token' "'glusterr'" 'service:read is missing' \
    -- -o "$guarded,consul-token-file=$token_file"
}

# It may run with a token of its own, so that is no proof, and not final.
test_a_prepared_query_that_finds_nothing_names_the_token_as_a_possible_cause() {
  guarded_consul_runs
  on client curl -sS -f -m 10 -o /dev/null -H "X-Consul-Token: $master" \
    -d '{"Name": "any-gluster", "Service": {"Service": "gluster"}}' http://127.0.0.2:8500/v1/query
  fails_to_mount any-gluster.query.consul:/g0 /mnt/none "'any-gluster' returned no instance" 'token' \
    -- -o "$guarded,consul-retry=0"
  token_lies_in "$token_file" 600
  mounts any-gluster.query.consul:/g0 /mnt/g0 -o "$guarded,consul-token-file=$token_file"
}

test_the_environment_may_hold_the_token_or_name_its_file() {
  guarded_consul_runs
  local asked=(glusterconsul lookup --json -o "$guarded" "$g0")
  client env CONSUL_HTTP_TOKEN="$may_read" "${asked[@]}"
  expect_status 0
  client env CONSUL_HTTP_TOKEN="$may_not_read_nodes" "${asked[@]}"
  expect_status 32
  expect_error 'node:read is missing'

  token_lies_in "$token_file" 600
  client env CONSUL_HTTP_TOKEN_FILE="$token_file" CONSUL_HTTP_TOKEN="$may_not_read_nodes" "${asked[@]}"
  expect_status 0
  expect_no_token
  # An option wins over the environment.
  client env CONSUL_HTTP_TOKEN="$may_not_read_nodes" \
    glusterconsul lookup --json -o "$guarded,consul-token-file=$token_file" "$g0"
  expect_status 0
}

test_a_token_file_that_others_may_read_or_change_is_refused() {
  guarded_consul_runs
  local mode
  make_target /mnt/none
  for mode in 644 604 622 660 606; do
    token_lies_in "$token_file" "$mode"
    client mount -t glusterconsul "$g0" /mnt/none -o "$guarded,consul-token-file=$token_file"
    expect_status 1
    expect_error "$token_file" "0$mode" chmod
    expect_no_token
  done
  for mode in 400 440 640; do
    token_lies_in "$token_file" "$mode"
    client glusterconsul lookup -o "$guarded,consul-token-file=$token_file" "$g0"
    expect_status 0
  done
  token_lies_in "$token_file" 600 "$may_read" nobody
  client mount -t glusterconsul "$g0" /mnt/none -o "$guarded,consul-token-file=$token_file"
  expect_status 1
  expect_error "$token_file" 'belongs to user' chown
  expect_no_trace
}

test_a_token_file_that_is_missing_empty_or_a_folder_is_named() {
  make_target /mnt/none
  token_lies_in "$token_file" 600 ''
  local file
  for file in "$token_file" /etc/no-such-token /etc; do
    client mount -t glusterconsul "$g0" /mnt/none -o "consul-token-file=$file"
    expect_status 1
    expect_error 'token file' "$file"
  done
  expect_no_trace
}
