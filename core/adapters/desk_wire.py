"""What a console and a desk say to each other over the socket in the state directory: frames, and what is in them.

A frame is its length, four bytes, big end first, and so many bytes of MessagePack. The desk speaks first, with `Hello`;
a console that knows the desk's protocol answers with `Watch`, and gets pictures from then on.
"""

import struct
from collections.abc import Iterator, Mapping
from typing import Final, get_args

import msgspec

from core.domain.commands import Command, EnterByHand, HaltEntries, ResumeEntries
from core.domain.guards import HaltSource
from core.domain.review_views import ExpectedEntry

PROTOCOL: Final = 1
"""Of frames, messages and pictures together: it goes up with every change that the other side could misread.

The fields of `Hello` stay for ever, so that programs of different age can say which of them is the older one.
"""
LARGEST_REQUEST: Final = 65_536
LARGEST_PICTURE: Final = 256_000_000
"""Bytes a frame may have, by who sends it: bounds, and beyond any desk."""
_LENGTH: Final = struct.Struct(">I")


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """Who serves: the desk's first words.

    Attributes:
        version: of the program.
        mode: what the badge says.
    """

    protocol: int
    version: str
    pid: int
    state_dir: str
    mode: str


class Picture(msgspec.Struct, frozen=True, tag="picture"):
    """The desk's picture, as a difference from the one sent before."""

    body: msgspec.Raw


class Answer(msgspec.Struct, frozen=True, tag="answer"):
    """What an entry by hand would come to: the answer to the `Ask` of this number."""

    number: int
    expected: ExpectedEntry


class Farewell(msgspec.Struct, frozen=True, tag="farewell"):
    """Why nothing more will come; one sentence."""

    why: str


class Watch(msgspec.Struct, frozen=True, tag="watch"):
    """Send pictures from now on; the console speaks this protocol."""

    protocol: int


class Send(msgspec.Struct, frozen=True, tag="send"):
    """A person's request: the name of its class, and itself."""

    kind: str
    body: msgspec.Raw


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """What would come of this entry by hand?"""

    number: int
    command: EnterByHand


class Scan(msgspec.Struct, frozen=True, tag="scan"):
    """Scan now."""


class Reload(msgspec.Struct, frozen=True, tag="reload"):
    """Read the settings again."""


class ShutDown(msgspec.Struct, frozen=True, tag="shutdown"):
    """End the desk."""


Said = Hello | Picture | Answer | Farewell
"""What a desk says."""
Request = Watch | Send | Ask | Scan | Reload | ShutDown
"""What a console says."""

_SAID: Final[msgspec.msgpack.Decoder[Said]] = msgspec.msgpack.Decoder(Said)
_REQUEST: Final[msgspec.msgpack.Decoder[Request]] = msgspec.msgpack.Decoder(Request)
_COMMANDS: Final[Mapping[str, msgspec.msgpack.Decoder[Command]]] = {
    kind.__name__: msgspec.msgpack.Decoder(kind) for kind in get_args(Command)
}
_ENCODER: Final = msgspec.msgpack.Encoder()


def framed(message: Said | Request) -> bytes:
    """The message as a frame."""
    body = _ENCODER.encode(message)
    return _LENGTH.pack(len(body)) + body


def sent(command: Command) -> Send:
    """A person's request as a message."""
    return Send(type(command).__name__, msgspec.Raw(_ENCODER.encode(command)))


def command_of(message: Send) -> Command:
    """The request in it.

    Raises:
        ValueError: it is none, or one that no console has: only the file HALT speaks for itself.
    """
    decoder = _COMMANDS.get(message.kind)
    if decoder is None:
        raise ValueError("a request of an unknown kind")
    return _allowed(decoder.decode(message.body))


def said(body: bytes) -> Said:
    """What a desk said. Raises ValueError for anything else."""
    return _SAID.decode(body)


def requested(body: bytes) -> Request:
    """What a console said. Raises ValueError for anything else."""
    message = _REQUEST.decode(body)
    if isinstance(message, Ask):
        _allowed(message.command)
    return message


def _allowed(command: Command) -> Command:
    match command:
        case EnterByHand(fraction=fraction) if not (fraction.is_finite() and 0 < fraction <= 1):
            raise ValueError("an entry of no such part")
        case HaltEntries(source=source) | ResumeEntries(source=source) if source is not HaltSource.HAND:
            raise ValueError("a halt that is not by hand")
    return command


class Frames:
    """Bytes as they come, cut into the bodies of frames.

    Args:
        largest: bytes a body may have.
    """

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._kept = bytearray()

    def feed(self, data: bytes) -> None:
        """More has come."""
        self._kept += data

    def whole(self) -> Iterator[bytes]:
        """The bodies that are complete, each given once.

        Raises:
            ValueError: one would be too large.
        """
        while len(self._kept) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._kept)
            if length > self._largest:
                raise ValueError(f"a frame of {length} bytes; at most {self._largest} are taken")
            end = _LENGTH.size + length
            if len(self._kept) < end:
                return
            body = bytes(self._kept[_LENGTH.size : end])
            del self._kept[:end]
            yield body
