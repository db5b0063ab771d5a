"""The fault matrix: which mounts are run against which faults, and what is expected of them.

A cell is one mount. Each has its own servers and addresses, so that all cells of a phase run at
the same time; a phase is a fault of the lab that applies to all of its cells.
"""

import collections
import random

RETRY_SECONDS = 2
MOUNT_SECONDS = 25  # src/mount/time_limits.hpp
SLACK_SECONDS = 2
MAX_SECONDS = RETRY_SECONDS + MOUNT_SECONDS + SLACK_SECONDS
MAX_MEMORY = 64 * 1024  # KiB
AT_ONCE = 24

GL1, GL2, GL3, GL4 = (f"10.77.0.{n}" for n in (11, 12, 13, 14))
POOL = [GL1, GL2, GL3]
MOUNTS, FAILS = 0, 32

# The name of the phase, the broken host, and its fault (see tests/lab/lab). The hosts take turns,
# so that one can heal while the next is broken. In "well" no host is broken. Faults in which the
# host does not respond delay a mount by 10 s, gluster's timeout for a brick.
PHASES = {
    "well": ("-", "-"),
    "dropped": ("gl1", "drop"),
    "frozen": ("gl2", "freeze"),
    "cut": ("gl3", "cut"),
    "refused": ("gl1", "reject"),
    "closing": ("gl2", "close"),
    "killed": ("gl1", "kill"),
    "slow": ("gl3", "slow"),
    "brick down": ("gl2", "brick"),
}
HOSTS = {"gl1": GL1, "gl2": GL2, "gl3": GL3}

# Faults of Consul. Those of HTTP and DNS are shown by fakes, named after their behaviour
# (servers.py), except for the two that need no server. Each fault alone is expected to make the
# mount fail, except for the slow ones.
NOTHING_LISTENS, PACKETS_DROPPED = "refusing", "dropped"
HTTP_FAULTS = [
    NOTHING_LISTENS, PACKETS_DROPPED, "silent", "byte by byte", "closing",
    "closing after the question", "closing early", "huge body", "body of a million values",
    "as much as is taken", "too large", "endless body", "endless headers", "huge header",
    "wrong type", "wrong types inside", "web page", "truncated JSON", "deep nesting",
    "invalid UTF-8", "redirect", "1 GB announced", "no HTTP", "fails",
]
DNS_FAULTS = [
    NOTHING_LISTENS, PACKETS_DROPPED, "silent", "byte by byte", "closing",
    "closing after the question", "SERVFAIL", "NXDOMAIN", "REFUSED", "nothing in it",
    "half a message", "forged owner", "forged number", "forged question",
    "looping CNAME", "looping name", "garbage", "empty message",
]
# The real agent of the client's host.
AGENT_FAULTS = {"agent killed": "dropped", "agent frozen": "frozen"}

# Faults of gluster, shown by fakes and relays (servers.py). If such a server is the only one, the
# mount fails, except with "dripping", which sends its volfile slowly.
FAKE_GLUSTER_FAULTS = [
    "half an answer", "half an answer, closing", "wrong xid", "huge length", "garbage", "silent",
    "closing", NOTHING_LISTENS, PACKETS_DROPPED, "dripping", "dying, refusing then",
    "dying, silent then", "dying, closing then", "dying, in mid-answer then",
]
# On real hosts: the phase, and whether the broken server alone still serves the volume.
LAB_GLUSTER_FAULTS = {
    "dropped": FAILS, "frozen": FAILS, "cut": FAILS, "refused": FAILS, "closing": FAILS,
    "killed": FAILS, "slow": MOUNTS, "brick down": MOUNTS,
}
# On gl4, a pool of its own: the volume, and whether others serve it.
VOLUME_FAULTS = {
    "wrong pool": ("g0", True),
    "stopped volume": ("halted", False),
    "auth rejected": ("guarded", False),
    "only brick down": ("brickless", False),
}
ALL_DEAD = "all dead"  # gl4, in the phase of the same name
ALL_DEAD_PHASE = "cut"


