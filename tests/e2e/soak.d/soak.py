"""Mounts and unmounts one volume over and over while faults come and go, and says what came of it.

  soak.py REPOSITORY LAB SEED ROUNDS FAULTS MINUTES

FAULTS is 1 or 0. Prints the figures; 1 where something is wrong. What a round is to do is drawn
before the first (plan()), so that a seed gives the same rounds again; how long a server takes
to heal is not in the seed.
"""

import collections
import json
import random
import re
import statistics
import subprocess
import sys
import time

SOURCE, TARGET = "gluster.service.consul:/g0", "/mnt/soak"
POOL = ["gl1", "gl2", "gl3"]
# Fault -> weight. A silent server costs each mount 10 s, gluster's own wait.
SERVER_FAULTS = {"kill": 8, "reject": 8, "close": 8, "slow": 2, "drop": 1, "freeze": 1, "cut": 1}
SILENT = {"drop", "freeze", "cut"}
AGENT_FAULTS = {"restarted": 4, "dead": 3, "frozen": 3}
NO_WAY_TO_CONSUL, ALL_REFUSE = "no agent and no list", "all servers refuse"
# These alone make a mount impossible; all else is one server of three, or Consul with a
# list of servers that is known.
FORCED = {NO_WAY_TO_CONSUL: 6, ALL_REFUSE: 1}
FORCED_SHARE, AGENT_SHARE = 0.04, 0.12
MOUNTS, FAILS = 0, 32
MOUNT_SECONDS, SLACK_SECONDS = 25, 5  # src/mount/flow.cpp; and to start and to end
RETRY_SECONDS, SHORT_RETRY_SECONDS = 60, 1
MOST_HEALING_SECONDS = 180
# KiB, KiB and descriptors that all processes on the client may have gained: that is its agent.
MOST_MEMORY, MOST_FILES, MOST_FDS = 64 * 1024, 1024, 40

MEASURE = r"""
own=$(readlink /proc/self/ns/mnt) memory=0 fds=0
for process in /proc/[0-9]*; do
  [[ ${process#/proc/} != "$$" && $(readlink "$process/ns/mnt") == "$own" ]] || continue
  pages=$(cut -d ' ' -f 2 "$process/statm") || continue
  memory=$((memory + pages * $(getconf PAGESIZE) / 1024))
  fds=$((fds + $(ls "$process/fd" | wc -l)))
done 2>/dev/null
logs=$(du -sk /var/log | cut -f 1)
used=$(df --output=used -k /run | tail -n 1)
echo "$memory $fds $((used - logs))"
"""
STRAY_CACHE = ["sh", "-c", '[ ! -e "$0" ] || find "$0" -mindepth 1 ! -name "????????????????.json"',
               "/var/cache/glusterconsul"]


def draw(rng, weights):
    return rng.choices(list(weights), list(weights.values()))[0]


def plan(seed, rounds, faults):
    """Of each round: its server fault as (host, fault, begins) or None, whether that ends behind
    the round, the agent's fault, what forces a failure, and how late its fault begins."""
    rng = random.Random(seed)
    planned = []
    server, left, pause = None, 0, 2
    for number in range(1, rounds + 1):
        step = {"number": number, "server": None, "begins": False, "ends": False, "agent": None,
                "forced": None, "late": 0}
        planned.append(step)
        if not faults:
            continue
        pause -= not server
        if not server and pause <= 0:
            fault = draw(rng, SERVER_FAULTS)
            server, left = (rng.choice(POOL), fault), rng.randint(1, 2 if fault in SILENT else 6)
            step["begins"] = True
        if server:
            left -= 1
            step["server"] = server
            step["ends"] = left == 0
        if number > 1 and rng.random() < FORCED_SHARE and not server:
            step["forced"] = draw(rng, FORCED)
        elif number > 1 and rng.random() < AGENT_SHARE:
            step["agent"] = draw(rng, AGENT_FAULTS)
        if step["begins"]:  # before the mount, or about when it is made: seconds into the round
            step["late"] = rng.choice([0, rng.uniform(0.001, 0.25)])
        if step["ends"]:
            server, pause = None, rng.randint(1, 6)
    return planned


def name_of(step):
    """What holds in a round, in words."""
    parts = [step["forced"]] if step["forced"] else []
    parts += [f"one server: {step['server'][1]}"] if step["server"] else []
    parts += [f"agent {step['agent']}"] if step["agent"] else []
    return " and ".join(parts) or "nothing broken, or healing"


