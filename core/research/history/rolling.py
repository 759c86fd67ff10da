"""Candles of timeframes the venue does not offer, rolled from its own as the desk rolls them (STRAT.md S7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.domain.bars import Bar, bad_bar
from core.domain.calendar import MaintenanceWindow
from core.domain.timeframes import Timeframe
from core.research.backtest.bars import is_usable
from core.research.history.fetching import PIECE, Candles
from core.strat.resample import resample

_BEFORE: Final = 1
"""Buckets asked for ahead of the first: so that it is not taken for one that the history begins in (S7.3)."""


@dataclass(frozen=True, slots=True)
class RolledCandles:
    """A venue that offers one more timeframe, of closed and whole bars; all others are the venue's.

    A bar is whole by S7.4: all its children are there, from a day on 95 % of them, and a child missing in the
    maintenance counts as there. A bar that is not is absent, or bad where it has a bad child, which the venue may put
    right.

    Attributes:
        venue: whose candles they are made of.
        timeframe: the one it offers besides.
        native: the venue's own that it is rolled from, which divides it.
        window: the weekly maintenance.
    """

    venue: Candles
    timeframe: Timeframe
    native: Timeframe
    window: MaintenanceWindow

    @property
    def is_loopback(self) -> bool:
        """Is it an exchange on this machine?"""
        return self.venue.is_loopback

    def candles(self, product_id: str, timeframe: Timeframe, start: datetime, end: datetime) -> tuple[Bar, ...]:
        """Candles with start <= bar start <= end, both on the grid; `end` is of a bar that has closed.

        Raises:
            FeedError: the venue cannot be used.
        """
        if timeframe != self.timeframe:
            return self.venue.candles(product_id, timeframe, start, end)
        closes = end + timeframe.span
        children = list(self._children(product_id, start - _BEFORE * timeframe.span, closes))
        usable = [bar for bar in children if is_usable(bar)]
        bad = {timeframe.start_of(bar.start) for bar in children if not is_usable(bar)}
        rolled = resample(usable, self.native, timeframe, closes, self.window)
        whole = {bar.start: bar for bar in rolled if bar.complete}
        there = sorted(at for at in {*whole, *bad} if start <= at <= end)
        return tuple(whole.get(at) or bad_bar(at) for at in there)

    def _children(self, product_id: str, since: datetime, until: datetime) -> Iterator[Bar]:
        """The venue's candles of [since, until), so many at once that no empty page ends them."""
        while since < until:
            edge = min(until, since + PIECE * self.native.span)
            yield from self.venue.candles(product_id, self.native, since, edge - self.native.span)
            since = edge
