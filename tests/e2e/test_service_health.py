"""An unknown or unhealthy service, and a Consul that does not respond: each has its own
message."""

import pytest
from lab import ADDRESS, G0, RETRIED, meanwhile

NO_RETRY = "consul-retry=0"


def test_unknown_service_is_reported_with_a_suggestion(client):
    client.mount_fails("'glusterr'", "did you mean 'gluster'", spec="glusterr.service.consul:/g0",
                       options=NO_RETRY)


def test_critical_service_is_reported_with_its_failing_checks(client, consul):
    consul.register("sick", "gl1", "critical")
    consul.register("sick", "gl2", "critical")
    client.mount_fails("sick-gl1", "sick-gl2", "critical", "glusterd listens", "said by the test",
                       spec="sick:/g0", options=NO_RETRY)


def test_retries_until_the_service_is_healthy(client, consul):
    consul.register("late", "gl1", "critical")
    with meanwhile(consul.register, "late", "gl1", after=2):
        client.mount_ok("consul-retry=20s", spec="late:/g0")


def test_healthy_servers_that_do_not_respond_are_reported(client, consul):
    consul.register("deaf", "gl1", port=24999)
    consul.register("deaf", "gl2", port=24999)
    client.mount_fails("none of the healthy servers of deaf responds",
                       f"{ADDRESS['gl1']}:24999 refused", f"{ADDRESS['gl2']}:24999 refused",
                       spec="deaf:/g0", options=NO_RETRY)


def test_warning_instances_are_a_fallback_with_a_warning(client, consul):
    consul.register("tired", "gl1", "warning")
    consul.register("tired", "gl2", "critical")
    client.mount_ok(spec="tired:/g0").expect(0, "no instance of tired is passing", "tired-gl1")


def test_health_any_uses_critical_instances(client, consul):
    consul.register("sick", "gl1", "critical")
    client.mount_ok("consul-health=any", spec="sick:/g0")


def test_retries_until_the_agent_starts(client):
    client.kill_agent()
    client.start_agent(after=5)
    mounted = client.mount_ok(within=20).expect(0, RETRIED)
    assert mounted.seconds >= 4


@pytest.mark.parametrize("status, words, spec, options", [
    pytest.param(32, "127.0.0.1:8599", G0,
                 "consul-dns-addr=off,consul-http-addr=127.0.0.1:8599", id="no agent"),
    pytest.param(32, "no server has the volume 'gO'", "gluster.service.consul:/gO", "rw",
                 id="unknown volume"),
    pytest.param(32, "no_such", f"{G0}/no_such", "rw", id="unknown directory"),
    pytest.param(1, "consul-health", G0, "consul-helth=any", id="unknown option"),
    pytest.param(1, "hrad", G0, "hrad", id="option unknown to the client"),
])
def test_nofail_does_not_change_the_exit_status(client, status, words, spec, options):
    client.mount(spec, "/mnt/none", f"nofail,consul-retry=0,{options}").expect(status, words)
    client.expect_no_trace()


def test_unknown_bare_name_gets_the_hint_for_plain_hosts(client):
    client.mount_fails("has no service 'gl1'", "gl1 is a node of Consul, not a service",
                       "mount -t glusterfs", spec="gl1:/g0", options=NO_RETRY)
    failed = client.mount_fails("has no service 'localhost'", "mount -t glusterfs",
                                spec="localhost:/g0", options=NO_RETRY)
    assert "is a node" not in failed.stderr


def test_url_is_rejected(client):
    client.mount_refused("source 'consul://gluster/g0': a source is not a URL",
                         spec="consul://gluster/g0")


def test_unknown_service_is_not_retried_at_a_terminal(client):
    client.call("mkdir", "-p", "/mnt/none")
    command = "mount -t glusterconsul gl1:/g0 /mnt/none"
    client.run("script", "-qec", command, "/dev/null").expect(32, within=10).expect_output(
        "gl1 is a node of Consul")