class Lab:
    def __init__(self, repository, name):
        self.lab = [f"{repository}/tests/lab/lab", "--name", name]
        self.runner = ["python3", "-I", f"{repository}/tests/e2e/faults.d/runner.py"]
        self.healing = {}  # host -> process

    def run(self, *argv, seconds=60, text=None):
        done = subprocess.run(self.lab + list(argv), timeout=seconds, text=True, input=text,
                              stdin=None if text is not None else subprocess.DEVNULL,
                              stdout=subprocess.PIPE, check=False)
        return done.returncode, done.stdout

    def on_client(self, *argv, **more):
        return self.run("exec", "client", *argv, **more)[1]

    def told(self, *argv):
        """What a command on the client says; a look that fails must not pass for nothing to see."""
        code, text = self.run("exec", "client", *argv)
        if code != 0:
            raise RuntimeError(f"{argv[0]} on the client ended with {code}")
        return text

    def start(self, *argv, after=0):
        """In the background, in so many seconds."""
        return subprocess.Popen(["sh", "-c", 'sleep "$0" && exec "$@"', str(after)] +
                                self.lab + list(argv), stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL)

    def heal(self, host):
        self.healing[host] = self.start("heal", host)

    def healed(self):
        """Before another is broken: with two servers of three gone, no mount is to be had."""
        while self.healing:
            host, process = self.healing.popitem()
            if process.wait(MOST_HEALING_SECONDS) != 0:
                code, _ = self.run("heal", host, seconds=MOST_HEALING_SECONDS)
                if code != 0:  # a busy machine takes its time, but not for ever
                    raise RuntimeError(f"{host} does not heal")

    def signal_agent(self, signal):
        self.on_client("pkill", "-" + signal, "-x", "consul")

    def start_agent(self):
        """Until it runs, so that the next round can end it; not until it answers."""
        self.on_client("bash", "-c", """
            setsid -f sh -c 'cd / && exec consul agent -config-dir=/etc/consul.d' \\
              </dev/null >>/var/log/consul.log 2>&1
            for ((i = 0; i < 100; i++)); do
              ! pgrep -x consul >/dev/null || break
              sleep 0.1
            done""")

    def wait_for_agent(self):
        """Until it tells of all servers."""
        end = time.monotonic() + 60
        while True:
            told = self.on_client("curl", "-sf", "-m", "5",
                                  "http://127.0.0.1:8500/v1/health/service/gluster?passing")
            try:
                if len(json.loads(told)) == len(POOL):
                    return
            except ValueError:
                pass
            if time.monotonic() > end:
                raise RuntimeError("the client's agent does not tell of all servers")
            time.sleep(0.2)

    def mount(self, number, options, most_seconds):
        cell = {"number": number, "source": SOURCE, "target": TARGET, "options": options}
        task = {"at_once": 1, "most_seconds": most_seconds, "cells": [cell]}
        return json.loads(self.on_client(*self.runner, "run", text=json.dumps(task),
                                         seconds=most_seconds + 120))

    def snapshot(self):
        return collections.Counter(self.told(*self.runner, "snapshot").splitlines())

    def measure(self):
        return [int(word) for word in self.told("bash", "-c", MEASURE).split()]

    def stray_cache(self):
        return self.told(*STRAY_CACHE).splitlines()


def begin(lab, step):
    """What breaks before the round or, where it is late, while it mounts."""
    started = []
    if step["begins"] or step["forced"] == ALL_REFUSE:
        lab.healed()
    if step["forced"] == ALL_REFUSE:
        started = [lab.start("fault", host, "reject") for host in POOL]
    if step["begins"]:
        started.append(lab.start("fault", *step["server"], after=step["late"]))
    if step["forced"] == NO_WAY_TO_CONSUL or step["agent"] in ("dead", "restarted"):
        lab.signal_agent("KILL")
    if step["agent"] == "restarted":
        lab.start_agent()
    if step["agent"] == "frozen":
        lab.signal_agent("STOP")
    if not step["late"]:
        for process in started:
            process.wait(60)
    return started


def end(lab, step, started):
    for process in started:
        if process.wait(60) != 0:
            raise RuntimeError(f"round {step['number']}: the fault could not be made")
    if step["forced"] == ALL_REFUSE:
        for host in POOL:
            lab.heal(host)
        lab.healed()
    if step["ends"]:
        lab.heal(step["server"][0])
    if step["agent"] == "frozen":
        lab.signal_agent("CONT")
    if step["agent"] == "dead" or step["forced"] == NO_WAY_TO_CONSUL:
        lab.start_agent()


def run_round(lab, step):
    """The result of runner.py, and what it may have taken."""
    retry, options = RETRY_SECONDS, "consul-cache=1d"
    if step["forced"]:
        retry, options = SHORT_RETRY_SECONDS, f"consul-retry={SHORT_RETRY_SECONDS}s"
    if step["forced"] == NO_WAY_TO_CONSUL:
        options += ",consul-cache=off"
    most = retry + MOUNT_SECONDS + SLACK_SECONDS
    started = begin(lab, step)
    result = lab.mount(step["number"], options, most)
    end(lab, step, started)
    return {**result, "most": most}


