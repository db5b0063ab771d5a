# shellcheck shell=bash disable=SC2154,SC2016 # names from lib.sh; words for the shell on the client
# What the helper, which is root's, takes from its caller and gives to the client
# and to whoever may look on.

token=2f7c9d5e-hush-hush-hush-5b1e0c4f6a88
unprivileged=(setpriv --reuid nobody --regid nogroup --clear-groups)

# put_file MODE OWNER PATH TEXT: on the client.
put_file() {
  later on client rm -f -- "$3"
  on client sh -c 'rm -f -- "$3" && printf "%s" "$4" >"$3" && chmod "$1" "$3" && chown "$2" "$3"' sh "$@"
}

expect_no_token() {
  [[ $out != *hush-hush* ]] || fail 'the token is in the output'
  [[ $err != *hush-hush* ]] || fail 'the token is in a message'
}

refuses() {
  make_target /mnt/none
  client "$@"
  expect_status 1
  expect_not_mounted /mnt/none
}

## To the client

test_the_client_gets_nothing_of_the_caller_s() {
  make_target /mnt/g0
  make_target /mnt/hand
  client bash -c '
    cd /tmp
    exec 7</etc/passwd 8>>/tmp/extra 19<>/tmp/extra 200</etc
    umask 0
    export CONSUL_HTTP_TOKEN=$2 LD_DEBUG_OUTPUT=/tmp/debug SECRET=hush-hush
    exec /sbin/mount.glusterconsul "$1" /mnt/g0' bash "$g0" "$token"
  expect_status 0
  expect_mounted /mnt/g0 "$g0"
  # By hand, from a shell that has nothing open.
  on client env -i bash -c '
    for fd in /proc/self/fd/*; do fd=${fd##*/}; ((fd < 3)) || exec {fd}>&-; done
    umask 022; cd /; ulimit -c "$(ulimit -H -c)"
    exec /usr/sbin/glusterfs --volfile-server=gl1 --volfile-id=/g0 /mnt/hand </dev/null >/dev/null 2>&1'

  local about='
    pid=$(pgrep -f "^/usr/sbin/glusterfs.* $1\$")
    case $2 in
      environ) tr "\0" "\n" <"/proc/$pid/environ" ;;
      fds) for fd in /proc/$pid/fd/*; do readlink "$fd"; done | sed "s/:\[[0-9]*\]$//; s|/mnt-.*log|/LOG|" | sort -u ;;
      umask) sed -n "s/^Umask:\t//p" "/proc/$pid/status" ;;
      cwd) readlink "/proc/$pid/cwd" ;;
      limits) sed "s/  */ /g" "/proc/$pid/limits" ;;
      signals) grep -E "^Sig(Blk|Ign)" "/proc/$pid/status" ;;
    esac'
  expect_equal 'the environment' $'LC_ALL=C\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    "$(on client sh -c "$about" sh /mnt/g0 environ | sort)"
  expect_equal umask 0022 "$(on client sh -c "$about" sh /mnt/g0 umask)"
  expect_equal 'the working directory' / "$(on client sh -c "$about" sh /mnt/g0 cwd)"
  local what
  for what in fds limits signals; do
    expect_equal "$what, as by hand" "$(on client sh -c "$about" sh /mnt/hand "$what")" \
      "$(on client sh -c "$about" sh /mnt/g0 "$what")"
  done
  note "descriptors of the client: $(on client sh -c "$about" sh /mnt/g0 fds | tr '\n' ' ')"
}

test_closed_standard_descriptors_do_no_harm() {
  make_target /mnt/g0
  client bash -c 'exec <&- >&- 2>&-; exec /sbin/mount.glusterconsul -v "$1" /mnt/g0' bash "$g0"
  expect_status 0
  expect_mounted /mnt/g0 "$g0"
  client bash -c 'exec <&- 2>&-; exec glusterconsul lookup -v --json "$1"' bash "$g0"
  expect_status 0
  jq -e .command "$work/out" >/dev/null || fail 'this is no JSON'
}

test_a_relative_target_is_handed_on_as_an_absolute_one() {
  make_target /mnt/g0
  client sh -c 'cd /mnt && exec /sbin/mount.glusterconsul "$1" ./g0' sh "$g0"
  expect_status 0
  expect_mounted /mnt/g0 "$g0"
  expect_equal 'the last word' /mnt/g0 \
    "$(on client sh -c 'tr "\0" "\n" <"/proc/$(pgrep -x glusterfs)/cmdline" | tail -n 1')"
}

## From the caller

