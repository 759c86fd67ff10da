"""A TCP proxy that can refuse, cut, mute, delay and lie: what stands between a desk and its venue in bad weather."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from socket import SO_LINGER, SOL_SOCKET
from typing import Final
from urllib.parse import urlsplit

_CHUNK: Final = 65_536
_BROKEN: Final = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\nConnection: close\r\n\r\nlost"


class Weather(StrEnum):
    """What a proxy does to its connections while it lasts."""

    FAIR = "fair"
    REFUSE = "refuse"
    """Every new connection is reset, and those there are too."""
    MUTE = "mute"
    """Nothing passes, nothing is closed: half open. At its end the connections are reset."""
    SLOW = "slow"
    """Every piece is passed on a moment later."""
    CUT = "cut"
    """Half of the next piece is passed on, then the connection is reset: a frame torn in the middle."""
    ERROR = "error"
    """Every request is answered with a 500; for REST."""


class Proxy:
    """Passes bytes between desk and venue, as the weather allows."""

    def __init__(self, host: str, port: int, delay_s: float) -> None:
        self._venue = host, port
        self._delay_s = delay_s
        self._weather = Weather.FAIR
        self._fair = asyncio.Event()
        self._fair.set()
        self._open: set[asyncio.StreamWriter] = set()
        self._passing: set[asyncio.Task[None]] = set()
        self.struck = 0
        """Connections that the weather has ended or refused."""

    def turn(self, weather: Weather) -> None:
        """The weather changes; what was held up by the last one is reset."""
        if self._weather is Weather.MUTE or weather is Weather.REFUSE:
            self._reset_all()
        self._weather = weather
        if weather is Weather.MUTE:
            self._fair.clear()
        else:
            self._fair.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the desk."""
        if self._weather is Weather.REFUSE:
            self._reset(writer)
            return
        try:
            there, back = await asyncio.open_connection(*self._venue)
        except OSError:
            self._reset(writer)
            return
        self._open |= {writer, back}
        ways = {
            asyncio.create_task(self._pass(reader, back, writer)),
            asyncio.create_task(self._pass(there, writer, back)),
        }
        self._passing |= ways
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            self._passing -= ways
            self._open -= {writer, back}
            for end in (writer, back):
                with suppress(OSError):
                    end.close()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, other: asyncio.StreamWriter
    ) -> None:
        """One way, until either side ends."""
        with suppress(OSError):
            while piece := await reader.read(_CHUNK):
                await self._fair.wait()
                match self._weather:
                    case Weather.SLOW:
                        await asyncio.sleep(self._delay_s)
                    case Weather.CUT:
                        writer.write(piece[: len(piece) // 2])
                        await writer.drain()
                        self._reset(writer)
                        self._reset(other)
                        return
                    case Weather.ERROR if piece.startswith(b"GET"):
                        self.struck += 1
                        other.write(_BROKEN)
                        await other.drain()
                        return
                writer.write(piece)
                await writer.drain()

    def _reset_all(self) -> None:
        for writer in tuple(self._open):
            self._reset(writer)

    def _reset(self, writer: asyncio.StreamWriter) -> None:
        """End it with RST, not FIN."""
        self.struck += 1
        plug = writer.get_extra_info("socket")
        with suppress(OSError):
            plug.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()


@asynccontextmanager
async def proxy_of(url: str, delay_s: float = 0.15) -> AsyncIterator[tuple[Proxy, str]]:
    """A proxy before this address, and the address to use instead; `delay_s` is what SLOW adds to each piece."""
    there = urlsplit(url)
    assert there.hostname is not None and there.port is not None
    proxy = Proxy(there.hostname, there.port, delay_s)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    try:
        yield proxy, f"{there.scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        proxy.turn(Weather.REFUSE)
