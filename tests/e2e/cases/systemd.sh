# shellcheck shell=bash disable=SC2154 # names from lib.sh
# Under systemd: the units that its own generator makes of our lines for fstab, and
# what a mount unit gives the helper, which is no environment and 90 seconds.

generator=/lib/systemd/system-generators/systemd-fstab-generator
units=/tmp/units

# generate LINES...: the units of such an fstab are in $units on the client.
generate() {
  write_fstab "$@"
  # shellcheck disable=SC2016 # expanded by the shell on the client
  client sh -c 'rm -rf "$1" && mkdir -p "$1/early" "$1/late" && env -i "$2" "$1" "$1/early" "$1/late"' \
    sh "$units" "$generator"
  expect_status 0
}

# unit_says NAME LINES...
unit_says() {
  local line text
  text=$(on client cat "$units/$1") || fail "there is to be a unit $1"
  for line in "${@:2}"; do
    grep -q -x -F -e "$line" <<<"$text" || fail "$1 is to say: $line
$text"
  done
}

unit_says_nothing_of() {
  local text
  text=$(on client cat "$units/$1")
  [[ $text != *"$2"* ]] || fail "$1 is to say nothing of $2
$text"
}

# is_part_of TARGET wants|requires UNIT
is_part_of() {
  on client test -L "$units/$1.$2/$3" || fail "$1 is to have $3 in its $2: $(on client ls -R "$units")"
}

# The lines of the example that are no comment.
example_lines() {
  grep -v -e '^#' -e '^$' "$repo/examples/systemd/fstab"
}

test_the_examples_for_fstab_become_units_of_remote_fs() {
  local line source target type options unit
  local -a lines
  mapfile -t lines < <(example_lines)
  generate "${lines[@]}"
  for line in "${lines[@]}"; do
    read -r source target type options _ <<<"$line"
    unit=$(on client systemd-escape -p --suffix=mount "$target")
    unit_says "$unit" "What=$source" "Where=$target" "Type=$type" "Options=$options"
  done
  on client test ! -e "$units/local-fs.target.requires" || fail 'nothing of ours is to be part of local-fs'

  # At boot, and the boot goes on without it.
  is_part_of remote-fs.target wants srv-g0.mount
  unit_says srv-g0.mount After=consul.service
  unit_says_nothing_of srv-g0.mount Requires=
  unit_says_nothing_of srv-g0.mount Before=

  # When it is first used.
  is_part_of remote-fs.target requires srv-home.automount
  unit_says srv-home.automount Where=/srv/home TimeoutIdleSec=10min
  unit_says srv-home.mount After=consul.service Before=remote-fs.target
  on client test ! -e "$units/remote-fs.target.requires/srv-home.mount" ||
    fail 'what is mounted when it is used is not to be mounted at boot'

  # With a longer wait.
  is_part_of remote-fs.target wants srv-g1.mount
  unit_says srv-g1.mount TimeoutSec=4min

  # With the agent started for it.
  is_part_of remote-fs.target requires srv-g2.mount
  unit_says srv-g2.mount Requires=consul.service After=consul.service Before=remote-fs.target
}

test_without_netdev_systemd_takes_it_for_a_local_file_system() {
  generate "$g0 /srv/g0 glusterconsul defaults 0 0" "$g0 /srv/good glusterconsul _netdev 0 0"
  is_part_of local-fs.target requires srv-g0.mount
  is_part_of remote-fs.target requires srv-good.mount
  unit_says srv-good.mount Before=remote-fs.target
}

# The units of the examples, with a consul.service to lean on.
generate_examples() {
  local -a lines
  mapfile -t lines < <(example_lines)
  generate "${lines[@]}"
  on client sh -c "printf '[Service]\nExecStart=/bin/true\n' >$units/consul.service"
}

