"""Servers that misbehave: Consul's HTTP API and DNS interface, and glusterd.

Reads one line of JSON from standard input, a list of objects
  {"speaks": "http" | "dns" | "gluster", "address": ..., "does": ..., ...},
binds each address with the port of the protocol, prints "ready", and serves until
standard input ends. "does" is one of the behaviours below; "lists" are the volfile servers that a
Consul server lists; "upstream" is the real glusterd to which a relay connects. A Consul server
over HTTP with "well_once" handles its first connection correctly.
"""

import asyncio
import contextlib
import json
import os
import socket
import struct
import sys

PORTS = {"http": 8500, "dns": 8600, "gluster": 24007}
GLUSTERD = PORTS["gluster"]
PART = 128 << 10  # bytes per send


async def say_nothing(reader):
    """Until the other side closes."""
    while await reader.read(65536):
        pass


# Consul over HTTP


def health(servers):
    return json.dumps([
        {
            "Node": {"Node": "node-" + address, "Address": address, "Datacenter": "dc1"},
            "Service": {"ID": "gluster", "Service": "gluster", "Tags": [], "Address": "",
                        "Port": GLUSTERD, "Weights": {"Passing": 1, "Warning": 1}},
            "Checks": [{"CheckID": "tcp", "Name": "tcp", "Status": "passing", "Output": ""}],
        }
        for address in servers
    ]).encode()


def http_reply(body, status="200 OK", length=None, more=""):
    head = (f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{more}"
            f"Content-Length: {len(body) if length is None else length}\r\n\r\n")
    return head.encode() + body


