"""A websocket that hands every message on while the bytes are read, before the event loop turns again."""

from collections.abc import Callable
from typing import Any, Final, cast

from websockets.asyncio.client import ClientConnection, connect
from websockets.frames import Frame, Opcode
from websockets.protocol import Event

_OF_MESSAGES: Final = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)


class ListeningSocket(ClientConnection):
    """A connection whose messages go to `hear`; `recv` gives none and raises what ended the connection.

    A task that asks for each message costs a second turn of the loop for every one of them, and an eighth of what the
    desk and its console use at 300 a second. The protocol underneath has judged the order of the frames and the size
    of the message before they come here.
    """

    hear: Callable[[bytes], object] | None = None
    """Told of every whole message, as bytes, text or not; it must not raise. None while nobody listens."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._pieces: list[bytes] = []

    def process_event(self, event: Event) -> None:
        """Take one event of the protocol: whole messages to `hear`, all else as it was."""
        if not isinstance(event, Frame) or event.opcode not in _OF_MESSAGES:
            return super().process_event(event)
        data = event.data
        if not event.fin or self._pieces:
            if data:  # empty pieces cost a venue nothing and must cost us nothing
                self._pieces.append(data)
            if not event.fin:
                return None
            data = b"".join(self._pieces)
            self._pieces.clear()
        if self.hear is not None:
            self.hear(data)
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the compressors at once; what else an ended connection holds is a circle, for the collector."""
        super().connection_lost(exc)
        self.protocol.extensions = []


async def connected(url: str, hear: Callable[[bytes], object], **options: Any) -> ListeningSocket:
    """Open a connection whose messages go to `hear` from the first one on.

    Takes the options of `websockets.asyncio.client.connect`, and raises what that raises.
    """

    def made(*args: Any, **settings: Any) -> ListeningSocket:
        socket = ListeningSocket(*args, **settings)
        socket.hear = hear
        return socket

    maker = cast("type[ClientConnection]", made)  # its annotation asks for a class, its documentation allows a wrapper
    return cast("ListeningSocket", await connect(url, create_connection=maker, **options))
