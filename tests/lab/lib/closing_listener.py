"""Accepts TCP connections on the given port and closes them at once."""

import socket
import sys

with socket.create_server(("", int(sys.argv[1])), backlog=64) as listener:
    while True:
        connection, _ = listener.accept()
        connection.close()
