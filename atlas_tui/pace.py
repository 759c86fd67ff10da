"""How often the console paints: so many times a second, and about once a second when nobody has typed for a while."""

from collections.abc import Callable
from time import monotonic

SLOW_S = 1.0
"""Real seconds between two paints while nobody is there."""


class Pace:
    """Real seconds between two paints, by the time of the last key.

    Args:
        fps: paints a second; 0 paints every change.
        slow_after_min: minutes without a key until it slows down; 0 is never.
        clock: monotonic real seconds.
    """

    def __init__(self, fps: int, slow_after_min: int, clock: Callable[[], float] = monotonic) -> None:
        self._frame_s = 1 / fps if fps > 0 else 0.0
        self._slow_after_s = slow_after_min * 60 if slow_after_min > 0 else float("inf")
        self._clock = clock
        self._typed_s = clock()

    @property
    def slow(self) -> bool:
        """Has nobody typed for long enough?"""
        return self._clock() - self._typed_s >= self._slow_after_s

    @property
    def interval_s(self) -> float:
        """Real seconds from one paint to the next."""
        return max(self._frame_s, SLOW_S) if self.slow else self._frame_s

    def typed(self) -> bool:
        """A key was pressed; True when it ends the slow pace."""
        was_slow = self.slow
        self._typed_s = self._clock()
        return was_slow
