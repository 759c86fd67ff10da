"""Bars from highs and lows, for tests of the method."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from core.domain.bars import NAN, Bar
from core.domain.series import SeriesBars
from core.domain.timeframes import M15, Timeframe

START = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday midnight: on the grid of every timeframe, and days away from the maintenance window."""

HighLow = Sequence[float | None]


def price(number: float | None) -> Decimal:
    """The Decimal of the shortest text of a JSON number; null is NaN."""
    return NAN if number is None else Decimal(repr(number))


def bars_from(hl: Iterable[HighLow], timeframe: Timeframe = M15, start: datetime = START) -> tuple[Bar, ...]:
    """One bar a step from `start`; opens at the low and closes at the high."""
    bars = []
    for i, (high, low) in enumerate(hl):
        top, bottom = price(high), price(low)
        bars.append(Bar(start + i * timeframe.span, bottom, top, bottom, top, Decimal(1)))
    return tuple(bars)


def series_from(
    hl: Iterable[HighLow], forming: bool = False, timeframe: Timeframe = M15, symbol: str = "BTC"
) -> SeriesBars:
    """A series of such bars."""
    return SeriesBars(symbol, f"{symbol}-PERP-INTX", timeframe, bars_from(hl, timeframe), forming)


def row_of(start: datetime, timeframe: Timeframe = M15) -> int:
    """Which row of `bars_from` starts then."""
    return (start - START) // timeframe.span
