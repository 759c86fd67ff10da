"""Bars and their STRAT class (STRAT.md S1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from itertools import pairwise

from core.domain.timeframes import Timeframe

NAN = Decimal("NaN")
ATR_LENGTH = 14


class BarKind(IntEnum):
    """STRAT's class of a bar against the one before it; the numbers are those of the kernels (S1.2)."""

    UNKNOWN = 0
    INSIDE = 1
    UP = 2
    DOWN = -2
    OUTSIDE = 3

    @property
    def text(self) -> str:
        """`?`, `1`, `2U`, `2D` or `3`."""
        return _TEXT[self]

    @property
    def is_directional(self) -> bool:
        """Is it a 2U or a 2D?"""
        return self in (BarKind.UP, BarKind.DOWN)


_TEXT = {BarKind.UNKNOWN: "?", BarKind.INSIDE: "1", BarKind.UP: "2U", BarKind.DOWN: "2D", BarKind.OUTSIDE: "3"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One candle over [start, start + timeframe); prices in quote currency, volume in base currency.

    Attributes:
        start: UTC, on the timeframe's grid.
        children: how many base bars it was rolled from (1 for a bar delivered as such).
        complete: closed, and its children are there (S7.4).
        gap_before: a bar is absent between this one and the row before it (S7.4).
    """

    start: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    children: int = 1
    complete: bool = True
    gap_before: bool = False

    @property
    def good(self) -> bool:
        """High and low are finite, above zero and in order (S1.1)."""
        return self.high.is_finite() and self.low.is_finite() and 0 < self.low <= self.high


def bad_bar(start: datetime, gap_before: bool = False, children: int = 1) -> Bar:
    """The row that stands in for a delivered but unusable candle: a hole of class 0 (S7.4)."""
    return Bar(start, NAN, NAN, NAN, NAN, Decimal(0), children, complete=False, gap_before=gap_before)


def classify(previous: Bar | None, bar: Bar) -> BarKind:
    """Class of `bar` against the row before it; strict comparisons, no tolerance (S1.3, S1.4)."""
    if previous is None or not previous.good or not bar.good:
        return BarKind.UNKNOWN
    up = bar.high > previous.high
    down = bar.low < previous.low
    if up:
        return BarKind.OUTSIDE if down else BarKind.UP
    return BarKind.DOWN if down else BarKind.INSIDE


def flag_gaps(bars: Iterable[Bar], timeframe: Timeframe) -> tuple[Bar, ...]:
    """The bars, oldest first, with `gap_before` set exactly on those whose predecessor is absent (S7.4).

    Of what was before the first nothing is known, so it carries no flag.
    """
    span = timeframe.span
    flagged: list[Bar] = []
    expected: datetime | None = None
    for bar in bars:
        gap = expected is not None and bar.start > expected
        flagged.append(bar if bar.gap_before == gap else replace(bar, gap_before=gap))
        expected = bar.start + span
    return tuple(flagged)


def average_true_range(bars: Sequence[Bar], length: int = ATR_LENGTH) -> Decimal | None:
    """Mean of the last `length` true ranges, in price; None without `length` + 1 good bars (S9)."""
    last = bars[-length - 1 :]
    if len(last) <= length or not all(bar.good and bar.close.is_finite() for bar in last):
        return None
    ranges = (max(bar.high, before.close) - min(bar.low, before.close) for before, bar in pairwise(last))
    return sum(ranges, Decimal(0)) / length


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """Which series of bars: the user's symbol (`BTC`) and a timeframe."""

    symbol: str
    timeframe: Timeframe
