"""Programs that a user could run instead of glusterd.

listener.py log FILE ADDRESS PORT           writes a line for each connection, and closes it
listener.py relay ADDRESS PORT TO_ADDRESS TO_PORT   relays to a real glusterd
listener.py tap FILE ADDRESS PORT TO_ADDRESS TO_PORT   the same, and logs what it receives
"""
import socket
import sys
import threading

IP_FREEBIND = 15  # linux/in.h


def log(path, address, port):
    listener = listen(address, port)
    with open(path, "w") as file:
        print("ready", flush=True)
        while True:
            connection, peer = listener.accept()
            print(*peer[:2], file=file, flush=True)
            connection.close()


def listen(address, port):
    listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # Required for an address that is local only by a route. Any user can set this option.
    listener.setsockopt(socket.SOL_IP, IP_FREEBIND, 1)
    listener.bind((address, int(port)))
    listener.listen()
    return listener


def copy(source, sink, file=None):
    try:
        while received := source.recv(65536):
            if file:
                file.write(received)
            sink.sendall(received)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        sink.close()


def relay(address, port, to_address, to_port, file=None):
    listener = listen(address, port)
    print("ready", flush=True)
    while True:
        connection, _ = listener.accept()
        server = socket.create_connection((to_address, int(to_port)))
        for ends in ((connection, server, file), (server, connection)):
            threading.Thread(target=copy, args=ends, daemon=True).start()


def tap(path, *arguments):
    with open(path, "wb", buffering=0) as file:
        relay(*arguments, file)


{"log": log, "relay": relay, "tap": tap}[sys.argv[1]](*sys.argv[2:])