def faults_in(step, result):
    """What is wrong with a round, in words."""
    expected = FAILS if step["forced"] else MOUNTS
    wrong = []
    if result["status"] != expected:
        wrong.append(f"exit status {result['status']} instead of {expected}")
    if result["status"] == 0 and not (result["mounted"] and result["answers"]):
        wrong.append(f"exit status 0 of a mount that does not work: {result['mounts']}")
    if result["status"] != 0 and not result["stderr"].strip():
        wrong.append("no message")
    if result["seconds"] > result["most"]:
        wrong.append(f"it took {result['seconds']} s, and may take {result['most']}")
    return wrong + ["left behind: " + thing for thing in result["left"]]


def print_row(name, done):
    seconds = sorted(result["seconds"] for _, result, _ in done)
    mounted = sum(result["status"] == MOUNTS for _, result, _ in done)
    print(f"{name:<44} {len(done):>6} {mounted:>7} {len(done) - mounted:>6} "
          f"{sum(bool(wrong) for _, _, wrong in done):>5} {statistics.median(seconds):>7.2f} "
          f"{seconds[min(len(seconds) - 1, int(len(seconds) * 0.95))]:>7.2f} {seconds[-1]:>7.2f}")


def count_said(done, words):
    return sum(len(re.findall(words, result["stderr"])) for _, result, _ in done)


def report(done, before, after):
    print(f"{'what held':<44} {'rounds':>6} {'mounted':>7} {'failed':>6} {'WRONG':>5} "
          f"{'median':>7} {'95 %':>7} {'worst s':>7}")
    by_name = collections.defaultdict(list)
    for item in done:
        by_name[name_of(item[0])].append(item)
    for name in sorted(by_name):
        print_row(name, by_name[name])
    print_row("all", done)
    forced = sum(bool(step["forced"]) for step, _, _ in done)
    failed = sum(result["status"] != 0 for _, result, _ in done)
    print(f"failures: {failed}, of which {forced} were forced")
    print(f"tried again: {count_said(done, 'retrying for')}; by DNS: "
          f"{count_said(done, 'queried Consul over DNS')}; from the last known list: "
          f"{count_said(done, 'last successful mount')}")
    print(f"the helpers' memory: at most "
          f"{max(result['memory'] for _, result, _ in done) / 1024:.1f} MiB")
    print("on the client, before and after: "
          f"processes' memory {before[0] / 1024:.1f} and {after[0] / 1024:.1f} MiB; "
          f"descriptors {before[1]} and {after[1]}; "
          f"files without logs {before[2]} and {after[2]} KiB")


def leaks(lab, before, measured_before):
    """What is left, once what goes away by itself has had its time; and the last measure."""
    end_of_wait = time.monotonic() + 20
    while True:
        left = list((lab.snapshot() - before).elements()) + lab.stray_cache()
        measured = lab.measure()
        for gained, most, what in zip(
                (now - then for now, then in zip(measured, measured_before)),
                (MOST_MEMORY, MOST_FDS, MOST_FILES),
                ("KiB of memory", "descriptors", "KiB of files")):
            if gained > most:
                left.append(f"{gained} {what} more than before, and {most} may be")
        if not left or time.monotonic() > end_of_wait:
            return left, measured
        time.sleep(1)


def run_rounds(lab, planned, minutes):
    done = []
    end_of_time = time.monotonic() + 60 * minutes
    for step in planned:
        if time.monotonic() > end_of_time:
            break
        result = run_round(lab, step)
        wrong = faults_in(step, result)
        done.append((step, result, wrong))
        for words in wrong:
            print(f"WRONG, round {step['number']} ({name_of(step)}): {words}")
        if wrong:
            print("".join(f"  | {line}\n" for line in result["stderr"].splitlines()), end="")
        sys.stdout.flush()
    return done


def main(repository, name, seed, rounds, faults, minutes):
    planned = plan(int(seed), int(rounds), faults == "1")
    lab = Lab(repository, name)
    lab.wait_for_agent()
    before, measured = lab.snapshot(), lab.measure()
    started = time.monotonic()
    done = run_rounds(lab, planned, int(minutes))
    lab.healed()
    for step, _, _ in done[-1:]:
        if step["server"] and not step["ends"]:
            lab.heal(step["server"][0])
            lab.healed()
    seconds = time.monotonic() - started
    lab.wait_for_agent()
    left, measured_after = leaks(lab, before, measured)
    report(done, measured, measured_after)
    for line in left:
        print("left behind at the end: " + line)
    print(f"{len(done)} rounds in {seconds:.0f} s")
    if len(done) < len(planned):
        print(f"WRONG: of {len(planned)} rounds, {len(done)} were run in {minutes} minutes")
    is_wrong = left or len(done) < len(planned) or any(wrong for _, _, wrong in done)
    return 1 if is_wrong else 0


sys.exit(main(*sys.argv[1:]))
