"""One websocket connection of the exchange: what it subscribed to, its sequence, its bounded queue."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from core.simulator.faults import Faults
from core.simulator.lane import Lane, Parcel
from core.simulator.plug import reset
from core.simulator.records import Json
from core.simulator.socket_faults import RawText
from core.simulator.wire import Message

LONGEST_QUEUE: Final = 4096
"""Frames a slow consumer may be behind before it is cut off."""


class Subscriber:
    """A connection; only the event loop touches it.

    Args:
        connection: the open websocket.
        number: its number since the exchange started, from 1.
        monotonic: real seconds.
        faults: what is to go wrong.
        client_id: what its envelopes carry as client_id, or None for none.
        mute: it is never told anything.
    """

    def __init__(
        self,
        connection: ServerConnection,
        number: int,
        monotonic: Callable[[], float],
        faults: Faults,
        client_id: str | None = None,
        mute: bool = False,
    ) -> None:
        self.number = number
        self.subscriptions: dict[str, set[str]] = {}
        self.opened_at = self.sent_at = monotonic()
        self.mute = mute
        self.frozen = False
        """Neither read from nor written to."""
        self._monotonic = monotonic
        self._connection = connection
        self._faults = faults
        self._lane = Lane(faults, client_id)
        self._queue: deque[Parcel] = deque()
        self._filled = asyncio.Event()

    @property
    def spoken(self) -> bool:
        """Has it been given a number yet?"""
        return self._lane.sequence > 0

    def count_from(self, sequence: int) -> None:
        """Let its next message have this number."""
        self._lane.sequence = sequence

    def post(self, message: Message) -> None:
        """Queue a message with the next sequence number; a consumer too far behind is cut off."""
        if not self.silent:
            for parcel in self._lane.parcels(message, self._monotonic()):
                self._put(parcel)

    def post_raw(self, frame: str | bytes) -> None:
        """Queue a frame as it is."""
        if not self.silent:
            self._put((self._monotonic(), frame))

    @property
    def silent(self) -> bool:
        """Is it not to be told anything, by a fault?"""
        return self.mute or self.frozen or self._faults.stalled

    def _put(self, parcel: Parcel) -> None:
        if len(self._queue) >= LONGEST_QUEUE:
            self.reset()
            return
        self.sent_at = self._monotonic()
        self._queue.append(parcel)
        self._filled.set()

    async def write_for_ever(self) -> None:
        """Send what is queued, in order and not before its time, until the connection ends or the task is cancelled."""
        with suppress(ConnectionClosed):
            while True:
                await self._filled.wait()
                while self._queue:
                    due, frame = self._queue[0]
                    early = due - self._monotonic()
                    if early > 0:
                        await asyncio.sleep(early)
                        continue
                    self._queue.popleft()
                    await self._write(frame)
                self._filled.clear()

    async def _write(self, frame: str | bytes) -> None:
        if isinstance(frame, RawText):
            async with self._connection.send_context():
                self._connection.protocol.send_text(frame)
        else:
            await self._connection.send(frame)

    def wants(self, channel: str, product_id: str) -> bool:
        """Is it subscribed to this channel for this product?"""
        return product_id in self.subscriptions.get(channel, ())

    def freeze(self) -> None:
        """Read nothing and write nothing from now on, pongs included; the TCP connection stays."""
        if not self.frozen:
            self.frozen = True
            self._queue.clear()
            self._connection.transport.pause_reading()

    def reset(self) -> None:
        """End the connection with a TCP reset, without a close frame."""
        self._queue.clear()
        reset(self._connection.transport)

    async def close(self, code: int, reason: str = "") -> None:
        """End the connection with a close frame."""
        await self._connection.close(code, reason)

    def state(self) -> Json:
        """The connection as `GET /_state` shows it; `last_sequence` is -1 before the first message."""
        return {
            "id": self.number,
            "subscriptions": {channel: sorted(ids) for channel, ids in sorted(self.subscriptions.items())},
            "last_sequence": self._lane.sequence - 1,
            "queued": len(self._queue),
            "mute": self.mute,
            "frozen": self.frozen,
        }
