"""An HTTP server of a few lines that answers what each test scripts."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any
from urllib.parse import parse_qs, urlsplit

from core.adapters.coinbase_rest import CoinbaseVenue
from core.domain.retries import Retries
from tests.serving import serving


@dataclass(frozen=True)
class Answer:
    """What is sent back. `declared` is a Content-Length that may lie; `drip_s` is waited between single bytes."""

    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    declared: int | None = None
    drip_s: float = 0.0
    reset: bool = False


@dataclass
class RestServer:
    """Where it is, and what it was asked: path and query."""

    url: str = ""
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)
    ends: Queue[None] = field(default_factory=Queue)
    """One for every connection that has ended."""


Script = Callable[[RestServer, str, dict[str, list[str]]], Answer]


def as_json(value: object, status: int = 200, **headers: str) -> Answer:
    """A JSON answer."""
    return Answer(json.dumps(value).encode(), status, {"Content-Type": "application/json"} | headers)


QUICK = Retries(first_s=0.01, longest_s=0.02)
TIME = {"iso": "2026-01-05T12:00:00Z", "epochSeconds": "1767614400", "epochMillis": "1767614400250"}


class _Scripted(ThreadingHTTPServer):
    """Hands every request to the script."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        self.script = script
        self.told = RestServer(f"http://127.0.0.1:{self.server_address[1]}")


class _Asked(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Scripted

    def finish(self) -> None:
        super().finish()
        self.server.told.ends.put(None)

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        self.server.told.asked.append((parts.path, query))
        answer = self.server.script(self.server.told, parts.path, query)
        self.close_connection |= answer.reset or answer.declared is not None
        if not answer.reset:
            self._answer(answer)

    def _answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body) if answer.declared is None else answer.declared))
        self.end_headers()
        with suppress(OSError):
            if not answer.drip_s:
                self.wfile.write(answer.body)
                return
            for place in range(len(answer.body)):
                self.wfile.write(answer.body[place : place + 1])
                self.server.told.hold.wait(answer.drip_s)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own name
        pass


@contextmanager
def rest_server(script: Script) -> Iterator[RestServer]:
    """Serve on a free port until the context ends."""
    server = _Scripted(script)
    with serving(server, server.told.hold):
        yield server.told


@contextmanager
def venue_over(script: Script, retries: Retries = QUICK) -> Iterator[tuple[CoinbaseVenue, RestServer]]:
    """A venue whose server answers by the script."""
    with rest_server(script) as server:
        venue = CoinbaseVenue(server.url, retries)
        try:
            yield venue, server
        finally:
            venue.close()


def always(answer: Answer) -> Script:
    """The same answer to everything."""
    return lambda server, path, query: answer
