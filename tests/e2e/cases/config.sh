# shellcheck shell=bash disable=SC2154 # names from lib.sh
# The conf file, its folder, and what `glusterconsul lookup --show-config` tells of them.

conf=/etc/glusterconsul.conf

# conf_says FILE LINES...: on the client.
conf_says() {
  local file=$1
  shift
  later on client rm -rf "$conf.d" "$conf"
  on client mkdir -p "$conf.d"
  printf '%s\n' "$@" | on client install -m 644 /dev/stdin "$file"
}

# show_config [ARGUMENTS...]: as JSON, in out; only these variables in the environment.
show_config() {
  run_on_client env -i PATH="$PATH" "${variables[@]}" glusterconsul lookup --show-config --json "$@"
  jq -c . "$work/out" 2>/dev/null || cat -- "$work/out"
  tell_how_it_ended
}

# expect_setting NAME VALUE ORIGIN
expect_setting() {
  expect_json "$1" "[\"$2\",\"$3\"]" ".settings[] | select(.name == \"$1\") | [.value, .origin]"
}

expect_no_secret() {
  [[ $out$err != *s3cret* ]] || fail 'nothing of a token or a password is to be shown'
}

variables=()

test_show_config_names_who_said_what() {
  conf_says "$conf" '# defaults' 'consul-timeout = 4s' 'consul-retry = 10s' '[gluster]' 'consul-cache = 1d'
  conf_says "$conf.d/10-a.conf" 'consul-retry = 20s' 'consul-cache = 2d'
  conf_says "$conf.d/20-b.conf" '' 'consul-retry = 30s' '[other]' 'consul-dc = dc9'
  variables=(CONSUL_HTTP_ADDR=127.0.0.1:8500)
  show_config "$g0" -o consul-order=nearest
  expect_status 0
  expect_json 'the service' gluster .service
  expect_setting consul-http-addr 127.0.0.1:8500 CONSUL_HTTP_ADDR
  expect_setting consul-timeout 4s "$conf:2"
  expect_setting consul-retry 30s "$conf.d/20-b.conf:2"
  expect_setting consul-cache 1d "$conf:5"
  expect_setting consul-order nearest -o
  expect_setting consul-via auto 'built in'
  expect_setting consul-dc '' 'built in'
  show_config
  expect_status 0
  expect_json 'the service' null .service
  expect_setting consul-cache 2d "$conf.d/10-a.conf:2"
  show_config other:/g0
  expect_setting consul-dc dc9 "$conf.d/20-b.conf:4"
}

test_show_config_never_shows_a_token_or_a_password() {
  variables=(CONSUL_HTTP_TOKEN=s3cret CONSUL_HTTP_AUTH=admin:s3cret CONSUL_HTTP_SSL=true)
  show_config "$g0"
  expect_status 0
  expect_no_secret
  expect_json 'the token' '[null,"CONSUL_HTTP_TOKEN"]' '.settings[] | select(.name == "token") | [.value, .origin]'
  expect_json 'the password' '[null,"CONSUL_HTTP_AUTH"]' \
    '.settings[] | select(.name == "basic-auth") | [.value, .origin]'
  expect_setting ssl true CONSUL_HTTP_SSL
  client env "${variables[@]}" glusterconsul lookup --show-config
  expect_status 0
  expect_no_secret
  expect_output '(set)' CONSUL_HTTP_TOKEN CONSUL_HTTP_AUTH
  variables=(CONSUL_HTTP_ADDR=http://admin:s3cret@127.0.0.1:8500)
  show_config "$g0"
  expect_status 1
  expect_no_secret
  expect_error CONSUL_HTTP_ADDR CONSUL_HTTP_AUTH
}

# The packets that the user nobody has sent from the client.
packets_of_nobody() {
  on client iptables -nvxL OUTPUT | awk '/owner UID match/ { print $1 }'
}

test_show_config_asks_nobody() {
  later on client iptables -D OUTPUT -m owner --uid-owner nobody
  on client iptables -I OUTPUT -m owner --uid-owner nobody
  client setpriv --reuid nobody --clear-groups glusterconsul lookup --show-config "$g0"
  expect_status 0
  expect_equal 'the number of packets sent' 0 "$(packets_of_nobody)"
  client setpriv --reuid nobody --clear-groups glusterconsul lookup "$g0"
  expect_status 0
  (($(packets_of_nobody) > 0)) || fail 'a look-up is to be counted, or the count proves nothing'
}

test_a_mount_takes_the_folder_over_the_file_and_a_section_over_both() {
  conf_says "$conf" 'consul-http-addr = 127.0.0.1:1' 'consul-dns-addr = off' 'consul-retry = 0' \
    'consul-cache = off'
  conf_says "$conf.d/right.conf" 'consul-http-addr = 127.0.0.1:8500'
  mounts "$g0" /mnt/folder
  unmounts /mnt/folder
  conf_says "$conf.d/right.conf" '[gluster]' 'consul-http-addr = 127.0.0.1:8500'
  conf_says "$conf.d/wrong.conf" 'consul-http-addr = 127.0.0.1:2'
  mounts "$g0" /mnt/section
  unmounts /mnt/section
  on client rm "$conf.d/right.conf"
  fails_to_mount "$g0" /mnt/wrong 127.0.0.1:2
}

test_a_wrong_line_in_the_folder_is_named_by_file_and_line() {
  conf_says "$conf.d/50-typo.conf" '# by hand' 'consul-helth = any'
  client mount -t glusterconsul "$g0" /mnt
  expect_status 1
  expect_error "$conf.d/50-typo.conf:2" consul-health
  conf_says "$conf.d/50-typo.conf" '[archive]' 'consul-health = fine'
  client glusterconsul lookup "$g0"
  expect_status 1
  expect_error "$conf.d/50-typo.conf:2" 'passing, warning, any'
}

test_a_folder_that_others_may_write_to_is_refused() {
  conf_says "$conf.d/50.conf" 'consul-retry = 5s'
  on client chmod 777 "$conf.d"
  client glusterconsul lookup --show-config
  expect_status 1
  expect_error "$conf.d: " 'chmod go-w'
  on client chmod 755 "$conf.d"
  on client chmod 666 "$conf.d/50.conf"
  client glusterconsul lookup --show-config
  expect_status 1
  expect_error "$conf.d/50.conf: " 'chmod go-w'
}