test_relative_paths_are_refused() {
  local option
  for option in consul-token-file=token consul-ca-cert=ca.pem consul-ca-path=certs \
    consul-client-cert=./c.pem,consul-client-key=/k.pem consul-client-cert=/c.pem,consul-client-key=../k.pem \
    consul-glusterfs=glusterfs log-file=g0.log consul-http-addr=unix://consul.sock; do
    refuses mount -t glusterconsul "$g0" /mnt/none -o "$option"
    expect_error absolute
  done
  put_file 644 root /etc/glusterconsul.conf 'consul-ca-cert = ca.pem'
  refuses mount -t glusterconsul "$g0" /mnt/none
  expect_error absolute /etc/glusterconsul.conf:1
}

test_token_files_that_others_can_read_or_change_are_refused() {
  local file=/etc/gluster.token
  mount_with_token() {
    refuses mount -t glusterconsul "$g0" /mnt/none -o "consul-token-file=${1-$file}"
    expect_no_token
  }
  put_file 604 root "$file" "$token"
  mount_with_token
  expect_error "$file" 0604 'others read' 'hint: run chmod'
  put_file 620 root "$file" "$token"
  mount_with_token
  expect_error "$file" 0620 'others change' 'hint: run chmod'
  put_file 600 nobody "$file" "$token"
  mount_with_token
  expect_error "$file" 'user 65534' 'chown root'
  mount_with_token /etc
  expect_error 'not a regular file'
  mount_with_token /etc/no/such/token
  expect_error /etc/no/such/token 'No such file'
  # In folders of others: by a link of theirs, and where everybody may put a file.
  later on client rm -rf /tmp/token /tmp/open
  on client "${unprivileged[@]}" ln -s /etc/shadow /tmp/token
  mount_with_token /tmp/token
  expect_error 'symbolic link of user 65534'
  on client mkdir /tmp/open
  on client chmod 777 /tmp/open
  put_file 600 root /tmp/open/token "$token"
  mount_with_token /tmp/open/token
  expect_error 'world-writable'

  put_file 640 root "$file" "$token"
  make_target /mnt/g0
  client mount -t glusterconsul "$g0" /mnt/g0 -o "consul-token-file=$file"
  expect_status 0
}

# take_agents_ports FILE: an ordinary user listens on the ports of the agent, which has
# ended, and writes down what is sent to it. Its replies name a server of its own.
take_agents_ports() {
  later on client pkill -KILL -f agents-ports.py
  on client sh -c 'cat >/tmp/agents-ports.py' <<'END'
import os, socket, sys, threading
BODY = (b'[{"Node":{"Node":"evil","Address":"10.77.0.14"},'
        b'"Service":{"ID":"evil","Port":24007},"Checks":[]}]')
REPLY = (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
         % len(BODY)) + BODY
said = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
def serve(listener):
    while True:
        connection, _ = listener.accept()
        received = connection.recv(4096)
        os.write(said, received)
        if received:
            connection.sendall(REPLY)
        connection.close()
listeners = [socket.create_server(("127.0.0.1", port)) for port in (8500, 8600)]
for listener in listeners[1:]:
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
print("ready", flush=True)
serve(listeners[0])
END
  on client "${unprivileged[@]}" setsid -f sh -c 'exec python3 /tmp/agents-ports.py "$1" >"$1.ready" 2>&1' sh "$1"
  wait_for 20 on client grep -q ready "$1.ready" || fail 'the ports could not be taken'
}

test_a_user_who_takes_the_agents_ports_is_not_asked() {
  agent_dies
  take_agents_ports /tmp/said
  put_file 600 root /etc/gluster.token "$token"
  local via
  for via in auto http dns; do
    make_target /mnt/none
    client mount -t glusterconsul "$g0" /mnt/none \
      -o "consul-via=$via,consul-token-file=/etc/gluster.token,consul-cache=off,consul-retry=30s"
    expect_status 32
    expect_error 'was not queried' 'user 65534 (nobody)' 'consul-agent-user=65534'
    expect_took_at_most 5000
    expect_no_token
  done
  # The kernel takes the unspecified address for a loopback address.
  for via in 0.0.0.0:8500 '[::]:8500' '[::ffff:127.0.0.1]:8500'; do
    client glusterconsul lookup "$g0" \
      -o "consul-http-addr=$via,consul-via=http,consul-token-file=/etc/gluster.token,consul-cache=off"
    expect_no_token
  done
  expect_equal 'what was sent to the user' '' "$(on client cat /tmp/said)"
  # Who trusts that user says so.
  client glusterconsul lookup "$g0" -o consul-agent-user=nobody,consul-via=http,consul-cache=off
  [[ $out == *10.77.0.14* ]] || fail 'the chosen user was not asked'
}

test_conf_files_that_others_can_change_are_refused() {
  put_file 646 root /etc/glusterconsul.conf 'consul-servers = 3'
  refuses mount -t glusterconsul "$g0" /mnt/none
  expect_error /etc/glusterconsul.conf 'others change'
  put_file 644 nobody /etc/glusterconsul.conf 'consul-servers = 3'
  refuses mount -t glusterconsul "$g0" /mnt/none
  expect_error /etc/glusterconsul.conf 'chown root'
}

