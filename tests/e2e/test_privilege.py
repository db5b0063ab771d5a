"""The helper runs as root: what it accepts from its caller, and what it reveals to the client and
to other users."""

import pytest
from lab import ADDRESS, CONF, G0, HERE, NOBODY, wait_for

pytestmark = pytest.mark.promise

TOKEN = "2f7c9d5e-hush-hush-hush-5b1e0c4f6a88"
TOKEN_FILE = "/etc/gluster.token"
WITH_TOKEN = f"consul-token-file={TOKEN_FILE}"
ODD_CONSUL = "consul-via=http,consul-http-addr=127.0.0.1:8599"
HELPER = "/sbin/mount.glusterconsul"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def expect_no_token(result):
    assert "hush-hush" not in result.stdout
    assert "hush-hush" not in result.stderr
    return result


@pytest.fixture
def token_file(client):
    client.write(TOKEN_FILE, TOKEN, 600)


@pytest.fixture
def refused(client):
    """Checks that the command is rejected with these texts and without showing the token."""
    def run(*words, command=None, options="", status=1):
        client.call("mkdir", "-p", "/mnt/none")
        command = command or ["mount", "-t", "glusterconsul", G0, "/mnt/none"]
        result = client.run(*command, *(["-o", options] if options else [])).expect(status, *words)
        client.expect_not_mounted("/mnt/none")
        return expect_no_token(result)
    return run


## To the client


ABOUT_CLIENT = r"""
pid=$(pgrep -f "^/usr/sbin/glusterfs.* $1\$")
case $2 in
  environ) tr "\0" "\n" <"/proc/$pid/environ" | sort ;;
  fds) for fd in /proc/$pid/fd/*; do readlink "$fd"; done | sed "s/:\[[0-9]*\]$//; s|/mnt-.*log|/LOG|" | sort -u ;;
  umask) sed -n "s/^Umask:\t//p" "/proc/$pid/status" ;;
  cwd) readlink "/proc/$pid/cwd" ;;
  limits) sed "s/  */ /g" "/proc/$pid/limits" ;;
  signals) grep -E "^Sig(Blk|Ign)" "/proc/$pid/status" ;;
esac"""


def test_client_inherits_nothing_from_the_caller(client, note):
    def about(target, what):
        return client.sh(ABOUT_CLIENT, target, what)

    client.call("mkdir", "/mnt/g0", "/mnt/hand")
    client.run("bash", "-c", """
        cd /tmp
        exec 7</etc/passwd 8>>/tmp/extra 19<>/tmp/extra 200</etc
        umask 0
        export CONSUL_HTTP_TOKEN=$2 LD_DEBUG_OUTPUT=/tmp/debug SECRET=hush-hush
        exec /sbin/mount.glusterconsul "$1" /mnt/g0""", "bash", G0, TOKEN).expect()
    client.expect_mounted()
    # Run manually, from a shell that has no descriptors open.
    client.call("env", "-i", "bash", "-c", """
        for fd in /proc/self/fd/*; do fd=${fd##*/}; ((fd < 3)) || exec {fd}>&-; done
        umask 022; cd /; ulimit -c "$(ulimit -H -c)"
        exec /usr/sbin/glusterfs --volfile-server=gl1 --volfile-id=/g0 /mnt/hand </dev/null >/dev/null 2>&1""")
    assert about("/mnt/g0", "environ").splitlines() == ["LC_ALL=C", f"PATH={PATH}"]
    assert about("/mnt/g0", "umask") == "0022"
    assert about("/mnt/g0", "cwd") == "/"
    for what in ("fds", "limits", "signals"):
        assert about("/mnt/g0", what) == about("/mnt/hand", what), what
    note("descriptors of the client: " + about("/mnt/g0", "fds").replace("\n", " "))


def test_closed_standard_descriptors_do_no_harm(client):
    client.call("mkdir", "/mnt/g0")
    client.run("bash", "-c", f'exec <&- >&- 2>&-; exec {HELPER} -v "$1" /mnt/g0', "bash",
               G0).expect()
    client.expect_mounted()
    found = client.run("bash", "-c", 'exec <&- 2>&-; exec glusterconsul lookup -v --json "$1"',
                       "bash", G0).expect()
    assert found.json["command"]


