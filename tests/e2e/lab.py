"""The test lab and its hosts: commands, faults, mounts, and their cleanup."""

import collections
import concurrent.futures
import contextlib
import dataclasses
import functools
import json
import os
import pathlib
import shlex
import signal
import subprocess
import tempfile
import threading
import time

import pytest

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
ON_CLIENT = HERE / "on_client"  # programs that run on a host of the lab
LAB = str(REPOSITORY / "tests/lab/lab")
LABS = pathlib.Path("/run/glusterconsul-lab")
STAGE = str(REPOSITORY / (os.environ.get("STAGE") or "build/stage"))

POOL = ("gl1", "gl2", "gl3")  # their volume is g0; gl4 is separate, with the volume `other`
ADDRESS = {"gl1": "10.77.0.11", "gl2": "10.77.0.12", "gl3": "10.77.0.13", "gl4": "10.77.0.14"}
POOL_ADDRESSES = [ADDRESS[host] for host in POOL]
G0 = "gluster.service.consul:/g0"
NOBODY = ("setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups")
CACHE = "/var/cache/glusterconsul"
CONF = "/etc/glusterconsul.conf"

# Messages that many tests expect
RETRIED = "retrying"
NO_RESPONSE = "does not respond"
DNS_FALLBACK = "queried Consul over DNS"
NOT_CACHED = "was not saved"

# Under sudo the programs ignore CONSUL_*, which only some tests check.
ENVIRONMENT = {name: value for name, value in os.environ.items()
               if name not in ("SUDO_UID", "DOAS_USER", "PKEXEC_UID") and
               not name.startswith(("PYTEST_", "E2E_"))} | {"LC_ALL": "C.UTF-8"}
ON_HOSTS = ENVIRONMENT | {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}


class CannotRun(Exception):
    """This machine cannot run a lab, and why."""


def problem_of_stage():
    """The reason why the programs cannot be installed in a lab, or None."""
    if os.geteuid() != 0:
        return "needs root: sudo tests/e2e/run"
    stage = pathlib.Path(STAGE)
    program = stage if stage.suffix == ".deb" else stage / "sbin/mount.glusterconsul"
    if program.exists():
        return None
    return (f"no {program}. This makes it:\n"
            "  cmake --preset release && cmake --build --preset release &&\n"
            '  DESTDIR="$PWD/build/stage" cmake --install build/release')


def end_labs(prefix):
    for directory in LABS.glob(prefix + "-*"):
        subprocess.run([LAB, "--name", directory.name, "down"], stdout=subprocess.DEVNULL)


def wait_for(seconds, condition, what):
    """Waits for and returns the first true value of condition(). On timeout, fails with `what`."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            pytest.fail(f"timed out after {seconds} s: {what}")
        time.sleep(0.1)
    return value


@contextlib.contextmanager
def meanwhile(function, *arguments, after=0):
    """Calls the function in another thread, after a delay of `after` seconds."""
    def call():
        time.sleep(after)
        return function(*arguments)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        called = pool.submit(call)
        yield
        called.result()


def at_once(function, items):
    """[function(item) for item in items], in parallel."""
    with concurrent.futures.ThreadPoolExecutor(max(1, len(items))) as pool:
        return list(pool.map(function, items))


@dataclasses.dataclass(frozen=True)
class Result:
    """The result of a command. Output has no trailing newlines, as in a shell's $(...)."""
    argv: tuple
    status: int
    stdout_bytes: bytes
    stderr_bytes: bytes
    seconds: float

    @functools.cached_property
    def stdout(self):
        return self.stdout_bytes.decode(errors="backslashreplace").rstrip("\n")

    @functools.cached_property
    def stderr(self):
        return self.stderr_bytes.decode(errors="backslashreplace").rstrip("\n")

    @functools.cached_property
    def json(self):
        return json.loads(self.stdout_bytes)

    def expect(self, status=0, *words, within=None):
        """Checks the exit status, all these texts on standard error, and the time in seconds."""
        assert self.status == status, f"{self!r}: {self.stderr.strip()[-300:]}"
        for text in words:
            assert text in self.stderr
        if within is not None:
            assert self.seconds <= within
        return self

    def expect_output(self, *words):
        for text in words:
            assert text in self.stdout
        return self

    ## `glusterconsul lookup --json`

    @property
    def servers(self):
        return self.json["servers"]

    def instance(self, node):
        found = [entry for entry in self.json["instances"] if entry["node"] == node]
        assert len(found) == 1
        return found[0]

    def __repr__(self):
        return f"`{shlex.join(self.argv)}`: exit status {self.status}, {self.seconds:.2f} s"


