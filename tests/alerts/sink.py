"""A local sink that takes alerts, or answers what a test scripts: refuses, hangs, resets, redirects."""

import json
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.serving import serving

HANG, RESET, DRIP = "hang", "reset", "drip"


@dataclass
class Sink:
    """Where it is, what it is still to answer before it takes everything, and what it was sent.

    Attributes:
        script: statuses, with a Retry-After where it is a pair, or HANG, RESET, DRIP.
        taken: bodies it answered 204.
        asked: every request's headers, taken or not.
    """

    url: str = ""
    script: list[int | str | tuple[int, str]] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    told: Sink


class _Asked(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        sink = self.server.told
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        sink.asked.append({**dict(self.headers), "path": self.path})
        answer = sink.script.pop(0) if sink.script else 204
        if answer == HANG:
            sink.over.wait(20)
            self.close_connection = True
        elif answer == DRIP:
            self._drip()
        elif answer == RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        else:
            status, after = answer if isinstance(answer, tuple) else (int(answer), "")
            if status == 204:
                sink.taken.append(body)
            self.send_response(status)
            if after:
                self.send_header("Location" if status == 302 else "Retry-After", after)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _drip(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            while not self.server.told.over.wait(0.05):
                self.wfile.write(b"H")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own name
        pass


class _Quiet(_Server):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that was reset on purpose is no news."""


@contextmanager
def a_sink(script: Sequence[int | str | tuple[int, str]] = ()) -> Iterator[Sink]:
    """Serve on a free port until the context ends."""
    server = _Quiet(("127.0.0.1", 0), _Asked)
    server.told = Sink(f"http://127.0.0.1:{server.server_address[1]}", list(script))
    with serving(server, server.told.over):
        yield server.told