class Planner:
    """Assigns numbers and loopback addresses, and builds the cells."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.cells = []
        self.servers = []
        self.last_address = collections.Counter()

    def address(self, net):
        """127.NET.*.*; packets to net 3 are dropped on the client's host."""
        self.last_address[net] += 1
        high, low = divmod(self.last_address[net], 250)
        return f"127.{net}.{high}.{low + 1}"

    def server(self, speaks, does, **more):
        """The address of a new server with this behaviour."""
        if does == PACKETS_DROPPED:
            return self.address(3)
        address = self.address(1 if speaks == "gluster" else 2)
        if does != NOTHING_LISTENS or more.get("well_once"):
            self.servers.append({"speaks": speaks, "address": address, "does": does, **more})
        return address

    def consul_options(self, http, dns, servers, cached=False):
        """Options for Consul servers with these behaviours that list `servers`; None disables the
        protocol. `cached`: HTTP misbehaves only after its first reply, which leaves a cached
        list."""
        http_at = http and self.server("http", http, lists=servers, well_once=cached) + ":8500"
        dns_at = dns and self.server("dns", dns, lists=servers) + ":8600"
        return f"consul-http-addr={http_at or 'off'},consul-dns-addr={dns_at or 'off'}"

    def gluster(self, fault, alone):
        """The phase, the volume, the servers that Consul lists, and the expected exit status."""
        if not fault:
            return "well", "g0", POOL, MOUNTS
        if fault == ALL_DEAD:
            return ALL_DEAD_PHASE, "other", [GL4], FAILS
        if fault in VOLUME_FAULTS:
            volume, others = VOLUME_FAULTS[fault]
            if others and not alone:
                return "well", volume, [GL4] + POOL, MOUNTS
            return "well", volume, [GL4], FAILS
        if fault.startswith("lab: "):
            phase = fault.removeprefix("lab: ")
            broken = HOSTS[PHASES[phase][0]]
            others = [] if alone else [server for server in POOL if server != broken]
            return phase, "g0", [broken] + others, LAB_GLUSTER_FAULTS[phase] if alone else MOUNTS
        broken = self.server("gluster", fault, upstream=self.rng.choice(POOL))
        expected = FAILS if alone and fault != "dripping" else MOUNTS
        return "well", "g0", [broken] + ([] if alone else POOL), expected

    def add(self, kind, consul, gluster, phase, expected, source, options, **more):
        number = len(self.cells) + 1
        common = (f"consul-retry={RETRY_SECONDS}s,consul-order=consul,"
                  "consul-allow=127.0.0.0/8,consul-allow=10.77.0.0/24")
        self.cells.append({
            "number": number, "kind": kind, "consul": consul, "gluster": gluster, "phase": phase,
            "expected": expected, "source": source.format(number),
            "target": f"/mnt/fault-{number}", "options": f"{common},{options}", **more})

    def add_cell(self, kind, consul, gluster="", *, http, dns, alone=False, broken=False,
                 cached=False):
        """`broken`: neither HTTP nor DNS provides the servers."""
        phase, volume, servers, expected = self.gluster(gluster, alone)
        self.add(kind, consul, gluster, phase, FAILS if broken and not cached else expected,
                 "cell{}.service.consul:/" + volume,
                 self.consul_options(http, dns, servers, cached), cached=cached)

    def add_real_agent_cells(self):
        """The real agent replies as usual at first, and then does not respond."""
        here = "consul-http-addr=127.0.0.1:8500,consul-dns-addr=127.0.0.1:8600,"
        gluster = "gluster.service.consul:/g0"
        self.add("consul", "none (real)", "", "well", MOUNTS, gluster, here + "consul-cache=1d")
        self.add("consul", "none (real), DNS", "", "well", MOUNTS, gluster,
                 here + "consul-via=dns,consul-cache=off")
        self.add("consul", "NXDOMAIN (real)", "", "well", FAILS, "no-such{}.service.consul:/g0",
                 here + "consul-via=dns")
        for fault, phase in AGENT_FAULTS.items():
            self.add("consul", fault + " (real)", "", phase, FAILS, gluster,
                     here + "consul-cache=off")
            # Uses the list that the first of these cells has cached.
            self.add("consul", fault + " (real), list", "", phase, MOUNTS, gluster,
                     here + "consul-cache=1d")

    def add_singles(self):
        self.add_real_agent_cells()
        for fault in HTTP_FAULTS:
            self.add_cell("consul", f"HTTP {fault}", http=fault, dns=None, broken=True)
            self.add_cell("consul", f"HTTP {fault}", http=fault, dns="well")
        # A rejected token is a permanent error: there is no fallback to DNS.
        self.add_cell("consul", "HTTP denies", http="denies", dns="well", broken=True)
        for fault in DNS_FAULTS:
            self.add_cell("consul", f"DNS {fault}", http=NOTHING_LISTENS, dns=fault, broken=True)
            self.add_cell("consul", f"DNS {fault}", http="late", dns=fault)
        # The records before the end of a truncated reply are used.
        for fault in ("truncated, flag set", "truncated record"):
            self.add_cell("consul", f"DNS {fault}", http=NOTHING_LISTENS, dns=fault)
        for fault in (NOTHING_LISTENS, "silent", "truncated JSON", "closing early"):
            self.add_cell("consul", f"HTTP {fault}, list", http=fault, dns=fault
                          if fault in DNS_FAULTS else "SERVFAIL", broken=True, cached=True)
        for fault in self.gluster_faults():
            self.add_cell("gluster", "", fault, http="well", dns=None, alone=True)
            if fault != ALL_DEAD and VOLUME_FAULTS.get(fault, ("", True))[1]:
                self.add_cell("gluster", "", fault, http="well", dns="well")

    @staticmethod
    def gluster_faults():
        return ([f"lab: {name}" for name in LAB_GLUSTER_FAULTS] + FAKE_GLUSTER_FAULTS +
                list(VOLUME_FAULTS) + [ALL_DEAD])

    def add_pairs(self, count):
        ways = [("HTTP", fault) for fault in HTTP_FAULTS] + [("DNS", f) for f in DNS_FAULTS]
        for _ in range(count):
            way, fault = self.rng.choice(ways)
            gluster = self.rng.choice(self.gluster_faults())
            other_is_well = self.rng.random() < 0.75
            alone = self.rng.random() < 0.25
            http, dns = fault, "well" if other_is_well else None
            if way == "DNS":
                http, dns = "late" if other_is_well else NOTHING_LISTENS, fault
            self.add_cell("pair", f"{way} {fault}", gluster, http=http, dns=dns, alone=alone,
                          broken=not other_is_well)


