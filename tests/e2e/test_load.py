"""Load: many lookups or mounts that start at the same time, with real Consul and real gluster, all
succeed in time, even while Consul accepts no more connections. Without --full there are fewer, but
enough to reach the limit of 200 connections."""

import json

import load_figures
import pytest
from lab import G0, ON_CLIENT

# Lookups, mounts, and mounts while other clients hold all connections that Consul allows one
# address (limits.http_max_conns_per_client, 200), until half of them have been rejected, but at
# least for HELD_SECONDS. Each mount takes 20 MiB of memory.
FULL = {"lookups": 1000, "mounts": 200, "limited": 200}
SHORT = {"lookups": 300, "mounts": 50, "limited": 50}
HELD_SECONDS = 3


# Beside other labs, it makes their time limits expire.
@pytest.mark.alone
@pytest.mark.timeout(300)
@pytest.mark.full
def test_simultaneous_lookups_and_mounts_succeed(lab, client, note, pytestconfig):
    def burst(*arguments):
        return client.call("python3", "-I", ON_CLIENT / "burst.py", *arguments, timeout=1200)

    count = FULL if pytestconfig.option.full else SHORT
    lab.at_end(client.sh, "find /var/log/glusterfs -name 'mnt-load-*.log' -delete; "
                 "rmdir /mnt/load/* /mnt/load 2>/dev/null || true")
    lab.at_end(client.sh, 'pkill -KILL -f "on_client/burst[.]py" || true')
    burst("room", max(count.values()))  # fails without the memory
    before = client.snapshot()
    # The checks of the lab time out on such a busy machine.
    lab.checks_off()
    wrong = []
    for title, *arguments in (
            (f"{count['lookups']} look-ups at once", "lookups", count["lookups"], G0,
             "consul-cache=off"),
            (f"{count['mounts']} mounts at the same moment", "mounts", count["mounts"], G0, "", 0),
            (f"{count['limited']} mounts while Consul accepts no more connections", "mounts",
             count["limited"], G0, "consul-via=http,consul-cache=off", HELD_SECONDS)):
        *results, last = map(json.loads, burst(*arguments).splitlines())
        report = load_figures.Report(results, last["all"])
        note("\n".join([title, *report.lines]))
        wrong += [f"{title}: {problem}" for problem in report.problems]
        load_figures.print_failures(results)
    lab.checks_on()
    assert wrong == []
    assert client.left_behind(before) == []
