"""Starlette on uvicorn inside an event loop that belongs to somebody else: no signal handlers, quick to stop."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

TRANSPORT = "transport"
"""Where an application finds the connection itself in its scope; only a fault needs it."""


class _Guest(uvicorn.Server):
    """A uvicorn server that leaves the process's signals alone and tells when it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving = asyncio.Event()
        self.stopping = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept connections."""
        await super().startup(sockets)
        self.serving.set()

    async def main_loop(self) -> None:
        """Serve until told to stop, without looking ten times a second."""
        await self.on_tick(0)
        await self.stopping.wait()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the host program's business."""
        yield


class _Reachable(H11Protocol):
    """Hands the connection on with every request of it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Serve the connection."""
        super().connection_made(transport)
        told = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope[TRANSPORT] = transport
            await told(scope, receive, send)

        self.app = app


class HttpServer:
    """Serves one application on one bound socket."""

    def __init__(self, app: ASGIApp) -> None:
        config = uvicorn.Config(
            app,
            http=_Reachable,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
        )
        self._server = _Guest(config)
        self._task: asyncio.Task[None] | None = None

    async def open(self, plug: socket.socket) -> None:
        """Start serving; returns when connections are accepted."""
        self._task = asyncio.create_task(self._server.serve(sockets=[plug]), name="exchange-http")
        await self._server.serving.wait()

    async def close(self) -> None:
        """Stop accepting, let running answers end, close connections."""
        self._server.stopping.set()
        if self._task is not None:
            await self._task
