# shellcheck shell=bash disable=SC2034,SC2154 # names shared with one and the cases
# What the tests do and expect; sourced by tests/e2e/one.
#
# A test is a function `test_CLAIM` in cases/*.sh. It may leave mounts, broken
# hosts and all that it put off with `later` behind. What it prints is shown
# only when it fails, except for what it gives to `note`.

# shellcheck source-path=SCRIPTDIR source=cluster.sh
source "$here/cluster.sh"

g0=gluster.service.consul:/g0
status=0 took=0 out='' err=''

fail() {
  printf 'FAILED: %s\n' "$1"
  exit 1
}

note() {
  printf '%s\n' "$@" | tee -a -- "$work/notes"
}

# later COMMAND...: to be done behind the test, the last one first. It may use
# what cluster.sh has.
later() {
  printf '%s\n' "${*@Q}" >>"$work/undo"
}

## Doing

# Runs a command on the client, and sets status, took (ms), out and err.
client() {
  run_on_client "$@"
  sed 's/^/  /' "$work/out"
  tell_how_it_ended
}

run_on_client() {
  # shellcheck disable=SC2016 # expanded by the shell on the client
  local timed='started=$EPOCHREALTIME
    "$@" 3>&-
    status=$?
    printf "%d\n" $(((${EPOCHREALTIME/[.,]/} - ${started/[.,]/}) / 1000)) >&3
    exit $status'
  printf 'client# %s\n' "$(quoted "$@")"
  status=0
  on client bash -c "$timed" bash "$@" </dev/null >"$work/out" 2>"$work/err" 3>"$work/took" || status=$?
  took=$(<"$work/took")
  out=$(tr -d '\0' <"$work/out")
  err=$(tr -d '\0' <"$work/err")
}

tell_how_it_ended() {
  sed 's/^/  stderr: /' "$work/err"
  printf '  (exit status %d, %d ms)\n' "$status" "${took:-0}"
}

# As one would type it.
quoted() {
  local word line=''
  for word in "$@"; do
    [[ $word =~ ^[-A-Za-z0-9_./:,=@%+]+$ ]] || word=${word@Q}
    line+=" $word"
  done
  printf '%s\n' "${line# }"
}

# mounts SPEC TARGET [ARGUMENTS...]: it does, shows SPEC, can be written to and
# read.
mounts() {
  reaches "$@"
  expect_writable "$2"
}

# The same without a write: what is written while a server is broken has to be
# healed.
reaches() {
  local spec=$1 target=$2
  make_target "$target"
  client mount -t glusterconsul "$spec" "$target" "${@:3}"
  expect_status 0
  expect_mounted "$target" "$spec"
}

