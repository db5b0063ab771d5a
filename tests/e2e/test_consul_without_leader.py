"""Consul runs but cannot answer queries: no leader, no servers, or still starting."""

import time

import pytest
from consul import AGENTS, Agent, leading_agent, only_by_http
from lab import ADDRESS, RETRIED, meanwhile, wait_for

FIRST = only_by_http("127.0.0.2:8500")
BOTH = "consul-http-addr=127.0.0.2:8500,consul-dns-addr=127.0.0.2:8600"
NO_RETRY = f"{FIRST},consul-retry=0"
JOIN = [f"-retry-join=127.0.0.{number}" for number in (2, 3, 4)]
CLIENT_AGENT = only_by_http("127.0.0.5:8500")


def start_server(client, number, after=0):
    """Starts one of s1, s2, s3 at 127.0.0.2 to .4, which elect a leader when all three run."""
    return Agent(client, f"s{number}", f"127.0.0.{number + 1}",
                 {"performance": {"raft_multiplier": 1}}, "-server", "-bootstrap-expect=3",
                 "-data-dir=data", *JOIN, "-retry-interval=1s", after=after)


def start_client_agent(client, settings=None, *arguments):
    return Agent(client, "c1", "127.0.0.5", settings, "-data-dir=data", "-retry-join=127.0.0.2",
                 *arguments)


def register_pool_when_there_is_a_leader(agent):
    wait_for(40, agent.leader, "a leader")
    agent.register_pool()


@pytest.fixture
def lost_majority(client):
    """The first of three servers that knew the service; the two others have crashed."""
    first, *others = [start_server(client, number) for number in (1, 2, 3)]
    first.wait_for_leader()
    first.register_pool()
    first.wait_for_instances(3, "health/service/gluster?stale")
    for other in others:
        other.kill()
    return first


@pytest.fixture
def never_led(client):
    first = start_server(client, 1)
    first.wait_for(first.is_without_leader, "a reply")
    client.remember_traces()
    return first


def test_stale_reply_is_used_with_a_warning(client, lost_majority):
    # Immediately, when the server may not have noticed the loss of the leader yet, and later.
    client.mount_ok(f"{FIRST},consul-cache=off", within=3)
    client.umount()
    lost_majority.wait_for(lost_majority.is_without_leader, "knowledge that there is no leader")
    client.mount_ok(f"{FIRST},consul-cache=off", within=3).expect(
        0, "has no leader; using the data", " ago")
    client.umount()
    # A service that the server does not know may be newer, so it is not reported as unknown.
    client.mount_fails("has no leader", "has no instance of 'glusterr'", spec="glusterr:/g0",
                       options=NO_RETRY)


def test_stale_http_reply_comes_before_dns(client, lost_majority):
    lost_majority.wait_for(lost_majority.is_without_leader, "knowledge that there is no leader")
    found = client.lookup(f"{BOTH},consul-cache=off").expect()
    assert found.json["via"] == "Consul over HTTP"
    warning, = found.json["warnings"]
    assert "has no leader; using the data" in warning


def test_server_that_never_had_a_leader(client, never_led):
    client.mount_fails("127.0.0.2:8500 has no leader", "more than half", options=NO_RETRY, within=7)
    client.mount_fails("has no leader", "over DNS", options=f"{BOTH},consul-retry=0", within=7)
    # After a while, the server itself reports that there is no leader.
    client.mount_fails("No cluster leader", "more than half",
                       options=f"{NO_RETRY},consul-timeout=20s")


def test_retries_until_a_leader_is_elected(client, never_led):
    for number in (2, 3):
        start_server(client, number, after=8)
    with meanwhile(register_pool_when_there_is_a_leader, never_led):
        client.mount_ok(f"{FIRST},consul-retry=60s", within=50).expect(0, RETRIED)


def test_retries_until_the_client_agent_has_a_server(client):
    agent = start_client_agent(client, None, "-retry-interval=1s", "-retry-max=0")
    agent.wait_for(lambda: agent.get("agent/self"), "a reply")
    client.remember_traces()
    client.mount_fails("No known Consul servers", "retry_join",
                       options=f"{CLIENT_AGENT},consul-retry=0")
    with meanwhile(lambda: leading_agent(client, "s1", "127.0.0.2").register_pool()):
        client.mount_ok(f"{CLIENT_AGENT},consul-retry=30s").expect(0, RETRIED)


def test_cached_list_is_the_fallback_if_the_client_agent_has_lost_its_servers(client):
    server = leading_agent(client, "s1", "127.0.0.2")
    server.register_pool()
    start_client_agent(client).wait_for_instances(3)
    options = "consul-http-addr=127.0.0.5:8500,consul-dns-addr=127.0.0.5:8600"
    client.mount_ok(options)
    client.umount()
    server.kill()
    client.mount_ok(options, within=3).expect(0, "Consul does not respond",
                                              "using the servers of the last successful mount")
    client.umount()
    client.mount_fails("cannot answer now", "127.0.0.5:8600",
                       options=f"{options},consul-cache=off,consul-retry=0")


def test_rate_limit_is_retried(client):
    """This agent forwards one query every ten seconds to its server."""
    leading_agent(client, "s1", "127.0.0.2").register_pool()
    agent = start_client_agent(client, {"limits": {"rpc_rate": 0.1, "rpc_max_burst": 3}})
    agent.wait_for(lambda: client.output(*agent.curl(
        "health/service/gluster", "-o", "/dev/null", "-w", "%{http_code}")) == "429", "its limit")
    client.mount_ok(CLIENT_AGENT, within=45).expect(0, "status 429", "limits the rate",
                                                    RETRIED)


def test_retries_while_consul_starts(client):
    agent = Agent(client, "s1", "127.0.0.2", None, "-dev", after=3)

    def become_healthy():
        wait_for(40, agent.leader, "a leader")
        for status in ("critical", "passing"):
            time.sleep(1)
            agent.register("gluster", "gl1", status)

    with meanwhile(become_healthy):
        client.mount_ok(f"{FIRST},consul-retry=40s", "-v", within=30).expect(
            0, "Connection refused", RETRIED, "retrying in")


def test_retries_until_consul_starts_after_ten_seconds(client):
    agent = Agent(client, "s1", "127.0.0.2", None, "-dev", after=10)
    with meanwhile(register_pool_when_there_is_a_leader, agent):
        assert client.mount_ok(BOTH, within=35).seconds >= 9


def test_unix_socket(client):
    socket = f"{AGENTS}/s1/consul.sock"
    Agent(client, "s1", "127.0.0.2",
          {"addresses": {"http": f"unix://{socket}", "dns": "127.0.0.2"}}, "-dev")
    curl = ("curl", "-sS", "-f", "-m", "5", "--unix-socket", socket)
    wait_for(30, lambda: ":" in client.output(*curl, "http://localhost/v1/status/leader"),
             "a leader")
    client.call(*curl, "-o", "/dev/null", "-X", "PUT", "http://localhost/v1/catalog/register", "-d",
                f'{{"Node": "n1", "Address": "{ADDRESS["gl1"]}", "Service": {{"Service": "gluster"}}}}')
    client.remember_traces()
    client.mount_ok(f"consul-dns-addr=off,consul-http-addr=unix://{socket}")
    client.umount()
    client.remember_traces()
    client.mount_fails(f"unix://{AGENTS}/none.sock does not respond",
                       options="consul-dns-addr=off,consul-cache=off,consul-retry=0,"
                               f"consul-http-addr=unix://{AGENTS}/none.sock")
