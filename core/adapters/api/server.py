"""The API's own thread and loop: whatever its readers do, the desk's loop does not notice."""

import asyncio
import socket
import threading
from collections.abc import Callable
from typing import Any, Final

from uvicorn.server import ServerState

from core.adapters.api.connection import Connection, Connections, server_config
from core.adapters.api.limits import Limits
from core.domain.errors import ConfigError
from core.domain.text import one_line

_BACKLOG: Final = 128
_BUFFER: Final = 128 * 1024
"""Bytes the system holds for a reader that does not read; left alone, it takes megabytes."""
_END_S: Final = 0.5
"""Real seconds in which answers under way may end."""


def plug_at(host: str, port: int) -> socket.socket:
    """A listening socket.

    Args:
        host: an IP address, or `localhost`.
        port: 0 takes any that is free.

    Raises:
        ConfigError: the port is taken, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    plug = socket.socket(family, socket.SOCK_STREAM)
    try:
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)  # its connections inherit it
        if family is socket.AF_INET6:
            plug.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        plug.bind((host, port))
        plug.listen(_BACKLOG)
        plug.setblocking(False)
    except OSError as error:
        plug.close()
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(
            f"the API cannot listen on {host} port {port}: {reason}; choose another api.port, or stop what holds it"
        ) from error
    return plug


class ApiThread:
    """Serves an application on a listening socket, on a thread of its own, until it is stopped."""

    def __init__(
        self, plug: socket.socket, make: Callable[[], Any], limits: Limits, failed: Callable[[str], None]
    ) -> None:
        """
        Args:
            plug: listens already.
            make: makes the application, `core.adapters.api.app.Api`; called on the new loop.
            limits: what readers may take.
            failed: told in words, on the API's thread, when serving has ended by itself.
        """
        self._plug = plug
        self._make = make
        self._limits = limits
        self._failed = failed
        self._ask: Callable[[], object] | None = None
        self._asked = threading.Event()
        self._thread = threading.Thread(target=self._run, name="atlas-api", daemon=True)

    def start(self) -> None:
        """Begin to serve; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving; returns when the thread has ended, or after a second."""
        self._asked.set()
        if self._ask is not None:
            self._ask()
        self._thread.join(1.0)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:  # noqa: BLE001 - the desk goes on without its API, and says so (R7)
            self._failed(f"the API has ended: {type(error).__name__}: {one_line(str(error))}")
        finally:
            self._plug.close()

    async def _serve(self) -> None:
        loop, asked = asyncio.get_running_loop(), asyncio.Event()

        def ask() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(asked.set)

        self._ask = ask
        app, connections, state = self._make(), Connections(self._limits), ServerState()
        config = server_config(app, self._limits)
        server = await loop.create_server(lambda: Connection(config, state, connections), sock=self._plug)
        if not self._asked.is_set():
            await asked.wait()
        server.close()
        app.ending.set()
        for connection in tuple(connections.open):
            connection.shutdown()
        if state.tasks:
            await asyncio.wait(state.tasks, timeout=_END_S)
        for connection in tuple(connections.open):
            connection.cut()
