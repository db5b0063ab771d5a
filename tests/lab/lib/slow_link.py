"""Forwards Ethernet frames between two interfaces, with a delay in one direction.

    slow_link.py HOST_PORT BRIDGE_PORT MILLISECONDS

Frames from HOST_PORT reach BRIDGE_PORT after that many milliseconds, in order; there
is no delay in the other direction. This replaces `tc qdisc add ... netem delay` on
kernels without netem.
"""

import collections
import select
import socket
import sys
import time

ETH_P_ALL = 3
SOL_PACKET = 263
PACKET_VNET_HDR = 15  # preserves pending checksum and segmentation work
PACKET_IGNORE_OUTGOING = 23
LONGEST_FRAME = 128 * 1024


def open_port(name):
    port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    port.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    port.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    port.bind((name, ETH_P_ALL))
    port.setblocking(False)
    return port


def pass_on(port, frame):
    try:
        port.send(frame)
    except OSError:
        pass  # a lost frame


def receive(port):
    try:
        return port.recv(LONGEST_FRAME)
    except OSError:
        return b""  # the interface is currently down


def main(host_port, bridge_port, milliseconds):
    host = open_port(host_port)
    bridge = open_port(bridge_port)
    delay = int(milliseconds) / 1000
    late = collections.deque()  # (due time, frame)
    while True:
        wait = max(0, late[0][0] - time.monotonic()) if late else None
        ready, _, _ = select.select([host, bridge], [], [], wait)
        if host in ready and (frame := receive(host)):
            late.append((time.monotonic() + delay, frame))
        if bridge in ready and (frame := receive(bridge)):
            pass_on(host, frame)
        while late and late[0][0] <= time.monotonic():
            pass_on(bridge, late.popleft()[1])


main(*sys.argv[1:])
