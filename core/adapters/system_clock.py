"""The desk's clocks, and the only file that asks the machine for the time."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

READINGS: Final = 3
"""Of a clock that tells its speed; the promptest is kept, for the first may wait for a library or a connection."""
BETWEEN_READINGS_S: Final = 0.05
MEASURED_S: Final = 0.8
"""Least real time between the first and the last change of the venue's time that are compared."""
GIVEN_UP_S: Final = 3.0
OBVIOUS_SPEEDS: Final = (1, 2, 5, 10, 15, 20, 30, 60, 90, 100, 120, 200, 240, 300, 500, 600, 900, 1000, 1800, 3600)
NEAR: Final = 0.08
"""A measured speed this close, as a fraction, to an obvious one is that one."""
FASTEST: Final = 100_000.0


def real_seconds() -> float:
    """Real monotonic seconds that go on while the machine sleeps, where the system has such a clock."""
    return time.clock_gettime(_REAL) if _REAL is not None else time.monotonic()


_REAL: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", None)


class SystemClock:
    """The machine's time, anchored once: a wall clock that jumps later moves nothing. Fits `ports.Clock`.

    Args:
        wall: the machine's time at the anchor, UTC-aware.
        real: real monotonic seconds.
    """

    def __init__(self, wall: Callable[[], datetime] | None = None, real: Callable[[], float] = real_seconds) -> None:
        self._real = real
        self._anchor = wall() if wall else datetime.now(UTC)
        self._began = real()

    @property
    def speed(self) -> float:
        """Always 1."""
        return 1.0

    def now(self) -> datetime:
        """The anchor plus what has passed since; never goes back."""
        return self._anchor + timedelta(seconds=self._real() - self._began)

    def real(self) -> float:
        """Real monotonic seconds."""
        return self._real()


class VenueClock:
    """The time of a venue on loopback, which may run fast. Fits `ports.Clock`.

    Args:
        at: the venue's time at `real_s`.
        real_s: real monotonic seconds of that reading.
        speed: venue seconds per real second, above 0.
    """

    def __init__(self, at: datetime, real_s: float, speed: float, real: Callable[[], float] = real_seconds) -> None:
        self._at = at
        self._real_s = real_s
        self._speed = speed
        self._real = real

    @property
    def speed(self) -> float:
        """Venue seconds per real second."""
        return self._speed

    def now(self) -> datetime:
        """The venue's time, from its anchor, speed and the monotonic clock; never goes back."""
        return self._at + timedelta(seconds=(self._real() - self._real_s) * self._speed)

    def real(self) -> float:
        """Real monotonic seconds."""
        return self._real()


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What a venue says of its time: `at` when the real clock stood at `real_s`; `speed` where it tells one.

    `took_s` is the real seconds from question to answer: the reading is wrong by up to half of it.
    """

    at: datetime
    real_s: float
    speed: float | None = None
    took_s: float = 0.0


class TimedVenue(Protocol):
    """A venue whose clock can be read."""

    def read_clock(self, real: Callable[[], float]) -> ClockReading:
        """One reading; raises FeedError when the venue cannot be used."""
        ...


def measured_clock(
    venue: TimedVenue, pause: Callable[[float], object], real: Callable[[], float] = real_seconds
) -> VenueClock:
    """Set a clock by the venue: by the speed it tells, else by watching its time for a second. Blocks; use a thread.

    Readings are compared at the moments the venue's time changes, for it may count in whole seconds.

    Args:
        venue: whose clock is read.
        pause: waits the given real seconds, e.g. an event's `wait`.
        real: real monotonic seconds.

    Raises:
        FeedError: the venue cannot be used.
    """
    newest = venue.read_clock(real)
    if newest.speed is not None:
        again = [venue.read_clock(real) for _ in range(READINGS - 1)]
        best = min((newest, *again), key=lambda reading: reading.took_s)
        return VenueClock(best.at, best.real_s, newest.speed, real)
    began = newest.real_s
    changes: list[ClockReading] = []
    while newest.real_s - began < GIVEN_UP_S:
        pause(BETWEEN_READINGS_S)
        before, newest = newest, venue.read_clock(real)
        if newest.at != before.at:
            changes.append(newest)
        if changes and newest.real_s - changes[0].real_s >= MEASURED_S and newest is changes[-1]:
            return VenueClock(newest.at, newest.real_s, speed_between(changes[0], newest), real)
    return VenueClock(newest.at, newest.real_s, 1.0, real)


def speed_between(first: ClockReading, second: ClockReading) -> float:
    """Venue seconds per real second between two readings, the obvious number where near one; 1 where senseless."""
    passed = second.real_s - first.real_s
    speed = (second.at - first.at).total_seconds() / passed if passed > 0 else 1.0
    if not math.isfinite(speed) or not 0 < speed <= FASTEST:
        return 1.0
    near = min(OBVIOUS_SPEEDS, key=lambda obvious: abs(math.log(speed / obvious)))
    return float(near) if abs(speed / near - 1) <= NEAR else speed
