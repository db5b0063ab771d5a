"""How long a mount of a healthy volume takes, compared with `mount -t glusterfs` and a static
server list, pair by pair in the same run."""

import subprocess

import pytest
from lab import REPOSITORY

BENCH = REPOSITORY / "tests/bench"


@pytest.mark.alone
def test_healthy_mount_is_faster_than_a_manual_mount(client, note):
    rows = client.bash((BENCH / "mount_pairs.client.sh").read_text(), "25")
    print("us by hand, ours; and until it answered", rows, sep="\n")
    summary = subprocess.run(["awk", "-f", BENCH / "pairs.awk", "-v", "hand=1", "-v", "ours=2"],
                             input=rows, text=True, stdout=subprocess.PIPE, check=True).stdout
    note(summary)
    median, = [line for line in summary.splitlines() if line.startswith("median difference ")]
    assert median.removeprefix("median difference").strip().startswith("-")
