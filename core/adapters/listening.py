"""A websocket that hands every message on while the bytes are read, before the event loop turns again."""

from collections.abc import Callable
from types import GeneratorType
from typing import Any, Final, cast

from websockets.asyncio.client import ClientConnection, connect
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN, Event
from websockets.streams import StreamReader

_OF_MESSAGES: Final = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)
_WHOLE_TEXT: Final = 0x81
"""First byte of a frame that is a text message by itself, of no extension."""
_TWO_BYTES: Final = 126
"""The length that says that the next two bytes are the length; above it are longer and masked frames."""


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

    def data_received(self, data: bytes) -> None:
        """Hand on the whole text messages at the beginning of what was read; the rest is the protocol's, as it was.

        Nearly every frame of a ticker is one; the protocol's generators are half of what it costs to read them.
        """
        protocol, at = self.protocol, 0
        if protocol.state is OPEN and protocol.cur_size is None and not protocol.extensions and _between(protocol):
            while (found := _whole_text(data, at, protocol.max_size)) is not None:
                start, at = found
                if self.hear is not None:
                    self.hear(data[start:at])
        if at < len(data):
            super().data_received(data[at:] if at else data)

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


def _between(protocol: ClientProtocol) -> bool:
    """Has the protocol taken all it was given, to the end of a frame? Its parser then waits to hear if more comes."""
    waits = cast("GeneratorType[None, None, None]", protocol.parser)
    while (inner := waits.gi_yieldfrom) is not None:
        waits = cast("GeneratorType[None, None, None]", inner)
    return waits.gi_code is StreamReader.at_eof.__code__


def _whole_text(data: bytes, at: int, longest: int | None) -> tuple[int, int] | None:
    """Where the text of the frame at this byte begins and ends; None where it is not there whole, or another kind."""
    if len(data) < at + 2 or data[at] != _WHOLE_TEXT or data[at + 1] > _TWO_BYTES:
        return None
    length, start = data[at + 1], at + 2
    if length == _TWO_BYTES:
        length, start = int.from_bytes(data[start : start + 2], "big"), start + 2
    end = start + length
    return (start, end) if end <= len(data) and (longest is None or length <= longest) else None


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
