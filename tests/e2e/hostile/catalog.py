"""Registers what an attacker with write permission for Consul could register, over its HTTP API.

  catalog.py register SERVICE ADDRESS...   SERVICE gets instances with hostile text in every
                                           field, at these good addresses and at bad ones
  catalog.py register-labels SERVICE ADDRESS...   the same, only at good addresses
  catalog.py register-bad SERVICE ADDRESS  SERVICE gets only instances that cannot be used
  catalog.py register-long SERVICE ADDRESS...   services SERVICE-node, -id and -tag, each with
                                           1 MB in that field, beside good instances
  catalog.py register-names NAME           services with hostile names near NAME
  catalog.py flood SERVICE ADDRESS...      more than 20 MiB of instances of SERVICE
  catalog.py clear                         undoes all of it
  catalog.py words                         the hostile texts, as JSON

It prints how many requests Consul accepted and rejected.
"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request

API = "http://127.0.0.1:8500/v1/"
MARK = {"hostile": "yes"}  # marks them for `clear`
PORT = 24007

WORDS = {
    "spaces": "10.77.0.11 10.0.0.1  --",
    "commas": "a,b,,ro,--volfile-server=192.0.2.66",
    "option": "--volfile-server=192.0.2.66",
    "mount_option": "-oro",
    "format": "%s%n%p%x {} {0} {0:9999999} %1$*2$d",
    "shell": "$(touch /tmp/owned) `touch /tmp/owned`;touch /tmp/owned|'\"\\",
    "escapes": "\x1b]0;owned\x07\x1b[2J\x1b[1;31mroot#\x1b[0m\x1bc",
    "controls": "".join(map(chr, range(1, 32))) + "\x7f",
    "newlines": "first\nmount.glusterconsul: all is well\r\noverwritten\r",
    "nul": "in front\x00behind",
    "c1": "\x9b2J\x9d0;owned\x9c\x85\x90",
    "bidirectional": "\u202egnp.exe\u202d\u202c\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
    "separators": "line\u2028paragraph\u2029end",
    "empty": "",
}
LONG = "A" * 1_000_000
REPEATED = "A" * 300_000  # in each reply, Consul returns it several times
LONG_ESCAPES = "\x1b[2J" * 60_000
BAD_ADDRESSES = ["10.77.0.11:24007", "10.77.0.11/24", "10.77.0.11 ", "10.77.0.011", "10.77.0",
                 "a..b", "-leading", "trailing-", "fe80::1%eth0", "[::1]", "x" * 300, "*", "/", "%"]
BAD_PORTS = [-1, 65536, 99_999_999, -2**31, 2**53]

taken = refused = 0


def call(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(API + path, data=data, method=method)
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.loads(reply.read() or b"null")


def put(path, body=None):
    global taken, refused
    try:
        call("PUT", path, body)
        taken += 1
    except urllib.error.HTTPError:
        refused += 1


def instance(node, address, service, service_id, service_address="", port=PORT, word="",
             status="passing", weight=1, output=None):
    put("catalog/register", {
        "Node": node, "Address": address, "NodeMeta": MARK,
        "Service": {"ID": service_id, "Service": service, "Address": service_address,
                    "Port": port, "Tags": [word] if word else [],
                    "Weights": {"Passing": weight, "Warning": weight}},
        "Checks": [{"Node": node, "CheckID": "check", "Name": word or "check",
                    "ServiceID": service_id, "Status": status, "Output": word if output is None else output,
                    "Notes": word}]})


def bad_instances(service, good):
    """Instances each of which must be skipped or is critical."""
    for name, word in WORDS.items():
        if word:
            instance(f"{service}-address-{name}", word, service, f"address-{name}", word=word)
            instance(f"{service}-service-{name}", good, service, f"service-{name}", word)
        instance(f"{service}-critical-{name}", good, service, f"critical-{name}", word=word,
                 status="critical")
    for i, address in enumerate(BAD_ADDRESSES):
        instance(f"{service}-bad-{i}", good, service, f"bad-{i}", address)
    # They take 5 MB of the reply, of which at most 20 MiB are read.
    instance(f"{service}-long-address", LONG, service, "long-address")
    instance(f"{service}-long-service-address", good, service, "long-service-address", LONG)
    instance(f"{service}-long-output", good, service, "long-output", status="critical",
             output=LONG_ESCAPES)
    for port in BAD_PORTS:
        instance(f"{service}-port-{port}", good, service, f"port-{port}", port=port)


def good_addresses_with_bad_words(service, addresses):
    for i, (name, word) in enumerate(WORDS.items()):
        address = addresses[i % len(addresses)]
        instance(f"{word}{service}-{i}", address, service, word or f"empty-{i}", word=word,
                 weight=[1, 0, 2**31 - 1][i % 3])
    instance(REPEATED + service, addresses[0], service, "long-node")
    instance(f"{service}-long-id", addresses[1], service, REPEATED)
    instance(f"{service}-long-tag", addresses[2], service, "long-tag", word=REPEATED)


def long_ones(service, addresses):
    """What Consul returns several times, in separate services: at most 20 MiB of a reply are
    read."""
    for what in ("node", "id", "tag"):
        for i, address in enumerate(addresses):
            instance(f"{service}-{what}-{i}", address, f"{service}-{what}", f"{what}-{i}")
    instance(LONG + service, addresses[2], f"{service}-node", "long-node")
    instance(f"{service}-long-id", addresses[2], f"{service}-id", LONG)
    instance(f"{service}-long-tag", addresses[2], f"{service}-tag", "long-tag", word=LONG)


def with_agent(service, addresses):
    for i, (name, word) in enumerate(WORDS.items()):
        service_id = f"{service}-agent-{i}"
        put("agent/service/register", {
            "ID": service_id, "Name": service, "Address": addresses[i % len(addresses)],
            "Port": PORT, "Tags": [word], "Meta": MARK,
            "Check": {"CheckID": service_id, "Name": word or "check", "Notes": word, "TTL": "1h"}})
        put(f"agent/check/update/{service_id}",
            {"Status": ["passing", "warning", "critical"][i % 3], "Output": word})
        # And as what names it, where it can be named to be taken out again.
        if word and word.isascii() and word.isprintable():
            put("agent/service/register", {"ID": word + service, "Name": service, "Address": word,
                                           "Port": PORT, "Meta": MARK})


def names(near):
    for name, word in WORDS.items():
        instance(f"{near}-named-{name}", "192.0.2.1", near + word, f"named-{name}")
    instance(f"{near}-named-long", "192.0.2.1", near + LONG, "named-long")
    for word in ("\x1b", "\n", "\x00", "\x7f", "\u202e", "\x9b", " ", ",", "%"):
        instance(f"{near}-near-{ord(word)}", "192.0.2.1", near + word, f"near-{ord(word)}")


def flood(service, addresses):
    for i in range(30):
        instance(f"{service}-flood-{i}", addresses[i % len(addresses)], service, f"flood-{i}",
                 output=LONG)


def clear():
    for service_id, service in call("GET", "agent/services").items():
        if service["Meta"].get("hostile"):
            put("agent/service/deregister/" + urllib.parse.quote(service_id, safe=""))
    for node in call("GET", "catalog/nodes?node-meta=hostile:yes"):
        put("catalog/deregister", {"Node": node["Node"]})
    if call("GET", "catalog/nodes?node-meta=hostile:yes"):
        raise SystemExit("some nodes cannot be taken out again")


def main(what, service="", *addresses):
    if what == "words":
        print(json.dumps(WORDS))
        return
    if what == "register":
        bad_instances(service, addresses[0])
        good_addresses_with_bad_words(service, addresses)
        with_agent(service, addresses)
    elif what == "register-labels":
        good_addresses_with_bad_words(service, addresses)
    elif what == "register-bad":
        bad_instances(service, addresses[0])
    elif what == "register-long":
        long_ones(service, addresses)
    elif what == "register-names":
        names(service)
    elif what == "flood":
        flood(service, addresses)
    elif what == "clear":
        clear()
    else:
        raise SystemExit(__doc__)
    print(f"{what} {service}: Consul took {taken} requests and refused {refused}")


main(*sys.argv[1:])
