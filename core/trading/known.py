"""Which findings have been seen: the newest ids of every series, and of all before them only how far they reach.

A scan looks at the last rows of a series: 22 of them at most, for a setup may live for 20 bars. What lies further back
cannot be found again, unless a venue takes newer candles back; so of older findings no id need be kept, but nothing
that old may be taken for new either.
"""

from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappush, heappushpop
from typing import Final

from core.domain.bars import SeriesKey
from core.domain.signals import Setup, Signal

KEPT_IDS: Final = 100
"""How many ids of a series are kept, those of its newest bars: more than a scan can find in its rows."""


@dataclass(slots=True)
class _Series:
    """What was found on one series.

    Attributes:
        kept: starts of bars and the ids found there, as a heap: the oldest bar first.
        ids: the same ids.
        horizon: start of the newest bar of which an id was forgotten.
    """

    kept: list[tuple[datetime, str]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    horizon: datetime | None = None

    def add(self, start: datetime, item_id: str) -> None:
        """Keep one more id, and forget that of the oldest bar where there are too many."""
        self.ids.add(item_id)
        if len(self.kept) < KEPT_IDS:
            heappush(self.kept, (start, item_id))
            return
        forgotten, oldest = heappushpop(self.kept, (start, item_id))
        self.ids.remove(oldest)
        # Never back: what lies at or before it stays known.
        self.horizon = forgotten if self.horizon is None else max(self.horizon, forgotten)


@dataclass(slots=True)
class KnownIds:
    """The ids of one kind of finding. What was added once is known for ever (S4.4)."""

    _series: dict[SeriesKey, _Series] = field(default_factory=dict)

    def knows(self, found: Setup | Signal) -> bool:
        """Was it found before, or does it lie so far back that this cannot be told any more?"""
        series = self._series.get(SeriesKey(found.symbol, found.timeframe))
        if series is None:
            return False
        return found.id in series.ids or (series.horizon is not None and found.bar_start <= series.horizon)

    def add(self, found: Setup | Signal) -> bool:
        """Know it from now on; False where its id is known. What a ledger tells is taken, however far back it lies."""
        series = self._series.setdefault(SeriesKey(found.symbol, found.timeframe), _Series())
        if found.id in series.ids:
            return False
        series.add(found.bar_start, found.id)
        return True
