"""Soak: one volume is mounted and unmounted again and again, while faults come and go. The rounds
are planned before the first one, so that --seed repeats them; the time that a server takes to heal
does not depend on the seed."""

import collections
import concurrent.futures
import random
import re
import statistics
import time

import pytest
from lab import DNS_FALLBACK, G0, POOL, wait_for

TARGET = "/mnt/soak"
# Fault -> weight. A server that does not respond costs each mount 10 s, gluster's timeout.
SERVER_FAULTS = {"kill": 8, "reject": 8, "close": 8, "slow": 2, "drop": 1, "freeze": 1, "cut": 1}
SILENT = {"drop", "freeze", "cut"}
AGENT_FAULTS = {"restarted": 4, "dead": 3, "frozen": 3}
NO_WAY_TO_CONSUL, ALL_REFUSE = "no agent and no list", "all servers refuse"
# Only these make a mount impossible; all other faults affect one of three servers, or Consul while
# there is a cached list.
FORCED = {NO_WAY_TO_CONSUL: 6, ALL_REFUSE: 1}
FORCED_SHARE, AGENT_SHARE = 0.04, 0.12
MOUNTS, FAILS = 0, 32
MOUNT_SECONDS, SLACK_SECONDS = 25, 5  # src/mount/time_limits.hpp; and to start and to end
RETRY_SECONDS, SHORT_RETRY_SECONDS = 60, 1
# The maximum growth of all processes on the client, which is due to its agent.
MAX_GAIN = {"KiB of memory": 64 * 1024, "descriptors": 40, "KiB of files": 1024}

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


def draw(rng, weights):
    return rng.choices(list(weights), list(weights.values()))[0]


def plan(seed, rounds):
    """For each round: its server fault as (host, fault, begins) or None, whether that ends after
    the round, the agent's fault, what forces a failure, and how late its fault begins."""
    rng = random.Random(seed)
    planned = []
    server, left, pause = None, 0, 2
    for number in range(1, rounds + 1):
        step = {"number": number, "server": None, "begins": False, "ends": False, "agent": None,
                "forced": None, "late": 0}
        planned.append(step)
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
    """A description of the faults of a round."""
    parts = [step["forced"]] if step["forced"] else []
    parts += [f"one server: {step['server'][1]}"] if step["server"] else []
    parts += [f"agent {step['agent']}"] if step["agent"] else []
    return " and ".join(parts) or "nothing broken, or healing"


class Rounds:
    def __init__(self, lab, pool):
        self.lab = lab
        self.client = lab.client
        self.pool = pool
        self.healing = {}  # host -> future

    def later(self, function, *arguments, after=0):
        def call():
            time.sleep(after)
            function(*arguments)
        return self.pool.submit(call)

    def heal(self, name):
        self.healing[name] = self.later(self.lab.hosts[name].heal)

    def wait_until_healed(self):
        """Before another fault: with two servers of three down, no mount can succeed."""
        while self.healing:
            name, future = self.healing.popitem()
            if future.exception():
                self.lab.hosts[name].heal()  # a busy machine is slow, but not endlessly

    def signal_agent(self, signal):
        self.client.succeeds("pkill", "-" + signal, "-x", "consul")

    def start_agent(self):
        """Starts the agent. Waits until it runs and can be killed, not until it responds."""
        self.client.start_agent()
        wait_for(10, lambda: self.client.succeeds("pgrep", "-x", "consul"), "the agent runs")

    def begin(self, step):
        """Starts the faults of a round: before it or, if late, during the mount."""
        hosts, started = self.lab.hosts, []
        if step["begins"] or step["forced"] == ALL_REFUSE:
            self.wait_until_healed()
        if step["forced"] == ALL_REFUSE:
            started = [self.later(hosts[name].fault, "reject") for name in POOL]
        if step["begins"]:
            name, fault = step["server"]
            started.append(self.later(hosts[name].fault, fault, after=step["late"]))
        if step["forced"] == NO_WAY_TO_CONSUL or step["agent"] in ("dead", "restarted"):
            self.signal_agent("KILL")
        if step["agent"] == "restarted":
            self.start_agent()
        if step["agent"] == "frozen":
            self.signal_agent("STOP")
        if not step["late"]:
            concurrent.futures.wait(started)
        return started

    def end(self, step, started):
        for future in started:
            future.result(60)
        if step["forced"] == ALL_REFUSE:
            for name in POOL:
                self.heal(name)
            self.wait_until_healed()
        if step["ends"]:
            self.heal(step["server"][0])
        if step["agent"] == "frozen":
            self.signal_agent("CONT")
        if step["agent"] == "dead" or step["forced"] == NO_WAY_TO_CONSUL:
            self.start_agent()

    def run(self, step):
        """The result of runner.py, and its timeout."""
        retry, options = RETRY_SECONDS, "consul-cache=1d"
        if step["forced"]:
            retry, options = SHORT_RETRY_SECONDS, f"consul-retry={SHORT_RETRY_SECONDS}s"
        if step["forced"] == NO_WAY_TO_CONSUL:
            options += ",consul-cache=off"
        limit = retry + MOUNT_SECONDS + SLACK_SECONDS
        started = self.begin(step)
        result, = self.client.run_cells([{"number": step["number"], "source": G0, "target": TARGET,
                                          "options": options}], limit)
        self.end(step, started)
        return {**result, "limit": limit}

    def measure(self):
        return dict(zip(MAX_GAIN, map(int, self.client.bash(MEASURE).split())))