async def read_request(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            await reader.readexactly(int(line.split(b":")[1]))
    return head


REACH = b'[{"Node": {"Address": "'
MANY = 7 << 20  # bytes
NEAR_MAX = 18 << 20  # 20 MiB are read (src/consul/http_exchange.cpp)

# Behaviours that consist only of a reply; the connection stays open.
HTTP_REPLIES = {
    "well": lambda good: http_reply(good),
    "denies": lambda good: http_reply(b"Permission denied", "403 Forbidden"),
    "fails": lambda good: http_reply(b"rpc error", "500 Internal Server Error"),
    "wrong type": lambda good: http_reply(b'{"Node": 1, "Service": [], "Checks": "passing"}'),
    "wrong types inside": lambda good: http_reply(
        b'[{"Node": 7, "Service": {"Port": "x"}}, [], 3, null]'),
    "web page": lambda good: http_reply(b"<html><body>It works!</body></html>"),
    "truncated JSON": lambda good: http_reply(good[:-20]),
    "deep nesting": lambda good: http_reply(b"[" * 2_000_000 + b"]" * 2_000_000),
    "invalid UTF-8": lambda good: http_reply(good.replace(b"node-", b"\xff\xfe\xc0\xaf")),
    "redirect": lambda good: http_reply(
        b"", "301 Moved Permanently",
        more="Location: http://127.0.0.1:8500/v1/health/service/gluster\r\n"),
    "1 GB announced": lambda good: http_reply(REACH, length=1 << 30),
    "huge body": lambda good: http_reply(REACH + b"x" * MANY + b'"}}]'),
    "body of a million values": lambda good: http_reply(b"[" + b"0," * (MANY // 2) + b"0]"),
    "as much as is taken": lambda good: http_reply(
        b"[[" + b'{"a":{}},' * 33_000 + b'"' + b"x" * NEAR_MAX + b'"]]'),
    "too large": lambda good: http_reply(b'["' + b"x" * (NEAR_MAX * 2) + b'"]'),
    "huge header": lambda good: (
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * (1 << 20) + b"\r\n\r\n[]"),
    "no HTTP": lambda good: b"\x00\x01\x02 glusterd? \r\n\r\n",
}

# Servers that send much data have their own process, so that they do not slow down the others.
BULKY = {"huge body", "body of a million values", "as much as is taken", "too large",
         "endless body", "endless headers", "huge header", "deep nesting"}


async def send(writer, data):
    """In parts: asyncio moves all that it still has to send with each part that is sent."""
    for start in range(0, len(data), PART):
        writer.write(data[start:start + PART])
        await writer.drain()
        await asyncio.sleep(0)


async def send_for_ever(writer, start, part):
    writer.write(start)
    while True:
        writer.write(part)
        await writer.drain()
        await asyncio.sleep(0)  # drain() alone does not yield to the others


async def send_byte_by_byte(writer, data):
    for byte in data:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)


async def http(spec, reader, writer):
    does, servers = spec["does"], spec.get("lists", [])
    if spec.pop("well_once", False):
        if does == "refusing":
            spec["listener"].close()
        does = "well"
    if does == "closing":
        return
    while True:
        await read_request(reader)
        if does == "silent":
            await say_nothing(reader)
            return
        if does == "closing after the question":
            return
        if does == "closing early":
            await send(writer, http_reply(health(servers)[:100], length=5000))
            return
        if does == "late":
            await asyncio.sleep(0.8)
            await send(writer, http_reply(health(servers)))
        elif does == "byte by byte":
            await send_byte_by_byte(writer, http_reply(health(servers)))
        elif does == "endless body":
            await send_for_ever(writer, b"HTTP/1.1 200 OK\r\n\r\n[", b'{"Node": {}}, ' * 4096)
        elif does == "endless headers":
            await send_for_ever(writer, b"HTTP/1.1 200 OK\r\n", b"X-More: of it\r\n" * 1024)
        else:
            await send(writer, HTTP_REPLIES[does](health(servers)))


# Consul over DNS (RFC 1035, RFC 2782) on TCP

A, CNAME, SRV = 1, 5, 33
SERVFAIL, NXDOMAIN, REFUSED = 2, 3, 5


def dns_name(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


def record(owner, kind, data):
    return dns_name(owner) + struct.pack("!HHIH", kind, 1, 0, len(data)) + data


def dns_message(number, question, answers=(), more=(), code=0, truncated=False):
    flags = 0x8400 | code | (0x0200 if truncated else 0)
    head = struct.pack("!HHHHHH", number, flags, 1, len(answers), 0, len(more))
    return head + question + b"".join(answers) + b"".join(more)


def service_records(name, servers):
    """SRV records as Consul returns them, and the addresses of their targets."""
    targets = [(f"n{i}.node.dc1.consul", address) for i, address in enumerate(servers)]
    return (
        [record(name, SRV, struct.pack("!HHH", 1, 1, GLUSTERD) + dns_name(t)) for t, _ in targets],
        [record(t, A, socket.inet_aton(address)) for t, address in targets],
    )


def framed(message):
    return struct.pack("!H", len(message)) + message


def dns_bytes(does, servers, number, question, name):
    answers, more = service_records(name, servers)
    good = dns_message(number, question, answers, more)
    forged_answers, forged_more = service_records("other.service.consul", servers)
    loop = [record(name, CNAME, dns_name("a.consul")),
            record("a.consul", CNAME, dns_name("b.consul")),
            record("b.consul", CNAME, dns_name("a.consul"))]
    other = dns_name("other.service.consul") + question[-4:]
    return {
        "well": framed(good),
        "SERVFAIL": framed(dns_message(number, question, code=SERVFAIL)),
        "NXDOMAIN": framed(dns_message(number, question, code=NXDOMAIN)),
        "REFUSED": framed(dns_message(number, question, code=REFUSED)),
        "nothing in it": framed(dns_message(number, question)),
        "truncated, flag set": framed(dns_message(number, question, answers, more, truncated=True)),
        "truncated record": framed(good[:-3]),
        "half a message": framed(good)[:len(good) // 2],
        "forged owner": framed(dns_message(number, question, forged_answers, forged_more)),
        "forged number": framed(dns_message(number ^ 0x5555, question, answers, more)),
        "forged question": framed(dns_message(number, other, answers, more)),
        "looping CNAME": framed(dns_message(number, question, loop)),
        "looping name": framed(struct.pack("!HHHHHH", number, 0x8400, 1, 1, 0, 0) + question +
                               b"\xc0" + bytes([12 + len(question)]) +
                               struct.pack("!HHIH", SRV, 1, 0, 8) + b"\0\1\0\1\x5d\xc7\xc0\x0c"),
        "garbage": framed(b"\xff" * 60_000),
        "empty message": framed(b""),
    }[does]


async def dns(spec, reader, writer):
    does = spec["does"]
    if does == "closing":
        return
    while True:
        size, = struct.unpack("!H", await reader.readexactly(2))
        message = await reader.readexactly(size)
        number, = struct.unpack("!H", message[:2])
        end = message.index(b"\0", 12) + 5
        question, labels, at = message[12:end], [], 12
        while message[at]:
            labels.append(message[at + 1:at + 1 + message[at]].decode())
            at += 1 + message[at]
        if does == "silent":
            await say_nothing(reader)
            return
        if does == "closing after the question":
            return
        say = "well" if does == "byte by byte" else does
        reply = dns_bytes(say, spec.get("lists", []), number, question, ".".join(labels))
        if does == "byte by byte":
            await send_byte_by_byte(writer, reply)
        else:
            await send(writer, reply)


# glusterd: ONC RPC with record marks (RFC 5531)

LAST = 0x80000000


async def read_call(reader):
    """The number of the call."""
    size, = struct.unpack("!I", await reader.readexactly(4))
    call = await reader.readexactly(size & ~LAST)
    return struct.unpack("!I", call[:4])[0]


def rpc_record(number, body):
    reply = struct.pack("!IIIIII", number, 1, 0, 0, 0, 0) + body
    return struct.pack("!I", len(reply) | LAST) + reply


def getspec_reply(number):
    spec = b"volume g0\n    type debug/io-stats\nend-volume\n"
    body = struct.pack("!III", len(spec), 0, len(spec)) + spec + b"\0" * (-len(spec) % 4)
    return rpc_record(number, body + struct.pack("!I", 0))


async def relay(spec, reader, writer, *, part=65536, pause=0.0, most=1 << 40):
    """To the real glusterd and back: `part` bytes at a time, `most` in all."""
    far_reader, far_writer = await asyncio.open_connection(spec["upstream"], GLUSTERD)

    async def there():
        while data := await reader.read(65536):
            far_writer.write(data)
            await far_writer.drain()

    async def back():
        sent = 0
        while sent < most and (data := await far_reader.read(min(part, most - sent))):
            sent += len(data)
            writer.write(data)
            await writer.drain()
            await asyncio.sleep(pause)

    with contextlib.closing(far_writer):
        ways = [asyncio.create_task(there()), asyncio.create_task(back())]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)


async def gluster(spec, reader, writer):
    does = spec["does"]
    spec["connections"] = spec.get("connections", 0) + 1
    if does.startswith("dying"):
        await gluster_that_dies(spec, reader, writer)
    elif does == "dripping":
        await relay(spec, reader, writer, part=24, pause=0.02)
    elif does == "silent":
        await say_nothing(reader)
    elif does != "closing":
        number = await read_call(reader)
        good = getspec_reply(number)
        writer.write({
            "half an answer": good[:len(good) // 2],
            "half an answer, closing": good[:len(good) // 2],
            "wrong xid": getspec_reply(number + 1),
            "huge length": struct.pack("!I", LAST | 0x7FFFFFFF) + b"some bytes",
            "garbage": b"HTTP/1.1 400 Bad Request\r\n\r\n",
        }[does])
        await writer.drain()
        if does in ("half an answer", "wrong xid", "huge length"):
            await say_nothing(reader)


async def gluster_that_dies(spec, reader, writer):
    """Serves the first connection, the probe's, and then no other."""
    if spec["does"] == "dying, refusing then":
        spec["listener"].close()
    if spec["connections"] == 1:
        await relay(spec, reader, writer)
    elif spec["does"] == "dying, silent then":
        await say_nothing(reader)
    elif spec["does"] == "dying, in mid-answer then":
        await relay(spec, reader, writer, most=300)


async def start(spec):
    async def serve(reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await globals()[spec["speaks"]](spec, reader, writer)
        with contextlib.suppress(OSError):
            writer.close()

    spec["listener"] = await asyncio.start_server(
        serve, spec["address"], PORTS[spec["speaks"]], backlog=64)


async def serve_all(specs, when_ready):
    loop = asyncio.get_running_loop()
    for spec in specs:
        await start(spec)
    when_ready()
    ended = loop.create_future()
    loop.add_reader(sys.stdin, lambda: ended.done() or ended.set_result(None))
    await ended


def main():
    specs = json.loads(sys.stdin.readline())
    bulky = [spec for spec in specs if spec["does"] in BULKY]
    others = [spec for spec in specs if spec["does"] not in BULKY]
    is_ready, ready = os.pipe()
    if os.fork() == 0:
        asyncio.run(serve_all(bulky, lambda: os.write(ready, b"r")))
        return
    os.close(ready)
    if os.read(is_ready, 1):
        asyncio.run(serve_all(others, lambda: print("ready", flush=True)))
    os.wait()


main()
