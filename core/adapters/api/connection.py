"""One connection of the API: uvicorn's own over h11, with a time limit on whatever a reader can make it wait for.

uvicorn waits for ever for the head of a request and for a slow reader, answers a broken request in words of its own,
and closes while more is coming, which loses the reply. Each of these is put right here.
"""

import asyncio
import socket
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from starlette.types import Message, Receive, Scope, Send
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

from core.adapters.api.limits import Limits
from core.adapters.api.replies import CLOSE, Refused, raw

_AT_ONCE: Final = struct.pack("ii", 1, 0)
_TOO_LARGE: Final = 431
_BROKEN: Final = {
    400: ("request", "this is no HTTP request"),
    _TOO_LARGE: ("head", "the head of the request is too large"),
    501: ("encoding", "only chunked transfer is known"),
}
"""By the status h11 hints at: code and sentence."""


class Connections:
    """All open connections, in the order they came."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.open: dict[Connection, None] = {}

    def make_room(self) -> bool:
        """For one more: close the one that has waited longest for a request; False if all are at work."""
        if len(self.open) < self.limits.connections:
            return True
        waiting = next((one for one in self.open if not one.answering), None)
        if waiting is None:
            return False
        del self.open[waiting]
        waiting.cut()
        return True


class Lingering(asyncio.Transport):
    """A transport whose `close` ends what we say first, and goes on taking what still comes for a moment.

    Closing while data is unread makes the system reset the connection, and the last reply is lost with it.
    """

    def __init__(self, real: asyncio.Transport, limits: Limits) -> None:
        super().__init__()
        self._real = real
        self._limits = limits
        self._closing = False
        self._left = 0
        self._end: asyncio.TimerHandle | None = None

    def get_extra_info(self, name: str, default: object = None) -> Any:  # noqa: ANN401 - as asyncio has it
        """As the transport knows it."""
        return self._real.get_extra_info(name, default)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send, unless nothing more is to be said."""
        if not self._closing:
            self._real.write(data)

    def close(self) -> None:
        """Say no more; the connection ends when the reader has closed it, or in a moment."""
        if self._closing:
            return
        self._closing = True
        if self._real.is_closing():
            return
        try:
            self._real.write_eof()
        except OSError:  # the reader is gone already
            self._real.abort()
            return
        self._real.resume_reading()
        self._wait()

    def abort(self) -> None:
        """End it now; what the system still holds for the reader is thrown away with it."""
        self._closing = True
        with suppress(OSError):  # it may have ended by itself
            self.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self._real.abort()

    def _wait(self) -> None:
        """A reader that goes on reading may take all of its answer."""
        self._left = self._real.get_write_buffer_size()
        patience_s = self._limits.write_s if self._left else self._limits.linger_s
        self._end = asyncio.get_running_loop().call_later(patience_s, self._look)

    def _look(self) -> None:
        if self._left and self._real.get_write_buffer_size() < self._left:
            self._wait()
        else:
            self._real.abort()

    def gone(self) -> None:
        """The connection has ended."""
        self._closing = True
        if self._end is not None:
            self._end.cancel()

    def is_closing(self) -> bool:
        """Is nothing more to be said?"""
        return self._closing or self._real.is_closing()

    def pause_reading(self) -> None:
        """Take nothing for now; the sender waits."""
        if not self.is_closing():
            self._real.pause_reading()

    def resume_reading(self) -> None:
        """Take what comes."""
        if not self.is_closing():
            self._real.resume_reading()


class Connection(H11Protocol):
    """One connection, within the limits."""

    def __init__(self, config: Config, state: ServerState, connections: Connections) -> None:
        super().__init__(config, state, {})
        self._connections = connections
        self._limits = connections.limits
        self._requests = 0
        self._half = False
        self._head: asyncio.TimerHandle | None = None
        self._stuck: asyncio.TimerHandle | None = None

    @property
    def answering(self) -> bool:
        """Is a request being answered?"""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is not None and not cycle.response_complete

    def cut(self) -> None:
        """End it now, without a word."""
        self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Serve it, if there is room."""
        super().connection_made(Lingering(transport, self._limits))
        self.app = self._counted(self.app)
        has_room = self._connections.make_room()
        self._connections.open[self] = None
        if not has_room:
            self._refuse(Refused(503, "connections", "too many connections are open", [(b"retry-after", b"5")]))
            return
        self._head = self._after(self._limits.head_s, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._connections.open.pop(self, None)
        if isinstance(self.transport, Lingering):
            self.transport.gone()
        for timer in (self._head, self._stuck):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)
        self._unset_keepalive_if_required()

    def data_received(self, data: bytes) -> None:
        """Take bytes of a request: its head has to be there in time."""
        if self.transport.is_closing():
            return
        if self._head is None and not self.answering:
            self._head = self._after(self._limits.head_s, self._too_slow)
        super().data_received(data)
        if self.answering and self._head is not None:
            self._head.cancel()
            self._head = None

    def eof_received(self) -> bool:  # type: ignore[override]
        """The reader has said all it has to say: it gets what it has asked for, then the connection ends.

        A stream, which would go on for ever, ends at once: it waits for this event.
        """
        self._half = True
        if not self.answering or self.transport.is_closing():
            return False
        self.cycle.message_event.set()
        return True

    def on_response_complete(self) -> None:
        """Go on with the next request, or end."""
        super().on_response_complete()
        if self._half and not self.answering:
            self.transport.close()

    def pause_writing(self) -> None:
        """The buffers are full: the reader has so long to take something."""
        super().pause_writing()
        self._stuck = self._after(self._limits.write_s, self.cut)

    def resume_writing(self) -> None:
        """The reader goes on."""
        super().resume_writing()
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None

    def send_400_response(self, msg: str) -> None:
        """Say in our own form that this is no request; called where h11 has raised."""
        hint = getattr(sys.exception(), "error_status_hint", 400)
        code, message = _BROKEN.get(hint, _BROKEN[400])
        self._refuse(Refused(hint if hint in _BROKEN else 400, code, message))

    def _too_slow(self) -> None:
        self._head = None
        if self.conn.trailing_data[0]:
            self._refuse(Refused(408, "slow", "the request did not come in time"))
        else:
            self.transport.close()

    def _refuse(self, refused: Refused) -> None:
        """Say no and end; within an answer, only end, for it would land in the middle of that."""
        if self.answering:
            self.cut()
            return
        self.transport.write(raw(refused.reply()))
        self.transport.close()

    def _counted(self, app: Callable[..., Any]) -> Callable[..., Any]:
        """The application, told to end the connection after its last request."""

        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            self._requests += 1
            last = self._requests >= self._limits.requests

            async def closing(message: Message) -> None:
                if last and message["type"] == "http.response.start":
                    message["headers"] = [*message["headers"], CLOSE]
                await send(message)

            await app(scope, receive, closing)

        return counted

    def _after(self, seconds: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        return self.loop.call_later(seconds, act)


def server_config(app: Callable[..., Any], limits: Limits) -> Config:
    """uvicorn's settings for such connections: it tells nobody its name, logs nothing and believes no proxy."""
    config = Config(
        app,
        http=Connection,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=max(1, round(limits.idle_s)),
        h11_max_incomplete_event_size=limits.head_bytes + limits.target_bytes,
    )
    config.load()
    return config
