"""The bars a backtest reads: integers, by symbol, oldest first (STRAT.md S7, S13)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.domain.bars import Bar, bad_bar
from core.domain.timeframes import Timeframe

Ints: TypeAlias = NDArray[np.int64]
"""Whole numbers: epoch seconds, or prices in units."""

MOST_UNITS = 2**53
"""Prices reach up to here, exclusive: a sum of a few is then far from overflowing 64 bits, and a float still exact."""


@dataclass(frozen=True, slots=True, eq=False)
class SymbolBars:
    """The base bars of one symbol, the smallest timeframe stored of it; every longer one is rolled from them (S13).

    Attributes:
        symbol: the user's symbol, e.g. `BTC`.
        timeframe: of the bars; a row that the venue did not publish is absent.
        unit: what one step of the prices is, quote currency; every price increment is a whole number of units.
        start: epoch seconds of each bar's opening, UTC, strictly increasing, on the timeframe's grid.
        open: in units, like `high`, `low` and `close`; a bad row (S1.1) is 0 in all four.
    """

    symbol: str
    timeframe: Timeframe
    unit: Decimal
    start: Ints
    open: Ints
    high: Ints
    low: Ints
    close: Ints

    def __post_init__(self) -> None:
        """Refuse what no backtest can be run on. Raises ValueError, one sentence."""
        lengths = {len(each) for each in (self.start, self.open, self.high, self.low, self.close)}
        if len(lengths) != 1:
            raise ValueError(f"the bars of {self.symbol} have columns of different lengths")
        if len(self.start) and (np.diff(self.start) <= 0).any():
            raise ValueError(f"the bars of {self.symbol} are not in order")
        offset = self.timeframe.floor_s(0)
        if ((self.start - offset) % self.timeframe.seconds != 0).any():
            raise ValueError(f"bars of {self.symbol} do not start on the {self.timeframe} grid")
        bad = (self.low <= 0) | (self.high < self.low) | (self.high >= MOST_UNITS)
        if (self.high[bad] != 0).any() or (self.low[bad] != 0).any():
            raise ValueError(f"a bar of {self.symbol} is neither good nor marked as bad")

    def __len__(self) -> int:
        """How many rows there are, bad ones included."""
        return len(self.start)

    def named(self, symbol: str) -> "SymbolBars":
        """The same rows as those of this symbol."""
        return replace(self, symbol=symbol)

    def between(self, since_s: int, until_s: int) -> "SymbolBars":
        """The rows that start at or after `since_s` and close by `until_s`, epoch seconds; nothing is copied."""
        first = int(np.searchsorted(self.start, since_s))
        last = max(first, int(np.searchsorted(self.start, until_s - self.timeframe.seconds, side="right")))
        cut = slice(first, last)
        return SymbolBars(
            self.symbol, self.timeframe, self.unit, self.start[cut], self.open[cut], self.high[cut], self.low[cut],
            self.close[cut],
        )  # fmt: skip

    def refined(self, increment: Decimal) -> "SymbolBars":
        """The same prices in units that the increment is a whole number of, too. Raises ValueError if they overflow."""
        finer = min(self.unit, unit_of([increment]))
        if finer == self.unit:
            return self
        factor = int(self.unit / finer)
        if int(self.high.max(initial=0)) * factor >= MOST_UNITS:
            raise ValueError(f"the prices of {self.symbol} have more digits than a backtest can hold")
        columns = (column * factor for column in (self.open, self.high, self.low, self.close))
        return SymbolBars(self.symbol, self.timeframe, finer, self.start, *columns)

    def bar(self, row: int) -> Bar:
        """One row as a bar of the domain."""
        start = datetime.fromtimestamp(int(self.start[row]), UTC)
        if not self.low[row] > 0:
            return bad_bar(start)
        opened, high, low, close = (
            self.price(int(column[row])) for column in (self.open, self.high, self.low, self.close)
        )
        return Bar(start, opened, high, low, close, Decimal(0))

    def price(self, units: int) -> Decimal:
        """Units as a price."""
        return units * self.unit


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """The bars of every symbol, in the configured order of symbols (S13.1)."""

    series: tuple[SymbolBars, ...]

    def __len__(self) -> int:
        """How many rows there are in all."""
        return sum(map(len, self.series))

    @property
    def span_s(self) -> tuple[int, int] | None:
        """Opening of the first bar and close of the last, epoch seconds; None without bars."""
        there = [each for each in self.series if len(each)]
        if not there:
            return None
        ends = (int(each.start[-1]) + each.timeframe.seconds for each in there)
        return min(int(each.start[0]) for each in there), max(ends)

    def between(self, since_s: int, until_s: int) -> "Bars":
        """The rows that start at or after `since_s` and close by `until_s`, epoch seconds."""
        return Bars(tuple(each.between(since_s, until_s) for each in self.series))


def of_bars(symbol: str, timeframe: Timeframe, bars: Sequence[Bar], increment: Decimal | None = None) -> SymbolBars:
    """Bars of the domain in integers; the unit is the coarsest that is exact for every price and for the increment.

    Args:
        symbol: the user's symbol.
        timeframe: of the bars.
        bars: oldest first; a bad one becomes a bad row.
        increment: the product's price increment, if it is known.

    Raises:
        ValueError: the bars are not in order or off the grid, or their prices have too many digits for 64 bits.
    """
    good = [bar for bar in bars if is_usable(bar)]
    steps = [increment] if increment is not None else []
    unit = unit_of([*steps, *(price for bar in good for price in (bar.open, bar.high, bar.low, bar.close))])
    if any(bar.high >= unit * MOST_UNITS for bar in good):
        raise ValueError(f"the prices of {symbol} have more digits than a backtest can hold")
    places = ("open", "high", "low", "close")
    rows = [[int(getattr(bar, place) / unit) if is_usable(bar) else 0 for place in places] for bar in bars]
    prices = np.array(rows, np.int64).reshape(len(bars), len(places))
    starts = np.array([int(bar.start.timestamp()) for bar in bars], np.int64)
    return SymbolBars(symbol, timeframe, unit, starts, *(np.ascontiguousarray(prices[:, i]) for i in range(4)))


def is_usable(bar: Bar) -> bool:
    """Is the bar good (S1.1), and are its open and close prices too?"""
    return bar.good and all(price.is_finite() and price > 0 for price in (bar.open, bar.close))


def unit_of(prices: Sequence[Decimal]) -> Decimal:
    """The largest power of ten of which every one of these finite prices is a whole number."""
    exponents = {price.normalize().as_tuple().exponent for price in set(prices)}
    return Decimal(1).scaleb(min((each for each in exponents if isinstance(each, int)), default=0))
