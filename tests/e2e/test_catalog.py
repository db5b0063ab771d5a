"""What Consul's catalog can contain: data centres, prepared queries, tags, weights, maintenance,
warnings, replies that disagree."""

import pytest
from consul import leading_agent, only_by_http
from lab import ADDRESS, DNS_FALLBACK, G0, RETRIED, meanwhile, wait_for

pytestmark = pytest.mark.release

ONE = only_by_http("127.0.0.2:8500")
ONE_BY_DNS = "consul-http-addr=off,consul-dns-addr=127.0.0.2:8600"
NO_RETRY = f"{ONE},consul-retry=0"
GL1, GL2, GL3 = ADDRESS["gl1"], ADDRESS["gl2"], ADDRESS["gl3"]
IN_DC2 = "gluster.service.dc2.consul:/g0"


@pytest.fixture
def one(client):
    return leading_agent(client, "one", "127.0.0.2")


@pytest.fixture
def datacenters(client):
    """The leaders of two joined data centres; dc2 has the service `gluster`."""
    one = leading_agent(client, "one", "127.0.0.2", None, "-datacenter=dc1")
    two = leading_agent(client, "two", "127.0.0.3", None, "-datacenter=dc2",
                        "-retry-join-wan=127.0.0.2")
    one.wait_for(lambda: one.get("catalog/services?dc=dc2") is not None, "a way to dc2")
    two.register_pool()
    return one, two


def prepared_query(agent, name, failover=None):
    agent.put("query", {"Name": name, "Service": {"Service": "gluster", "Failover": failover}},
              "POST")
    return f"{name}.query.consul:/g0"


def nodes(found):
    return sorted(entry["node"] for entry in found.json["instances"])


## Data centres and prepared queries


@pytest.mark.parametrize("spec, options", [
    pytest.param(IN_DC2, ONE, id="name"),
    pytest.param(G0, f"{ONE},consul-dc=dc2", id="option"),
    pytest.param(IN_DC2, ONE_BY_DNS, id="name, DNS"),
    pytest.param(G0, f"{ONE_BY_DNS},consul-dc=dc2", id="option, DNS"),
])
def test_service_of_another_datacenter(client, datacenters, spec, options):
    client.mount_ok(options, spec=spec)
    client.remember_traces()
    client.mount_fails("has no service 'gluster'", options=NO_RETRY)


def test_service_unknown_in_a_datacenter(client, datacenters):
    client.mount_fails("'glusterr' in dc2", "did you mean 'gluster'",
                       spec="glusterr.service.dc2.consul:/g0", options=NO_RETRY)
    client.mount_fails("No path to datacenter", options=f"{NO_RETRY},consul-dc=dc3")
    client.mount(IN_DC2, "/mnt/none", f"{ONE},consul-dc=dc1").expect(1)


def test_unknown_datacenter_is_reported(client):
    client.mount_fails("No path to datacenter", "hint: check the name of the data centre",
                       spec="gluster.service.dc9.consul:/g0", options="consul-retry=0")


@pytest.mark.parametrize("option", ["consul-partition=storage", "consul-peer=west"])
def test_parameter_that_consul_ignores_is_a_permanent_error(client, datacenters, option):
    """Consul 1.8 returns its own instances, which are in the default partition."""
    one, _ = datacenters
    one.register_pool()
    client.mount_fails(f"'{option.split('=')[1]}' was ignored", options=f"{ONE},{option}", within=5)
    client.mount_ok(f"{ONE},consul-partition=default")


def test_prepared_query_fails_over_to_the_second_datacenter(client, datacenters):
    one, _ = datacenters
    spec = prepared_query(one, "any-gluster", {"Datacenters": ["dc2"]})
    client.mount_ok(ONE, "-v", spec=spec).expect(0, "the instances are in dc2")
    instances = client.lookup(ONE, spec).json["instances"]
    assert [entry["datacenter"] for entry in instances] == ["dc2"] * 3
    client.umount()

    one.register("gluster", "gl1")
    instances = client.lookup(ONE, spec).json["instances"]
    assert [entry["datacenter"] for entry in instances] == ["dc1"]
    client.mount_ok(ONE_BY_DNS, spec=spec, target="/mnt/dns")


