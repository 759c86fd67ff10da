"""Entries of a recording to lines of JSON and back: `{"PriceTick":{...}}`, one key, the entry's kind.

Decimals are their exact text, times ISO 8601 in UTC, floats the shortest text that reads back the same. A line of kind
`Frame` holds what the socket sent, as it was; it is there for the eye, the tick that was made of it follows.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, get_args

import msgspec

from core.domain.facts import Fact
from core.domain.hiding import hidden
from core.domain.taped import Taped

FORMAT: Final = 1
FRAME: Final = "Frame"
HEADER: Final = "Recording"
OPENING: Final = b'{"%s":' % HEADER.encode()
"""How every part begins."""
MAX_LINE: Final = 32 * 2**20
"""Bytes; the longest honest lines are scans and frames, well below this."""


class PartHeader(msgspec.Struct, frozen=True):
    """The first line of every part.

    Attributes:
        format: of the lines.
        atlas: version of the ATLAS that wrote it.
        part: 1 for the first part of a recording, counted on.
    """

    format: int
    atlas: str
    part: int


def _plain(value: object) -> object:
    """What msgspec does not know by itself: a frozen mapping. Raises TypeError for anything else."""
    if isinstance(value, MappingProxyType):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be recorded")


_ENCODER: Final = msgspec.json.Encoder(enc_hook=_plain)
_KINDS: Final[Mapping[str, type]] = {kind.__name__: kind for kind in get_args(Taped)}
_DECODERS: Final[Mapping[str, msgspec.json.Decoder[Taped]]] = {
    name: msgspec.json.Decoder(kind) for name, kind in _KINDS.items()
}
_HEADER: Final = msgspec.json.Decoder(PartHeader)
_OPENINGS: Final = {kind: b'{"%s":' % name.encode() for name, kind in _KINDS.items()}
FACTS: Final[frozenset[type]] = frozenset(get_args(Fact))


def line_of(entry: Taped) -> bytes:
    """The entry's line. Raises TypeError, ValueError or msgspec's errors for what cannot be written down."""
    return _OPENINGS[type(entry)] + _ENCODER.encode(entry) + b"}\n"


def frame_line(data: bytes) -> bytes:
    """The line of a frame, for the eye: bytes that are no UTF-8 are shown as escapes, secrets as `***`."""
    return b'{"%s":%s}\n' % (FRAME.encode(), _ENCODER.encode(hidden(data.decode("utf-8", "backslashreplace"))))


def header_line(header: PartHeader) -> bytes:
    """A part's first line."""
    return OPENING + _ENCODER.encode(header) + b"}\n"


def split(line: bytes) -> tuple[str, memoryview]:
    """A line's kind and the JSON behind it. Raises ValueError."""
    end = line.find(b'":', 2, 80)
    if not line.startswith(b'{"') or not line.endswith(b"}") or end < 0:
        raise ValueError("it is not a line of a recording")
    return line[2:end].decode("ascii"), memoryview(line)[end + 2 : -1]


def header_of(line: bytes) -> PartHeader:
    """The header in a part's first line. Raises ValueError or msgspec's errors."""
    kind, body = split(line)
    if kind != HEADER:
        raise ValueError("it is not the first line of a recording")
    return _HEADER.decode(body)


def entry_of(kind: str, body: memoryview) -> Taped:
    """The entry. Raises ValueError or msgspec's errors."""
    entry = _DECODERS[kind].decode(body)
    if entry.at.tzinfo is None:
        raise ValueError(f"the time {entry.at.isoformat()} has no zone")
    return entry


def type_of(kind: str) -> type | None:
    """The type of this name; None for a frame. Raises ValueError for an unknown kind."""
    if kind == FRAME:
        return None
    if kind not in _KINDS:
        raise ValueError(f"the kind {kind[:40]!r} is unknown")
    return _KINDS[kind]
