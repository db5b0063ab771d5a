"""What an ordinary user, a container or another process can do to a mount in progress: swap the
target, provide other programs, have processes killed, start many mounts."""

import concurrent.futures
import contextlib
import time

import pytest
from lab import G0, NOBODY, RETRIED, wait_for

pytestmark = pytest.mark.promise

WAY = "/mnt/home/way"  # of an ordinary user, as /mnt/home is
TARGET = f"{WAY}/data"
SECRET = "/mnt/secret"
HELPER = "/sbin/mount.glusterconsul"
FUSE_MAGIC = "65735546"  # FUSE_SUPER_MAGIC, statfs(2); its name depends on the version of stat(1)
MISSING_VOLUME = "gluster.service.consul:/nosuchvolume"
NOT_THE_DIRECTORY = f"target {TARGET}: no longer the directory that was checked"
TO_ODD_CONSUL = "--volfile-server=127.0.0.1 --volfile-server-port=8599"
CONSULS_PORTS = ("OUTPUT", "-o", "lo", "-p", "tcp", "--syn", "-m", "multiport", "--dports",
                 "8500,8600")


@pytest.fixture
def users_way(lab, client):
    """An ordinary user has a directory for the volume, and root has another of the same name."""
    lab.at_end(client.call, "rm", "-rf", "--one-file-system", "/mnt/home", SECRET)
    client.sh('mkdir -p "$1/data" "$2/data" && chown -R nobody /mnt/home', WAY, SECRET)


def swap(client):
    print(f"client$ mv way away; ln -s {SECRET} way")
    client.call(*NOBODY, "sh", "-c", 'mv "$1" /mnt/home/away && ln -s "$2" "$1"', "sh", WAY, SECRET)


@contextlib.contextmanager
def running(client, *argv, timeout=60):
    """A command that runs in the background. Returns a future, which is done at the end."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        future = pool.submit(client.run, *argv, timeout=timeout)
        yield future
        future.result()


@pytest.fixture
def slow_client(lab, client):
    """/mnt/client creates /mnt/started, waits for /mnt/go, and runs the client with these
    additional arguments."""
    def write(arguments=""):
        client.write("/mnt/client", f"""#!/bin/bash
[[ $1 == --version ]] && exec /usr/sbin/glusterfs --version
touch /mnt/started
while [[ ! -e /mnt/go ]]; do sleep 0.05; done
exec /usr/sbin/glusterfs {arguments} "$@"
""", 755)
        lab.at_end(client.call, "rm", "-f", "/mnt/started", "/mnt/go")
        client.remember_traces()
    return write


@contextlib.contextmanager
def swapped_mount(client, timeout=60):
    """A mount of TARGET by /mnt/client, swapped after that has started."""
    with running(client, "mount", "-t", "glusterconsul", G0, TARGET, "-o",
                 "consul-glusterfs=/mnt/client", timeout=timeout) as mounting:
        wait_for(20, lambda: client.succeeds("test", "-e", "/mnt/started"), "the client starts")
        swap(client)
        client.call("touch", "/mnt/go")
        yield mounting


## The target


def test_swap_while_consul_is_down_is_not_mounted_elsewhere(client, users_way):
    client.kill_agent()
    stderr = "/run/lab/swapped.err"
    client.write(stderr, "")
    with running(client, "sh", "-c", 'mount -t glusterconsul "$1" "$2" -o consul-cache=off 2>"$3"; '
                 'status=$?; cat "$3" >&2; exit $status', "sh", G0, TARGET, stderr) as mounting:
        wait_for(20, lambda: RETRIED in client.call("cat", stderr), "it waits")
        swap(client)
        client.start_agent()
    assert client.mounts() == []
    mounting.result().expect(32, f"user 65534 can rename {WAY}", NOT_THE_DIRECTORY)


def test_swap_after_the_last_check_leaves_no_mount(client, users_way, slow_client):
    slow_client()
    with swapped_mount(client) as mounting:
        pass
    assert client.mounts() == []
    mounting.result().expect(32, NOT_THE_DIRECTORY)
    client.expect_no_trace(within=5)


def test_swap_while_the_mount_fails_leaves_no_mount(client, users_way, slow_client):
    client.odd_consul("silent")  # like a server that accepts and does not respond
    slow_client(TO_ODD_CONSUL)
    with swapped_mount(client, timeout=90) as mounting:
        wait_for(20, lambda: client.mounts(target=f"{SECRET}/data"), "it is mounted at all")
    assert client.mounts() == []
    mounting.result().expect(32)
    client.expect_no_trace(within=5)


COVER = """
import ctypes, os, sys, time
libc = ctypes.CDLL(None, use_errno=True)
connection = os.open("/dev/fuse", os.O_RDWR)
options = f"fd={connection},rootmode=40000,user_id=65534,group_id=65534" + "".join(sys.argv[2:])
if libc.mount(b"cover", sys.argv[1].encode(), b"fuse", 0, options.encode()) != 0:
    sys.exit(os.strerror(ctypes.get_errno()))