def test_unknown_prepared_query_is_a_transient_error(client, datacenters):
    one, _ = datacenters
    client.mount_fails("no prepared query", spec="any-gluster.query.consul:/g0", options=NO_RETRY)
    one.register_pool()
    with meanwhile(prepared_query, one, "any-gluster", after=2):
        client.mount_ok(ONE, spec="any-gluster.query.consul:/g0").expect(0, RETRIED)


def test_empty_prepared_query_is_a_transient_error(client, datacenters):
    one, _ = datacenters
    spec = prepared_query(one, "here-gluster")
    client.mount_fails("'here-gluster' returned no instance", spec=spec, options=NO_RETRY)
    with meanwhile(one.register_pool, after=2):
        client.mount_ok(ONE, spec=spec).expect(0, RETRIED)


## Tags, filters, weights


def test_tags_and_filter(client, one):
    one.register("tagged", "gl1", tag="ssd")
    one.register("tagged", "gl2", tag="hdd")
    one.put("catalog/register", {
        "Node": "tagged-gl3", "Address": GL3,
        "Service": {"Service": "tagged", "Port": 24007, "Tags": ["ssd", "new"]}})
    for spec, options, expected in [
            ("tagged:/g0", "consul-tag=ssd", ["tagged-gl1", "tagged-gl3"]),
            ("ssd.tagged.service.consul:/g0", "consul-tag=new", ["tagged-gl3"]),
            ("tagged:/g0", "consul-filter=Service.Tags contains new", ["tagged-gl3"])]:
        assert nodes(client.lookup(f"{ONE},{options}", spec)) == expected
    assert client.lookup(ONE_BY_DNS, "hdd.tagged.service.consul:/g0").servers == [GL2]
    client.mount_ok(ONE, spec="_tagged._ssd.service.consul:/g0")
    client.remember_traces()
    client.mount_fails("matches the tag 'nvme'", "'hdd', 'new', 'ssd'", spec="tagged:/g0",
                       options=f"{NO_RETRY},consul-tag=nvme")


def test_invalid_filter_is_a_permanent_error(client):
    client.mount_fails("consul-filter=", options="consul-filter=Service.Tags contains", within=5)


@pytest.mark.parametrize("options, key", [
    pytest.param(ONE, "node", id="http"),
    pytest.param(ONE_BY_DNS, "address", id="dns"),
])
def test_weights_decide_the_order(client, one, options, key):
    for host, weight in (("gl1", 1), ("gl2", 65535), ("gl3", 65535)):
        one.register("heavy", host, weight=weight)
    found = client.lookup(options, "heavy:/g0")
    instances = sorted(found.json["instances"], key=lambda entry: entry[key])
    assert [entry["weight"] for entry in instances] == [1, 65535, 65535]
    assert found.servers[-1] == GL1


def test_warning_instance_has_its_own_weight(client, one):
    one.register("heavy", "gl1", "warning", weight=100)
    assert client.lookup(ONE, "heavy:/g0").json["instances"][0]["weight"] == 1


## Health and maintenance


def test_node_in_maintenance_is_skipped_with_its_reason(lab, client):
    """Uses the lab's agents and their real checks."""
    lab.at_end(lab.gl1.call, "consul", "maint", "-disable")
    lab.gl1.call("consul", "maint", "-enable", "-reason", "new disks")
    wait_for(30, lambda: any(check["CheckID"] == "_node_maintenance"
                             for entry in lab.gluster_instances() if entry["Node"]["Node"] == "gl1"
                             for check in entry["Checks"]), "maintenance of gl1")
    found = client.lookup().instance("gl1")
    assert (found["health"], found["used"]) == ("critical", False)
    assert [f"{check['name']}: {check['output']}" for check in found["checks"]
            if check["status"] == "critical"] == ["node in maintenance mode: new disks"]
    client.mount_ok()
    assert GL1 not in client.volfile_servers()