def kill_group(pid):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGTERM)
        time.sleep(0.2)
        os.killpg(pid, signal.SIGKILL)


def start_time_of(pid):
    """When the process of this pid started, in clock ticks after the boot (proc_pid_stat(5)); None if
    there is no such process. A process that has reused the pid has another time."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(") ")[2].split()  # the name before it may contain spaces
    return fields[19] if fields[0] not in "ZX" else None


def execute(argv, input=b"", timeout=100, timed=None, env=ON_HOSTS):
    """Runs a command in its own process group, which is killed on an exception.
    `timed`: a file that the command inherits."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, \
            tempfile.TemporaryFile() as fed:
        fed.write(input.encode() if isinstance(input, str) else input)
        fed.seek(0)
        process = subprocess.Popen(argv, stdin=fed, stdout=out, stderr=err, env=env,
                                   start_new_session=True,
                                   pass_fds=[timed.fileno()] if timed else [])
        expired = threading.Event()
        timer = threading.Timer(timeout, lambda: (expired.set(), kill_group(process.pid)))
        timer.start()
        try:
            status = process.wait()
        except BaseException:
            kill_group(process.pid)
            process.wait()
            raise
        finally:
            timer.cancel()
        if expired.is_set():
            err.seek(0)
            pytest.fail(f"`{shlex.join(argv)}` did not end within {timeout} s\n"
                        f"{err.read().decode(errors='replace')}")
        out.seek(0)
        err.seek(0)
        return status, out.read(), err.read()


class Host:
    def __init__(self, lab, name):
        self.lab = lab
        self.name = name

    def process(self):
        """The id of the first process of this host; None if it is not running."""
        try:
            pid, started = (LABS / self.lab.name / "hosts" / self.name).read_text().split()
        except FileNotFoundError:
            return None
        return pid if start_time_of(pid) == started else None

    @property
    def enter(self):
        """The command that runs another one on this host, in the directory /: what `lab exec` runs,
        which starts several processes before it."""
        pid = self.process()
        if not pid:
            raise RuntimeError(f"host {self.name} of lab {self.lab.name} is not running")
        return ["nsenter", "--target", pid, "--mount", "--uts", "--ipc", "--net", "--pid", "--"]

    @property
    def address(self):
        return ADDRESS[self.name]

    def run(self, *argv, input=b"", timeout=100):
        """Runs a command whose result the test checks. It is shown if the test fails."""
        argv = tuple(map(str, argv))
        print(f"{self.name}# {shlex.join(argv)}")
        with tempfile.TemporaryFile() as timed:
            fd = timed.fileno()
            script = (f'started=$EPOCHREALTIME; "$@" {fd}>&-; status=$?; '
                      'echo $((${EPOCHREALTIME/[.,]/} - ${started/[.,]/})) '
                      f'>&{fd}; exit $status')
            status, out, err = execute([*self.enter, "bash", "-c", script, "bash", *argv],
                                       input, timeout, timed)
            timed.seek(0)
            result = Result(argv, status, out, err, int(timed.read() or 0) / 1e6)
        for text, prefix in ((result.stdout, "  "), (result.stderr, "  stderr: ")):
            for line in text[:20000].splitlines():
                print(prefix + line)
        print(f"  (exit status {result.status}, {result.seconds:.2f} s)")
        return result

    def call(self, *argv, input=b"", timeout=100):
        """The output of a command that must succeed."""
        status, out, err = execute([*self.enter, *map(str, argv)], input, timeout)
        output = out.decode(errors="backslashreplace").rstrip("\n")
        if status != 0:
            pytest.fail(f"{self.name}# {shlex.join(map(str, argv))}\nexit status {status}\n"
                        f"{output}\n{err.decode(errors='backslashreplace')}")
        return output

    def sh(self, script, *argv, **more):
        """The output of a shell script, which has `argv` as its arguments."""
        return self.call("sh", "-c", script, "sh", *argv, **more)

    def bash(self, script, *argv, **more):
        return self.call("bash", "-s", "--", *argv, input=script, **more)

    def succeeds(self, *argv, **more):
        return execute([*self.enter, *map(str, argv)], **more)[0] == 0

    def output(self, *argv, **more):
        """The output of a command, whether or not it succeeds."""
        return execute([*self.enter, *map(str, argv)], **more)[1].decode().rstrip("\n")

    def daemon(self, *argv):
        self.call("setsid", "-f", "sh", "-c", 'exec "$@" </dev/null >/dev/null 2>&1', "sh", *argv)

    def wait_for_listener(self, port):
        wait_for(10, lambda: self.output("ss", "-Hltn", f"sport = :{port}"),
                 f"something listens on port {port}")

    def write(self, path, text, mode=644, owner="root"):
        """Writes a file that is removed when the test ends."""
        self.lab.at_end(self.call, "rm", "-rf", "--", path)
        self.call("rm", "-f", "--", path)
        self.call("install", "-D", "-m", mode, "-o", owner, "/dev/stdin", path, input=text)

    def gluster(self, *argv, **more):
        """The output of the gluster command."""
        return self.call("gluster", "--mode=script", *argv, **more)

    ## Faults

    def fault(self, kind, *arguments):
        print(f"lab# fault {self.name} {kind}")
        self.lab.broken.add(self.name)
        self.lab.command("fault", self.name, kind, *arguments)

    def heal(self):
        print(f"lab# heal {self.name}")
        self.lab.command("heal", self.name, timeout=200)
        self.lab.broken.discard(self.name)

    ## iptables

    def rule(self, *rule, table="filter", command="iptables", insert=False):
        """Adds a packet filter rule until the test ends or remove_rule()."""
        self.lab.at_end(self.remove_rule, *rule, table=table, command=command)
        self.call(command, "-w", "10", "-t", table, "-I" if insert else "-A", *rule)

    def remove_rule(self, *rule, table="filter", command="iptables"):
        while self.succeeds(command, "-w", "10", "-t", table, "-D", *rule):
            pass


