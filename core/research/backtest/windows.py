"""Which candles show a trade: the setup bar it came from, what it lived through, and a little around both."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from core.domain.positions import ClosedTrade, ExitReason
from core.domain.timeframes import SCANNED, Timeframe
from core.research.backtest.bars import SymbolBars

MOST: Final = 90
"""A trade and its setup bar are shown in the shortest timeframe in which they are no more bars than these."""
BEFORE: Final = 12
AFTER: Final = 8
"""Bars shown around them."""


@dataclass(frozen=True, slots=True)
class Window:
    """A trade on its candles; all times are epoch seconds.

    Attributes:
        timeframe: of the candles: often shorter than the trade's own, so that one sees what came first.
        since: where the candles begin.
        until: where they end, exclusive.
        setup: the setup bar, first second and the one after its last.
        entered: the start of the candle that holds the entry.
        left: the start of the candle that holds the exit.
    """

    symbol: str
    timeframe: Timeframe
    since: int
    until: int
    setup: tuple[int, int]
    entered: int
    left: int


def window_of(trade: ClosedTrade, base: Timeframe) -> Window:
    """The window of one trade.

    Args:
        trade: of any of the scanned timeframes.
        base: the shortest bars there are of its symbol.
    """
    position = trade.position
    starts = int(datetime.fromisoformat(position.setup_id.rsplit("|", 1)[-1]).timestamp())
    entered, left = int(position.entry.at.timestamp()), int(trade.exit.at.timestamp())
    if trade.reason is ExitReason.INTRADAY_DEADLINE:
        left -= 1  # It closed at the end of a bar (S13.5), whose last second belongs to it.
    lengths = [each for each in SCANNED if each >= base and each.minutes % base.minutes == 0]
    fitting = (each for each in (base, *lengths) if left - starts <= MOST * each.seconds)
    timeframe = next(fitting, max(lengths, default=base))
    return Window(
        position.symbol,
        timeframe,
        timeframe.floor_s(starts) - BEFORE * timeframe.seconds,
        timeframe.floor_s(left) + (1 + AFTER) * timeframe.seconds,
        (starts, starts + position.timeframe.seconds),
        timeframe.floor_s(entered),
        timeframe.floor_s(left),
    )


def rolled(bars: SymbolBars, timeframe: Timeframe) -> SymbolBars:
    """The good bars, rolled into those of a timeframe that is a multiple of theirs; for the eye, partial ones too."""
    good = bars.low > 0
    start, opened, high, low, close = (
        column[good] for column in (bars.start, bars.open, bars.high, bars.low, bars.close)
    )
    offset = timeframe.floor_s(0)
    begins = (start - offset) // timeframe.seconds * timeframe.seconds + offset
    first = np.flatnonzero(np.diff(begins, prepend=begins[:1] - 1))
    if not len(first):
        return SymbolBars(bars.symbol, timeframe, bars.unit, start, opened, high, low, close)
    last = np.append(first[1:], len(start)) - 1
    prices = (opened[first], np.maximum.reduceat(high, first), np.minimum.reduceat(low, first), close[last])
    return SymbolBars(bars.symbol, timeframe, bars.unit, begins[first], *prices)


def shown(bars: SymbolBars, windows: Iterable[Window]) -> SymbolBars:
    """Those of the bars that lie in any of the windows, each once."""
    there = np.zeros(len(bars), np.bool_)
    for window in windows:
        there[slice(*np.searchsorted(bars.start, (window.since, window.until)))] = True
    columns = (column[there] for column in (bars.start, bars.open, bars.high, bars.low, bars.close))
    return SymbolBars(bars.symbol, bars.timeframe, bars.unit, *columns)
