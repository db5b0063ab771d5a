# shellcheck shell=bash disable=SC2016,SC2154 # what the client expands; names from lib.sh
# The last known list: what it is, when it is used, and that no state of it
# breaks a mount.

# shellcheck source-path=SCRIPTDIR source=../lib_consul.sh
source "$here/lib_consul.sh"

cache=/var/cache/glusterconsul

# refuse PORT...: of the client's own agent, whose list belongs to its address; accept PORT...
refuse() {
  local port
  for port in "$@"; do
    later on client sh -c 'iptables -w 10 -D INPUT "$@" 2>/dev/null || true' sh "${refusal[@]}" --dport "$port"
    on client iptables -w 10 -A INPUT "${refusal[@]}" --dport "$port"
  done
}

accept() {
  local port
  for port in "$@"; do
    on client iptables -w 10 -D INPUT "${refusal[@]}" --dport "$port"
  done
}

refusal=(-i lo -p tcp -j REJECT --reject-with tcp-reset)

# unheard COMMAND...: while neither HTTP nor DNS answers, and at once.
unheard() {
  refuse 8500 8600
  "$@"
  accept 8500 8600
}

# Mounts once, and sets `list` to the file that this left, `content` to what it holds.
list_is_left() {
  consul_looks_away # so that all three pass each time
  mounts "$g0" /mnt/g0
  unmounts /mnt/g0
  list=$(on client find "$cache" -type f)
  [[ $list == "$cache"/*.json ]] || fail "one file is to be in $cache, and there is: $list"
  content=$(without_date)
}

# Consul tells of its instances in no order.
without_date() {
  on client jq -c 'del(.written) | .servers |= sort_by(.address)' "$list"
}

# rewrite_list FILTER: with what jq makes of it.
rewrite_list() {
  on client sh -c 'changed=$(jq "$1" "$0") && printf "%s\n" "$changed" >"$0"' "$list" "$1"
}

# This list serves nobody, and neither does it stand in a mount's way.
# list_is_passed_over WORDS...: what the steps say of it.
list_is_passed_over() {
  unheard fails_to_mount "$g0" /mnt/none 'does not respond' "$@" -- -v -o consul-retry=0
  mounts "$g0" /mnt/g0
  unmounts /mnt/g0
}

# And by such a mount it is replaced by a good one.
list_is_renewed() {
  expect_equal 'the new list' "$content" "$(without_date)"
  client cat "$list"
  expect_json 'whether it is new' true '.written - now | fabs < 60'
}

test_a_mount_that_works_leaves_a_list_for_root_alone() {
  list_is_left
  client stat -c '%U %a %n' "$cache" "$list"
  expect_output "root 700 $cache" "root 600 $list"
  client cat "$list"
  expect_json 'the version' 2 .version
  expect_json 'how it came' http .via
  expect_json 'from where' http://127.0.0.1:8500 .consul
  expect_json 'the servers' "$(printf '["%s","%s","%s"]' "${address[gl1]}" "${address[gl2]}" "${address[gl3]}")" \
    '[.servers[].address] | sort'
  expect_json 'whether it is of now' true "(.written - $(date +%s)) | fabs < 60"
  client find "$cache" -mindepth 1 -not -name '*.json'
  expect_equal 'what else is in the folder' '' "$out"
}

test_each_query_and_volume_has_a_list_of_its_own() {
  register tagged gl1 passing fast
  mounts "$g0" /mnt/g0
  mounts tagged:/g0 /mnt/tagged
  mounts fast.tagged.service.consul:/g0 /mnt/fast
  client find "$cache" -name '*.json'
  expect_equal 'the number of lists' 3 "$(wc -l <<<"$out")"
  unheard reaches "$g0" /mnt/again -o consul-retry=0
  remember_traces
  unheard fails_to_mount gluster.service.consul:/other /mnt/none 'does not respond' -- -o consul-retry=0
}

test_the_list_is_used_with_a_warning_that_names_its_age_and_origin() {
  list_is_left
  rewrite_list '.written -= 7500'
  unheard mounts "$g0" /mnt/g0
  expect_error 'Consul does not respond' 127.0.0.1:8500 'last successful mount, 2h ago, learned over unauthenticated HTTP'
  expect_took_at_most 2000
}

test_the_list_is_not_used_where_one_way_answers() {
  list_is_left
  refuse 8500
  mounts "$g0" /mnt/g0
  expect_error 'queried Consul over DNS'
  [[ $err != *'last successful mount'* ]] || fail 'DNS knows better than the list'
  unmounts /mnt/g0
  accept 8500
  refuse 8600
  mounts "$g0" /mnt/g0
  expect_equal 'what is said' '' "$err"
}

test_the_servers_on_the_list_are_probed_like_any_other() {
  list_is_left
  # An address that is not gluster's any more (the client's own) comes last, not first.
  rewrite_list '.servers |= map(if .address == "'"${address[gl1]}"'" then .address = "10.77.0.20" else . end)'
  unheard look_up "$g0"
  expect_json 'the way' 'the last known list' .via
  expect_json 'the verdict on the wrong one' refused '.instances[] | select(.address == "10.77.0.20") | .probe.verdict'
  expect_json 'the last server' 10.77.0.20 '.servers[-1]'
}

# Neither is dead, or has lost the volume, the last word on it.
test_a_list_whose_servers_are_of_no_use_does_not_end_the_wait_for_consul() {
  list_is_left
  local server
  for server in 10.77.0.20 "${address[gl4]}"; do
    rewrite_list ".servers |= (map(.address = \"$server\") | .[:1])"
    agent_dies
    start_agent 3
    mounts "$g0" /mnt/g0
    expect_error 'retrying'
    unmounts /mnt/g0
  done
}

test_only_a_mount_that_works_is_remembered() {
  fails_to_mount "$g0/no/such/folder" /mnt/none folder -- -o consul-retry=0
  make_target /mnt/none
  client mount -f -t glusterconsul "$g0" /mnt/none
  expect_status 0
  client glusterconsul lookup "$g0"
  expect_status 0
  mounts "$g0" /mnt/g0 -o consul-cache=off
  client sh -c "ls -A $cache 2>/dev/null || true"
  expect_equal 'what is remembered' '' "$out"
}

test_a_list_that_is_new_enough_is_not_written_again() {
  list_is_left
  client stat -c '%i' "$list"
  local before=$out
  list_is_left
  client stat -c '%i' "$list"
  expect_equal 'the file' "$before" "$out"
  rewrite_list '.written -= 172800'
  list_is_left
  client jq .written "$list"
  ((out > $(date +%s) - 60)) || fail 'an old list is to be written anew'
}

test_a_damaged_list_never_breaks_a_mount() {
  list_is_left
  local good damage
  good=$(on client cat "$list")
  for damage in ': >"$0"' 'head -c 40 "$0" >"$0.cut" && mv "$0.cut" "$0"' 'head -c 3000 /dev/urandom >"$0"' \
    'echo "[[[[[[[[" >"$0"' 'head -c 1000000 /dev/zero >"$0"' 'echo "{\"version\": 2}" >"$0"'; do
    printf '%s\n' "$good" | on client sh -c 'cat >"$0"' "$list"
    on client sh -c "$damage" "$list"
    list_is_passed_over 'ignoring the last known list'
    list_is_renewed
  done
}

# rows_are_passed_over 'FILTER|WORDS'...: a list that is changed so.
rows_are_passed_over() {
  local row
  list_is_left
  for row in "$@"; do
    rewrite_list "${row%|*}"
    list_is_passed_over "${row#*|}"
    list_is_renewed
  done
}

test_a_list_of_another_version_or_query_never_breaks_a_mount() {
  rows_are_passed_over '.version = 1|another version wrote it' '.version = "2"|another version wrote it' \
    '.key = "another"|of another query'
}

test_a_list_without_an_origin_never_breaks_a_mount() {
  rows_are_passed_over 'del(.via)|where it came from' '.via = "rumour"|where it came from' \
    'del(.consul)|where it came from'
}

test_a_list_that_is_too_old_or_from_the_future_never_breaks_a_mount() {
  rows_are_passed_over '.written -= 700000|older than consul-cache=' '.written += 86400|from the future' \
    '.written = -5|has no date'
}

test_a_list_with_a_server_that_is_none_never_breaks_a_mount() {
  rows_are_passed_over '.servers = []|damaged' '.servers[0].address = "--volfile=/etc/passwd"|damaged' \
    '.servers[0].port = 99999|damaged'
}

test_a_list_that_is_not_roots_alone_never_breaks_a_mount() {
  list_is_left
  local change
  for change in 'chown nobody "$0"' 'chmod 666 "$0"' 'chmod 620 "$0"'; do
    on client sh -c "$change" "$list"
    list_is_passed_over 'writable by nobody else'
    list_is_renewed
    client stat -c '%U %a' "$list"
    expect_equal 'the new file' 'root 600' "$out"
  done
}

test_a_link_in_place_of_the_list_is_neither_followed_nor_written_through() {
  list_is_left
  on client sh -c 'cp "$0" /etc/elsewhere.json && ln -sf /etc/elsewhere.json "$0"' "$list"
  later on client rm -f /etc/elsewhere.json
  client md5sum /etc/elsewhere.json
  local before=$out
  list_is_passed_over 'ignoring the last known list'
  list_is_renewed
  client md5sum /etc/elsewhere.json
  expect_equal 'what the link pointed to' "$before" "$out"
  client stat -c %F "$list"
  expect_equal 'what is there now' 'regular file' "$out"
}

# A folder that is in the way stays: it is not ours to remove.
test_something_else_in_place_of_the_list_never_breaks_a_mount() {
  list_is_left
  local thing
  for thing in 'mkdir "$0" && touch "$0/full"' 'mkfifo "$0"' 'ln -s "$0" "$0"'; do
    on client sh -c "rm -rf \"\$0\" && $thing" "$list"
    remember_traces
    list_is_passed_over 'ignoring the last known list'
    on client rm -rf "$list"
  done
}

test_something_else_in_place_of_the_folder_never_breaks_a_mount() {
  local thing
  for thing in 'touch "$0"' 'ln -s /etc "$0"' 'ln -s /nowhere "$0"' 'mkdir -m 777 "$0"' 'mkdir "$0" && chown nobody "$0"'; do
    on client sh -c "rm -rf \"\$0\" && $thing" "$cache"
    mounts "$g0" /mnt/g0 -v
    expect_error 'was not saved'
    unmounts /mnt/g0
    unheard fails_to_mount "$g0" /mnt/none 'does not respond' -- -o consul-retry=0
    client sh -c 'find /etc -maxdepth 1 -name "*.json"; find "$0" -type f -name "*json"' "$cache"
    expect_equal 'what was written there' '' "$out"
  done
}

# cache_is_on OPTIONS...: as mount(8) takes them.
cache_is_on() {
  later on client umount -l "$cache"
  on client mkdir -p "$cache"
  on client mount "$@" "$cache"
  remember_traces
}

test_a_full_file_system_never_breaks_a_mount() {
  cache_is_on -t tmpfs -o size=16k,mode=700 tmpfs
  on client sh -c 'cat /dev/zero >"$0/filling" 2>/dev/null || true' "$cache"
  mounts "$g0" /mnt/g0 -v
  expect_error 'was not saved' 'No space left'
  unmounts /mnt/g0
  client ls -A "$cache"
  expect_equal 'what is left' filling "$out"

  # With a list from before: that is kept, and still serves.
  on client rm "$cache/filling"
  list_is_left
  on client sh -c 'cat /dev/zero >"$0/filling" 2>/dev/null || true' "$cache"
  local before
  before=$(on client cat "$list")
  register more gl1 # the lists of other queries have no room
  mounts more:/g0 /mnt/g0 -v
  expect_error 'was not saved'
  unmounts /mnt/g0
  expect_equal 'the list' "$before" "$(on client cat "$list")"
  unheard mounts "$g0" /mnt/g0
}

test_a_file_system_without_room_for_another_file_never_breaks_a_mount() {
  cache_is_on -t tmpfs -o nr_inodes=1,mode=700 tmpfs
  mounts "$g0" /mnt/g0 -v
  expect_error 'was not saved' 'No space left'
}

test_a_read_only_file_system_never_breaks_a_mount() {
  list_is_left
  rewrite_list '.written -= 172800'
  cache_is_on -o bind,ro "$cache"
  mounts "$g0" /mnt/g0 -v
  expect_error 'was not saved' 'Read-only file system'
  unmounts /mnt/g0
  unheard mounts "$g0" /mnt/g0
  expect_error 'last successful mount, 2d ago'
  unmounts /mnt/g0
}

test_a_folder_that_cannot_be_made_never_breaks_a_mount() {
  later on client umount -l "${cache%/*}"
  on client mount -t tmpfs -o mode=755,ro tmpfs "${cache%/*}"
  remember_traces
  mounts "$g0" /mnt/g0
  expect_equal 'what is said' '' "$err"
}

test_the_list_holds_no_token() {
  agent_leads guarded 127.0.0.2 "$(jq -n -c \
    '{acl: {enabled: true, default_policy: "allow", tokens: {master: "11111111-2222-3333-4444-555555555555"}}}')"
  consul_token=11111111-2222-3333-4444-555555555555
  agent_gets guarded 'its access control' agent_shows 127.0.0.2 acl/tokens 'length > 0'
  knows_gluster 127.0.0.2 gl1 gl2 gl3
  make_target /mnt/g0
  client env CONSUL_HTTP_TOKEN="$consul_token" mount.glusterconsul "$g0" /mnt/g0 -o "$(only_by_http 127.0.0.2:8500)"
  expect_status 0
  client grep -rl "$consul_token" "$cache" /var/log/glusterfs
  expect_status 1
}