def test_relative_target_is_passed_on_as_absolute(client):
    client.call("mkdir", "/mnt/g0")
    client.run("env", "-C", "/mnt", HELPER, G0, "./g0").expect()
    client.expect_mounted()
    assert client.gluster_client()[-1] == "/mnt/g0"


## From the caller


@pytest.mark.parametrize("option", [
    "consul-token-file=token", "consul-ca-cert=ca.pem", "consul-ca-path=certs",
    "consul-client-cert=./c.pem,consul-client-key=/k.pem",
    "consul-client-cert=/c.pem,consul-client-key=../k.pem", "consul-glusterfs=glusterfs",
    "log-file=g0.log", "consul-http-addr=unix://consul.sock"])
def test_relative_path_is_rejected(refused, option):
    refused("absolute", options=option)


def test_relative_path_in_the_conf_file_is_rejected(client, refused):
    client.write(CONF, "consul-ca-cert = ca.pem")
    refused("absolute", f"{CONF}:1")


@pytest.mark.parametrize("mode, owner, words", [
    pytest.param(604, "root", ["0604", "others to read", "hint: run chmod"], id="readable"),
    pytest.param(620, "root", ["0620", "others to change", "hint: run chmod"], id="writable"),
    pytest.param(600, "nobody", ["user 65534", "chown root"], id="owner"),
])
def test_token_file_of_others_is_rejected(client, refused, mode, owner, words):
    client.write(TOKEN_FILE, TOKEN, mode, owner)
    refused(TOKEN_FILE, *words, options=WITH_TOKEN)


def test_token_file_that_is_not_a_file_or_in_a_directory_of_others_is_rejected(lab, client,
                                                                               refused):
    refused("not a regular file", options="consul-token-file=/etc")
    refused("/etc/no/such/token", "No such file", options="consul-token-file=/etc/no/such/token",
            status=2)
    # A symbolic link that another user owns, and a world-writable directory.
    lab.at_end(client.call, "rm", "-rf", "/tmp/token", "/tmp/open")
    client.call(*NOBODY, "ln", "-s", "/etc/shadow", "/tmp/token")
    refused("symbolic link owned by user 65534", options="consul-token-file=/tmp/token")
    client.call("mkdir", "-m", "777", "/tmp/open")
    client.write("/tmp/open/token", TOKEN, 600)
    refused("world-writable", options="consul-token-file=/tmp/open/token")


def test_token_file_readable_by_the_group_is_accepted(client):
    client.write(TOKEN_FILE, TOKEN, 640)
    client.mount(options=WITH_TOKEN).expect()


# Its replies name its own server.
AGENTS_PORTS = r"""
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
serve(listeners[0])
"""


def test_user_on_the_ports_of_the_agent_is_not_queried(lab, client, token_file):
    options = f"{WITH_TOKEN},consul-cache=off"
    client.kill_agent()
    lab.at_end(client.call, "pkill", "-KILL", "-f", "agents[-]ports")
    client.daemon(*NOBODY, "python3", "-c", AGENTS_PORTS, "/tmp/said", "agents-ports")
    client.wait_for_listener(8500)
    client.wait_for_listener(8600)
    for via in ("auto", "http", "dns"):
        expect_no_token(client.mount(
            target="/mnt/none", options=f"consul-via={via},{options},consul-retry=30s").expect(
                32, "was not queried", "user 65534 (nobody)", "consul-agent-user=65534", within=5))
    # The kernel treats the unspecified address as loopback.
    for address in ("0.0.0.0:8500", "[::]:8500", "[::ffff:127.0.0.1]:8500"):
        expect_no_token(client.run(
            "glusterconsul", "lookup", G0, "-o",
            f"consul-http-addr={address},consul-via=http,{options}"))
    assert client.call("cat", "/tmp/said") == ""
    # The agent is queried if that user is trusted explicitly.
    client.run("glusterconsul", "lookup", G0, "-o", "consul-agent-user=nobody,consul-via=http,"
               "consul-cache=off").expect_output(ADDRESS["gl4"])


