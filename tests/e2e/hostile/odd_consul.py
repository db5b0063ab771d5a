"""Something on 127.0.0.1 that is asked as if it were Consul.

  odd_consul.py silent PORT   accepts, and never answers
  odd_consul.py closes PORT   reads the question, and closes the connection
  odd_consul.py echo PORT     refuses (403), and repeats all that it was sent
  odd_consul.py resets PORT CERTIFICATE KEY AUTHORITY COUNT MINIMUM
                              speaks TLS from version MINIMUM (1.2, 1.3); resets the
                              first COUNT connections after the handshake, and
                              refuses the next ones for want of a client's certificate
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
    """Whether it came to a session; what is left of the connection."""
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
        # What is still unread when a connection is closed would reset it.
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