class Client(Host):
    """A host that mounts."""

    traces_before = ()

    def nobody(self, *argv, **more):
        """run() as an ordinary user."""
        return self.run(*NOBODY, *argv, **more)

    ## Mounting

    def mount(self, spec=G0, target="/mnt/g0", options="", *argv, program=("mount", "-t",
              "glusterconsul"), **more):
        """The result of `mount -t glusterconsul`; creates the target."""
        self.call("mkdir", "-p", "--", target)
        return self.run(*program, spec, target, *(["-o", options] if options else []), *argv,
                        **more)

    def mount_ok(self, options="", *argv, spec=G0, target="/mnt/g0", write=True, within=None):
        """Mounts; this must succeed and show `spec`. The mount must be readable and, unless `write`
        is false, writable. (Files written while a server is broken must be healed.)"""
        result = self.mount(spec, target, options, *argv).expect(within=within)
        self.expect_mounted(target, spec)
        if write:
            self.expect_writable(target)
        return result

    def mount_fails(self, *words, options="", spec=G0, target="/mnt/none", argv=(), within=None):
        """Mounts; this must fail with exit status 32 and these texts, and leave nothing behind."""
        result = self.mount(spec, target, options, *argv).expect(32, *words, within=within)
        self.expect_no_trace()
        return result

    def mount_refused(self, *words, options="", spec=G0, target="/mnt/none", prefix=()):
        """Mounts; this must be rejected with exit status 1 and these texts."""
        program = (*prefix, "mount", "-t", "glusterconsul")
        result = self.mount(spec, target, options, program=program).expect(1, *words)
        self.expect_not_mounted(target)
        return result

    def umount(self, target="/mnt/g0"):
        self.run("umount", target).expect()

    def lookup(self, options="", spec=G0):
        """The result of `glusterconsul lookup --json`."""
        return self.run("glusterconsul", "lookup", "--json", *(["-o", options] if options else []),
                        spec)

    def mounts(self, *columns, target=None):
        """Rows of findmnt: those of a target, or of all gluster mounts."""
        chosen = ["--mountpoint", target] if target else ["-t", "fuse.glusterfs"]
        text = self.output("findmnt", "-rn", "-o", ",".join(columns or ["TARGET"]), *chosen)
        return [line.split(" ") if columns else line for line in text.splitlines()]

    def options_of(self, target):
        """The options of the visible mount: VFS options, and the file system options that we
        set."""
        vfs, own = self.mounts("VFS-OPTIONS", "FS-OPTIONS", target=target)[-1]
        return vfs, own.split(",user_id=")[0]

    def mountinfo(self, target):
        """The target's line in mountinfo, which changes only if it is mounted again."""
        return self.call("awk", "-v", f"target={target}", "$5 == target", "/proc/self/mountinfo")

    def gluster_client(self, target=""):
        """Arguments of the running GlusterFS client."""
        pattern = f"^/usr/sbin/glusterfs.* {target}$" if target else "^/usr/sbin/glusterfs "
        return self.sh('tr "\\0" "\\n" <"/proc/$(pgrep -f "$1")/cmdline"', pattern).splitlines()

    def volfile_servers(self, target=""):
        option = "--volfile-server="
        return [word.removeprefix(option) for word in self.gluster_client(target)
                if word.startswith(option)]

    ## Expecting

    def expect_mounted(self, target="/mnt/g0", source=G0):
        text = self.output("findmnt", "-J", "-o", "SOURCE,FSTYPE", "--mountpoint", target)
        assert text, f"nothing is mounted on {target}"
        mounted = json.loads(text)["filesystems"][-1]
        assert (mounted["source"], mounted["fstype"]) == (source, "fuse.glusterfs")
        self.call("timeout", "20", "ls", "-A", target)

    def expect_writable(self, target="/mnt/g0"):
        """A file can be written and read."""
        if self.lab.broken:
            self.lab.wrote_to_broken = True
        seen = self.sh('echo "written by $$" >"$1/e2e" && sync -f "$1/e2e" && cat "$1/e2e"',
                       target, timeout=20)
        assert seen.startswith("written by ")

    def expect_not_mounted(self, target):
        assert not self.succeeds("mountpoint", "-q", target), f"something is mounted on {target}"

    def traces(self):
        return sorted(self.call("bash", ON_CLIENT / "traces.sh").splitlines())

    def remember_traces(self):
        self.traces_before = self.traces()

    def expect_no_trace(self, within=0):
        """Checks that traces() is as at the start of the test or the last remember_traces()."""
        end = time.monotonic() + within
        while (traces := self.traces()) != self.traces_before and time.monotonic() < end:
            time.sleep(0.1)
        assert traces == self.traces_before

    ## The Consul agent of the client

    def kill_agent(self):
        """Kills it, as a crash would."""
        self.lab.at_end(self.lab.wait_for_agent)
        self.lab.at_end(self.start_agent)
        print("client# pkill -KILL -x consul")
        self.call("pkill", "-KILL", "-x", "consul")
        self.remember_traces()

    def start_agent(self, after=0):
        """Starts the agent after a delay of `after` seconds."""
        self.call("setsid", "-f", "sh", "-c", f"sleep {after}; cd /; exec consul agent "
                  "-config-dir=/etc/consul.d </dev/null >>/var/log/consul.log 2>&1")

    def freeze_agent(self, seconds=None):
        """Stops the agent (SIGSTOP) until the test ends, or for `seconds` seconds."""
        self.lab.at_end(self.succeeds, "pkill", "-CONT", "-x", "consul")
        self.call("pkill", "-STOP", "-x", "consul")
        if seconds:
            self.daemon("sh", "-c", f"sleep {seconds}; pkill -CONT -x consul")

    def revive_agent(self):
        """Starts or continues the agent if it was killed or stopped."""
        if not self.succeeds("pkill", "-CONT", "-x", "consul"):
            self.start_agent()
        self.lab.wait_for_agent()

    ## Many mounts (on_client/runner.py)

    def run_cells(self, cells, max_seconds, at_once=1):
        """Runs mounts, checks and unmounts each, and returns their results."""
        task = {"at_once": at_once, "max_seconds": max_seconds, "cells": cells}
        text = self.call("python3", "-I", ON_CLIENT / "runner.py", "run", input=json.dumps(task),
                         timeout=max_seconds * (1 + len(cells) / at_once) + 120)
        return [json.loads(line) for line in text.splitlines()]

    def snapshot(self):
        """The number of mounts, processes, sockets and files of each kind. An agent creates
        one directory when it starts."""
        self.call("mkdir", "-p", "/tmp/consul-test")
        return collections.Counter(
            self.call("python3", "-I", ON_CLIENT / "runner.py", "snapshot").splitlines())

    def left_behind(self, before, within=15):
        """What has been added since `before` and does not disappear by itself, and files in the
        cache directory that are not cached lists."""
        end = time.monotonic() + within
        while True:
            left = list((self.snapshot() - before).elements())
            left += self.sh('[ ! -e "$1" ] || find "$1" -mindepth 1 ! -name '
                            '"????????????????.json"', CACHE).splitlines()
            if not left or time.monotonic() > end:
                return left
            time.sleep(0.5)

    ## fstab and misbehaving servers

    def write_fstab(self, *lines):
        """Replaces /etc/fstab with these lines until the test ends."""
        self.lab.at_end(self.sh, "[ ! -e /etc/fstab.before ] || mv /etc/fstab.before /etc/fstab")
        self.sh("[ -e /etc/fstab.before ] || cp /etc/fstab /etc/fstab.before; cat >/etc/fstab",
                input="".join(line + "\n" for line in lines))
        print("client# cat >/etc/fstab", *lines, sep="\n  ")

    def add_hosts_lines(self, *lines):
        """Adds lines to /etc/hosts until the test ends."""
        self.lab.at_end(self.sh, "[ ! -e /run/lab/hosts.before ] || "
                          "{ cat /run/lab/hosts.before >/etc/hosts; rm /run/lab/hosts.before; }")
        self.sh("[ -e /run/lab/hosts.before ] || cat /etc/hosts >/run/lab/hosts.before; "
                "cat >>/etc/hosts", input="".join(line + "\n" for line in lines))

    def odd_consul(self, *arguments):
        """Runs hostile/odd_consul.py on port 8599 until the test ends."""
        kind, *more = arguments
        self.lab.at_end(self.sh, 'pkill -f "odd_consul[.]py" || true')
        self.daemon("python3", HERE / "hostile/odd_consul.py", kind, "8599", *more)
        self.wait_for_listener(8599)