@pytest.mark.parametrize("mode, owner, words", [
    pytest.param(646, "root", [CONF, "others to change"], id="writable"),
    pytest.param(644, "nobody", [CONF, "chown root"], id="owner"),
])
def test_conf_file_writable_by_others_is_rejected(client, refused, mode, owner, words):
    client.write(CONF, "consul-servers = 3", mode, owner)
    refused(*words)


def test_user_has_no_permission_to_read_files_of_root(client, refused, token_file):
    client.write(CONF, "hush-hush is no line of a conf file", 600)
    denied = f"{CONF}: Permission denied"
    refused("only root can mount", command=[*NOBODY, HELPER, G0, "/mnt/none"])
    refused(denied, command=[*NOBODY, HELPER, "-f", "-v", G0, "/mnt/none"], status=2)
    refused(denied, command=[*NOBODY, "glusterconsul", "lookup", G0], status=2)
    client.call("rm", CONF)
    refused(f"{TOKEN_FILE}: Permission denied", options=WITH_TOKEN, status=2,
            command=[*NOBODY, "glusterconsul", "lookup", G0])


def test_user_mount_names_who_can_mount(client):
    client.call("mkdir", "/mnt/none")
    client.write_fstab(*client.call("cat", "/etc/fstab").splitlines(),
                       f"{G0} /mnt/none glusterconsul user,noauto,_netdev 0 0")
    failed = client.nobody("mount", "/mnt/none")
    assert failed.status != 0
    assert "only root can mount" in failed.stderr
    client.expect_not_mounted("/mnt/none")
    client.call("mount", "/mnt/none")
    client.expect_mounted("/mnt/none")


@pytest.mark.parametrize("program", [HELPER, "/usr/bin/glusterconsul"])
def test_program_is_installed_without_special_rights(client, program):
    assert client.call("stat", "-L", "-c", "%a %U %G", program) == "755 root root"
    assert client.run("getfattr", "-n", "security.capability", program).status != 0


def test_setuid_copy_has_only_the_rights_of_its_caller(lab, client, refused, token_file):
    copies = {"mount": HELPER, "lookup": "/usr/bin/glusterconsul", "id": "/usr/bin/id"}
    for name, program in copies.items():
        lab.at_end(client.call, "rm", "-f", f"/mnt/suid.{name}")
        client.sh('cp "$1" "$2" && chmod 6755 "$2"', program, f"/mnt/suid.{name}")
    # If the bit had no effect, this test would prove nothing.
    assert client.call(*NOBODY, "/mnt/suid.id", "-u") == "0"

    lookup = [*NOBODY, "/mnt/suid.lookup", "lookup", G0]
    refused("only root can mount", command=[*NOBODY, "/mnt/suid.mount", G0, "/mnt/none"])
    refused("Permission denied", options=WITH_TOKEN, status=2,
            command=[*NOBODY, "/mnt/suid.mount", "-f", "-v", G0, "/mnt/none"])
    refused("Permission denied", command=lookup, options=WITH_TOKEN, status=2)
    client.write(CONF, "hush-hush is no line of a conf file", 600)
    refused("Permission denied", command=lookup, status=2)
    client.call("rm", CONF)
    # And its environment is not trusted (AT_SECURE).
    elsewhere = (*NOBODY, "env", "CONSUL_HTTP_ADDR=127.0.0.1:8599")
    look_up = ("lookup", G0, "-o", "consul-via=http")
    client.run(*elsewhere, "/mnt/suid.lookup", *look_up).expect()
    client.run(*elsewhere, "glusterconsul", *look_up).expect(32)


## The token


