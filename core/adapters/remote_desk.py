"""A desk in another process of this machine, as a console needs it: the last picture, also when the desk is gone.

A desk that is gone is looked for until there is one again. Until then its last picture stands, stale, and says so.
"""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from core.adapters.desk_connection import Connection
from core.adapters.desk_greeting import Version, greeted
from core.adapters.desk_talk import Answer, Reload, Request, Scan, ShutDown, sent
from core.adapters.desk_wire import Hello
from core.adapters.picture_delta import decode_picture
from core.adapters.remote_entries import Entries
from core.domain.commands import Command, EnterByHand
from core.domain.errors import StoreError
from core.domain.review_views import ExpectedEntry
from core.domain.snapshot import FeedState, Snapshot

SILENT_S: Final = 5.0
"""A desk says something every second; after so long without a word it is taken to be stopped."""
_SOON_S: Final = 0.1
"""The first pause between two tries; each is twice the one before, up to what the way has."""

Listener = Callable[[Snapshot], None]


class Way(Protocol):
    """How a desk is reached.

    Attributes:
        latest_s: the longest pause between two tries, real seconds.
        reads_only: nothing can be asked of the desk by it.
    """

    latest_s: float
    reads_only: bool

    async def meet(self, make: Callable[[], Connection]) -> tuple[Connection, Hello]:
        """A connection to the desk, pictures on their way, and the desk's first words.

        Raises:
            OSError: no desk is there.
            StoreError: it is none that this program can talk to; or none is there, and this tells more.
        """
        ...


class LocalWay:
    """By the socket in the state directory.

    Args:
        root: the state directory.
        version: tells that of this program.
        first: a connection there is already.
    """

    latest_s = 2.0
    reads_only = False

    def __init__(self, root: Path, version: Version, first: tuple[socket.socket, Hello] | None = None) -> None:
        self._root = root
        self._version = version
        self._first = first

    async def meet(self, make: Callable[[], Connection]) -> tuple[Connection, Hello]:
        """As a `Way` does."""
        first, self._first = self._first, None
        if first is None:
            first = await asyncio.to_thread(greeted, self._root, self._version)
        sock, hello = first
        sock.setblocking(False)
        _, connection = await asyncio.get_running_loop().create_unix_connection(make, sock=sock)
        return connection, hello


class RemoteDesk:
    """Fits `core.ports.DeskLink`; its `snapshot` may be asked for from its first published picture on.

    Args:
        way: to the desk.
        version: tells that of this program.

    Attributes:
        hello: of the desk that was met last; None before the first.
    """

    def __init__(self, way: Way, version: Version) -> None:
        self._way = way
        self._version = version
        self._listeners: list[Listener] = []
        self._newest: Snapshot | None = None
        self._connection: Connection | None = None
        self._entries = Entries(self._say)
        self._why = "there is no desk"
        self._heard_s = 0.0
        self.hello: Hello | None = None
        self._pictured = asyncio.Event()

    @property
    def is_there(self) -> bool:
        """Is there a connection to a desk?"""
        return self._connection is not None

    @property
    def snapshot(self) -> Snapshot:
        """The newest picture."""
        assert self._newest is not None, "nobody looks before the first picture"
        return self._newest

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear every picture from now on; returns the way to stop it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def send(self, command: Command) -> None:
        """Hand a request to the desk; one that is gone gets none."""
        self._say(sent(command))

    def expected(self, command: EnterByHand) -> ExpectedEntry:
        """What the desk last said to this; it is asked again with every picture, and what it says is shown at once."""
        return self._entries.expected(command)

    def scan_now(self) -> None:
        """Ask for a scan."""
        self._say(Scan())

    def reload(self) -> None:
        """Ask the desk to read its settings again."""
        self._say(Reload())

    def shut_down(self) -> None:
        """Ask the desk to end."""
        self._say(ShutDown())

    async def meet(self) -> None:
        """Reach the desk for the first time, before `run`; raises OSError and StoreError as its way does."""
        self._connection, self.hello = await self._way.meet(self._made)

    async def first_picture(self) -> None:
        """Wait for the first picture; the next one is not taken before `go_on`, so that this one is painted first."""
        await self._pictured.wait()
        if self._connection is not None:
            self._connection.hold()

    def go_on(self) -> None:
        """Take pictures again."""
        if self._connection is not None:
            self._connection.go_on()

    async def run(self) -> None:
        """Keep to the desk until cancelled; one that is gone is looked for again and again."""
        pause_s, attempt = _SOON_S, 0
        while True:
            if self._connection is None:
                try:
                    await self.meet()
                except (OSError, StoreError) as error:
                    attempt += 1
                    self._lost(str(error) if isinstance(error, StoreError) else self._why, attempt, pause_s)
                    await asyncio.sleep(pause_s)
                    pause_s = min(self._way.latest_s, pause_s * 2)
                    continue
            pause_s, attempt = _SOON_S, 0
            await self._listen()

    def _made(self) -> Connection:
        return Connection(self._took, self._answered, self._version)

    async def _listen(self) -> None:
        """Until the desk is gone; one that says nothing for long may be stopped, and is waited for."""
        assert self._connection is not None
        assert self.hello is not None
        connection, heard = self._connection, -1
        try:
            while not connection.ended.done():
                await asyncio.wait({connection.ended}, timeout=SILENT_S)
                if connection.heard == heard and not connection.ended.done():
                    self._lost(f"the desk with pid {self.hello.pid} does not answer")
                heard = connection.heard
            self._why = connection.ended.result()
            self._lost(self._why)
        finally:
            self._connection = None
            connection.close()

    def _say(self, request: Request) -> None:
        if self._connection is not None and not self._way.reads_only:
            self._connection.say(request)

    def _took(self, body: bytes, base: Snapshot | None) -> Snapshot:
        picture = decode_picture(body, base)
        self._heard_s = asyncio.get_running_loop().time()
        self._entries.outdated()
        self._publish(picture)
        return picture

    def _answered(self, answer: Answer) -> None:
        if self._entries.take(answer) and self._newest is not None:
            self._publish(self._newest)

    def _lost(self, problem: str, attempt: int = 0, retry_in_s: float = 0.0) -> None:
        """Show the last picture, and that it is only that."""
        if self._newest is None:
            return
        age_s = asyncio.get_running_loop().time() - self._heard_s
        link = replace(
            self._newest.link, state=FeedState.STALE, age_s=age_s, attempt=attempt, retry_in_s=retry_in_s, rate=0.0,
            states={}, loading="", problem=f"{problem}: this is its last picture, and the next desk here is shown",
        )  # fmt: skip
        self._publish(replace(self._newest, link=link))

    def _publish(self, picture: Snapshot) -> None:
        self._newest = picture
        self._pictured.set()
        for listener in tuple(self._listeners):
            listener(picture)
