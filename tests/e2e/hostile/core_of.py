"""Aborts a program while it runs, and reports whether it dumped core.

  core_of.py PATTERN COMMAND...

The limit for core files is removed. The signal is sent when the program has a TCP connection
that matches PATTERN (a port as in /proc/net/tcp, in hexadecimal), or, with `-`, after a second.
Prints "core" or "no core", as wait(2) reports, and the files created in the program's directory,
which is new and initially empty.
"""

import os
import resource
import signal
import sys
import tempfile
import time


def is_connected(port):
    with open("/proc/net/tcp", encoding="ascii") as table:
        return any(line.split()[2].endswith(":" + port) and line.split()[3] == "01"
                   for line in list(table)[1:])


directory = tempfile.mkdtemp()
os.chdir(directory)
resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
pattern, command = sys.argv[1], sys.argv[2:]
child = os.fork()
if child == 0:
    null = os.open("/dev/null", os.O_RDWR)
    for fd in range(3):
        os.dup2(null, fd)
    os.execv(command[0], command)
end = time.monotonic() + 30
if pattern == "-":
    time.sleep(1)
while pattern != "-" and not is_connected(pattern) and time.monotonic() < end:
    time.sleep(0.02)
os.kill(child, signal.SIGABRT)
_, status = os.waitpid(child, 0)
if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGABRT:
    raise SystemExit(f"it did not die of SIGABRT: {status}")
files = os.listdir(directory)
print("core" if os.WCOREDUMP(status) else "no core", *files)
for name in files:
    os.unlink(name)
os.chdir("/")
os.rmdir(directory)
