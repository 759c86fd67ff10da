"""The desk's side of its socket: pictures out to any number of consoles, requests in.

No console can slow the desk. Each has one place for the newest picture and no queue: while what was written to it has
not been taken, nothing is encoded for it, and then it gets how its last picture became the newest one. Consoles that
are in step share one encoding.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final

from core.adapters.desk_place import is_ours, listening_socket, remove_socket
from core.adapters.desk_talk import (
    Answer,
    Ask,
    Reload,
    Request,
    Said,
    Scan,
    Send,
    ShutDown,
    command_of,
    pictured,
    requested,
)
from core.adapters.desk_wire import LARGEST_REQUEST, PROTOCOL, Farewell, Frames, Hello, Watch, framed
from core.domain.snapshot import Snapshot
from core.domain.text import one_line
from core.ports import DeskLink

MOST: Final = 16
"""Consoles at once."""
_AT_ONCE: Final = 32
"""Requests of one console that are done before the desk is let go on."""
_LOG: Final = logging.getLogger("atlas.attach")


class DeskServer:
    """Serves one desk in its own event loop, from entering the context to leaving it.

    Args:
        desk: what is looked at and asked.
        root: the state directory, locked by this process.
        hello: the first words to every console.
        end: asks the process that runs the desk to end.
    """

    def __init__(self, desk: DeskLink, root: Path, hello: Hello, end: Callable[[], None]) -> None:
        self.desk = desk
        self.end = end
        self.hello = hello
        self.newest: Snapshot | None = None
        """The last picture that was published."""
        self.dropped = 0
        """Peers sent away: not ours, too many, or speaking nonsense."""
        self.peers: set[Peer] = set()
        self._root = root
        self._encoded: dict[int, bytes] = {}
        self._server: asyncio.Server | None = None
        self._unsubscribe = desk.subscribe(self._published)

    async def __aenter__(self) -> "DeskServer":
        """Listen. Raises StoreError when the socket cannot be made."""
        sock = listening_socket(self._root)
        self._server = await asyncio.get_running_loop().create_unix_server(lambda: Peer(self), sock=sock)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._unsubscribe()
        if self._server is not None:
            self._server.close()
        for peer in tuple(self.peers):
            peer.part("the desk has ended")
        try:
            remove_socket(self._root)
        except OSError as error_:
            _LOG.warning("the desk's socket stays: %s", error_)

    def change_from(self, base: Snapshot | None) -> bytes:
        """The frame that makes the newest picture of this one; encoded once for all who have it."""
        assert self.newest is not None
        found = self._encoded.get(id(base))
        if found is None:
            found = self._encoded[id(base)] = pictured(self.newest, base)
        return found

    def _published(self, snapshot: Snapshot) -> None:
        self.newest = snapshot
        self._encoded.clear()  # a base is known by its address, which a console keeps alive only while it has it
        for peer in tuple(self.peers):
            peer.show()


class Peer(asyncio.Protocol):
    """One console. Whatever it does, it costs no more than one picture and one request of memory."""

    def __init__(self, server: DeskServer) -> None:
        self._server = server
        self._frames = Frames(LARGEST_REQUEST)
        self._transport: asyncio.Transport | None = None
        self._shown: Snapshot | None = None
        self._is_watching = False
        self._is_behind = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say who serves; whoever is not ours, or one too many, is sent away."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=0)
        if not is_ours(transport.get_extra_info("socket")):
            self._refuse("another user")
        elif len(self._server.peers) >= MOST:
            self._refuse(f"{MOST} consoles are attached already; leave one of them first")
        else:
            self._server.peers.add(self)
            self._say(self._server.hello)

    def connection_lost(self, exc: Exception | None) -> None:
        """The console is gone."""
        self._server.peers.discard(self)
        self._transport, self._shown = None, None

    @property
    def untaken(self) -> int:
        """Bytes that were written and that it has not taken yet."""
        return 0 if self._transport is None else self._transport.get_write_buffer_size()

    def pause_writing(self) -> None:
        """What was written has not been taken."""
        self._is_behind = True

    def resume_writing(self) -> None:
        """It has: the newest picture, if that is another one by now."""
        self._is_behind = False
        self.show()

    def show(self) -> None:
        """Send the newest picture, unless the console has it or is behind."""
        newest = self._server.newest
        if self._transport is None or not self._is_watching or self._is_behind:
            return
        if newest is not None and newest is not self._shown:
            frame = self._server.change_from(self._shown)
            self._shown = newest
            self._transport.write(frame)

    def part(self, why: str) -> None:
        """Say why, and close; what the console has not taken by then is lost."""
        if self._transport is not None:
            self._say(Farewell(why))
            if self._is_behind:
                self._transport.abort()
            else:
                self._transport.close()
        self._server.peers.discard(self)

    def data_received(self, data: bytes) -> None:
        """Do what is asked, some at a time; who speaks nonsense is sent away."""
        self._frames.feed(data)
        self._do_some()

    def _do_some(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        try:
            for count, body in enumerate(self._frames.whole(), start=1):
                self._do(requested(body))
                if count == _AT_ONCE:
                    self._transport.pause_reading()
                    asyncio.get_running_loop().call_soon(self._do_some)
                    return
        except ValueError as error:
            self._refuse(f"not understood: {one_line(str(error))}")
            return
        self._transport.resume_reading()

    def _do(self, request: Request) -> None:
        desk = self._server.desk
        match request:
            case Watch(protocol=protocol):
                self._is_watching = protocol == PROTOCOL
                self.show()
            case Send():
                desk.send(command_of(request))
            case Ask(number=number, command=command):
                if not self._is_behind:  # it asks again at its next picture
                    self._say(Answer(number, desk.expected(command)))
            case Scan():
                desk.scan_now()
            case Reload():
                desk.reload()
            case ShutDown():
                self._server.end()

    def _refuse(self, why: str) -> None:
        self._server.dropped += 1
        _LOG.warning("a console was sent away: %s", why)
        self.part(why)

    def _say(self, message: Said) -> None:
        if self._transport is not None:
            self._transport.write(framed(message))