test_an_ordinary_user_learns_nothing_that_is_root_s() {
  put_file 600 root /etc/glusterconsul.conf 'hush-hush is no line of a conf file'
  put_file 600 root /etc/gluster.token "$token"
  refuses "${unprivileged[@]}" /sbin/mount.glusterconsul "$g0" /mnt/none
  expect_error 'only root can mount'
  expect_no_token
  refuses "${unprivileged[@]}" /sbin/mount.glusterconsul -f -v "$g0" /mnt/none
  expect_error '/etc/glusterconsul.conf: Permission denied'
  expect_no_token
  refuses "${unprivileged[@]}" glusterconsul lookup "$g0"
  expect_error '/etc/glusterconsul.conf: Permission denied'
  expect_no_token
  on client rm /etc/glusterconsul.conf
  refuses "${unprivileged[@]}" glusterconsul lookup "$g0" -o consul-token-file=/etc/gluster.token
  expect_error '/etc/gluster.token: Permission denied'
  expect_no_token
}

test_a_user_mount_is_told_who_may_mount() {
  on client cp -p /etc/fstab /tmp/fstab
  later on client cp -p /tmp/fstab /etc/fstab
  on client sh -c 'echo "gluster.service.consul:/g0 /mnt/none glusterconsul user,noauto,_netdev 0 0" >>/etc/fstab'
  make_target /mnt/none
  client "${unprivileged[@]}" mount /mnt/none
  ((status != 0)) || fail 'an ordinary user mounted it'
  expect_error 'only root can mount'
  expect_not_mounted /mnt/none
  on client mount /mnt/none
  expect_mounted /mnt/none "$g0"
}

test_the_programs_are_installed_without_special_rights() {
  local file
  for file in /sbin/mount.glusterconsul /usr/bin/glusterconsul; do
    expect_equal "mode and owner of $file" '755 root root' "$(on client stat -L -c '%a %U %G' "$file")"
    client getfattr -n security.capability "$file"
    ((status != 0)) || fail "$file has capabilities"
  done
}

test_a_setuid_copy_has_only_its_caller_s_rights() {
  put_file 600 root /etc/gluster.token "$token"
  later on client rm -f /mnt/suid.mount /mnt/suid.lookup
  on client cp /sbin/mount.glusterconsul /mnt/suid.mount
  on client cp /usr/bin/glusterconsul /mnt/suid.lookup
  on client chmod 6755 /mnt/suid.mount /mnt/suid.lookup
  # Where the bit does nothing, this shows nothing.
  on client cp /usr/bin/id /mnt/suid.id
  later on client rm -f /mnt/suid.id
  on client chmod 6755 /mnt/suid.id
  expect_equal 'who a set-user-ID program is' 0 "$(on client "${unprivileged[@]}" /mnt/suid.id -u)"

  refuses "${unprivileged[@]}" /mnt/suid.mount "$g0" /mnt/none
  expect_error 'only root can mount'
  refuses "${unprivileged[@]}" /mnt/suid.mount -f -v "$g0" /mnt/none -o consul-token-file=/etc/gluster.token
  expect_error 'Permission denied'
  refuses "${unprivileged[@]}" /mnt/suid.lookup lookup "$g0" -o consul-token-file=/etc/gluster.token
  expect_error 'Permission denied'
  put_file 600 root /etc/glusterconsul.conf 'hush-hush is no line of a conf file'
  refuses "${unprivileged[@]}" /mnt/suid.lookup lookup "$g0"
  expect_error 'Permission denied'
  expect_no_token
  on client rm /etc/glusterconsul.conf
  # And its environment is not believed (AT_SECURE).
  client "${unprivileged[@]}" env CONSUL_HTTP_ADDR=127.0.0.1:8599 /mnt/suid.lookup lookup "$g0" -o consul-via=http
  expect_status 0
  client "${unprivileged[@]}" env CONSUL_HTTP_ADDR=127.0.0.1:8599 glusterconsul lookup "$g0" -o consul-via=http
  expect_status 32
}

## The token

