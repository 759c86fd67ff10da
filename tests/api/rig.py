"""A served desk: the ledger of a day, its picture, the API on a port of its own, and bytes on its sockets."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from atlas_tui.cli.api.paths import Desk
from atlas_tui.cli.api.serving import thread_of
from atlas_tui.cli.books import Books
from core.adapters.api.limits import Limits
from core.adapters.api.server import plug_at
from core.adapters.api.watch import Watch
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.config import Request, load_settings
from core.domain.secret import Secret
from core.domain.snapshot import Snapshot
from core.trading.desk import Desk as TradingDesk
from tests.adapters.ledger_story import a_day

TOKEN = "a-token-of-this-test-0123456789-abcdefghijkl"
HARDENED = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}
"""On every reply, whatever it says."""


@dataclass(frozen=True)
class Answer:
    """What came back over a socket."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The word of a refusal."""
        return str(self.json["error"]["code"])


@dataclass(frozen=True)
class Served:
    """Where it listens, and what it is made of."""

    port: int
    desk: Desk
    failures: list[str]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @contextmanager
    def connect(self) -> "Iterator[Line]":
        """A connection, to be closed at the end of the block."""
        with socket.create_connection(("127.0.0.1", self.port), 10) as end, end.makefile("rb") as file:
            yield Line(end, file)

    def send(self, request: bytes, method: str = "GET") -> Answer:
        """Send bytes on a connection of their own, and read one reply."""
        with self.connect() as line:
            line.say(request)
            return line.read(method)

    def get(self, path: str, token: str = TOKEN, method: str = "GET", **headers: str) -> Answer:
        """Ask as a well-behaved reader does."""
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        return self.send(f"{method} {path} HTTP/1.1\r\nHost: {self.host}\r\n{bearer}{more}\r\n".encode(), method)


@dataclass(frozen=True)
class Line:
    """The reader's end of a connection; waits ten seconds at most."""

    end: socket.socket
    file: BinaryIO

    def say(self, data: bytes) -> None:
        self.end.sendall(data)

    def read(self, method: str = "GET") -> Answer:
        """One reply: its length is what it says, nothing for HEAD."""
        version, status, _ = self.file.readline().split(b" ", 2)
        assert version == b"HTTP/1.1"
        headers: dict[str, str] = {}
        while line := self.file.readline().strip():
            name, _, value = line.decode("ascii").partition(": ")
            assert name.lower() not in headers, "a header came twice"
            headers[name.lower()] = value
        length = 0 if method == "HEAD" else int(headers["content-length"])
        return Answer(int(status), headers, self.file.read(length))

    def begins(self) -> bytes:
        """The first twelve bytes of a reply: version and status."""
        return self.file.read(12)

    def rest(self) -> bytes:
        """What comes until the other side ends the connection."""
        return self.file.read()

    def has_ended(self) -> bool:
        """Has the other side ended it, in either way? What still comes is read away."""
        with suppress(ConnectionResetError):
            self.file.read()
        return True


def a_ledger(folder: Path) -> StateDir:
    """The state directory of a desk that has had a day."""
    state = StateDir.create(folder)
    store = SqliteStore(state)
    for batch in a_day():
        store.append(batch).result(10)
    store.close()
    return state


def the_picture(desk: Desk) -> Snapshot:
    """What a desk restored from the ledger would show."""
    trading = TradingDesk(desk.books.settings.policy)
    with desk.books.reader() as reader:
        trading.restore(tuple(reader.facts()))
    return trading.snapshot()


def a_desk_of(state: StateDir) -> Desk:
    """What the API answers from, once the desk has been heard."""
    desk = Desk(Books(load_settings(Request(state_dir=state.root), environ={}), state.root), Watch())
    desk.watch.hear(the_picture(desk), time.monotonic() + 3600)  # well for as long as the tests may take
    return desk


@contextmanager
def serving(desk: Desk, at: int = 0, **limits: Any) -> Iterator[Served]:
    """Serve it until the block ends, on a port that is free or on this one."""
    plug, failures = plug_at("127.0.0.1", at), list[str]()
    served = Served(plug.getsockname()[1], desk, failures)
    thread = thread_of(desk, plug, Secret(TOKEN), replace(Limits(), **limits), failures.append)
    thread.start()
    try:
        yield served
    finally:
        thread.stop()
        assert not thread._thread.is_alive()
    assert failures == []


def until(holds: Callable[[], bool], patience_s: float = 10) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + patience_s
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < deadline, "it never became true"
        pause.wait(0.005)
