"""A console's end of one connection to a desk: frames in, pictures and answers out of them, requests back."""

import asyncio
from collections.abc import Callable
from typing import Final

from core.adapters.desk_greeting import Version, met
from core.adapters.desk_talk import Answer, Picture, Request, said
from core.adapters.desk_wire import LARGEST_PICTURE, Farewell, Frames, Hello, framed
from core.domain.errors import StoreError
from core.domain.snapshot import Snapshot
from core.domain.text import one_line

_UNTAKEN: Final = 65_536
"""Bytes that may wait for a desk that takes nothing."""


class Connection(asyncio.Protocol):
    """One connection. Made inside the event loop.

    Args:
        pictured: makes the next picture of the bytes and the one before, and shows it; raises ValueError.
        answered: told of what an entry by hand would come to.
        version: tells that of this program.

    Attributes:
        ended: done when the desk is gone, with why.
        greeting: the desk's first words, where they have not been heard before; StoreError where the two cannot talk.
        heard: frames that have come.
    """

    def __init__(
        self,
        pictured: Callable[[bytes, Snapshot | None], Snapshot],
        answered: Callable[[Answer], None],
        version: Version,
    ) -> None:
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.greeting: asyncio.Future[Hello] = asyncio.get_running_loop().create_future()
        self.heard = 0
        self._pictured = pictured
        self._answered = answered
        self._version = version
        self._frames = Frames(LARGEST_PICTURE)
        self._transport: asyncio.Transport | None = None
        self._base: Snapshot | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The desk can be spoken to."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """It cannot any more."""
        self.end("the desk is gone")

    def data_received(self, data: bytes) -> None:
        """Hear every frame that is whole."""
        self._frames.feed(data)
        try:
            for body in self._frames.whole():
                if self.ended.done():
                    return
                self.heard += 1
                self._hear(body)
        except ValueError as error:
            self.end(f"the desk cannot be understood ({one_line(str(error))})")
            self.close()

    def _hear(self, body: bytes) -> None:
        match said(body):
            case Picture(body=picture):
                self._base = self._pictured(bytes(picture), self._base)
            case Answer() as answer:
                self._answered(answer)
            case Farewell(why=why):
                self.end(one_line(why))
            case Hello() as hello:
                self._greet(hello)

    def _greet(self, hello: Hello) -> None:
        """Said again and again where a way must be seen to be open."""
        if self.greeting.done():
            return
        try:
            self.greeting.set_result(met(hello, self._version))
        except StoreError as error:
            self.greeting.set_exception(error)
            self.end(str(error))

    def say(self, request: Request) -> None:
        """Send it; a desk that is stopped takes no more than a little."""
        if self._transport is not None and self._transport.get_write_buffer_size() < _UNTAKEN:
            self._transport.write(framed(request))

    def hold(self) -> None:
        """Take nothing more until `go_on`; the desk then tells the newest picture, and none of those between."""
        if self._transport is not None:
            self._transport.pause_reading()

    def go_on(self) -> None:
        """Take what comes again."""
        if self._transport is not None:
            self._transport.resume_reading()

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()

    def end(self, why: str) -> None:
        """Nothing more comes, for this reason; only the first one counts."""
        if not self.ended.done():
            self.ended.set_result(why)
