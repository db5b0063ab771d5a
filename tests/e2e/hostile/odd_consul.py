"""A misbehaving server on 127.0.0.1 in place of Consul.

  odd_consul.py silent PORT   accepts, and does not respond
  odd_consul.py closes PORT   reads the query, and closes the connection
  odd_consul.py echo PORT     replies 403 with all that it received
  odd_consul.py resets PORT CERTIFICATE KEY AUTHORITY COUNT MINIMUM
                              speaks TLS from version MINIMUM (1.2, 1.3); resets the
                              first COUNT connections after the handshake, and
                              rejects the next ones without a client certificate
"""

import http.server
import socket
import ssl
import struct
import sys
import time


class Echo(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"you sent:\n{self.headers}".encode()
        self.send_response(403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_):
        pass


def silent(port):
    listener = socket.create_server(("127.0.0.1", port), backlog=16)
    held = []
    while True:
        held.append(listener.accept())
        time.sleep(0)


def closes(port):
    listener = socket.create_server(("127.0.0.1", port), backlog=16)
    while True:
        connection, _ = listener.accept()
        connection.recv(4096)
        connection.close()


def tls_context(certificate, key, minimum):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[minimum]
    context.load_cert_chain(certificate, key)
    return context


def handshake(context, connection):
    """Returns whether a session was established, and the remaining connection."""
    session = context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
    try:
        session.do_handshake()
        accepted = True
    except ssl.SSLError:
        accepted = False
    return accepted, socket.socket(fileno=session.detach())


def resets(port, certificate, key, authority, count, minimum):
    listener = socket.create_server(("127.0.0.1", port), backlog=16)
    for _ in range(int(count)):
        _, connection = handshake(tls_context(certificate, key, minimum), listener.accept()[0])
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    strict = tls_context(certificate, key, minimum)
    strict.verify_mode = ssl.CERT_REQUIRED
    strict.load_verify_locations(authority)
    while True:
        accepted, connection = handshake(strict, listener.accept()[0])
        assert not accepted
        # Closing with unread data would reset the connection.
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(5)
        while connection.recv(4096):
            pass
        connection.close()


what, number = sys.argv[1], int(sys.argv[2])
if what == "silent":
    silent(number)
if what == "closes":
    closes(number)
if what == "resets":
    resets(number, *sys.argv[3:])
http.server.ThreadingHTTPServer(("127.0.0.1", number), Echo).serve_forever()
