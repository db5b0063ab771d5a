"""Consul's HTTP API at an address of the client's host, and real agents that a test starts
there: each on its own loopback address with the default ports."""

import json

from lab import ADDRESS, POOL, wait_for

AGENTS = "/var/lib/consul-of-tests"  # on the client; traces() does not look there


def only_by_http(address):
    """The options that query this agent, over HTTP only."""
    return f"consul-dns-addr=off,consul-http-addr={address}"


class Consul:
    def __init__(self, client, at="127.0.0.1", token=""):
        self.client = client
        self.at = at
        self.token = token
        self.http = only_by_http(f"{at}:8500")
        self.dns = f"consul-http-addr=off,consul-dns-addr={at}:8600"

    def curl(self, path, *arguments, **more):
        return ("curl", "-sS", "-m", "10", "-H", f"X-Consul-Token: {self.token}", *arguments,
                f"http://{self.at}:8500/v1/{path}")

    def put(self, path, body, method="PUT"):
        self.client.call(*self.curl(path, "-f", "-X", method, "-o", "/dev/null", "--data-binary",
                                    "@-"), input=json.dumps(body))

    def get(self, path):
        """The reply, or None if there is none."""
        text = self.client.output(*self.curl(path, "-f"))
        try:
            return json.loads(text)
        except ValueError:
            return None

    def register(self, service, host, status="passing", tag="", port=24007, weight=1,
                 address=None):
        """An instance in the catalog, on a node SERVICE-HOST without an agent."""
        node = f"{service}-{host}"
        if self.at == "127.0.0.1":  # otherwise the registration ends with the agent
            self.client.lab.at_end(self.put, "catalog/deregister", {"Node": node})
        self.put("catalog/register", {
            "Node": node, "Address": address or ADDRESS[host],
            "NodeMeta": {"external-node": "true"},
            "Service": {"ID": service, "Service": service, "Port": port,
                        "Tags": [tag] if tag else [], "Weights": {"Passing": weight, "Warning": 1}},
            "Checks": [{"CheckID": "check", "Name": "glusterd listens", "ServiceID": service,
                        "Status": status, "Output": f"said by the test: {status}"}]})

    def register_pool(self):
        for host in POOL:
            self.register("gluster", host)

    def leader(self):
        """The address of the leader; "" if there is none, None if the agent does not respond."""
        return self.get("status/leader")

    def is_without_leader(self):
        return self.leader() == ""


class Agent(Consul):
    """An agent that ends with the test. `after` delays its start, in seconds."""

    def __init__(self, client, name, at, settings=None, *arguments, after=0):
        super().__init__(client, at)
        self.directory = f"{AGENTS}/{name}"
        print(f"client# consul agent -node={name} -bind={at}", *arguments, "#", settings or "")
        client.lab.at_end(client.sh, 'kill -KILL "-$(cat "$1/pid")" 2>/dev/null; rm -rf "$1"',
                            self.directory)
        client.call("setsid", "-f", "sh", "-c",
                    'mkdir -p "$0" && cd "$0" && echo $$ >pid && printf "%s" "$1" >settings.json '
                    '&& sleep "$2" && shift 2 && exec consul agent -config-file=settings.json "$@" '
                    "</dev/null >log 2>&1", self.directory, json.dumps(settings or {}), after,
                    f"-node={name}", f"-bind={at}", f"-client={at}", *arguments)

    def wait_for(self, condition, what):
        wait_for(30, condition, f"{self.directory}: {what}")

    def wait_for_instances(self, count, path="health/service/gluster"):
        self.wait_for(lambda: len(self.get(path) or []) == count, f"{count} instances")

    def wait_for_leader(self):
        self.wait_for(self.leader, "a leader")

    def kill(self):
        """Kills the agent, to simulate a crash."""
        print(f"client# kill -KILL the agent {self.directory}")
        self.client.sh('kill -KILL "$(cat "$1/pid")"', self.directory)
        self.client.remember_traces()


def leading_agent(client, name, at, settings=None, *arguments):
    """Starts a single server, which is the leader and loses all data when it ends."""
    agent = Agent(client, name, at, settings, *arguments, "-dev")
    agent.wait_for_leader()
    client.remember_traces()
    return agent