test_the_token_is_in_no_file_message_or_process() {
  put_file 600 root /etc/gluster.token "$token"
  make_target /mnt/g0
  client mount -v -t glusterconsul "$g0" /mnt/g0 -o consul-token-file=/etc/gluster.token
  expect_status 0
  expect_no_token
  client sh -c 'grep -l hush-hush "/proc/$(pgrep -x glusterfs)/cmdline" "/proc/$(pgrep -x glusterfs)/environ"
    find /var/log /var/cache /run /tmp /var/tmp -xdev -path /run/lab -prune -o \
      -type f -exec grep -l hush-hush {} + 2>/dev/null'
  expect_equal 'the files that hold the token' '' "$out"
  client env CONSUL_HTTP_TOKEN="$token" CONSUL_HTTP_AUTH="me:$token" glusterconsul lookup -v --json "$g0"
  expect_status 0
  expect_no_token
  refuses mount -t glusterconsul "$g0" /mnt/none -o "consul-token=hush-hush"
  expect_error consul-token-file
  # Refused by a Consul that repeats what it was told.
  odd_consul echo
  client glusterconsul lookup -v "$g0" -o consul-token-file=/etc/gluster.token,consul-via=http,consul-http-addr=127.0.0.1:8599
  expect_status 32
  expect_error 'refuses the token'
  expect_no_token
}

test_another_root_file_is_no_token_that_is_shown() {
  odd_consul echo
  make_target /mnt/none
  local line
  line=$(on client head -n 1 /etc/shadow)
  [[ $line == *:* ]] || fail 'there is no line'
  for address in 127.0.0.1:8500 127.0.0.1:8599; do
    client mount -v -t glusterconsul nothing-of-that-name:/g0 /mnt/none \
      -o "consul-retry=0,consul-token-file=/etc/shadow,consul-via=http,consul-http-addr=$address"
    expect_status 1
    expect_error 'not a token'
    [[ $err != *"$line"* && $err != *"${line#*:}"* ]] || fail 'a line of /etc/shadow is shown'
  done
}

test_nobody_can_look_into_a_helper() {
  put_file 600 root /etc/gluster.token "$token"
  odd_consul silent
  local options=consul-timeout=20s,consul-via=http,consul-http-addr=127.0.0.1:8599
  # As root while it mounts; and between processes of one user while he looks something up.
  later on client sh -c 'pkill -KILL -f "consul[-]timeout=20s" || true'
  on client setsid -f /sbin/mount.glusterconsul "$g0" /mnt -o "$options,consul-token-file=/etc/gluster.token" \
    </dev/null >/dev/null 2>&1
  on client setsid -f "${unprivileged[@]}" env "CONSUL_HTTP_TOKEN=$token" glusterconsul lookup "$g0" -o "$options" \
    </dev/null >/dev/null 2>&1
  on client setsid -f "${unprivileged[@]}" sleep 20 </dev/null >/dev/null 2>&1
  later on client sh -c 'pkill -x -u nobody sleep || true'
  # They are looked at once they have asked: on a busy machine, a process has its name for
  # a while before the first line of the program runs.
  wait_for 20 on client sh -c '[ "$(ss -Htn state established "dport = :8599" | wc -l)" = 2 ]' ||
    fail 'the helpers do not ask'
  local process
  for process in mount.glusterco glusterconsul; do
    wait_for 10 on client pgrep -x "$process" >/dev/null || fail "$process does not run"
    client "${unprivileged[@]}" sh -c 'dd if="/proc/$(pgrep -x '"$process"')/mem" bs=1 count=0'
    ((status != 0)) || fail "the memory of $process is open"
    expect_error 'Permission denied'
    client "${unprivileged[@]}" sh -c 'cat "/proc/$(pgrep -x '"$process"')/environ"'
    ((status != 0)) || fail "the environment of $process is open"
    expect_no_token
  done
  client "${unprivileged[@]}" sh -c 'dd if="/proc/$(pgrep -n -x -u nobody sleep)/mem" bs=1 count=0'
  expect_status 0 # so that the refusals above are ours
  client sh -c 'grep -l "hush[-]hush" /proc/[0-9]*/cmdline'
  expect_equal 'the command lines that hold the token' '' "$out"
}

test_no_core_file_holds_the_token() {
  put_file 600 root /etc/gluster.token "$token"
  odd_consul silent
  make_target /mnt/none
  local core_of=(python3 "$here/hostile/core_of.py")
  local options=consul-timeout=20s,consul-via=http,consul-http-addr=127.0.0.1:8599,consul-token-file=/etc/gluster.token
  client "${core_of[@]}" - /usr/bin/sleep 60
  expect_status 0
  note "core_pattern is $(</proc/sys/kernel/core_pattern); an aborted sleep(1): $out"
  [[ $out == core* ]] || fail 'this machine dumps no cores at all, so that nothing can be shown'
  client "${core_of[@]}" 2197 /sbin/mount.glusterconsul "$g0" /mnt/none -o "$options"
  expect_equal 'what an aborted helper leaves' 'no core' "$out"
  client "${core_of[@]}" 2197 /usr/bin/glusterconsul lookup "$g0" -o "$options"
  expect_equal 'what an aborted look-up leaves' 'no core' "$out"
}
