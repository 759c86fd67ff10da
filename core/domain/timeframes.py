"""Timeframes and their UTC buckets (STRAT.md S7.1)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

_SPELLING: Final = re.compile(r"(\d{1,6})(m|h|d|w)")
_MINUTES: Final = {"m": 1, "h": 60, "d": 1440, "w": 10080}
_MONDAY_OFFSET_S: Final = 345_600
"""The first Monday of the epoch is 1970-01-05; weeks are anchored there."""


@dataclass(frozen=True, slots=True, order=True)
class Timeframe:
    """A whole number of minutes; ordered by length."""

    minutes: int

    @staticmethod
    def parse(text: str) -> "Timeframe":
        """Read `15m`, `4h`, `1d`, `1w`.

        Raises:
            ValueError: not a whole positive number of m, h, d or w.
        """
        match = _SPELLING.fullmatch(text.strip())
        if match is None or int(match[1]) == 0:
            raise ValueError(f"{text!r} is not a timeframe: write it as 15m, 1h, 4h, 1d or 1w")
        return Timeframe(int(match[1]) * _MINUTES[match[2]])

    @property
    def seconds(self) -> int:
        """Length in seconds."""
        return self.minutes * 60

    @property
    def span(self) -> timedelta:
        """Length as a timedelta."""
        return timedelta(minutes=self.minutes)

    def floor_s(self, epoch_s: int) -> int:
        """Start, in UNIX seconds, of the bucket that holds `epoch_s`."""
        offset = _MONDAY_OFFSET_S if self.minutes == _MINUTES["w"] else 0
        return (epoch_s - offset) // self.seconds * self.seconds + offset

    def start_of(self, at: datetime) -> datetime:
        """Start of the bucket that holds `at` (aware)."""
        return datetime.fromtimestamp(self.floor_s(int(at.timestamp() // 1)), UTC)

    def end_of(self, at: datetime) -> datetime:
        """End (exclusive) of the bucket that holds `at`, which is the next bucket's start."""
        return self.start_of(at) + self.span

    def is_forming(self, start: datetime, now: datetime) -> bool:
        """Is the bar that began at `start` still open at `now`?"""
        return now < start + self.span

    def __str__(self) -> str:
        """The shortest spelling: `15m`, `4h`, `1d`, `1w`."""
        return _spelling(self.minutes)


@lru_cache(maxsize=64)
def _spelling(minutes: int) -> str:
    for unit in ("w", "d", "h"):
        if minutes % _MINUTES[unit] == 0:
            return f"{minutes // _MINUTES[unit]}{unit}"
    return f"{minutes}m"


M1: Final = Timeframe(1)
M15: Final = Timeframe(15)
H1: Final = Timeframe(60)
H4: Final = Timeframe(240)
D1: Final = Timeframe(1440)
W1: Final = Timeframe(10080)

SCANNED: Final = (M15, H1, H4, D1, W1)
"""The five timeframes STRAT scans, shortest first."""

CONTINUITY: Final = (W1, D1, H4, H1)
"""The four timeframes of full timeframe continuity (S6.1), longest first."""

VETOING: Final = (W1, D1)
"""The timeframes whose inside bar vetoes a trade below them (S6.2)."""