test_systemd_finds_nothing_wrong_with_the_units() {
  generate_examples
  on client sh -c "cat >$units/srv-unit.mount" < <(sed 's,/srv/g0,/srv/unit,' "$repo/examples/systemd/srv-g0.mount")
  # shellcheck disable=SC2016 # expanded by the shell on the client
  client sh -c 'cd "$1" && SYSTEMD_UNIT_PATH="$1:" systemd-analyze verify --man=no ./*.mount ./*.automount' \
    sh "$units"
  expect_status 0
  [[ $err != *.mount* && $err != *.automount* ]] || fail 'systemd is to find nothing wrong'
}

# loaded_unit_says NAME LINES...: as PID 1 would load it, with what it adds by itself.
loaded_unit_says() {
  local line text
  text=$(awk -v unit="$1:" '/(->|→) Unit / { here = ($3 == unit) } here' <<<"$out")
  for line in "${@:2}"; do
    grep -q -E -e "^[[:space:]]*$line( \(|\$)" <<<"$text" || fail "$1 is to be loaded with: $line
$text"
  done
}

# `systemd --test` loads and orders all units and starts none; it does not want to be
# root. Its arrows are `->` in 252, `→` in 257.
test_systemd_mounts_behind_the_network_and_the_agent() {
  generate_examples
  on client install -d -o nobody /tmp/runtime
  on client install -d /run/systemd # where systemd has never run; nobody may not make it
  # shellcheck disable=SC2016 # expanded by the shell on the client
  client sh -c 'setpriv --reuid nobody --regid nogroup --clear-groups env -i HOME=/tmp/runtime \
    XDG_RUNTIME_DIR=/tmp/runtime SYSTEMD_UNIT_PATH="$1:" SYSTEMD_LOG_TARGET=console \
    timeout 30 /lib/systemd/systemd --test --system --unit=remote-fs.target >/tmp/loaded || exit
    awk "/(->|→) Unit / { here = /Unit srv-/ } here" /tmp/loaded' sh "$units"
  expect_status 0
  loaded_unit_says srv-g0.mount 'Wants: network-online.target' 'After: network-online.target' \
    'After: remote-fs-pre.target' 'After: consul.service' 'TimeoutSec: 1min 30s'
  loaded_unit_says srv-g1.mount 'After: network-online.target' 'TimeoutSec: 4min'
  loaded_unit_says srv-g2.mount 'Requires: consul.service' 'After: consul.service' \
    'Before: remote-fs.target'
  loaded_unit_says srv-home.automount 'RequiredBy: remote-fs.target' 'Triggers: srv-home.mount'
}

# As PID 1 starts it: without an environment, and all words of the line handed over.
test_a_mount_unit_needs_no_environment() {
  make_target /mnt/g0
  client env -i -C / /bin/mount "$g0" /mnt/g0 -t glusterconsul \
    -o _netdev,nofail,x-systemd.after=consul.service,x-systemd.mount-timeout=80
  expect_status 0
  expect_mounted /mnt/g0 "$g0"
}

test_an_agent_that_starts_ten_seconds_later_is_waited_for() {
  make_target /mnt/g0
  agent_dies
  start_agent 10
  client env -i -C / /bin/mount "$g0" /mnt/g0 -t glusterconsul -o _netdev
  expect_status 0
  expect_mounted /mnt/g0 "$g0"
  expect_error 'retrying'
  ((took >= 8000)) || fail "the agent was not dead: $took ms"
  expect_took_at_most 30000
  note "mounted $took ms after it began"
}

# limit: 150 s
test_the_default_budget_ends_before_systemd_does() {
  make_target /mnt/none
  agent_dies
  client env -i -C / /bin/mount "$g0" /mnt/none -t glusterconsul -o _netdev
  expect_status 32
  expect_error 127.0.0.1:8500 consul-retry
  ((took >= 50000)) || fail "it is to try for about a minute, and took $took ms"
  expect_took_at_most 85000
  note "given up after $took ms"
  expect_no_trace
}
