"""The clock of a play: which moment of what is played is due. Pure: real seconds are handed in."""

from datetime import datetime, timedelta
from math import inf
from typing import Final

SPEEDS: Final = (1, 2, 5, 10, 30, 60, 120, 300, 900, 1800, 3600, 14400)
"""What faster and slower step through; desk seconds per real second."""
SLOWEST: Final = 0.1
FASTEST: Final = 100_000.0


class Pacing:
    """Desk time that runs at a chosen speed, stands still, and can be set to any moment.

    Args:
        at: the moment it begins at, UTC.
        speed: desk seconds per real second, from `SLOWEST` to `FASTEST`.
        real_s: monotonic real seconds of now, as in every call.

    Attributes:
        speed: how fast it runs, or would while it is paused.
        paused: does it stand still?
    """

    def __init__(self, at: datetime, speed: float, real_s: float) -> None:
        self.speed = _within(speed)
        self.paused = False
        self._at, self._since_s = at, real_s

    def due(self, real_s: float) -> datetime:
        """Everything up to this moment is to be shown."""
        if self.paused:
            return self._at
        return self._at + timedelta(seconds=max(0.0, real_s - self._since_s) * self.speed)

    def wait_s(self, at: datetime, real_s: float) -> float:
        """Real seconds until that moment is due; infinite while paused."""
        if self.paused:
            return inf
        return max(0.0, (at - self.due(real_s)).total_seconds() / self.speed)

    def pause(self, real_s: float) -> None:
        """Stand still at what is due now."""
        self.move_to(self.due(real_s), real_s)
        self.paused = True

    def go_on(self, real_s: float) -> None:
        """Run on from where it stands."""
        self._since_s = real_s if self.paused else self._since_s
        self.paused = False

    def run_at(self, speed: float, real_s: float) -> None:
        """Another speed from now on; the moment that is due stays, paused stays paused."""
        self.move_to(self.due(real_s), real_s)
        self.speed = _within(speed)

    def faster(self, real_s: float) -> None:
        """The next speed up."""
        self.run_at(next((each for each in SPEEDS if each > self.speed), self.speed), real_s)

    def slower(self, real_s: float) -> None:
        """The next speed down."""
        self.run_at(next((each for each in reversed(SPEEDS) if each < self.speed), self.speed), real_s)

    def move_to(self, at: datetime, real_s: float) -> None:
        """Let that moment be due now; paused stays paused."""
        self._at, self._since_s = at, real_s


def _within(speed: float) -> float:
    return min(FASTEST, max(SLOWEST, speed))
