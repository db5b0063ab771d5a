"""The results of burst.py, and whether they are as expected."""

import collections
import re
import statistics

# consul-retry, which is the time for all lookups of a mount, plus 25 s for mounting
# (src/mount/time_limits.hpp).
BUDGET_SECONDS = {"lookups": 60, "mounts": 60 + 25}
SLACK_SECONDS = 2  # for starting and ending a client
MAX_RETRYING = 5  # a helper takes over retrying when the previous one ends

CLOSED = r"Consul at \S+ does not respond: (Recv failure: Connection reset|Empty reply)"
TOO_MANY = r"Consul at \S+ cannot answer now \(status 429"
NEXT_TRY = re.compile(r"retrying in ([0-9.]+)(ms|s|m)\b")
FAILED = re.compile(r"\] \S+ failed: (.*)")
LATE = re.compile(r"\] \S+ failed: .*(in time|does not respond)")
UNITS = {"ms": 0.001, "s": 1, "m": 60}


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def delays(result):
    return [float(number) * UNITS[unit] for number, unit in NEXT_TRY.findall(result["stderr"])]


def count(results, pattern):
    return sum(len(re.findall(pattern, result["stderr"])) for result in results)


def succeeded(result):
    if "via" in result:
        return result["status"] == 0 and result["servers"] > 0
    return result["status"] == 0 and result["mounted"] and result["answers"]


class Report:
    def __init__(self, results, figures):
        self.results = results
        self.figures = figures
        self.lines = []
        self.problems = []
        is_mounts = "via" not in results[0]
        self.add_successes()
        self.add_times(BUDGET_SECONDS["mounts" if is_mounts else "lookups"])
        self.add_ways()
        self.add_limit()
        if is_mounts:
            self.add_attempts()
            self.line("clients", f"{figures['clients']} at one time, "
                      f"{figures['client_memory'] / 1024:.1f} MiB the largest")
        memory = max(result["memory"] for result in results)
        self.line("helper's memory", f"{memory / 1024:.1f} MiB at most")
        self.line("left behind", len(figures["left"]))
        self.problems += ["left behind: " + line for line in figures["left"]]
        if figures.get("held"):
            self.check_sharing()

    def line(self, name, text):
        self.lines.append(f"  {name:<16} {text}")

    def check(self, condition, problem):
        if not condition:
            self.problems.append(problem)

    def add_successes(self):
        good = sum(map(succeeded, self.results))
        self.line("succeeded", f"{good}, failed {len(self.results) - good}")
        self.check(good == len(self.results), f"{len(self.results) - good} failed")

    def add_times(self, budget):
        seconds = [result["seconds"] for result in self.results]
        median, worst = statistics.median(seconds), max(seconds)
        self.line("seconds", f"first {min(seconds):.2f}, median {median:.2f}, "
                  f"95 % {quantile(seconds, 0.95):.2f}, worst {worst:.2f}; the budget is {budget}")
        self.check(worst <= budget + SLACK_SECONDS, f"the worst took {worst:.1f} s of {budget}")
        self.check(worst <= max(10, 4 * median),
                   f"the worst took {worst / median:.1f} times as long as the median")

    def add_ways(self):
        ways = collections.Counter()
        for result in self.results:
            ways.update([result["via"]] if "via" in result else
                        re.findall(r"\d+ instances? of .* from (.*)", result["stderr"]))
        self.line("servers from", ", ".join(f"{way} {n}" for way, n in ways.most_common()))

    def add_limit(self):
        figures = self.figures
        closed, too_many = count(self.results, CLOSED), count(self.results, TOO_MANY)
        self.line("Consul's limit", f"{figures['most_connections']} connections at most at one "
                  f"time; closed {closed}, HTTP 429 {too_many}")
        if figures.get("held"):
            self.line("", f"other clients held {figures['held']} for {figures['held_seconds']} s, "
                      f"and one more was answered with: {figures['one_more']}")
            self.check(figures["one_more"] != "kept", "one connection more than the limit was "
                       "accepted: it was not met")
            self.check(figures["kept"] == figures["held"],
                       f"of the connections of other clients, only {figures['kept']} were kept")
            self.check(closed + too_many, "no helper met the limit")

    def add_attempts(self):
        late, failed = count(self.results, LATE), count(self.results, FAILED)
        self.line("attempts", f"{count(self.results, r'] running ')}; {late} were late, "
                  f"{failed - late} failed otherwise")
        reasons = collections.Counter(
            re.sub(r"\d+", "N", line[1]) for result in self.results
            for line in FAILED.finditer(result["stderr"]) if not LATE.match(line[0]))
        for reason, number in reasons.most_common(3):
            self.line("", f"{number} x {reason[:200]}")
        pauses = [delays(result) for result in self.results]
        most = max(map(len, pauses))
        self.line("retries", f"{sum(map(len, pauses))}, at most {most} of one")
        for rank in range(most):
            found = [each[rank] for each in pauses if len(each) > rank]
            self.line(f"  pause {rank + 1}", f"{len(found)}: {min(found):.2f} to "
                      f"{max(found):.2f} s, median {statistics.median(found):.2f}")

    def check_sharing(self):
        """Checks that one helper retries on behalf of all helpers with the same query."""
        retrying = sum(bool(delays(result)) for result in self.results)
        self.check(retrying, "no helper retried, though Consul accepted no more connections")
        self.check(retrying <= MAX_RETRYING, f"{retrying} helpers retried by themselves")


def print_failures(results):
    for result in [result for result in results if not succeeded(result)][:5]:
        print(f"  exit status {result['status']} after {result['seconds']} s",
              *result["stderr"].splitlines()[-12:], sep="\n  | ")
