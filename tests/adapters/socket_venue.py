"""A websocket server of a few lines whose conduct each test writes itself."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from core.adapters.coinbase_feed import CoinbaseFeed
from core.adapters.reconnect import Backoff
from core.adapters.system_clock import SystemClock
from tests.adapters.frames import Heard, ack, heartbeat, ticker

PRODUCTS = ("BTC-USD", "ETH-USD")


@dataclass
class SocketVenue:
    """What has reached the server, and where it is."""

    url: str = ""
    connections: int = 0
    asked: list[dict[str, object]] = field(default_factory=list)


Conduct = Callable[[SocketVenue, ServerConnection, int], Awaitable[None]]


async def hear_subscriptions(venue: SocketVenue, socket: ServerConnection, messages: int = 2) -> None:
    """Take the client's first messages."""
    for _ in range(messages):
        venue.asked.append(json.loads(await socket.recv()))


async def send_prices(socket: ServerConnection, start: int = 1, every_s: float = 0.02, count: int = 10_000) -> None:
    """Acknowledge, then send prices of both products and heartbeats."""
    await socket.send(ack(*PRODUCTS, sequence=start - 1).decode())
    for number in range(start, start + count):
        frame = ticker(PRODUCTS[number % 2], f"10{number % 3}", number) if number % 5 else heartbeat(number)
        await socket.send(frame.decode())
        await asyncio.sleep(every_s)


@asynccontextmanager
async def socket_venue(conduct: Conduct) -> AsyncIterator[SocketVenue]:
    """Serve on a free port; `conduct` gets the number of the connection, from 1."""
    venue = SocketVenue()

    async def talk(socket: ServerConnection) -> None:
        venue.connections += 1
        with suppress(ConnectionClosed):
            await conduct(venue, socket, venue.connections)

    async with serve(talk, "127.0.0.1", 0, close_timeout=0.1, max_size=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        venue.url = f"ws://127.0.0.1:{port}"
        yield venue


@asynccontextmanager
async def listening(
    url: str, heard: Heard, silent_s: float = 15.0, products: Sequence[str] = PRODUCTS
) -> AsyncIterator[CoinbaseFeed]:
    """A feed that runs while the context is open."""
    feed = CoinbaseFeed(url, SystemClock(), silent_s=silent_s, backoff=Backoff(lambda: 0.0))
    task = asyncio.create_task(feed.run(products, heard))
    try:
        yield feed
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(met: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for a condition; the test fails when it does not come."""
    async with asyncio.timeout(seconds):
        while not met():
            await asyncio.sleep(0.01)
