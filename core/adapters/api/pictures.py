"""The desk's pictures as a stream: the frames of the socket in the state directory, for a console elsewhere."""

from collections.abc import Callable, Iterator
from typing import Final

from core.adapters.api.watch import Watch
from core.adapters.desk_talk import pictured
from core.adapters.desk_wire import Hello, framed
from core.domain.snapshot import Snapshot

LOOK_S: Final = 0.2
"""Real seconds between two looks at the desk: a console elsewhere shows prices as often."""


def pictures(watch: Watch, hello: Callable[[], Hello]) -> Iterator[bytes]:
    """At each look how the last picture became the newest one; b"" where it is that still.

    The first look tells who serves, and all of the picture. `hello` raises Refused before there is one.
    """
    text, shown = framed(hello()), None
    while True:
        newest: Snapshot | None = watch.snapshot
        if newest is not None and newest is not shown:
            text += pictured(newest, shown)
            shown = newest
        yield text
        text = b""
