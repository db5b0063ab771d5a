"""The figures of what burst.py did, and whether that is as it is to be.

  figures.py TITLE RESULTS      prints them; 1 where something is wrong
"""

import collections
import json
import re
import statistics
import sys

# consul-retry, which is the time for all look-ups of a mount, and 25 s to mount
# (src/mount/flow.cpp).
BUDGET_SECONDS = {"lookups": 60, "mounts": 60 + 25}
SLACK_SECONDS = 2  # to start, and to end a client
MOST_WHO_RETRY = 5  # one after the other, as each ends

CLOSED = re.compile(r"Consul at \S+ does not respond: (Recv failure: Connection reset|Empty reply)")
TOO_MANY = re.compile(r"Consul at \S+ cannot answer now \(status 429")
NEXT_TRY = re.compile(r"retrying in ([0-9.]+)(ms|s|m)\b")
FAILED = re.compile(r"\] \S+ failed: (.*)")
LATE = re.compile(r"\] \S+ failed: .*(in time|does not respond)")
UNITS = {"ms": 0.001, "s": 1, "m": 60}


def of_all(values, share):
    """The value that so large a share of all is at or below."""
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def delays(result):
    return [float(number) * UNITS[unit] for number, unit in NEXT_TRY.findall(result["stderr"])]


def count(results, pattern):
    return sum(len(re.findall(pattern, result["stderr"])) for result in results)


def is_good(result):
    if "via" in result:
        return result["status"] == 0 and result["servers"] > 0
    return result["status"] == 0 and result["mounted"] and result["answers"]


def print_times(results, budget):
    seconds = [result["seconds"] for result in results]
    median, worst = statistics.median(seconds), max(seconds)
    print(f"  seconds          first {min(seconds):.2f}, median {median:.2f}, "
          f"95 % {of_all(seconds, 0.95):.2f}, worst {worst:.2f}; the budget is {budget}")
    wrong = []
    if worst > budget + SLACK_SECONDS:
        wrong.append(f"the worst took {worst:.1f} s, and may take {budget}")
    if worst > max(10, 4 * median):
        wrong.append(f"the worst took {worst / median:.1f} times as long as the median")
    return wrong


def print_ways(results):
    ways = collections.Counter()
    for result in results:
        told = [result["via"]] if "via" in result else re.findall(r"\d+ instances? of .* from (.*)", result["stderr"])
        ways.update(told)
    in_words = [f"{way} {number}" for way, number in ways.most_common()]
    print("  told by          " + ", ".join(in_words))


def print_limit(results, figures):
    print(f"  Consul's limit   {figures['most_connections']} connections at most at one time; "
          f"closed {count(results, CLOSED)}, HTTP 429 {count(results, TOO_MANY)}")
    if not figures.get("held"):
        return []
    print(f"                   other clients held {figures['held']} for "
          f"{figures['held_seconds']} s, and one more was answered with: {figures['one_more']}")
    wrong = []
    if figures["one_more"] == "kept":
        wrong.append("one connection more than the limit was taken: it was not met")
    if figures["kept"] < figures["held"]:
        wrong.append(f"of the connections of other clients, only {figures['kept']} were kept")
    if not count(results, CLOSED) + count(results, TOO_MANY):
        wrong.append("nobody met the limit")
    return wrong


def print_attempts(results):
    runs = count(results, r"\] running ")
    late = count(results, LATE)
    failed = count(results, FAILED)
    print(f"  attempts         {runs}; {late} were late, {failed - late} failed otherwise")
    reasons = collections.Counter(
        re.sub(r"\d+", "N", line[1]) for result in results
        for line in FAILED.finditer(result["stderr"]) if not LATE.match(line[0]))
    for reason, number in reasons.most_common(3):
        print(f"                   {number} x {reason[:200]}")


def print_retries(results):
    of_each = [delays(result) for result in results]
    print(f"  retries          {sum(map(len, of_each))}, at most {max(map(len, of_each))} of one")
    for rank in range(max(map(len, of_each))):
        pauses = [pauses[rank] for pauses in of_each if len(pauses) > rank]
        print(f"    pause {rank + 1:2d}       {len(pauses)}: {min(pauses):.2f} to "
              f"{max(pauses):.2f} s, median {statistics.median(pauses):.2f}")
    first = [pauses[0] for pauses in of_each if pauses]
    return first


def sharing_of(first, is_held):
    """Helpers that ask the same question share the failure: one of them retries for all."""
    if not is_held:
        return []
    if not first:
        return ["nobody tried again, though Consul took no more connections"]
    if len(first) > MOST_WHO_RETRY:
        return [f"{len(first)} helpers tried again by themselves"]
    return []


def report(title, results, figures):
    kind = "lookups" if "via" in results[0] else "mounts"
    good = sum(map(is_good, results))
    print(title)
    print(f"  succeeded        {good}, failed {len(results) - good}")
    wrong = [f"{len(results) - good} failed"] if good < len(results) else []
    wrong += print_times(results, BUDGET_SECONDS[kind])
    print_ways(results)
    wrong += print_limit(results, figures)
    first = []
    if kind == "mounts":
        print_attempts(results)
        first = print_retries(results)
        print(f"  clients          {figures['clients']} at one time, "
              f"{figures['client_memory'] / 1024:.1f} MiB the largest")
    memory = max(result["memory"] for result in results)
    print(f"  helper's memory  {memory / 1024:.1f} MiB at most")
    print(f"  left behind      {len(figures['left'])}")
    wrong += sharing_of(first, bool(figures.get("held")))
    return wrong + ["left behind: " + line for line in figures["left"]]


def main(title, path):
    with open(path) as file:
        *results, last = map(json.loads, file)
    wrong = report(title, results, last["all"])
    for words in wrong:
        print("  WRONG: " + words)
    for result in [result for result in results if not is_good(result)][:5]:
        print(f"  exit status {result['status']} after {result['seconds']} s")
        for line in result["stderr"].splitlines()[-12:]:
            print("  | " + line)
    return 1 if wrong else 0


sys.exit(main(*sys.argv[1:]))
