"""Runs mounts on this host in parallel, and checks the state after each.

  runner.py run        reads {"at_once": N, "max_seconds": S, "cells": [...]} from standard
                       input; prints one line of JSON for each cell
  runner.py snapshot   prints the mounts, processes, sockets and files

This program imports few modules: the kernel initially attributes the parent's memory to a new
process, so that the memory reported for a helper is never less than that of this program.
"""

import json
import os
import signal
import sys
import threading
import time

STAT_SECONDS = 15  # the timeout for one brick that does not respond is 10 s
GONE_SECONDS = 15  # a client ends by itself after it is unmounted


def run(argv, seconds, stderr=None):
    """Exit status (or minus the signal), seconds, and the maximum memory in KiB of the program and
    of its children."""
    null = os.open("/dev/null", os.O_RDWR)
    started = time.monotonic()
    pid = os.posix_spawnp(argv[0], argv, os.environ, setpgroup=0, file_actions=[
        (os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, null, 1),
        (os.POSIX_SPAWN_DUP2, null if stderr is None else stderr, 2)])
    os.close(null)
    late = threading.Timer(seconds, os.killpg, (pid, signal.SIGKILL))
    late.start()
    _, status, usage = os.wait4(pid, 0)
    late.cancel()
    return os.waitstatus_to_exitcode(status), time.monotonic() - started, usage.ru_maxrss


def mounts_at(target):
    """Source and type of each mount at or below it (proc_pid_mountinfo(5))."""
    found = []
    with open("/proc/self/mountinfo") as table:
        for line in table:
            fields = line.split()
            if (fields[4] + "/").startswith(target + "/"):
                kind, source = fields[fields.index("-") + 1:][:2]
                found.append((source, kind))
    return found


def processes():
    for pid in os.listdir("/proc"):
        if pid.isdigit() and int(pid) != os.getpid():
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    argv = file.read().decode(errors="replace").rstrip("\0").split("\0")
            except OSError:
                continue
            if argv != [""]:
                yield pid, argv


def processes_of(target):
    return [" ".join(argv) for _, argv in processes() if target in argv]


def wait_until(seconds, condition):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def unmount(target):
    """Returns what remains."""
    left = []
    while mounts_at(target):
        if run(["umount", "-l", target], 10)[0] != 0:
            left.append(f"a mount on {target} that cannot be unmounted")
            break
    if not wait_until(GONE_SECONDS, lambda: not processes_of(target)):
        left += ["process " + line for line in processes_of(target)]
    return left


def mount(cell, options, max_seconds):
    """Mounts once, checks the mount, and unmounts it."""
    target = cell["target"]
    os.makedirs(target, exist_ok=True)
    stderr = os.memfd_create("stderr")
    argv = ["mount", "-t", "glusterconsul", cell["source"], target, "-o", options]
    status, seconds, memory = run(argv, max_seconds + 20, stderr)
    mounts = mounts_at(target)
    result = {"cell": cell["number"], "status": status, "seconds": round(seconds, 2),
              "memory": memory, "mounts": mounts, "command": argv,
              "mounted": mounts == [(cell["source"], "fuse.glusterfs")], "left": []}
    running = processes_of(target)
    if status != 0:
        result["left"] = ["process " + line for line in running]
        result["left"] += ["mount " + " ".join(entry) for entry in mounts]
    elif len(running) > 1:  # only the client
        result["left"] = ["process " + line for line in running]
    result["answers"] = result["mounted"] and run(["stat", "-f", target], STAT_SECONDS)[0] == 0
    if mounts:
        result["left"] += unmount(target)
    try:
        os.rmdir(target)
    except OSError as problem:
        result["left"].append(str(problem))
    result["stderr"] = os.pread(stderr, 4000, 0).decode(errors="replace")
    os.close(stderr)
    return result


def run_cell(cell, max_seconds):
    if cell.get("cached"):  # a successful mount leaves a cached list
        before = mount(cell, cell["options"], max_seconds)
        if before["status"] != 0:
            before["stderr"] = "the mount before it failed: " + before["stderr"]
            return before
    return mount(cell, cell["options"], max_seconds)


def run_cells(task):
    waiting = list(reversed(task["cells"]))
    lock = threading.Lock()

    def work():
        while True:
            with lock:
                if not waiting:
                    return
                cell = waiting.pop()
            result = run_cell(cell, task["max_seconds"])
            with lock:
                print(json.dumps(result), flush=True)

    workers = [threading.Thread(target=work) for _ in range(task["at_once"])]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def print_sockets(family):
    """Except those that the kernel is closing, and those between Consul agents, which vary."""
    closing = {f"{state:02X}" for state in (4, 5, 6, 9, 11)}
    agents = {f"{port:04X}" for port in (8300, 8301, 8302)}
    with open(f"/proc/net/{family}") as table:
        for line in list(table)[1:]:
            local, remote, state = line.split()[1:4]
            if state not in closing and not {local[-4:], remote[-4:]} & agents:
                print("socket", family, local, remote, state)


def snapshot():
    for source, kind in mounts_at(""):
        print("mount", source, kind)
    for _, argv in processes():
        print("process", " ".join(argv))
    for family in ("tcp", "tcp6", "udp", "udp6"):
        print_sockets(family)
    for top in ("/run", "/tmp", "/var/tmp"):
        device = os.lstat(top).st_dev
        for directory, directories, files in os.walk(top):
            # The working copy may be mounted there.
            if directory == "/run/lab" or os.lstat(directory).st_dev != device:
                directories.clear()
                continue
            for name in directories + files:
                print("file", os.path.join(directory, name))


if sys.argv[1:] == ["snapshot"]:
    snapshot()
else:
    run_cells(json.load(sys.stdin))
