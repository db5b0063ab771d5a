"""Real mounts with the helper under valgrind: no invalid or uninitialised reads, and no memory
leaks. mount(8) and the client are not checked."""

import pytest

# Memory that is still reachable at the end is not a leak: libcurl, OpenSSL and c-ares keep theirs
# for the lifetime of the process.
VALGRIND = ("valgrind", "-q", "--error-exitcode=99", "--leak-check=full", "--trace-children=no",
            "--child-silent-after-fork=yes", "--log-file=/tmp/valgrind",
            "/sbin/mount.glusterconsul")
# The helper is about twenty times slower under valgrind.
TIMEOUTS = "consul-timeout=60s,consul-probe-timeout=20s"


def run_under_valgrind(client, status, *arguments, **more):
    result = client.mount(*arguments, program=VALGRIND, **more)
    print(client.call("cat", "/tmp/valgrind"))
    client.call("rm", "/tmp/valgrind")
    return result.expect(status)


@pytest.mark.parametrize("via", ["http", "dns"])
def test_mount_is_clean(client, via):
    run_under_valgrind(client, 0, target="/mnt/clean", options=f"{TIMEOUTS},consul-via={via}")
    client.expect_mounted("/mnt/clean")
    client.expect_writable("/mnt/clean")


def test_failure_is_clean(client):
    run_under_valgrind(client, 32, "gluster:/gO", "/mnt/none",
                       f"{TIMEOUTS},consul-retry=0").expect(32, "'gO'")
