"""Starts many programs on this host at the same time, and reports their results.

  burst.py lookups COUNT SOURCE OPTIONS        `glusterconsul lookup`
  burst.py mounts COUNT SOURCE OPTIONS HELD    `mount -t glusterconsul`, each on its own
                                               target; for HELD seconds and until half of them have
                                               been rejected, other clients hold all the
                                               connections that Consul allows one address
  burst.py room COUNT                          exit status 1 if memory does not suffice for so many
                                               mounts

Prints one line of JSON for each program, and finally one for all of them, for load_figures.py.
Each program is a process that waits at a gate, which is opened for all at once.
"""

import concurrent.futures
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

CONSUL = ("127.0.0.1", 8500)
CONSULS_LIMIT = 200  # limits.http_max_conns_per_client, by default
MAX_SECONDS = 120  # more than any budget: a program that has not ended by then is killed
MAX_HELD_SECONDS = 30
STAT_SECONDS = 30
GONE_SECONDS = 60
CLIENT_MEMORY = 25 * 1024  # KiB, of one glusterfs
TARGETS = "/mnt/load"


def wait_at_gate(gate, argv, out, err):
    """Runs in the child process and never returns."""
    try:
        os.setpgid(0, 0)
        for path, number in ((out, 1), (err, 2)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        os.read(gate, 1)
        os.execvp(argv[0], argv)
    finally:
        os._exit(127)


def run_at_once(commands, directory, beside):
    """Returns for each command: exit status (or minus the signal), the seconds from the opening of
    the gate to its end, and the maximum memory in KiB of the command and its children. `beside`
    starts when all processes exist, since it uses threads, and ends after them."""
    gate, opener = os.pipe()
    pids = {}
    for number, argv in enumerate(commands):
        pid = os.fork()
        if pid == 0:
            os.close(opener)
            wait_at_gate(gate, argv, f"{directory}/{number}.out", f"{directory}/{number}.err")
        pids[pid] = number
    os.close(gate)
    late = threading.Timer(MAX_SECONDS, lambda: [kill_group(pid) for pid in list(pids)])
    try:
        for what in beside:
            what.start()
    except OSError:
        for pid in pids:
            kill_group(pid)
        raise
    started = time.monotonic()
    os.close(opener)  # wakes all of them; writing a byte for each would wake them one by one
    late.start()
    ends = {}
    while pids:
        pid, status, usage = os.wait4(-1, 0)
        if pid in pids:
            ends[pids.pop(pid)] = {"status": os.waitstatus_to_exitcode(status),
                                   "seconds": round(time.monotonic() - started, 3),
                                   "memory": usage.ru_maxrss}
    late.cancel()
    for what in beside:
        what.end()
    return [ends[number] for number in range(len(commands))]


def kill_group(pid):
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


class Connections:
    """Counts the connections to Consul's HTTP port ten times a second."""

    def __init__(self):
        self.most = 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def watch(self):
        while not self.over.wait(0.1):
            self.most = max(self.most, self.count())

    @staticmethod
    def count():
        port, established = f"{CONSUL[1]:04X}", "01"
        seen = 0
        for family in ("tcp", "tcp6"):
            with open(f"/proc/net/{family}") as table:
                for line in list(table)[1:]:
                    _, local, _, state = line.split()[:4]
                    seen += local.endswith(":" + port) and state == established
        return seen

    def start(self):
        self.thread.start()

    def end(self):
        self.over.set()
        self.thread.join()


class OtherClients:
    """Hold all connections that Consul allows one address, for `seconds` and until `turned_away`
    of the programs, whose output is in files in the directory, have been rejected."""

    def __init__(self, seconds, directory, turned_away):
        self.seconds = seconds
        self.directory = directory
        self.turned_away = turned_away
        self.held = []
        self.one_more = "not tried"
        self.kept = 0
        self.held_seconds = 0
        self.thread = threading.Thread(target=self.hold)

    def start(self):
        if self.seconds:
            self.connect()
            self.thread.start()

    def end(self):
        if self.seconds:
            self.thread.join()

    def connect(self):
        for _ in range(CONSULS_LIMIT):
            connection = socket.create_connection(CONSUL, 10)
            connection.setblocking(False)
            self.held.append(connection)
        with socket.create_connection(CONSUL, 10) as another:
            another.settimeout(5)
            try:
                reply = another.recv(100)
                self.one_more = reply.decode(errors="replace").split("\r\n")[0] or "closed"
            except ConnectionError:
                self.one_more = "closed"
            except TimeoutError:
                self.one_more = "kept"

    def hold(self):
        started = time.monotonic()
        time.sleep(self.seconds)
        while time.monotonic() < started + MAX_HELD_SECONDS:
            rejected = sum("retrying in" in text_of(f"{self.directory}/{name}")
                           for name in os.listdir(self.directory) if name.endswith(".err"))
            if rejected >= self.turned_away:
                break
            time.sleep(0.25)
        self.held_seconds = time.monotonic() - started
        self.let_go()

    def let_go(self):
        for connection in self.held:
            try:
                connection.recv(1)
            except BlockingIOError:  # neither closed nor data
                self.kept += 1
            except OSError:
                pass
            connection.close()


def text_of(path):
    with open(path, errors="replace") as file:
        return file.read()


def lookup_result(end, directory, number):
    out, err = text_of(f"{directory}/{number}.out"), text_of(f"{directory}/{number}.err")
    try:
        reply = json.loads(out)
    except ValueError:
        reply = {}
    return {**end, "via": reply.get("via"), "servers": len(reply.get("servers") or []),
            "stderr": err + "".join(f"warning: {line}\n" for line in reply.get("warnings", []))}


def mounts():
    """The mounts below TARGETS: target -> (source, type) (proc_pid_mountinfo(5))."""
    found = {}
    with open("/proc/self/mountinfo") as table:
        for line in table:
            fields = line.split()
            if fields[4].startswith(TARGETS + "/"):
                kind, source = fields[fields.index("-") + 1:][:2]
                found[fields[4]] = (source, kind)
    return found


def clients():
    """PIDs of the glusterfs clients that are mounted below TARGETS."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                argv = file.read().decode(errors="replace").split("\0")
        except OSError:
            continue
        if any(word.startswith(TARGETS + "/") for word in argv):
            found.append(int(pid))
    return found


def resident(pid):
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * resource.getpagesize() // 1024
    except OSError:
        return 0


def succeeds(argv, seconds):
    try:
        return subprocess.run(argv, timeout=seconds, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def unmount_all():
    """Unmounts everything below TARGETS; returns what remains."""
    for target in mounts():
        succeeds(["umount", "-l", target], 20)
    end = time.monotonic() + GONE_SECONDS
    while clients() and time.monotonic() < end:
        time.sleep(0.1)
    left = [f"mount {target}" for target in mounts()]
    left += [f"process {pid} of a mount" for pid in clients()]
    return left


def burst_of_lookups(count, source, options, directory):
    command = ["glusterconsul", "lookup", "--json", "-o", options, source]
    connections = Connections()
    ends = run_at_once([command] * count, directory, [connections])
    for number, end in enumerate(ends):
        print(json.dumps(lookup_result(end, directory, number)))
    return {"most_connections": connections.most, "left": []}


def burst_of_mounts(count, source, options, held, directory):
    targets = [f"{TARGETS}/{number}" for number in range(count)]
    for target in targets:
        os.makedirs(target)
    others, connections = OtherClients(held, directory, count / 2), Connections()
    commands = [["mount", "-v", "-t", "glusterconsul", "-o", options, source, target]
                for target in targets]
    ends = run_at_once(commands, directory, [others, connections])
    table, running = mounts(), clients()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda target: target in table and
                                succeeds(["stat", "-f", target], STAT_SECONDS), targets))
    for number, (target, end) in enumerate(zip(targets, ends)):
        print(json.dumps({**end, "mounted": table.get(target) == (source, "fuse.glusterfs"),
                          "answers": answers[number],
                          "stderr": text_of(f"{directory}/{number}.err")}))
    figures = {"most_connections": connections.most, "one_more": others.one_more,
               "held": len(others.held), "kept": others.kept,
               "held_seconds": round(others.held_seconds, 1), "clients": len(running),
               "client_memory": max(map(resident, running), default=0)}
    figures["left"] = unmount_all()
    if not figures["left"]:
        for directory in targets + [TARGETS]:
            os.rmdir(directory)
    return figures


def has_room(count):
    with open("/proc/meminfo") as file:
        fields = dict(line.split(":") for line in file)
    return int(fields["MemAvailable"].split()[0]) > count * CLIENT_MEMORY


def main(kind, count, *more):
    if kind == "room":
        return 0 if has_room(int(count)) else 1
    with tempfile.TemporaryDirectory() as directory:
        if kind == "lookups":
            figures = burst_of_lookups(int(count), *more, directory)
        else:
            source, options, held = more
            figures = burst_of_mounts(int(count), source, options, float(held), directory)
    print(json.dumps({"all": figures}))
    return 0


sys.exit(main(*sys.argv[1:]))