# A mount that is expected to fail, with exit status 32, and to leave nothing.
# fails_to_mount SPEC TARGET WORDS... [-- ARGUMENTS...]
fails_to_mount() {
  local spec=$1 target=$2 words=()
  shift 2
  while (($#)) && [[ $1 != -- ]]; do
    words+=("$1")
    shift
  done
  make_target "$target"
  client mount -t glusterconsul "$spec" "$target" "${@:2}"
  expect_status 32
  expect_error "${words[@]}"
  expect_no_trace 0
}

make_target() {
  on client mkdir -p -- "$1"
}

# shows_options TARGET VFS FS: the options of the mount that is visible there are VFS,
# and those of the file system begin with FS.
shows_options() {
  local seen
  seen=$(on client findmnt -n -o VFS-OPTIONS,FS-OPTIONS --mountpoint "$1" | tail -n 1)
  read -r -a seen <<<"$seen"
  expect_equal "the options of the mount on $1" "$2 $3" "${seen[0]-} ${seen[1]%%,user_id=*}"
}

# mount_point TARGET: its line in mountinfo, which is as it was where nothing has
# changed.
mount_point() {
  # shellcheck disable=SC2016 # awk expands it
  on client awk -v target="$1" '$5 == target' /proc/self/mountinfo
}

unmounts() {
  client umount "$1"
  expect_status 0
}

# look_up SPEC [OPTIONS]: what `glusterconsul lookup --json` says, in out.
look_up() {
  run_on_client glusterconsul lookup --json ${2:+-o "$2"} "$1"
  jq -c . "$work/out" 2>/dev/null || cat -- "$work/out"
  tell_how_it_ended
}

# An odd_consul.py on the client, until the test ends.
odd_consul() {
  later on client sh -c 'pkill -f "odd_consul[.]py" || true'
  on client setsid -f python3 "$here/hostile/odd_consul.py" "$1" 8599 </dev/null >/dev/null 2>&1
  wait_for 10 on client sh -c 'ss -Hltn "sport = :8599" | grep -q .' || fail 'it does not listen'
}

break_host() {
  printf 'lab# fault %s\n' "$*"
  : >"$work/broken/$1"
  lab fault "$@"
}

heal_host() {
  printf 'lab# heal %s\n' "$1"
  lab heal "$1"
  rm -f -- "$work/broken/$1"
}

# From now on, servers die without Consul's knowing.
consul_looks_away() {
  : >"$work/checks-off"
  lab checks off
}

# write_fstab LINES...: the client's fstab holds them and nothing else.
write_fstab() {
  later on client sh -c '[ ! -e /etc/fstab.before ] || mv /etc/fstab.before /etc/fstab'
  on client sh -c '[ -e /etc/fstab.before ] || cp /etc/fstab /etc/fstab.before'
  printf 'client# cat >/etc/fstab\n'
  printf '  %s\n' "$@"
  printf '%s\n' "$@" | on client sh -c 'cat >/etc/fstab'
}

# The agent of the client ends, as if it had crashed.
agent_dies() {
  later wait_for_agent
  later start_agent
  printf 'client# pkill -KILL -x consul\n'
  on client pkill -KILL -x consul
  remember_traces
}

# [consul_at=ADDRESS] [consul_token=TOKEN] consul_put PATH JSON: to the HTTP API
# of the client's agent, or of another that runs there (lib_consul.sh).
consul_put() {
  on client curl -sS -f -m 10 -H "X-Consul-Token: ${consul_token-}" -X PUT --data-binary @- \
    "http://${consul_at-127.0.0.1}:8500/v1/$1" <<<"$2" >/dev/null
}

# [weight=NUMBER] register SERVICE HOST [STATUS [TAG [PORT]]]: puts an instance
# into Consul's catalog, on a node SERVICE-HOST that no agent looks after.
register() {
  local service=$1 host=$2 state=${3-passing} tag=${4-} port=${5-24007} node=$1-$2
  # What is registered with an agent of the test's own ends with that agent.
  [[ ${consul_at-} ]] || later on client curl -sS -f -m 10 -o /dev/null -X PUT \
    -d "{\"Node\": \"$node\"}" http://127.0.0.1:8500/v1/catalog/deregister
  consul_put catalog/register "$(jq -n --arg node "$node" --arg address "${address[$host]}" \
    --arg service "$service" --arg state "$state" --arg tag "$tag" --argjson port "$port" \
    --argjson weight "${weight:-1}" '{
      Node: $node, Address: $address, NodeMeta: {"external-node": "true"},
      Service: {ID: $service, Service: $service, Port: $port, Tags: ([$tag] - [""]),
                Weights: {Passing: $weight, Warning: 1}},
      Checks: [{Node: $node, CheckID: "check", Name: "glusterd listens", ServiceID: $service,
                Status: $state, Output: "said by the test: \($state)"}]}')"
}

# is_at_least MINIMUM VERSION
is_at_least() {
  [[ $(printf '%s\n' "$@" | sort -V | head -n 1) == "$1" ]]
}

## Expecting

expect_status() {
  ((status == $1)) || fail "the exit status is to be $1, and is $status"
}

# All these words are to be on standard error.
expect_error() {
  local words
  for words in "$@"; do
    [[ $err == *"$words"* ]] || fail "the message is to say: $words"
  done
}

expect_output() {
  local words
  for words in "$@"; do
    [[ $out == *"$words"* ]] || fail "the output is to hold: $words"
  done
}

# expect_equal WHAT EXPECTED SEEN
expect_equal() {
  [[ $2 == "$3" ]] || fail "$1 is to be: $2
but is: $3"
}

# expect_json WHAT EXPECTED FILTER: what jq makes of the output.
expect_json() {
  local seen
  seen=$(jq -c -r "$3" <<<"$out") || fail "this is no JSON that has $3"
  expect_equal "$1" "$2" "$seen"
}

expect_took_at_most() {
  ((took <= $1)) || fail "it is to take at most $1 ms, and took $took"
}

# expect_mounted TARGET SOURCE: that is shown, and can be read.
expect_mounted() {
  local seen
  seen=$(on client findmnt -J -o SOURCE,FSTYPE --mountpoint "$1") || fail "nothing is mounted on $1"
  expect_equal "what is mounted on $1" "$2 fuse.glusterfs" \
    "$(jq -r '.filesystems[-1] | "\(.source) \(.fstype)"' <<<"$seen")"
  on client timeout 20 ls -A "$1" >/dev/null || fail "$1 cannot be read"
}

# A file can be written to it and read.
expect_writable() {
  local seen
  compgen -G "$work/broken/*" >/dev/null && : >"$work/wrote-to-broken"
  # shellcheck disable=SC2016 # expanded by the shell on the client
  seen=$(on client timeout 20 sh -c 'echo "written by $$" >"$1/e2e" && sync -f "$1/e2e" && cat "$1/e2e"' \
    sh "$1") || fail "$1 cannot be written to"
  [[ $seen == 'written by '* ]] || fail "what was written to $1 reads as: $seen"
}

expect_not_mounted() {
  ! on client mountpoint -q "$1" || fail "something is mounted on $1"
}

# Prints what mounts, processes and files are on the client. Left out is what is
# meant to stay: the client's log of a target, the last good list of servers, and
# what libmount keeps for itself once it was used. The lab's own agent, too: it forks, so
# that it is two processes for a moment, and makes a file in /tmp when it starts.
traces() {
  on client bash -s <<'END'
findmnt -rn -o TARGET,SOURCE,FSTYPE | sed 's/^/mount /'
ps -e -o pid=,ppid=,stat=,args= |
  awk -v own=$$ '
    /consul agent -config-dir=\/etc\/consul.d$/ { next }
    $1 != own && $2 != own && $3 !~ /^Z/ { $1 = $2 = $3 = ""; print "process", $0 }'
shopt -s nullglob
find /run /tmp /var/tmp /var/log /var/cache/glusterconsul* -xdev -path /run/lab -prune -o \
  ! -path '/var/log/glusterfs/mnt-*.log' ! -path /var/log/glusterfs/run-mount-tmptgt.log \
  ! -path /var/log/consul.log ! -path '/tmp/consul-test*' \
  ! -path "/run/mount/utab*" ! -path /run/mount/tmptgt \
  ! -path /var/cache/glusterconsul ! -path '/var/cache/glusterconsul/????????????????.json' \
  -printf 'file %p\n' 2>/dev/null
END
}

remember_traces() {
  traces | sort >"$work/traces"
}

# expect_no_trace [SECONDS]: as it was when the test began or last remembered,
# at once or within so many seconds.
expect_no_trace() {
  local end=$((SECONDS + ${1-0})) difference
  while :; do
    difference=$(traces | sort | (diff "$work/traces" - || true) |
      sed -n 's/^> /left behind: /p; s/^< /missing: /p')
    [[ -z $difference ]] && return 0
    ((SECONDS < end)) || break
    sleep 0.1
  done
  fail "nothing is to be left behind
$difference"
}
