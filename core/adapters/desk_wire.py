"""The frames between a console and a desk, and the first words in them: all that tells whether the two can talk.

A frame is its length, four bytes, big end first, and so many bytes of MessagePack. The desk speaks first, with `Hello`;
a console that knows the desk's protocol answers with `Watch`, and gets pictures from then on. What is said then is in
`core.adapters.desk_talk`, which brings along all a picture may hold: a console asks for the first one before that.
"""

import struct
from collections.abc import Iterator
from typing import Final

import msgspec

PROTOCOL: Final = 2
"""Of frames, messages and pictures together: it goes up with every change that the other side could misread.

The fields of `Hello` stay for ever, so that programs of different age can say which of them is the older one.
"""
PICTURES: Final = "application/vnd.atlas.pictures"
"""Media type of these frames, where they are the body of an answer of the API."""
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


class Farewell(msgspec.Struct, frozen=True, tag="farewell"):
    """Why nothing more will come; one sentence."""

    why: str


class Watch(msgspec.Struct, frozen=True, tag="watch"):
    """Send pictures from now on; the console speaks this protocol."""

    protocol: int


_ENCODER: Final = msgspec.msgpack.Encoder()


def framed(message: msgspec.Struct) -> bytes:
    """The message as a frame."""
    body = _ENCODER.encode(message)
    return _LENGTH.pack(len(body)) + body


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
