"""The first words between a console and a desk on this machine: is there one, and can the two talk?"""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from core.adapters.desk_place import reach
from core.adapters.desk_wire import LARGEST_REQUEST, PROTOCOL, Farewell, Frames, Hello, Watch, framed
from core.domain.errors import StoreError
from core.domain.text import one_line

Version = Callable[[], str]
_TRY_S: Final = 1.0
"""How long one try may take."""
_FIRST: Final[msgspec.msgpack.Decoder[Hello | Farewell]] = msgspec.msgpack.Decoder(Hello | Farewell)


def met(greeting: Hello, version: Version) -> Hello:
    """The greeting of a desk this program can talk to.

    Args:
        greeting: the desk's first words.
        version: tells that of this program; only asked for where it must be said.

    Raises:
        StoreError: it speaks another protocol; the text says which of the two programs is the older one.
    """
    if greeting.protocol == PROTOCOL:
        return greeting
    theirs = f"the running desk (ATLAS {one_line(greeting.version, 40)}, pid {greeting.pid})"
    ours = f"this console (ATLAS {version()})"
    older, newer = (theirs, ours) if greeting.protocol < PROTOCOL else (ours, theirs)
    raise StoreError(
        f"{older} is older than {newer} and they cannot talk: start the older one anew with the newer ATLAS"
    )


def greeted(root: Path, version: Version, timeout_s: float = _TRY_S) -> tuple[socket.socket, Hello]:
    """A connection to the desk of this state directory, and its first words; blocks until they have come.

    The desk is asked for its pictures at once: the first one comes while the console is still being loaded.

    Raises:
        OSError: no desk listens there, or it does not say a word in time.
        StoreError: it is no desk this program can talk to.
    """
    made = reach(root, timeout_s)
    frames = Frames(LARGEST_REQUEST)
    try:
        while True:
            data = made.recv(4096)
            if not data:
                raise ConnectionResetError(0, "it hung up")
            frames.feed(data)
            for body in frames.whole():
                hello = met(_hello(body), version)
                made.sendall(framed(Watch(PROTOCOL)))
                return made, hello
    except BaseException:
        made.close()
        raise


def _hello(body: bytes) -> Hello:
    try:
        message = _FIRST.decode(body)
    except ValueError as error:
        raise StoreError("what listens in the state directory is no desk of ATLAS") from error
    if isinstance(message, Farewell):
        raise StoreError(f"the desk does not let this console in: {one_line(message.why)}")
    return message
