"""Where websocket connections come in: counted, and by a fault refused, kept waiting or let in without a word."""

import asyncio
from collections.abc import Awaitable
from http import HTTPStatus
from typing import Final

from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response

from core.simulator.faults import Faults
from core.simulator.plug import reset
from core.simulator.socket_faults import AcceptThenMute, HalfOpen, RefuseConnections, SlowHandshake

_LOOK_S: Final = 0.05


class Door:
    """Answers handshakes.

    Args:
        faults: what is to go wrong.
    """

    def __init__(self, faults: Faults) -> None:
        self.knocks = 0
        """Handshakes begun so far."""
        self._faults = faults
        self._closed = asyncio.Event()

    async def admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Let the handshake go on, or the answer instead; what `websockets` calls `process_request`."""
        self.knocks += 1
        refused = self._faults.use(RefuseConnections)
        if refused is not None and refused.status is not None:
            return connection.respond(HTTPStatus(refused.status), "refused\n")
        if refused is not None:
            reset(connection.transport)
        slow = self._faults.use(SlowHandshake)
        if slow is not None:
            await self._wait(connection, slow.seconds)
        while self._faults.find(HalfOpen) and not await self._wait(connection, _LOOK_S):
            continue
        if self._closed.is_set():
            connection.transport.abort()
        return None

    def lets_in_mute(self) -> bool:
        """Is the connection just accepted never to be told anything?"""
        return self._faults.use(AcceptThenMute) is not None

    def close(self) -> None:
        """Keep nobody waiting any more."""
        self._closed.set()

    async def _wait(self, connection: ServerConnection, seconds: float) -> bool:
        """Wait; True when there is nobody to wait for."""
        closed = asyncio.ensure_future(self._closed.wait())
        lost: Awaitable[None] = connection.connection_lost_waiter
        waiting = {closed, asyncio.ensure_future(lost)}
        done, _ = await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        closed.cancel()
        return bool(done)
