"""A quick server of a slow one's answers: asks once, keeps the answer as it came, and gives it back after a pause.

The stand-in makes every page anew, in Python, at some 70 ms of CPU each: it would be the stand-in that is measured.
"""

from __future__ import annotations

import http.client
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Answer = tuple[int, list[tuple[str, str]], bytes]
PASSED_ON = ("content-type", "content-encoding", "x-ratelimit")


def fetch_upstream(upstream: str, target: str, encoding: str) -> Answer:
    """What the slow server says."""
    connection = http.client.HTTPConnection(upstream)
    connection.request("GET", target, headers={"Accept-Encoding": encoding})
    reply = connection.getresponse()
    body = reply.read()
    connection.close()
    return reply.status, [(n, v) for n, v in reply.getheaders() if n.lower().startswith(PASSED_ON)], body


def serve_replays(upstream: str, latency: float) -> None:
    """Serve for ever; the address is printed first."""
    kept: dict[tuple[str, str], Answer] = {}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class has it
            pass

        def do_GET(self) -> None:
            key = self.path, "gzip" if "gzip" in self.headers.get("Accept-Encoding", "") else "identity"
            due = time.monotonic() + latency
            if key not in kept:
                kept[key] = fetch_upstream(upstream, *key)
            status, headers, body = kept[key]
            threading.Event().wait(max(0.0, due - time.monotonic()))
            self.send_response(status)
            for name, value in [*headers, ("Content-Length", str(len(body)))]:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

    server = Server(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve_replays(urlsplit(sys.argv[1]).netloc, float(sys.argv[2]))
