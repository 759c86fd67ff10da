"""One websocket connection of the exchange: what it subscribed to, its sequence, its bounded queue."""

import asyncio
import socket
import struct
from collections import deque
from contextlib import suppress
from typing import Final

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from core.simulator.records import Json
from core.simulator.wire import Message, envelope

LONGEST_QUEUE: Final = 4096
"""Frames a slow consumer may be behind before it is cut off."""

_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class Subscriber:
    """A connection; only the event loop touches it.

    Args:
        connection: the open websocket.
        number: its number since the exchange started, from 1.
        now: real monotonic seconds at which it opened.
        client_id: what its envelopes carry as client_id, or None for none.
    """

    def __init__(self, connection: ServerConnection, number: int, now: float, client_id: str | None = None) -> None:
        self.number = number
        self.subscriptions: dict[str, set[str]] = {}
        self.sequence = 0
        self.opened_at = now
        self.sent_at = now
        self._connection = connection
        self._client_id = client_id
        self._queue: deque[str | bytes] = deque()
        self._filled = asyncio.Event()

    def post(self, message: Message, now: float) -> None:
        """Queue a message with the next sequence number; a consumer too far behind is cut off."""
        self.post_raw(envelope(message, self.sequence, self._client_id), now)
        self.sequence += 1

    def post_raw(self, frame: str | bytes, now: float) -> None:
        """Queue a frame as it is."""
        if len(self._queue) >= LONGEST_QUEUE:
            self.reset()
            return
        self.sent_at = now
        self._queue.append(frame)
        self._filled.set()

    async def write_for_ever(self) -> None:
        """Send what is queued, in order, until the connection ends or the task is cancelled."""
        with suppress(ConnectionClosed):
            while True:
                await self._filled.wait()
                while self._queue:
                    await self._connection.send(self._queue.popleft())
                self._filled.clear()

    def wants(self, channel: str, product_id: str) -> bool:
        """Is it subscribed to this channel for this product?"""
        return product_id in self.subscriptions.get(channel, ())

    def reset(self) -> None:
        """End the connection with a TCP reset, without a close frame."""
        self._queue.clear()
        transport = self._connection.transport
        plug = transport.get_extra_info("socket")
        if plug is not None:
            with suppress(OSError):
                plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        transport.abort()

    async def close(self, code: int, reason: str = "") -> None:
        """End the connection with a close frame."""
        await self._connection.close(code, reason)

    def state(self) -> Json:
        """The connection as `GET /_state` shows it; `last_sequence` is -1 before the first message."""
        return {
            "id": self.number,
            "subscriptions": {channel: sorted(ids) for channel, ids in sorted(self.subscriptions.items())},
            "last_sequence": self.sequence - 1,
            "queued": len(self._queue),
        }
