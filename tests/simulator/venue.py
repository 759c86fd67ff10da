"""How these tests talk to an exchange: a websocket that parses frames, and REST without the SDK."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from core.simulator.exchange import Exchange

PREFIX = "/api/v3/brokerage"
Frame = dict[str, Any]


async def send(connection: ClientConnection, kind: str, channel: str, *product_ids: str) -> None:
    """Subscribe to or unsubscribe from one channel."""
    await connection.send(json.dumps({"type": kind, "channel": channel, "product_ids": list(product_ids)}))


async def frames_until(
    connection: ClientConnection, enough: Callable[[list[Frame]], bool], within: float = 20.0
) -> list[Frame]:
    """Every frame up to the one that makes `enough` true."""
    got: list[Frame] = []
    async with asyncio.timeout(within):
        while not enough(got):
            got.append(json.loads(await connection.recv()))
    return got


@asynccontextmanager
async def subscribed(ex: Exchange, *products: str) -> AsyncIterator[ClientConnection]:
    """A client that is subscribed to tickers of these and to heartbeats."""
    async with connect(ex.ws_url, max_size=None, max_queue=100_000) as ws:
        await send(ws, "subscribe", "heartbeats")
        await send(ws, "subscribe", "ticker", *(products or ("BTC-PERP-INTX",)))
        await frames_until(ws, has("subscriptions", 2))
        yield ws


async def fence(ws: ClientConnection) -> None:
    """Read what was queued before this moment: the answer to nonsense comes behind it."""
    await ws.send("{")
    await frames_until(ws, lambda got: any(frame.get("type") == "error" for frame in got))


def of(channel: str, frames: list[Frame]) -> list[Frame]:
    """The frames of one channel."""
    return [frame for frame in frames if frame.get("channel") == channel]


def has(channel: str, count: int = 1) -> Callable[[list[Frame]], bool]:
    """True once that many frames of the channel have come."""
    return lambda frames: len(of(channel, frames)) >= count


def tickers(frames: list[Frame]) -> list[Frame]:
    """The ticker objects of the frames, in order."""
    return [ticker for frame in of("ticker", frames) for event in frame["events"] for ticker in event["tickers"]]


@dataclass(frozen=True)
class Answer:
    """What REST answered."""

    status: int
    body: str
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


def _ask(request: urllib.request.Request) -> Answer:
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return Answer(response.status, response.read().decode(), dict(response.headers))
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read().decode(), dict(error.headers))


async def get(url: str, **headers: str) -> Answer:
    """GET with the SDK's two-byte body."""
    request = urllib.request.Request(
        url, data=b"{}", headers={"Content-Type": "application/json", **headers}, method="GET"
    )
    return await asyncio.to_thread(_ask, request)


async def post(url: str, body: object) -> Answer:
    """POST of JSON."""
    return await asyncio.to_thread(_ask, urllib.request.Request(url, data=json.dumps(body).encode(), method="POST"))
