"""What somebody may run in the place of glusterd.

listener.py log FILE ADDRESS PORT           writes a line for each connection, and closes it
listener.py relay ADDRESS PORT TO_ADDRESS TO_PORT   speaks as a real glusterd, by asking one
"""
import socket
import sys
import threading


def log(path, address, port):
    listener = socket.create_server((address, int(port)))
    with open(path, "w") as file:
        print("ready", flush=True)
        while True:
            connection, peer = listener.accept()
            print(*peer[:2], file=file, flush=True)
            connection.close()


def copy(source, sink):
    try:
        while received := source.recv(65536):
            sink.sendall(received)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        sink.close()


def relay(address, port, to_address, to_port):
    listener = socket.create_server((address, int(port)))
    print("ready", flush=True)
    while True:
        connection, _ = listener.accept()
        server = socket.create_connection((to_address, int(to_port)))
        for ends in ((connection, server), (server, connection)):
            threading.Thread(target=copy, args=ends, daemon=True).start()


{"log": log, "relay": relay}[sys.argv[1]](*sys.argv[2:])
