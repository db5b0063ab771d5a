"""The fault matrix (fault_matrix.py): mounts with every fault of Consul and of gluster, one by one
and in pairs chosen by a seed, with real parts if they can show the fault and servers that
misbehave on loopback (on_client/servers.py) otherwise. For every fault, the exit status is correct,
the mount succeeds or fails in time, and nothing is left behind.

--seed repeats the same pairs; --only runs the cells whose description contains that text
("cell 17:", "lab: slow")."""

import concurrent.futures
import json
import subprocess
import time

import fault_matrix
import pytest
from fault_matrix import AT_ONCE, MAX_SECONDS, PHASES
from lab import ON_CLIENT, ON_HOSTS, wait_for

PAIRS = 80
DROPPED = ("INPUT", "-i", "lo", "-d", "127.3.0.0/16", "-j", "DROP")
VOLUMES = ("halted", "guarded", "brickless")


@pytest.fixture
def volumes(lab):
    """Volumes that gl4 cannot serve or rejects."""
    gl4 = lab.gl4
    for volume in VOLUMES:
        lab.at_end(gl4.call, "rm", "-rf", f"/srv/{volume}")
        lab.at_end(gl4.succeeds, "gluster", "--mode=script", "volume", "delete", volume)
        lab.at_end(gl4.succeeds, "gluster", "--mode=script", "volume", "stop", volume, "force")
        gl4.call("mkdir", "-p", f"/srv/{volume}/brick")
        gl4.gluster("volume", "create", volume, f"gl4:/srv/{volume}/brick", "force")
        gl4.gluster("volume", "start", volume)
    gl4.gluster("volume", "stop", "halted")
    gl4.gluster("volume", "set", "guarded", "auth.allow", "10.9.9.9")
    gl4.call("pkill", "-KILL", "-f", "glusterfsd .*brickless")
    lab.at_end(gl4.heal)  # its glusterd is killed in one phase


class MisbehavingServers:
    def __init__(self, client, servers):
        self.process = subprocess.Popen(
            [*client.enter, "python3", "-I", ON_CLIENT / "servers.py"], env=ON_HOSTS, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        client.lab.at_end(self.stop)
        print(json.dumps(servers), file=self.process.stdin, flush=True)
        assert self.process.stdout.readline() == "ready\n"

    def stop(self):
        self.process.stdin.close()
        self.process.wait(30)


class Phase:
    """A fault of the lab. Hosts heal while the next phase runs."""

    healing = {}  # host -> future

    def __init__(self, lab, name, pool):
        self.lab = lab
        self.name = name
        self.pool = pool
        host, self.fault = PHASES[name]
        self.host = lab.hosts.get(host)

    def heal(self, host):
        self.healing[host] = self.pool.submit(host.heal)

    def wait_until_healed(self, host):
        future = self.healing.pop(host, None)
        if future and future.exception():
            host.heal()  # tries once more: a busy machine is slow

    def begin(self):
        client = self.lab.client
        if self.host:
            self.wait_until_healed(self.host)
            if self.fault == "brick":
                self.lab.broken.add(self.host.name)
                self.host.call("pkill", "-KILL", "-x", "glusterfsd")
            else:
                self.host.fault(self.fault)
        if self.name in ("dropped", "frozen"):
            # An agent that was just restarted may not have its name yet.
            signal = "-KILL" if self.name == "dropped" else "-STOP"
            wait_for(20, lambda: client.succeeds("pkill", signal, "-x", "consul"), "the agent runs")
        if self.name == "cut":
            self.lab.gl4.fault("kill")

    def end(self):
        if self.name == "dropped":
            self.lab.client.start_agent()
        if self.name == "frozen":
            self.lab.client.call("pkill", "-CONT", "-x", "consul")
        if self.name == "cut":
            self.heal(self.lab.gl4)
        if self.fault == "brick":
            self.host.gluster("volume", "start", "g0", "force")
        if self.host:
            self.heal(self.host)


@pytest.mark.alone
@pytest.mark.timeout(600)
@pytest.mark.full
def test_every_fault_and_pairs_of_them(lab, client, note, seed, pytestconfig, volumes):
    cells, servers = fault_matrix.plan(seed, PAIRS, pytestconfig.option.only)
    assert cells
    note(f"seed {seed}, {PAIRS} pairs")
    results = {}
    lab.at_end(client.call, "find", "/var/log/glusterfs", "-name", "mnt-fault-*.log", "-delete")
    lab.at_end(client.revive_agent)
    client.rule(*DROPPED)
    lab.wait_for_agent()
    before = client.snapshot()
    misbehaving = MisbehavingServers(client, servers)
    with concurrent.futures.ThreadPoolExecutor(len(PHASES)) as pool:
        for name in PHASES:
            chosen = [cell for cell in cells if cell["phase"] == name]
            if not chosen:
                continue
            started = time.monotonic()
            phase = Phase(lab, name, pool)
            phase.begin()
            for result in client.run_cells(chosen, MAX_SECONDS, AT_ONCE):
                results[result["cell"]] = result
            phase.end()
            print(f"phase {name:10} {time.monotonic() - started:3.0f} s")
        misbehaving.stop()
        for host in list(Phase.healing):
            Phase(lab, "well", pool).wait_until_healed(host)
    lab.wait_for_agent()
    left = client.left_behind(before)

    done = [(cell, results.get(cell["number"]), fault_matrix.problems(
        cell, results.get(cell["number"]))) for cell in cells]
    table = fault_matrix.table(done)
    print(*table, sep="\n")
    note(table[-1])
    wrong = [(cell, result, words) for cell, result, words in done if words]
    for cell, result, words in wrong:
        print(f"\nWRONG, {fault_matrix.describe(cell)} (phase {cell['phase']})", *words, sep="\n  ")
        if result:
            print("  " + " ".join(result["command"]), *result["stderr"].splitlines(), sep="\n  | ")
    assert [fault_matrix.describe(cell) for cell, _, _ in wrong] == []
    assert left == []