class Lab:
    def __init__(self, name):
        self.name = name
        self.finalizers = []
        self.broken = set()
        self.wrote_to_broken = False
        self.checks_are_off = False
        self.hosts = {host: Host(self, host) for host in ADDRESS}
        self.client = Client(self, "client")
        self.gl1, self.gl2, self.gl3, self.gl4 = self.hosts.values()
        self.pool = [self.hosts[host] for host in POOL]

    def command(self, *argv, timeout=100):
        status, out, err = execute([LAB, "--name", self.name, *argv], timeout=timeout,
                                   env=ENVIRONMENT)
        if status == 77:
            raise CannotRun(err.decode().strip().splitlines()[-1])
        if status != 0:
            raise RuntimeError(f"lab {shlex.join(argv)}: exit status {status}\n"
                               f"{out.decode(errors='replace')}{err.decode(errors='replace')}")
        return out.decode()

    def exists(self, host):
        return Host(self, host).process() is not None

    def start(self):
        self.command("up", timeout=300)
        if STAGE != "/":
            self.command("install", STAGE, timeout=300)
        self.client.call("bash", ON_CLIENT / "fill_volume.sh")

    def stop(self):
        self.command("down", timeout=300)

    ## Around each test

    def at_end(self, function, *arguments, **more):
        """Registers a function to call after the test, in reverse order."""
        self.finalizers.append(functools.partial(function, *arguments, **more))

    def begin_test(self):
        with contextlib.suppress(pytest.fail.Exception):  # checks may time out on a busy machine
            wait_for(60, self.consul_shows_three, "Consul shows three passing servers")
        self.client.remember_traces()

    def end_test(self):
        try:
            while self.finalizers:
                self.finalizers.pop()()
            self.client.call("bash", ON_CLIENT / "clean.sh")
            at_once(lambda host: self.command("heal", host, timeout=200), sorted(self.broken))
            if self.wrote_to_broken:
                self.heal_files()
            if self.checks_are_off:
                self.checks_on()
        except BaseException:
            # A lab that cannot be cleaned up must not run the next test.
            self.finalizers.clear()
            self.restart()
            raise
        finally:
            self.broken.clear()
            self.wrote_to_broken = self.checks_are_off = False

    def restart(self):
        self.stop()
        self.start()

    def heal_files(self):
        """Heals the bricks: copies to each what was written while it was unreachable. Until then,
        gluster does not count that brick, and rejects writes when another one is missing."""
        # A server that has just started does not have a self-heal daemon yet.
        wait_for(30, lambda: self.gl1.succeeds("timeout", "20", "gluster", "--mode=script",
                                               "volume", "heal", "g0"), "gluster begins to heal")
        wait_for(60, lambda: self.gl1.output("timeout", "20", "gluster", "--mode=script", "volume",
                                             "heal", "g0", "info").splitlines()
                 .count("Number of entries: 0") == 3, "all files of g0 are healed")

    ## Consul

    def checks_off(self):
        """Disables the checks, so that Consul does not notice dead servers."""
        self.checks_are_off = True
        self.command("checks", "off")

    def checks_on(self):
        self.command("checks", "on")

    def gluster_instances(self):
        """The instances according to the client's agent; [] if it does not respond."""
        text = self.client.output("curl", "-sf", "-m", "5",
                                  "http://127.0.0.1:8500/v1/health/service/gluster")
        return json.loads(text) if text else []

    def consul_shows_three(self):
        return sum(all(check["Status"] == "passing" for check in entry["Checks"])
                   for entry in self.gluster_instances()) == 3

    def wait_for_agent(self):
        wait_for(30, self.consul_shows_three, "Consul shows three passing servers")
