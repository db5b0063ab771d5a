"""`glusterconsul check server` and `check volume`: what they report of a pool in trouble. They take
no lock and run no other program: every test runs them as an ordinary user, without `gluster`."""

import pytest
from json_schema import check
from lab import ADDRESS, NOBODY, wait_for

pytestmark = pytest.mark.release

UNPRIVILEGED = (*NOBODY, "--no-new-privs")
HISTORY = "/var/log/glusterfs/cmd_history.log"
SECURE_ACCESS = "/var/lib/glusterd/secure-access"
WORKDIR = "/var/lib/glusterd"


def run_check(host, *arguments, program="/usr/bin/glusterconsul"):
    """Runs it with nothing in PATH, and without HOME."""
    return host.run(*UNPRIVILEGED, "env", "-i", "PATH=/nonexistent", program, "check", *arguments)


def server(host, *arguments):
    return run_check(host, "server", *arguments)


def volume(host, *arguments):
    return run_check(host, "volume", *(arguments or ["g0"]))


def states(host, *arguments):
    """The state of each brick, by its host."""
    document = check(volume(host, "--json", *(arguments or ["g0"])), "check_volume")
    return {brick["host"]: brick["state"] for brick in document["volumes"][0]["bricks"]}


def brick_pid(host, path="/srv/g0/brick"):
    return host.call("pgrep", "-f", f"glusterfsd.*--brick-name {path}( |$)")


def restart_brick(lab, name):
    """Starts the killed brick again."""
    lab.gl1.gluster("volume", "start", "g0", "force")
    wait_for(30, lambda: states(lab.gl1)[name] == "answers", f"the brick of {name} answers")


def restart_glusterd(host):
    host.succeeds("pkill", "-KILL", "-x", "glusterd")
    host.call("timeout", "20", "glusterd")


## Healthy


def test_healthy_pool(lab):
    for host in lab.pool:
        server(host).expect(0)
        volume(host).expect(0).expect_output("g0")
    document = check(server(lab.gl1, "--json"), "check_server")
    assert {peer["host"] for peer in document["peers"]} == {"gl2", "gl3"}
    assert document["volumes"] == ["g0"]
    assert states(lab.gl1) == dict.fromkeys(("gl1", "gl2", "gl3"), "answers")


def test_server_without_peers(lab):
    server(lab.gl4).expect(0)


def test_other_machine(lab, client):
    server(client, "--address", "gl1").expect(0)
    volume(client, "--address", f"{ADDRESS['gl2']}:24007", "g0").expect(0)


def test_same_bytes_each_time(lab):
    lab.checks_off()
    lab.gl2.fault("freeze")
    for look, arguments in ((server, ()), (volume, ("g0",))):
        assert len({look(lab.gl1, *arguments).stdout_bytes for _ in range(20)}) == 1


def test_leaves_no_line_in_the_command_history(lab):
    before = lab.gl1.output("cat", HISTORY)
    for _ in range(3):
        server(lab.gl1)
        volume(lab.gl1, "g0", "nosuch")
        volume(lab.gl1, "--scope", "local", "g0")
    assert lab.gl1.output("cat", HISTORY) == before


## Bricks


def test_frozen_brick(lab):
    """`gluster volume status` shows it as online."""
    pid = brick_pid(lab.gl2)
    lab.at_end(lab.gl2.call, "kill", "-CONT", pid)
    lab.gl2.call("kill", "-STOP", pid)
    volume(lab.gl1).expect(1, within=2).expect_output("1 of 3 bricks", "gl2:", "no response")
    assert states(lab.gl1) == {"gl1": "answers", "gl2": "only-accepts", "gl3": "answers"}
    volume(lab.gl1, "--scope", "local", "g0").expect(0)
    assert volume(lab.gl2, "--scope", "local", "g0").status != 0


def test_killed_brick(lab):
    lab.at_end(restart_brick, lab, "gl2")
    lab.gl2.call("kill", "-KILL", brick_pid(lab.gl2))
    wait_for(10, lambda: states(lab.gl1)["gl2"] == "not-running", "glusterd notices")
    volume(lab.gl1).expect(1).expect_output("1 of 3 bricks", "gl2:", "not started")
    lab.gl3.call("kill", "-KILL", brick_pid(lab.gl3))
    lab.at_end(restart_brick, lab, "gl3")
    wait_for(10, lambda: volume(lab.gl1).status == 2, "too few bricks is critical")


