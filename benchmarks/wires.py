"""Both clients' connections without a socket: bytes of websocket frames go in where an event loop hands them on."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from coinbase.websocket import WSClient
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.legacy.client import WebSocketClientProtocol
from websockets.protocol import State
from websockets.uri import parse_uri

from core.adapters.listening import ListeningSocket

_NOWHERE = parse_uri("ws://127.0.0.1:9")


class Nowhere(asyncio.Transport):
    """Takes what is written and forgets it."""

    def write(self, data: "bytes | bytearray | memoryview[int]") -> None:
        """Nothing."""

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Nothing."""

    def is_closing(self) -> bool:
        """Never."""
        return False

    def can_write_eof(self) -> bool:
        """No."""
        return False

    def close(self) -> None:
        """Nothing."""

    def abort(self) -> None:
        """Nothing."""

    def pause_reading(self) -> None:
        """Nothing."""

    def resume_reading(self) -> None:
        """Nothing."""


def framed(messages: Sequence[bytes]) -> list[bytes]:
    """Each message as a server's text frame, uncompressed."""
    return [Frame(Opcode.TEXT, message).serialize(mask=False) for message in messages]


class OurWire:
    """The feed's connection, on the running loop; every message goes to `hear`."""

    def __init__(self, hear: Callable[[bytes], object]) -> None:
        self._socket = ListeningSocket(ClientProtocol(_NOWHERE, state=State.OPEN), ping_interval=None)
        self._socket.hear = hear
        self._socket.connection_made(Nowhere())

    async def take(self, frames: Sequence[bytes]) -> None:
        """One frame after the other; each has been acted on when `data_received` returns."""
        receive = self._socket.data_received
        for frame in frames:
            receive(frame)


class SdkWire:
    """The SDK's client over the connection it opens itself, on the running loop; every message goes to `on_message`."""

    def __init__(self, on_message: Callable[[str], object]) -> None:
        self._handled = 0
        self._on_message = on_message
        self._socket = WebSocketClientProtocol(ping_interval=None)
        self._socket.connection_made(Nowhere())
        self._socket.connection_open()
        client: Any = WSClient(on_message=self._heard)
        client.websocket = self._socket
        self._running = asyncio.create_task(client._message_handler())

    async def take(self, frames: Sequence[bytes]) -> None:
        """One frame after the other, the loop turning until its message has been handed on: twice for each."""
        receive = self._socket.data_received
        for frame in frames:
            wanted = self._handled + 1
            receive(frame)
            while self._handled < wanted:
                await asyncio.sleep(0)

    def _heard(self, message: str) -> None:
        self._on_message(message)
        self._handled += 1
