"""What every source of prices tells about itself: trades, candles and day figures, in whole units.

Prices are integers in units of the series' `price_unit`, volumes integers in units of its `lot_unit`; text is made from
both at the very edge, so that sums and comparisons are exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

GRANULARITIES: Final = {
    "ONE_MINUTE": 60,
    "FIVE_MINUTE": 300,
    "FIFTEEN_MINUTE": 900,
    "THIRTY_MINUTE": 1800,
    "ONE_HOUR": 3600,
    "TWO_HOUR": 7200,
    "FOUR_HOUR": 14_400,
    "SIX_HOUR": 21_600,
    "ONE_DAY": 86_400,
}
"""Candle lengths of the venue in seconds; all start on multiples of themselves since the epoch."""

DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Candle:
    """One bucket: `start` in UNIX seconds, prices and volume in whole units."""

    start: int
    open: int
    high: int
    low: int
    close: int
    volume: int


@dataclass(frozen=True, slots=True)
class DayStats:
    """The last price and the figures of the 24 hours that end now, in whole units."""

    price: int
    open_24h: int
    high_24h: int
    low_24h: int
    volume_24h: int


@dataclass(frozen=True, slots=True)
class Tape:
    """Trades in order of time: UNIX seconds, price and volume in whole units, and a number that never repeats."""

    times: NDArray[np.float64]
    prices: NDArray[np.int64]
    volumes: NDArray[np.int64]
    numbers: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.times)

    def between(self, after: float, until: float) -> "Tape":
        """The trades with after < time <= until."""
        low, high = np.searchsorted(self.times, (after, until), side="right")
        return self.part(int(low), int(high))

    def part(self, low: int, high: int) -> "Tape":
        """The trades at the places low to high - 1."""
        return Tape(self.times[low:high], self.prices[low:high], self.volumes[low:high], self.numbers[low:high])

    def candle(self, start: int) -> Candle:
        """All of the tape, which must not be empty, as one candle."""
        return Candle(
            start,
            int(self.prices[0]),
            int(self.prices.max()),
            int(self.prices.min()),
            int(self.prices[-1]),
            int(self.volumes.sum()),
        )

    def candles(self, granularity: int) -> list[Candle]:
        """The tape cut into buckets; buckets without a trade are absent."""
        if not len(self):
            return []
        buckets = self.times.astype(np.int64) // granularity
        edges = [0, *(np.flatnonzero(np.diff(buckets)) + 1).tolist(), len(self)]
        return [self.part(low, high).candle(int(buckets[low]) * granularity) for low, high in pairwise(edges)]


EMPTY: Final = Tape(np.empty(0), np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64))
"""No trades."""


def joined(tapes: Sequence[Tape]) -> Tape:
    """Several tapes, each later than the one before, as one."""
    if len(tapes) == 1:
        return tapes[0]
    if not tapes:
        return EMPTY
    return Tape(
        np.concatenate([tape.times for tape in tapes]),
        np.concatenate([tape.prices for tape in tapes]),
        np.concatenate([tape.volumes for tape in tapes]),
        np.concatenate([tape.numbers for tape in tapes]),
    )


def rolled(candles: Sequence[Candle], granularity: int) -> list[Candle]:
    """Ascending candles rolled into longer ones; the last may be partial, and buckets without a candle are absent."""
    out: list[Candle] = []
    for candle in candles:
        start = candle.start // granularity * granularity
        if out and out[-1].start == start:
            last = out[-1]
            high, low = max(last.high, candle.high), min(last.low, candle.low)
            out[-1] = Candle(start, last.open, high, low, candle.close, last.volume + candle.volume)
        else:
            out.append(Candle(start, candle.open, candle.high, candle.low, candle.close, candle.volume))
    return out


class Series(Protocol):
    """One product's prices over time; every answer is the same in whatever order the questions come."""

    price_unit: Decimal
    lot_unit: Decimal

    def tape(self, after: float, until: float) -> Tape:
        """Trades with after < time <= until."""
        ...

    def last_trade(self, at: float) -> Tape:
        """The last trade at or before `at`, or an empty tape before the first."""
        ...

    def candles(self, granularity: int, first: int, last: int, now: float) -> list[Candle]:
        """Ascending candles whose start lies in [first, last], as known at `now`: the newest may be in progress."""
        ...

    def stats(self, now: float) -> DayStats:
        """Price and 24-hour figures at `now`."""
        ...

    def year(self, now: float) -> tuple[int, int]:
        """Highest and lowest price of the 52 weeks that end at `now`, in whole units."""
        ...


def plain(value: Decimal) -> str:
    """Plain decimal digits without trailing zeros, as the venue writes numbers."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def worded(units: int, unit: Decimal) -> str:
    """A number of units as the venue's text."""
    return plain(units * unit)