time.sleep(120)
"""


def cover(client, directory, *options):
    """Covers the directory with a FUSE file system of its owner, as with fusermount3: it does not
    respond, and without the option ",allow_other" root has no permission."""
    client.lab.at_end(client.sh, 'pkill -KILL -f user_id=6[5]534; umount -l "$1"; true',
                        directory)
    client.daemon("python3", "-c", COVER, directory, *options)
    wait_for(20, lambda: client.succeeds("grep", "-q", f" {directory} .* cover ",
                                         "/proc/self/mountinfo"), "it is covered")


@pytest.mark.parametrize("covered", [WAY, "/mnt/home"], ids=["parent", "further up"])
def test_directory_covered_while_the_mount_fails_leaves_no_mount(client, users_way, slow_client,
                                                                 covered):
    client.odd_consul("silent")
    slow_client(TO_ODD_CONSUL)
    with running(client, "mount", "-t", "glusterconsul", G0, TARGET, "-o",
                 "consul-glusterfs=/mnt/client,consul-retry=0", timeout=100) as mounting:
        client.call("touch", "/mnt/go")
        wait_for(20, lambda: client.mounts(target=TARGET), "it is mounted at all")
        cover(client, covered)
    assert client.mounts() == []
    mounting.result().expect(32, NOT_THE_DIRECTORY)


@pytest.mark.parametrize("covered", [WAY, "/mnt/home"], ids=["parent", "further up"])
def test_directory_covered_before_the_client_mounts_leaves_no_mount(client, users_way, slow_client,
                                                                    covered):
    slow_client()
    with running(client, "mount", "-t", "glusterconsul", G0, TARGET, "-o",
                 "consul-glusterfs=/mnt/client,consul-retry=0", timeout=100) as mounting:
        wait_for(20, lambda: client.succeeds("test", "-e", "/mnt/started"), "the client starts")
        cover(client, covered)
        client.call("touch", "/mnt/go")
    assert client.mounts() == []
    mounting.result().expect(32, NOT_THE_DIRECTORY)


def test_hidden_mount_does_not_count_as_mounted(client, lab, users_way):
    client.mount_ok(target=TARGET)
    # A file system over a user's directory that has the same names.
    lab.at_end(client.sh, 'umount -l "$1/data" "$1" "$1/data"; true', WAY)
    client.sh('mount -t tmpfs cover "$1" && mkdir "$1/data"', WAY)
    client.mount_ok(target=TARGET)
    assert client.output("stat", "-c", "%m", TARGET) == TARGET
    assert client.output("stat", "-f", "-c", "%t", TARGET) == FUSE_MAGIC


def test_file_system_on_the_target_that_does_not_respond(client, lab, users_way):
    cover(client, TARGET, ",allow_other")
    mounted = client.run("mount", "-t", "glusterconsul", G0, TARGET, "-o", "consul-retry=0")
    mounted.expect(32, f"the file system mounted at {TARGET} does not respond",
                   f"umount -l {TARGET}", within=25)
    interrupted = client.run("timeout", "-s", "TERM", "2", HELPER, G0, TARGET, timeout=20)
    assert (interrupted.status, interrupted.seconds < 4) == (124, True)
    assert client.mounts() == []


SWAP_ALL_THE_TIME = """
import ctypes
libc = ctypes.CDLL(None)
while True:
    libc.renameat2(-100, b"/mnt/home/way", -100, b"/mnt/home/other", 2)  # RENAME_EXCHANGE