def test_dropped_brick_port(lab):
    lab.gl2.rule("INPUT", "-i", "eth0", "-p", "tcp", "--dport", "49152:", "-j", "DROP")
    volume(lab.gl1).expect(1, within=2).expect_output("gl2:", "no response")
    assert states(lab.gl1)["gl2"] == "no-response"


def test_rejected_brick_port(lab):
    lab.gl2.rule("INPUT", "-i", "eth0", "-p", "tcp", "--dport", "49152:", "-j", "REJECT",
                 "--reject-with", "tcp-reset")
    volume(lab.gl1).expect(1).expect_output("gl2:", "refused")


def test_brick_host_with_several_addresses(lab):
    """The first refuses."""
    lab.gl1.call("cp", "/etc/hosts", "/run/hosts.before")
    lab.at_end(lab.gl1.sh, "cat /run/hosts.before >/etc/hosts")
    lab.gl1.sh("{ echo 127.7.7.7 gl2; cat /run/hosts.before; } >/etc/hosts")
    lab.gl1.rule("OUTPUT", "-d", "127.7.7.7", "-p", "tcp", "-j", "REJECT", "--reject-with",
                 "tcp-reset", insert=True)
    volume(lab.gl1).expect(0)


def test_brick_host_that_does_not_resolve(lab):
    """Without a name server, nobody knows whether the name exists; with only /etc/hosts, it does
    not."""
    for file in ("hosts", "nsswitch.conf"):
        lab.gl1.call("cp", f"/etc/{file}", f"/run/{file}.before")
        lab.at_end(lab.gl1.sh, 'cat "/run/$1.before" >"/etc/$1"', file)
    lab.gl1.sh("grep -v gl2 /run/hosts.before >/etc/hosts")
    volume(lab.gl1).expect(1).expect_output("unknown:", "gl2:", "name lookup failed")
    lab.gl1.sh("sed 's/^hosts:.*/hosts: files/' /run/nsswitch.conf.before >/etc/nsswitch.conf")
    volume(lab.gl1).expect(1).expect_output("1 of 3 bricks does not answer", "gl2:",
                                            "name does not resolve")


## Servers


def test_stopped_peer_with_its_brick_alive(lab):
    lab.at_end(restart_glusterd, lab.gl2)
    lab.gl2.call("pkill", "-KILL", "-x", "glusterd")
    wait_for(20, lambda: server(lab.gl1).status == 1, "gl1 notices")
    server(lab.gl1).expect(1).expect_output("gl2")
    volume(lab.gl1).expect(1, within=2).expect_output("gl2:", "glusterd unreachable")
    server(lab.gl2).expect(2, within=2).expect_output("refused")
    volume(lab.gl2).expect(2)


def test_frozen_peer(lab):
    lab.checks_off()
    lab.gl2.fault("freeze")
    volume(lab.gl1).expect(1, within=2).expect_output("unknown:", "gl2:", "glusterd does not respond")
    server(lab.gl2).expect(2, within=4)
    volume(lab.gl2).expect(2, within=4)
    document = check(server(lab.gl2, "--json"), "check_server")
    assert document["glusterd"] == "no-response"


@pytest.mark.parametrize("timeout", ["500ms", "1s"])
def test_ends_within_the_timeout(lab, timeout):
    lab.checks_off()
    lab.gl2.fault("freeze")
    seconds = 0.5 if timeout == "500ms" else 1
    for look, arguments in ((server, ()), (volume, ("g0",))):
        assert look(lab.gl2, "--timeout", timeout, *arguments).expect(2).seconds < seconds + 2


def test_failure_of_this_machine_is_unknown(lab):
    """Exit status 2, which mount(8) uses for that, would be critical."""
    for words in ("server", "volume g0", "share data"):
        lab.gl1.run("unshare", "--mount", "sh", "-c",
                    f"mount -t tmpfs none /dev && exec glusterconsul check {words}") \
            .expect(1).expect_output("unknown: cannot open /dev/null")


