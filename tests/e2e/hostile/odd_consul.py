"""Something on 127.0.0.1 that is asked as if it were Consul.

  odd_consul.py silent PORT   accepts, and never answers
  odd_consul.py echo PORT     refuses (403), and repeats all that it was told
"""

import http.server
import socket
import sys
import time


class Echo(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"you said:\n{self.headers}".encode()
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


what, number = sys.argv[1], int(sys.argv[2])
if what == "silent":
    silent(number)
http.server.ThreadingHTTPServer(("127.0.0.1", number), Echo).serve_forever()