def plan(seed, pairs, pattern=""):
    """The cells whose description contains this text, and the servers to start."""
    planner = Planner(seed)
    planner.add_singles()
    planner.add_pairs(pairs)
    return [cell for cell in planner.cells if pattern in describe(cell)], planner.servers


def describe(cell):
    return f"cell {cell['number']}: {cell['consul'] or '-'} x {cell['gluster'] or '-'}"


def problems(cell, result):
    if result is None:
        return ["it did not run to its end"]
    wrong = []
    status, is_mounted = result["status"], result["mounted"] and result["answers"]
    if status == 0 and not is_mounted:
        wrong.append(f"exit status 0 of a mount that does not work: {result['mounts']}, "
                     f"{'answers' if result['answers'] else 'does not respond'}")
    if status != cell["expected"]:
        wrong.append(f"exit status {status} instead of {cell['expected']}")
    if status != 0 and not result["stderr"].strip():
        wrong.append("no message")
    if result["seconds"] > MAX_SECONDS:
        wrong.append(f"it took {result['seconds']} s, at most {MAX_SECONDS} s are allowed")
    if result["memory"] > MAX_MEMORY:
        wrong.append(f"it used {result['memory'] / 1024:.1f} MiB of memory")
    return wrong + ["left behind: " + thing for thing in result["left"]]


ROW = "{:<40} {:>7} {:>5} {:>7} {:>7} {:>6} {:>9} {:>8}"


def row(name, done):
    """`done` are (cell, result, problems)."""
    results = [result for _, result, _ in done if result]
    return ROW.format(
        name, sum(cell["kind"] != "pair" for cell, _, _ in done),
        sum(cell["kind"] == "pair" for cell, _, _ in done),
        sum(result["status"] == MOUNTS for result in results),
        sum(result["status"] == FAILS for result in results),
        sum(bool(wrong) for _, _, wrong in done),
        f"{max((r['seconds'] for r in results), default=0):.1f} s",
        f"{max((r['memory'] for r in results), default=0) / 1024:.0f} MiB")


def table(done):
    """A table with a row for each fault, and a final row for all."""
    rows = [ROW.format("fault", "singles", "pairs", "mounted", "failed", "WRONG", "longest",
                       "memory")]
    for title, key in (("Consul", "consul"), ("gluster", "gluster")):
        for fault in dict.fromkeys(cell[key] for cell, _, _ in done if cell[key]):
            rows.append(row(f"{title}: {fault}", [item for item in done if item[0][key] == fault]))
    return rows + [row("all", done)]
