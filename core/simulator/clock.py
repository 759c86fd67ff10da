"""Simulated time: start + real elapsed x speed, a pure function of a monotonic source."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SimulatedClock:
    """The exchange's clock.

    Attributes:
        start: UNIX seconds at which it began.
        speed: simulated seconds a real second, > 0.
        monotonic: the real clock, in seconds from anywhere.
        began: what `monotonic` said at `start`.
        end: UNIX seconds at which it stops (recorded data has run out), or None.
    """

    start: float
    speed: float
    monotonic: Callable[[], float]
    began: float
    end: float | None = None

    def now(self) -> float:
        """Simulated UNIX seconds."""
        now = self.start + (self.monotonic() - self.began) * self.speed
        return now if self.end is None else min(now, self.end)