"""


def test_swap_back_and_forth_leaves_no_mount_or_the_right_one(lab, client, note, users_way):
    lab.at_end(client.call, "pkill", "-KILL", "-u", "nobody", "python3")
    client.call("ln", "-s", SECRET, "/mnt/home/other")
    client.daemon(*NOBODY, "python3", "-c", SWAP_ALL_THE_TIME)
    right = 0
    for _ in range(20):
        # The mount is where the path led at the time of the check, and never elsewhere.
        if client.run("mount", "-t", "glusterconsul", G0, TARGET).status == 0:
            right += 1
            # The directory always has one of the two names.
            mounted, = client.mounts()
            assert mounted in (TARGET, f"{SECRET}/data", "/mnt/home/other/data")
            wait_for(5, lambda: client.sh(
                "findmnt -rn -t fuse.glusterfs -o TARGET | xargs -r umount -l 2>/dev/null; "
                "findmnt -rn -t fuse.glusterfs || true") == "", "the test can unmount it")
        wait_for(5, lambda: client.mounts() == [], "no mount is left")
    note(f"of 20 mounts of a path that was swapped all the time, {right} succeeded")


## Another mount namespace


@pytest.fixture
def namespace(lab, client):
    """Starts a process in a new namespace, and returns its PID."""
    def start(*unshare):
        lab.at_end(client.sh, 'pkill -KILL -f "^sleep 7777\\$" || true')
        client.daemon("unshare", *unshare, "sleep", "7777")
        return wait_for(10, lambda: client.output("pgrep", "-f", "^sleep 7777$"), "a namespace")
    return start


@pytest.mark.parametrize("unshare", [
    pytest.param(["--mount"], id="mount"),
    pytest.param(["--mount", "--pid", "--fork", "--mount-proc"], id="mount and pid"),
])
def test_mounts_in_a_namespace_with_the_same_root(client, namespace, unshare):
    pid = namespace(*unshare, "--propagation", "private")
    inside = ("nsenter", "--target", pid, "--mount")
    client.mount(target="/mnt/inside", program=[HELPER, "-N", pid]).expect()
    client.expect_not_mounted("/mnt/inside")
    assert client.run(*inside, "cat", "/mnt/inside/present").stdout == "from the beginning"
    client.mount(target="/mnt/inside", program=[HELPER, "-N", f"/proc/{pid}/ns/mnt"]).expect()
    # A failed mount leaves nothing behind there.
    client.mount(MISSING_VOLUME, "/mnt/none", program=[HELPER, "-N", pid]).expect(32)
    assert client.call("grep", "-c", "fuse.glusterfs", f"/proc/{pid}/mounts") == "1"
    client.run(*inside, "--pid", "umount", "/mnt/inside").expect()
    client.call("pkill", "-KILL", "-f", "^sleep 7777$")
    client.expect_no_trace(within=10)


@pytest.fixture
def jail(lab, client):
    """Like a container: another root directory, in which glusterfs is another program."""
    lab.at_end(client.call, "umount", "-l", "/mnt/jail")
    client.bash(r"""
        set -e
        mkdir -p /mnt/jail && mount -t tmpfs jail /mnt/jail && mount --make-private /mnt/jail
        cd /mnt/jail
        mkdir usr etc var run tmp proc dev mnt mnt/inside old
        mount --bind /usr usr && mount --rbind /dev dev
        cp -a /etc/passwd /etc/group /etc/hosts /etc/nsswitch.conf etc
        for name in bin sbin lib lib64; do [[ ! -L /$name ]] || cp -a /$name .; done
        printf "#!/bin/sh\necho \"as \$(id -u)\" >/mnt/pwned\nexit 1\n" >mnt/glusterfs
        chmod 755 mnt/glusterfs
        mount --bind mnt/glusterfs usr/sbin/glusterfs""")


def mount_in(client, namespace):
    return client.run(HELPER, "-N", namespace, G0, "/mnt/inside")


def test_namespace_with_another_root_is_rejected(lab, client, jail, namespace):
    pid = namespace("--mount", "--propagation", "private", "sh", "-c",
                    "cd /mnt/jail && pivot_root . old && mount -t proc proc /proc && "
                    'umount -l /old && exec "$@"', "sh")
    inside = ("nsenter", "--target", pid, "--mount", "sh", "-c")
    client.call(*inside, "[ -d /mnt/inside ] && [ ! -e /mnt/jail ]")
    for which in (pid, f"/proc/{pid}/ns/mnt"):
        refused = mount_in(client, which)
        assert not client.succeeds(*inside, "[ -e /mnt/pwned ]")  # by its program
        refused.expect(1, "-N", "another root directory", f"nsenter --target {pid} --mount --root")
    # The namespace by a file that is bound to it, without a process.
    path = "/run/lab/namespace"
    lab.at_end(client.sh, 'umount "$1"; rm -f "$1"', path)
    client.call("touch", path)
    if client.succeeds("mount", "--bind", f"/proc/{pid}/ns/mnt", path):  # not available everywhere
        mount_in(client, path).expect(1, "another root directory", f"nsenter --mount={path}")


def test_process_with_another_root_is_rejected(client, jail, namespace):
    pid = namespace("--mount", "--propagation", "private", "chroot", "/mnt/jail")
    mount_in(client, pid).expect(1, "another root directory")


def test_other_user_namespace_is_rejected(client, namespace):
    client.call("mkdir", "/mnt/inside")
    pid = namespace("--user", "--map-root-user", "--mount")
    mount_in(client, pid).expect(1, "another user namespace")


## Other processes


def test_only_descendants_of_our_client_are_killed(lab, client, slow_client):
    """The helper is executed by a shell that has a background process, whose child becomes an
    orphan while the client of the first attempt runs."""
    client.call("mkdir", "/mnt/g0")
    client.odd_consul("silent")
    slow_client(TO_ODD_CONSUL)
    client.call("touch", "/mnt/go")
    lab.at_end(client.sh, 'pkill -KILL -f "sleep 7[6]76" || true')
    ended = client.run("bash", "-c", '(sleep 7676 & sleep 2) & (sleep 6; kill -TERM $$) & '
                       f'exec {HELPER} "$1" /mnt/g0 -o consul-glusterfs=/mnt/client', "bash", G0)
    assert ended.status != 0
    assert client.succeeds("pgrep", "-f", "sleep 7[6]76")
    client.expect_not_mounted("/mnt/g0")
    wait_for(5, lambda: not client.succeeds("pgrep", "-x", "glusterfs"), "the client ends")


def test_pid_file_is_rejected(lab, client):
    lab.at_end(client.sh, 'rm -f /mnt/pid; pkill -KILL -f "sleep 7[5]75" || true')
    client.daemon("sleep", "7575")
    wait_for(5, lambda: client.succeeds("pgrep", "-f", "sleep 7[5]75"), "it sleeps")
    client.sh('pgrep -f "sleep 7[5]75" >/mnt/pid')
    client.mount(MISSING_VOLUME, "/mnt/none", "pid-file=/mnt/pid").expect(1, "pid-file")
    assert client.succeeds("pgrep", "-f", "sleep 7[5]75")


## Many at once


@pytest.fixture
def many(lab, client):
    """Starts `count` helpers at the same time, each on its own target, with running(). The output
    has a line "COUNT STATUS" for each exit status."""
    def start(count, options, timeout):
        lab.at_end(client.sh, "rm -rf /mnt/many; rmdir /mnt/m.*")
        return running(client, "bash", "-c", r"""
            mkdir -p /mnt/many
            for i in $(seq "$1"); do mkdir -p "/mnt/m.$i"; done
            for i in $(seq "$1"); do
              (/sbin/mount.glusterconsul "$2" "/mnt/m.$i" -o "$3" 2>"/mnt/many/$i.err"; echo $? >"/mnt/many/$i") &
            done
            wait
            cd /mnt/many && ls | grep -v err | xargs cat | sort | uniq -c | sed "s/^ *//"
            """, "bash", count, G0, options, timeout=timeout)
    return start


@pytest.fixture
def connections(client):
    """Counts the connections that the client opens to Consul."""
    def count():
        rows = client.call("iptables", "-nvxL", "OUTPUT").splitlines()
        row, = [row for row in rows if "dports 8500,8600" in row]
        return int(row.split()[0])

    client.rule(*CONSULS_PORTS, insert=True)
    return count


@pytest.mark.alone
@pytest.mark.timeout(180)
def test_200_helpers_without_an_agent_share_one_failure(client, note, many, connections):
    client.kill_agent()
    started, running_at_once = time.monotonic(), 0
    with many(200, "consul-retry=5s,consul-cache=off", timeout=100) as helpers:
        while not helpers.done():
            count = int(client.output("pgrep", "-c", "-x", "mount.glusterco"))
            running_at_once = max(running_at_once, count)
            time.sleep(0.5)
    seen = connections()
    note(f"200 helpers, no agent, consul-retry=5s: {time.monotonic() - started:.0f} s, at most "
         f"{running_at_once} at once, {seen} connections")
    assert helpers.result().stdout == "200 32"
    # Each queries HTTP and DNS once, and again at its end; one of them keeps retrying.
    assert seen <= 1000
    client.call("rm", "-rf", "/mnt/many")
    client.expect_no_trace(within=10)


@pytest.mark.timeout(180)
def test_30_mounts_that_start_before_the_agent_succeed(client, note, many, connections):
    client.kill_agent()
    started = time.monotonic()
    with many(30, "consul-cache=off", timeout=120) as helpers:
        client.start_agent(after=10)
    note(f"30 mounts, the agent starts after 10 s: all ended after "
         f"{time.monotonic() - started:.0f} s, {connections()} connections")
    assert helpers.result().stdout == "30 0"
    client.sh("umount /mnt/m.*; rm -rf /mnt/many")
    assert not client.succeeds("test", "-e", "/run/glusterconsul")  # no lock remains


def test_missing_volumes_fail_at_once_with_one_query(client, note, connections):
    for number in (1, 2, 3):
        client.mount(f"gluster.service.consul:/invented{number}", "/mnt/none").expect(32, within=3)
    seen = connections()
    note(f"3 invented volume names: {seen} connections to Consul")
    assert seen <= 6