def test_rejected_peer(lab):
    """A peer is connected and not a member if its description of a volume differs."""
    info = f"{WORKDIR}/vols/g0/info"
    lab.gl3.call("cp", "-a", info, "/run/info.before")
    lab.gl3.call("cp", "-a", f"{WORKDIR}/vols/g0/cksum", "/run/cksum.before")

    def undo():
        lab.gl3.call("pkill", "-KILL", "-x", "glusterd")
        lab.gl3.call("cp", "-a", "/run/info.before", info)
        lab.gl3.call("cp", "-a", "/run/cksum.before", f"{WORKDIR}/vols/g0/cksum")
        lab.gl3.call("timeout", "20", "glusterd")
        wait_for(60, lambda: server(lab.gl1).status == 0, "gl3 is a member again")

    lab.at_end(undo)
    lab.gl3.call("pkill", "-KILL", "-x", "glusterd")
    lab.gl3.call("sed", "-i", "s/^info=.*/info=1/", f"{WORKDIR}/vols/g0/cksum")
    lab.gl3.sh('echo "user.differs=yes" >>"$1"', info)
    lab.gl3.call("timeout", "20", "glusterd")

    def rejected():
        peers = check(server(lab.gl1, "--json"), "check_server")["peers"]
        return any(peer["host"] == "gl3" and peer["connected"] and peer["state_id"] == 6
                   for peer in peers)
    wait_for(60, rejected, "gl3 is rejected")
    server(lab.gl1).expect(1).expect_output("gl3", "Rejected")


def test_alone(lab):
    lab.checks_off()
    for host in (lab.gl2, lab.gl3):
        host.fault("cut")
    wait_for(60, lambda: server(lab.gl1).status == 2, "gl1 is alone")
    server(lab.gl1, "--alone", "warning").expect(1)


def test_encrypted_management(lab):
    """Nobody without the key can see anything, and that is no reason to take the server out."""
    def plain():
        lab.gl4.call("rm", "-f", SECURE_ACCESS)
        lab.gl4.sh("rm -f /etc/ssl/glusterfs.pem /etc/ssl/glusterfs.key /etc/ssl/glusterfs.ca")
        restart_glusterd(lab.gl4)
        wait_for(20, lambda: server(lab.gl4).status == 0, "gl4 answers plain calls")

    lab.at_end(plain)
    lab.gl4.sh("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=gl4 "
               "-keyout /etc/ssl/glusterfs.key -out /etc/ssl/glusterfs.pem 2>/dev/null && "
               "cp /etc/ssl/glusterfs.pem /etc/ssl/glusterfs.ca")
    lab.gl4.call("touch", SECURE_ACCESS)
    restart_glusterd(lab.gl4)
    lab.gl4.wait_for_listener(24007)
    server(lab.gl4).expect(1)
    assert server(lab.gl4).stdout.startswith("unknown: ")
    assert volume(lab.gl4, "other").expect(1).stdout.startswith("unknown: ")
    assert check(server(lab.gl4, "--json"), "check_server")["glusterd"] == "encrypted"


def test_closing_server_is_not_encrypted(lab, client):
    lab.checks_off()
    lab.gl1.fault("close")
    document = check(server(client, "--json", "--address", "gl1").expect(2), "check_server")
    assert document["glusterd"] == "closed"


## Volumes


def test_unknown_volume(lab):
    volume(lab.gl1, "nosuch").expect(2).expect_output("nosuch")
    document = check(volume(lab.gl1, "--json", "nosuch"), "check_volume")
    assert document["volumes"][0]["exists"] is False


def test_stopped_volume(lab):
    lab.at_end(lab.gl4.call, "rm", "-rf", "/srv/halted")
    lab.at_end(lab.gl4.gluster, "volume", "delete", "halted")
    lab.gl4.call("mkdir", "-p", "/srv/halted/brick")
    lab.gl4.gluster("volume", "create", "halted", "gl4:/srv/halted/brick", "force")
    volume(lab.gl4, "halted").expect(2).expect_output("not started")
    volume(lab.gl4, "halted", "other").expect(2).expect_output(
        "1 of 2 volumes is healthy: halted (critical)\n")


## Usage


@pytest.mark.parametrize("arguments, words", [
    ([], "subcommand"),
    (["volume"], "NAME"),
    (["volume", "-bad"], ""),
    (["volume", "a/b"], "a/b"),
    (["server", "--alone", "fine"], "--alone"),
    (["server", "--timeout", "soon"], "soon"),
    (["server", "--timeout", "1ms"], "100ms"),
    (["server", "--address", "::1"], "brackets"),
    (["server", "extra"], "extra"),
])
def test_wrong_usage(client, arguments, words):
    run_check(client, *arguments).expect(3, words)
    document = check(run_check(client, *arguments, "--json").expect(3), "failure")
    assert document["error"]["code"] == "usage"


def test_help(client):
    run_check(client, "server", "--help").expect(0).expect_output("--alone")
