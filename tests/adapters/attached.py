"""A desk behind its socket, and consoles' ends of it, in one event loop."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from core.adapters.desk_greeting import greeted
from core.adapters.desk_server import DeskServer
from core.adapters.desk_talk import Picture, Said, said
from core.adapters.desk_wire import LARGEST_PICTURE, PROTOCOL, Frames, Hello
from core.adapters.picture_delta import decode_picture
from core.adapters.remote_desk import LocalWay, RemoteDesk
from core.domain.snapshot import Snapshot
from core.ports import DeskLink


def version() -> str:
    return "0.1"


def hello(root: Path, protocol: int = PROTOCOL, told: str = "0.1") -> Hello:
    return Hello(protocol, told, 4242, str(root), "PAPER")


@asynccontextmanager
async def serving(desk: DeskLink, root: Path, protocol: int = PROTOCOL) -> AsyncIterator[DeskServer]:
    async with DeskServer(desk, root, hello(root, protocol), lambda: None) as server:
        yield server


class Onlooker:
    """A console without a screen."""

    def __init__(self, root: Path) -> None:
        self.desk = RemoteDesk(LocalWay(root, version), version)
        self.seen: list[Snapshot] = []
        self.desk.subscribe(self.seen.append)

    async def until(self, holds: Callable[[Snapshot], bool]) -> Snapshot:
        """Wait until this is true of the picture it has."""
        await until(lambda: self.seen and holds(self.seen[-1]))
        return self.seen[-1]


@asynccontextmanager
async def looking(root: Path) -> AsyncIterator[Onlooker]:
    onlooker = Onlooker(root)
    task = asyncio.create_task(onlooker.desk.run())
    try:
        yield onlooker
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Slow:
    """A console that takes what the desk says only when it is told to."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._frames = Frames(LARGEST_PICTURE)
        self.picture: Snapshot | None = None
        self.pictures = 0
        self.told: list[Said] = []

    async def say(self, raw: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self._sock, raw)

    async def take(self, until: Callable[["Slow"], bool]) -> None:
        """Read on until this is true, or the desk has hung up."""
        async with asyncio.timeout(20):
            while not until(self):
                data = await asyncio.get_running_loop().sock_recv(self._sock, 1 << 20)
                if not data:
                    return
                self._frames.feed(data)
                for body in self._frames.whole():
                    self._hear(said(body))

    def _hear(self, message: Said) -> None:
        self.told.append(message)
        if isinstance(message, Picture):
            self.picture = decode_picture(message.body, self.picture)
            self.pictures += 1


@asynccontextmanager
async def slowly(root: Path) -> AsyncIterator[Slow]:
    """A slow console, greeted and watching."""
    sock, _ = await asyncio.to_thread(greeted, root, version)
    sock.setblocking(False)
    with sock:
        yield Slow(sock)


async def until(holds: Callable[[], object]) -> None:
    """Wait for something to become true."""
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.005)
