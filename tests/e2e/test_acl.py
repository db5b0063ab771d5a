"""A Consul whose ACLs deny by default."""

import pytest
from consul import leading_agent
from lab import G0, RETRIED, meanwhile

MANAGEMENT = "11111111-2222-3333-4444-555555555555"
READ_GLUSTER = "aaaaaaaa-2222-3333-4444-555555555555"
READ_ALL = "cccccccc-2222-3333-4444-555555555555"
NO_NODES = "bbbbbbbb-2222-3333-4444-555555555555"
UNKNOWN = "dddddddd-2222-3333-4444-555555555555"
TOKEN_FILE = "/etc/consul-token"
BY_HTTP = "consul-dns-addr=off,consul-http-addr=127.0.0.2:8500"
WITH_TOKEN = f"{BY_HTTP},consul-token-file={TOKEN_FILE}"
RULES = {
    READ_GLUSTER: 'service "gluster" { policy = "read" } node_prefix "" { policy = "read" }',
    READ_ALL: 'service_prefix "" { policy = "read" } node_prefix "" { policy = "read" }',
    NO_NODES: 'service "gluster" { policy = "read" }',
}


@pytest.fixture
def guarded(client):
    """An agent whose ACLs deny by default, queried with the management token."""
    agent = leading_agent(client, "guarded", "127.0.0.2", {
        "acl": {"enabled": True, "default_policy": "deny", "tokens": {"master": MANAGEMENT}}})
    agent.token = MANAGEMENT
    agent.wait_for(lambda: agent.get("acl/tokens"), "access control")
    agent.register_pool()
    for token, rules in RULES.items():
        name = token.split("-")[0]
        agent.put("acl/policy", {"Name": name, "Rules": rules})
        agent.put("acl/token", {"SecretID": token, "Policies": [{"Name": name}]})
    return agent


@pytest.fixture
def token_file(client):
    def write(token=READ_GLUSTER, mode=600, owner="root"):
        client.write(TOKEN_FILE, token + "\n", mode, owner)
    return write


def expect_no_token(result):
    for token in (MANAGEMENT, READ_GLUSTER, NO_NODES):
        assert token not in result.stdout + result.stderr


def fails_permanently(client, *words, **more):
    """Checks that a mount fails at once; a transient error would be retried for a minute."""
    expect_no_token(client.mount_fails(*words, within=5, **more))


def test_wrong_tokens_have_distinct_errors(client, guarded, token_file):
    """The DNS of the lab's agent knows the service, but must not be used to bypass ACLs."""
    fails_permanently(client, "127.0.0.2:8500", "the anonymous token", "service:read is missing",
                      "consul-token-file=", options="consul-http-addr=127.0.0.2:8500")
    token_file(UNKNOWN)
    fails_permanently(client, "does not know the token", "ACL not found",
                      options=f"{WITH_TOKEN},consul-retry=0")
    token_file(NO_NODES)
    fails_permanently(client, "this token", "node:read is missing", options=WITH_TOKEN)


def test_unknown_token_is_retried_until_it_exists(client, guarded, token_file):
    def create():
        guarded.put("acl/token", {"SecretID": UNKNOWN, "Policies": [{"Name": "aaaaaaaa"}]})

    token_file(UNKNOWN)
    with meanwhile(create, after=2):
        expect_no_token(client.mount_ok(WITH_TOKEN).expect(0, "does not know the token", RETRIED))


def test_agent_that_blocks_the_endpoint_is_queried_over_dns(client):
    agent = leading_agent(client, "blocking", "127.0.0.2", {
        "http_config": {"block_endpoints": ["/v1/health"]}})
    agent.register_pool()
    by_http = "consul-http-addr=127.0.0.2:8500"
    client.mount_ok(f"{by_http},consul-dns-addr=127.0.0.1:8600")
    client.umount()
    fails_permanently(client, "blocks this query over HTTP", "block_endpoints",
                      options=f"{by_http},consul-dns-addr=off")


def test_token_with_read_permission_mounts(client, guarded, token_file):
    token_file()
    expect_no_token(client.mount_ok(WITH_TOKEN))
    seen = client.sh('cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr "\\0" "\\n"')
    assert seen and READ_GLUSTER not in seen


def test_service_is_unknown_only_with_read_permission(client, guarded, token_file):
    token_file(READ_ALL)
    failed = client.mount_fails("has no service", "did you mean 'gluster'", spec="glusterr:/g0",
                                options=f"{WITH_TOKEN},consul-retry=0")
    assert "hide" not in failed.stderr
    token_file()
    client.mount_fails("this token", "'glusterr'", "service:read is missing", spec="glusterr:/g0",
                       options=WITH_TOKEN)


def test_empty_prepared_query_reports_the_token_as_a_possible_cause(client, guarded,
                                                                    token_file):
    """The query can have its own token, so the cause is uncertain and the error is transient."""
    spec = "any-gluster.query.consul:/g0"
    guarded.put("query", {"Name": "any-gluster", "Service": {"Service": "gluster"}}, "POST")
    client.mount_fails("'any-gluster' returned no instance", "token", spec=spec,
                       options=f"{BY_HTTP},consul-retry=0")
    token_file()
    client.mount_ok(WITH_TOKEN, spec=spec)


def test_environment_sets_the_token_or_its_file(client, guarded, token_file):
    def lookup(*variables, options=BY_HTTP):
        return client.run("env", *variables, "glusterconsul", "lookup", "--json", "-o", options, G0)

    lookup(f"CONSUL_HTTP_TOKEN={READ_GLUSTER}").expect()
    lookup(f"CONSUL_HTTP_TOKEN={NO_NODES}").expect(32, "node:read is missing")
    token_file()
    expect_no_token(lookup(f"CONSUL_HTTP_TOKEN_FILE={TOKEN_FILE}",
                           f"CONSUL_HTTP_TOKEN={NO_NODES}").expect())
    # An option overrides the environment.
    lookup(f"CONSUL_HTTP_TOKEN={NO_NODES}", options=WITH_TOKEN).expect()


def test_token_file_readable_or_writable_by_others_is_rejected(client, guarded, token_file):
    for mode in (644, 604, 622, 660, 606):
        token_file(mode=mode)
        expect_no_token(client.mount(target="/mnt/none", options=WITH_TOKEN)
                        .expect(1, TOKEN_FILE, f"0{mode}", "hint: run chmod"))
    for mode in (400, 440, 640):
        token_file(mode=mode)
        client.run("glusterconsul", "lookup", "-o", WITH_TOKEN, G0).expect()
    token_file(owner="nobody")
    client.mount(target="/mnt/none", options=WITH_TOKEN) \
        .expect(1, TOKEN_FILE, "owned by user", "run chown root")
    client.expect_no_trace()


@pytest.mark.parametrize("path, status", [
    pytest.param(TOKEN_FILE, 1, id="empty"),
    pytest.param("/etc/no-such-token", 2, id="missing"),
    pytest.param("/etc", 1, id="directory"),
])
def test_unusable_token_file_is_reported(client, token_file, path, status):
    token_file("")
    client.mount(target="/mnt/none", options=f"consul-token-file={path}") \
        .expect(status, "token file", path)
    client.expect_no_trace()
