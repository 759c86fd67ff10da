"""A desk in another process of this machine, as a console needs it: the last picture, also when the desk is gone.

A desk that is gone is looked for until there is one again. Until then its last picture stands, stale, and says so.
"""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from core.adapters.desk_greeting import greeted
from core.adapters.desk_wire import (
    LARGEST_PICTURE,
    PROTOCOL,
    Answer,
    Farewell,
    Frames,
    Hello,
    Picture,
    Reload,
    Request,
    Scan,
    ShutDown,
    Watch,
    framed,
    said,
    sent,
)
from core.adapters.picture_delta import decode_picture
from core.adapters.remote_entries import Entries
from core.domain.commands import Command, EnterByHand
from core.domain.errors import StoreError
from core.domain.review_views import ExpectedEntry
from core.domain.snapshot import FeedState, Snapshot
from core.domain.text import one_line

SILENT_S: Final = 5.0
"""A desk says something every second; after so long without a word it is taken to be stopped."""
_SOON_S: Final = 0.1
_LATEST_S: Final = 2.0
"""Pauses between two tries begin with the one and double to the other."""

_UNTAKEN: Final = 65_536
"""Bytes that may wait for a desk that takes nothing."""

Listener = Callable[[Snapshot], None]


class RemoteDesk:
    """Fits `core.ports.DeskLink`; its `snapshot` may be asked for from its first published picture on.

    Args:
        root: the state directory.
        version: of this program.
        first: a connection there is already.
    """

    def __init__(self, root: Path, version: str, first: tuple[socket.socket, Hello] | None = None) -> None:
        self._root = root
        self._version = version
        self._first = first
        self._listeners: list[Listener] = []
        self._newest: Snapshot | None = None
        self._talk: _Talk | None = None
        self._entries = Entries(self._say)
        self._why = "there is no desk"
        self._heard_s = 0.0
        self.hello = first[1] if first is not None else None
        """Of the desk that was met last."""

    @property
    def is_there(self) -> bool:
        """Is there a connection to a desk?"""
        return self._talk is not None

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

    async def run(self) -> None:
        """Keep to the desk until cancelled; one that is gone is looked for again and again."""
        loop, pause_s, attempt = asyncio.get_running_loop(), _SOON_S, 0
        while True:
            try:
                sock, hello = await self._meet()
            except (OSError, StoreError) as error:
                attempt += 1
                self._lost(str(error) if isinstance(error, StoreError) else self._why, attempt, pause_s)
                await asyncio.sleep(pause_s)
                pause_s = min(_LATEST_S, pause_s * 2)
                continue
            self.hello = hello
            pause_s, attempt = _SOON_S, 0
            sock.setblocking(False)
            _, talk = await loop.create_unix_connection(lambda: _Talk(self._pictured, self._answered), sock=sock)
            await self._listen(talk, hello.pid)

    async def _meet(self) -> tuple[socket.socket, Hello]:
        first, self._first = self._first, None
        return first if first is not None else await asyncio.to_thread(greeted, self._root, self._version)

    async def _listen(self, talk: "_Talk", pid: int) -> None:
        """Until the desk is gone; one that says nothing for long may be stopped, and is waited for."""
        self._talk, heard = talk, -1
        self._say(Watch(PROTOCOL))
        try:
            while not talk.ended.done():
                await asyncio.wait({talk.ended}, timeout=SILENT_S)
                if talk.heard == heard and not talk.ended.done():
                    self._lost(f"the desk with pid {pid} does not answer")
                heard = talk.heard
            self._why = talk.ended.result()
            self._lost(self._why)
        finally:
            self._talk = None
            talk.close()

    def _say(self, request: Request) -> None:
        if self._talk is not None:
            self._talk.say(request)

    def _pictured(self, body: bytes, base: Snapshot | None) -> Snapshot:
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
        for listener in tuple(self._listeners):
            listener(picture)


class _Talk(asyncio.Protocol):
    """One connection to a desk."""

    def __init__(
        self, pictured: Callable[[bytes, Snapshot | None], Snapshot], answered: Callable[[Answer], None]
    ) -> None:
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Done when the desk is gone, with why."""
        self.heard = 0
        """Frames that have come."""
        self._pictured = pictured
        self._answered = answered
        self._frames = Frames(LARGEST_PICTURE)
        self._transport: asyncio.Transport | None = None
        self._base: Snapshot | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._end("the desk is gone")

    def data_received(self, data: bytes) -> None:
        self._frames.feed(data)
        try:
            for body in self._frames.whole():
                self.heard += 1
                self._hear(body)
        except ValueError as error:
            self._end(f"the desk cannot be understood ({one_line(str(error))})")
            self.close()

    def _hear(self, body: bytes) -> None:
        match said(body):
            case Picture(body=picture):
                self._base = self._pictured(bytes(picture), self._base)
            case Answer() as answer:
                self._answered(answer)
            case Farewell(why=why):
                self._end(one_line(why))
            case Hello():
                pass

    def say(self, request: Request) -> None:
        """Send it; a desk that is stopped takes no more than a little."""
        if self._transport is not None and self._transport.get_write_buffer_size() < _UNTAKEN:
            self._transport.write(framed(request))

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()

    def _end(self, why: str) -> None:
        if not self.ended.done():
            self.ended.set_result(why)