def test_token_is_in_no_file_message_or_process(client, refused, token_file):
    mounted = client.mount(options=WITH_TOKEN, program=["mount", "-v", "-t", "glusterconsul"])
    expect_no_token(mounted.expect())
    assert client.run("sh", "-c", """
        grep -l hush-hush "/proc/$(pgrep -x glusterfs)/cmdline" "/proc/$(pgrep -x glusterfs)/environ"
        find /var/log /var/cache /run /tmp /var/tmp -xdev -path /run/lab -prune -o \
          -type f -exec grep -l hush-hush {} + 2>/dev/null""").stdout == ""
    expect_no_token(client.run("env", f"CONSUL_HTTP_TOKEN={TOKEN}", f"CONSUL_HTTP_AUTH=me:{TOKEN}",
                               "glusterconsul", "lookup", "-v", "--json", G0).expect())
    refused("consul-token-file", options="consul-token=hush-hush")
    # The token is rejected by a Consul that repeats what it received.
    client.odd_consul("echo")
    expect_no_token(client.run("glusterconsul", "lookup", "-v", G0, "-o",
                               f"{WITH_TOKEN},{ODD_CONSUL}").expect(32, "refuses access"))


@pytest.mark.parametrize("address", ["127.0.0.1:8500", "127.0.0.1:8599"])
def test_other_file_of_root_as_token_is_not_shown(client, address):
    client.odd_consul("echo")
    line = client.call("head", "-n", "1", "/etc/shadow")
    assert ":" in line
    failed = client.mount("nothing-of-that-name:/g0", "/mnt/none", "consul-via=http,consul-retry=0,"
                          f"consul-token-file=/etc/shadow,consul-http-addr={address}",
                          program=["mount", "-v", "-t", "glusterconsul"]).expect(1, "not a token")
    assert line not in failed.stderr
    assert line.split(":", 1)[1] not in failed.stderr


def test_no_user_can_inspect_a_helper(lab, client, token_file):
    """Checks root's helper during a mount, and a user's own processes during a lookup."""
    client.odd_consul("silent")
    options = f"consul-timeout=20s,{ODD_CONSUL}"
    lab.at_end(client.sh, 'pkill -KILL -f "consul[-]timeout=20s" || true')
    client.daemon(HELPER, G0, "/mnt", "-o", f"{options},{WITH_TOKEN}")
    client.daemon(*NOBODY, "env", f"CONSUL_HTTP_TOKEN={TOKEN}", "glusterconsul", "lookup", G0, "-o",
                  options)
    client.daemon(*NOBODY, "sleep", "20")
    lab.at_end(client.sh, "pkill -x -u nobody sleep || true")
    # They are inspected after their first query: on a busy machine, a process can have its name for
    # some time before the first line of the program runs.
    wait_for(20, lambda: len(client.call("ss", "-Htn", "state", "established",
                                         "dport = :8599").splitlines()) == 2, "both helpers ask")
    for process in ("mount.glusterco", "glusterconsul"):
        wait_for(10, lambda: client.succeeds("pgrep", "-x", process), f"{process} runs")
        memory = client.nobody(
            "sh", "-c", 'dd if="/proc/$(pgrep -x "$1")/mem" bs=1 count=0', "sh", process)
        assert memory.status != 0
        assert "Permission denied" in memory.stderr
        environ = client.nobody("sh", "-c", 'cat "/proc/$(pgrep -x "$1")/environ"', "sh", process)
        assert environ.status != 0
        expect_no_token(environ)
    # Verifies that it was the program that caused the rejections above:
    client.nobody("sh", "-c",
                  'dd if="/proc/$(pgrep -n -x -u nobody sleep)/mem" bs=1 count=0').expect()
    assert client.output("sh", "-c", 'grep -l "hush[-]hush" /proc/[0-9]*/cmdline') == ""


def test_no_core_file_contains_the_token(client, note, token_file):
    def core_of(when, *command):
        return client.run("python3", HERE / "hostile/core_of.py", when, *command).stdout

    client.odd_consul("silent")
    client.call("mkdir", "-p", "/mnt/none")
    options = ("-o", f"consul-timeout=20s,{ODD_CONSUL},{WITH_TOKEN}")
    dumped = core_of("-", "/usr/bin/sleep", "60")
    with open("/proc/sys/kernel/core_pattern") as pattern:
        note(f"core_pattern is {pattern.read().strip()}; an aborted sleep(1): {dumped}")
    assert dumped.startswith("core"), "this machine dumps no cores, so that nothing can be shown"
    assert core_of("2197", HELPER, G0, "/mnt/none", *options) == "no core"
    assert core_of("2197", "/usr/bin/glusterconsul", "lookup", G0, *options) == "no core"
