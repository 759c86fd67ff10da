"""What a console and a desk say to each other once they have met: pictures and answers, requests.

The frames it comes in, and the first words, are in `core.adapters.desk_wire`.
"""

from collections.abc import Mapping
from typing import Final, get_args

import msgspec

from core.adapters.desk_wire import Farewell, Hello, Watch, framed
from core.adapters.picture_delta import encode_picture
from core.domain.commands import Command, EnterByHand, HaltEntries, ResumeEntries
from core.domain.guards import HaltSource
from core.domain.review_views import ExpectedEntry
from core.domain.snapshot import Snapshot


class Picture(msgspec.Struct, frozen=True, tag="picture"):
    """The desk's picture, as a difference from the one sent before."""

    body: msgspec.Raw


class Answer(msgspec.Struct, frozen=True, tag="answer"):
    """What an entry by hand would come to: the answer to the `Ask` of this number."""

    number: int
    expected: ExpectedEntry


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


def pictured(new: Snapshot, old: Snapshot | None) -> bytes:
    """The frame that makes one picture of another, or of nothing."""
    return framed(Picture(msgspec.Raw(encode_picture(new, old))))


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
