"""The websocket server: reads what clients ask for and answers as the venue does."""

import asyncio
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from core.simulator.channels import HEARTBEATS, PRODUCT_CHANNELS
from core.simulator.door import Door
from core.simulator.faults import Faults
from core.simulator.feed import Feed
from core.simulator.socket_faults import DropDuringSubscribe
from core.simulator.subscriber import Subscriber
from core.simulator.wire import error_frame

_LARGEST_REQUEST: Final = 65_536
_CLOSE_WITHIN_S: Final = 0.4

logger = logging.getLogger("atlas.exchange.websocket")
logger.addHandler(logging.NullHandler())
logger.propagate = False


class _Request(msgspec.Struct):
    """What a client sends: subscribe or unsubscribe to one channel."""

    type: str
    channel: str = ""
    product_ids: list[str] = []


class WebsocketSide:
    """Accepts connections and hands them to the feed.

    Args:
        feed: tells subscribers what happens.
        faults: what is to go wrong.
        monotonic: real seconds.
        client_id: what envelopes carry as client_id; None, as the live venue, for none.
    """

    def __init__(self, feed: Feed, faults: Faults, monotonic: Callable[[], float], client_id: str | None) -> None:
        self._feed = feed
        self._faults = faults
        self._door = Door(faults)
        self._monotonic = monotonic
        self._client_id = client_id
        self._server: Server | None = None
        self._count = 0

    @property
    def handshakes(self) -> int:
        """How many connections were tried so far."""
        return self._door.knocks

    async def open(self, plug: socket.socket) -> None:
        """Listen on a bound socket."""
        self._server = await serve(
            self._converse,
            sock=plug,
            process_request=self._door.admit,
            open_timeout=None,
            ping_interval=None,
            compression="deflate",
            close_timeout=_CLOSE_WITHIN_S,
            max_size=_LARGEST_REQUEST,
            server_header=None,
            logger=logger,
        )

    async def close(self) -> None:
        """Close every connection (1001) and stop listening."""
        if self._server is not None:
            self._server.close()
            self._door.close()  # afterwards: who is let in now would be closed by nobody
            await self._server.wait_closed()

    async def _converse(self, connection: ServerConnection) -> None:
        self._count += 1
        mute = self._door.lets_in_mute()
        subscriber = Subscriber(connection, self._count, self._monotonic, self._faults, self._client_id, mute)
        self._feed.subscribers.add(subscriber)
        writer = asyncio.create_task(subscriber.write_for_ever())
        try:
            with suppress(ConnectionClosed):
                while True:
                    await self._answer(subscriber, await connection.recv(decode=False))
        finally:
            self._feed.subscribers.discard(subscriber)
            writer.cancel()
            with suppress(asyncio.CancelledError):
                await writer

    async def _answer(self, subscriber: Subscriber, raw: bytes | str) -> None:
        try:
            request = msgspec.json.decode(raw, type=_Request)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            self._refuse(subscriber, f"failure to parse message: {error}")
            return
        if request.type not in ("subscribe", "unsubscribe"):
            self._refuse(subscriber, f"unknown message type {request.type[:40]}")
        elif request.channel == HEARTBEATS and request.type == "subscribe":
            await self._feed.subscribe_heartbeats(subscriber)
        elif request.channel not in PRODUCT_CHANNELS | {HEARTBEATS}:
            self._refuse(subscriber, "authentication failure")
        elif request.type == "subscribe" and self._faults.use(DropDuringSubscribe):
            subscriber.reset()
        elif request.type == "subscribe":
            await self._feed.subscribe(subscriber, request.channel, request.product_ids)
        else:
            await self._feed.unsubscribe(subscriber, request.channel, request.product_ids)

    def _refuse(self, subscriber: Subscriber, text: str) -> None:
        subscriber.post_raw(error_frame(text))