def problems(step, result):
    expected = FAILS if step["forced"] else MOUNTS
    wrong = []
    if result["status"] != expected:
        wrong.append(f"exit status {result['status']} instead of {expected}")
    if result["status"] == 0 and not (result["mounted"] and result["answers"]):
        wrong.append(f"exit status 0 of a mount that does not work: {result['mounts']}")
    if result["status"] != 0 and not result["stderr"].strip():
        wrong.append("no message")
    if result["seconds"] > result["limit"]:
        wrong.append(f"it took {result['seconds']} s, at most {result['limit']} s are allowed")
    return wrong + ["left behind: " + thing for thing in result["left"]]


def row(name, done):
    """`done` are (step, result, problems)."""
    seconds = sorted(result["seconds"] for _, result, _ in done)
    mounted = sum(result["status"] == MOUNTS for _, result, _ in done)
    return (f"{name:<44} {len(done):>6} {mounted:>7} {len(done) - mounted:>6} "
            f"{sum(bool(wrong) for _, _, wrong in done):>5} {statistics.median(seconds):>7.2f} "
            f"{seconds[min(len(seconds) - 1, int(len(seconds) * 0.95))]:>7.2f} {seconds[-1]:>7.2f}")


def report(done, before, after):
    by_name = collections.defaultdict(list)
    for item in done:
        by_name[name_of(item[0])].append(item)
    text = "".join(result["stderr"] for _, result, _ in done)
    retried, by_dns, from_list = (len(re.findall(words, text)) for words in (
        "retrying for", DNS_FALLBACK, "last successful mount"))
    forced = sum(bool(step["forced"]) for step, _, _ in done)
    failed = sum(result["status"] != 0 for _, result, _ in done)
    memory = max(result["memory"] for _, result, _ in done) / 1024
    return "\n".join([
        f"{'fault':<44} {'rounds':>6} {'mounted':>7} {'failed':>6} {'WRONG':>5} "
        f"{'median':>7} {'95 %':>7} {'worst s':>7}",
        *(row(name, by_name[name]) for name in sorted(by_name)),
        row("all", done),
        f"failures: {failed}, of which {forced} were forced",
        f"retried: {retried}; by DNS: {by_dns}; from the cached list: {from_list}",
        f"the helpers' memory: at most {memory:.1f} MiB",
        "on the client, before and after: " + "; ".join(
            f"{before[what]} and {after[what]} {what}" for what in before)])


def wait_for_gains(rounds, before):
    """The last measurement, after temporary growth has had time to disappear."""
    end = time.monotonic() + 20
    while True:
        after = rounds.measure()
        if time.monotonic() > end or all(after[what] - before[what] <= most
                                         for what, most in MAX_GAIN.items()):
            return after
        time.sleep(1)


@pytest.mark.timeout(300)
@pytest.mark.full
def test_consecutive_mounts_while_faults_come_and_go(lab, client, note, seed, pytestconfig):
    count = 500 if pytestconfig.option.full else 30
    planned = plan(seed, count)
    note(f"seed {seed}, {count} rounds")
    lab.at_end(client.call, "rm", "-f", "/var/log/glusterfs/mnt-soak.log")
    lab.at_end(client.revive_agent)
    done = []
    with concurrent.futures.ThreadPoolExecutor(2 * len(POOL)) as pool:
        rounds = Rounds(lab, pool)
        lab.wait_for_agent()
        before, measured = client.snapshot(), rounds.measure()
        for step in planned:
            result = rounds.run(step)
            done.append((step, result, problems(step, result)))
        step = planned[-1]
        if step["server"] and not step["ends"]:
            rounds.heal(step["server"][0])
        rounds.wait_until_healed()
    lab.wait_for_agent()
    left = client.left_behind(before, within=20)
    after = wait_for_gains(rounds, measured)
    note(report(done, measured, after))
    for step, result, words in done:
        if words:
            print(f"WRONG, round {step['number']} ({name_of(step)})", *words, sep="\n  ")
            print(result["stderr"])
    assert [(step["number"], words) for step, _, words in done if words] == []
    assert left == []
    for what, most in MAX_GAIN.items():
        assert after[what] - measured[what] <= most, what