def test_service_in_maintenance_is_reported_with_its_reason(client):
    one = leading_agent(client, "one", "127.0.0.2", {
        "services": [{"name": "gluster", "port": 24007, "address": GL1}]})
    one.wait_for_instances(1)
    client.mount_ok(f"{ONE},consul-cache=off")
    client.umount()
    maintain = ("consul", "maint", "-http-addr=127.0.0.2:8500")
    client.call(*maintain, "-enable", "-service=gluster", "-reason", "new disks")
    one.wait_for(lambda: one.get("health/service/gluster?passing") == [], "maintenance")
    client.mount_fails("no healthy instance", "service in maintenance mode: new disks",
                       options=NO_RETRY)
    with meanwhile(client.call, *maintain, "-disable", "-service=gluster", after=2):
        client.mount_ok(ONE).expect(0, RETRIED)


@pytest.mark.parametrize("option, expected", [
    pytest.param("", [GL2], id="default"),
    pytest.param(",consul-health=warning", [GL2, GL1], id="warning"),
    pytest.param(",consul-health=any", [GL2, GL1, GL3], id="any"),
])
def test_order_by_health(client, one, option, expected):
    for host, status in (("gl1", "warning"), ("gl2", "passing"), ("gl3", "critical")):
        one.register("mixed", host, status)
    assert client.lookup(ONE + option, "mixed:/g0").servers == expected


def test_instance_without_checks_has_the_health_of_its_node(client, one):
    for host in ("gl1", "gl2"):
        one.put("catalog/register", {"Node": f"bare-{host}", "Address": ADDRESS[host],
                                     "Service": {"Service": "bare", "Port": 24007}})
    one.put("catalog/register", {
        "Node": "bare-gl2", "Address": GL2,
        "Check": {"CheckID": "disk", "Name": "disk of the node", "Status": "critical"}})
    found = client.lookup(ONE, "bare:/g0")
    assert found.servers == [GL1]
    assert found.instance("bare-gl2")["checks"][0]["name"] == "disk of the node"


def test_duplicate_server_is_used_once_with_the_better_health(client, one):
    one.register("twice", "gl1", "critical")
    for number in ("a", "b"):
        one.put("catalog/register", {
            "Node": "twin", "Address": GL1,
            "Service": {"ID": number, "Service": "twice", "Port": 24007}})
    one.register("twice", "gl2")
    found = client.lookup(f"{ONE},consul-health=any", "twice:/g0")
    assert len(found.json["instances"]) == 4
    assert sorted(found.servers) == [GL1, GL2]
    client.mount_ok(ONE, spec="twice:/g0")


def test_two_services_of_one_server_are_independent(client, one):
    one.register("gluster", "gl1", "critical")
    one.register("storage", "gl1")
    client.mount_ok(ONE, spec="storage:/g0")
    client.remember_traces()
    client.mount_fails("gluster-gl1", spec="gluster:/g0", options=NO_RETRY)


## HTTP and DNS disagree


def test_http_is_preferred_to_dns(client, one):
    two = leading_agent(client, "two", "127.0.0.3")
    one.register("gluster", "gl1", "critical")
    one.register("gluster", "gl2")
    two.register("gluster", "gl1")
    two.register("gluster", "gl3")
    options = "consul-http-addr=127.0.0.2:8500,consul-dns-addr=127.0.0.3:8600,consul-cache=off"
    assert client.lookup(options).servers == [GL2]
    one.kill()
    found = client.lookup(options)
    assert sorted(found.servers) == [GL1, GL3]
    assert DNS_FALLBACK in found.json["warnings"][0]


def test_dns_does_not_override_unhealthy_over_http(client, one):
    """The DNS interface is that of the lab's agent, where all instances are healthy."""
    one.register("gluster", "gl1", "critical")
    client.mount_fails("no healthy instance",
                       options="consul-http-addr=127.0.0.2:8500,consul-retry=0")
