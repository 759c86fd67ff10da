"""An HTTP server of a few lines that answers what each test scripts."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from core.adapters.coinbase_rest import CoinbaseVenue
from core.adapters.rest_calls import Retries


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


Script = Callable[[RestServer, str, dict[str, list[str]]], Answer]


def as_json(value: object, status: int = 200, **headers: str) -> Answer:
    """A JSON answer."""
    return Answer(json.dumps(value).encode(), status, {"Content-Type": "application/json"} | headers)


QUICK = Retries(first_s=0.01, longest_s=0.02)
TIME = {"iso": "2026-01-05T12:00:00Z", "epochSeconds": "1767614400", "epochMillis": "1767614400250"}


@contextmanager
def rest_server(script: Script) -> Iterator[RestServer]:
    """Serve on a free port until the context ends."""
    told = RestServer()

    class Asked(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            query = parse_qs(parts.query)
            told.asked.append((parts.path, query))
            self._answer(script(told, parts.path, query))

        def _answer(self, answer: Answer) -> None:
            if answer.reset:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body) if answer.declared is None else answer.declared))
            self.end_headers()
            try:
                self._send(answer)
            except OSError:
                self.close_connection = True

        def _send(self, answer: Answer) -> None:
            if not answer.drip_s:
                self.wfile.write(answer.body)
            for place in range(len(answer.body) if answer.drip_s else 0):
                self.wfile.write(answer.body[place : place + 1])
                told.hold.wait(answer.drip_s)
            self.close_connection |= answer.declared is not None

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield told
    finally:
        told.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()


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
