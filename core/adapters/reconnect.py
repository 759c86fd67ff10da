"""When to try again: jittered back-off doubling to 8 s, at most 8 tries a minute, for ever (COINBASE.md section 4)."""

from collections import deque
from collections.abc import Callable
from random import Random
from typing import Final

FIRST_S: Final = 0.5
LONGEST_S: Final = 8.0
STEADY_S: Final = 7.6
"""Least distance at the longest delay: fewer than eight tries fit into a minute."""
WINDOW_S: Final = 60.0


class Backoff:
    """Spaces connection tries by how many there were in the last minute, so that a flapping link is slowed down too.

    Delays count from the start of the last try: one that hung until its time-out is followed quickly.
    """

    def __init__(self, jitter: Callable[[], float] | None = None) -> None:
        self._jitter = jitter or Random().random
        self._tries: deque[float] = deque(maxlen=32)
        self._begun = False

    def note_try(self, real_s: float) -> None:
        """A try begins now."""
        self._tries.append(real_s)
        self._begun = True

    def wait_s(self, real_s: float) -> float:
        """Seconds to wait before the next try; 0 before the very first."""
        while self._tries and real_s - self._tries[0] > WINDOW_S:
            self._tries.popleft()
        if not self._begun:
            return 0.0
        jitter = self._jitter()
        if not self._tries:
            return FIRST_S * (0.5 + 0.5 * jitter)
        delay = min(FIRST_S * 2 ** (len(self._tries) - 1), LONGEST_S)
        if delay >= LONGEST_S:
            spaced = STEADY_S + (LONGEST_S - STEADY_S) * jitter
        else:
            spaced = delay * (0.5 + 0.5 * jitter)
        return max(self._tries[-1] + spaced - real_s, FIRST_S / 4)
