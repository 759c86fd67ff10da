"""What one reader, or all of them together, may take of the desk's machine."""

import math
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the API; times are real seconds.

    Attributes:
        connections: open at once; beyond them the one that has waited longest without a request is closed.
        requests: on one connection, which then ends.
        head_s: in which the head of a request must have come.
        idle_s: between two requests of a connection.
        write_s: in which a reader must have taken what fills the buffers.
        answer_s: in which an answer must be there.
        answers: worked on at once, on threads; others wait their turn.
        streams: open at once.
        guesses: wrong tokens of a peer in a minute.
        head_bytes: of all headers together.
        headers: their count.
        target_bytes: of path and query.
        linger_s: how long what still comes is thrown away after the last reply, so that the reply is not lost.
        tick_s: between two looks at the desk, for a stream.
        beat_s: of silence, after which a stream says that it is there.
    """

    connections: int = 100
    requests: int = 100
    head_s: float = 5.0
    idle_s: float = 15.0
    write_s: float = 15.0
    answer_s: float = 10.0
    answers: int = 2
    streams: int = 8
    guesses: int = 10
    head_bytes: int = 8192
    headers: int = 64
    target_bytes: int = 2048
    linger_s: float = 1.0
    tick_s: float = 1.0
    beat_s: float = 15.0


class Guesses:
    """Wrong tokens by peer: so many in a minute, then none is looked at until the first is a minute old.

    The right token is never kept out: all readers behind one proxy or tunnel are the same peer, and whoever guesses
    must not lock out the owner. A token of 32 bytes is not found at any rate.
    """

    def __init__(self, most: int = 10, window_s: float = 60.0, peers: int = 1024) -> None:
        """
        Args:
            most: wrong tokens a peer has in a window.
            window_s: real seconds.
            peers: remembered at once; beyond them the one heard first is forgotten.
        """
        self._most = most
        self._window_s = window_s
        self._peers = peers
        self._wrong: dict[str, deque[float]] = {}

    def wait_s(self, peer: str, now_s: float) -> int:
        """Whole seconds until the peer may try again; 0 when it may now."""
        times = self._wrong.get(peer)
        while times and now_s - times[0] >= self._window_s:
            times.popleft()
        if not times or len(times) < self._most:
            return 0
        return math.ceil(times[0] + self._window_s - now_s)

    def wrong(self, peer: str, now_s: float) -> None:
        """The peer brought a wrong token."""
        self._wrong.setdefault(peer, deque(maxlen=self._most)).append(now_s)
        if len(self._wrong) > self._peers:
            del self._wrong[next(iter(self._wrong))]
