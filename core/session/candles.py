"""Candles of one listing: fetched natively as 15m, 1h and 1d, the 4h rolled from 1h and the 1w from 1d (S7.2)."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from core.domain.bars import Bar
from core.domain.calendar import MaintenanceWindow
from core.domain.timeframes import D1, H1, H4, M1, M15, W1, Timeframe
from core.ports import Venue
from core.strat.resample import flag_gaps, resample

NATIVE = {M15: 400, H1: 720, D1: 420}
"""Bars kept of each native timeframe: pages of 300 buckets make one or two requests."""

ROLLED = {H1: H4, D1: W1}
LOOK_BACK = 2
"""Closed bars fetched again with each load, since venues correct their newest candles now and then."""

FINE_OUTAGE = timedelta(hours=25)
"""Outages up to this long are judged on 1m candles, longer ones on 15m."""


@dataclass(slots=True)
class Candles:
    """The candles of one listing, as delivered."""

    product_id: str
    window: MaintenanceWindow
    native: dict[Timeframe, dict[datetime, Bar]] = field(default_factory=lambda: {tf: {} for tf in NATIVE})
    whole: dict[Timeframe, datetime] = field(default_factory=dict)
    """By timeframe: start of the newest bar that was closed when it was delivered."""

    def load(self, venue: Venue, now: datetime) -> None:
        """Fetch what is missing up to `now`. Blocks; raises FeedError."""
        for timeframe, kept in NATIVE.items():
            self.load_one(venue, timeframe, kept, now)

    def load_one(self, venue: Venue, timeframe: Timeframe, kept: int, now: datetime) -> None:
        """Fetch one native timeframe from its last closed bars on. Blocks; raises FeedError."""
        held = self.native[timeframe]
        start = timeframe.start_of(now) - kept * timeframe.span
        if held:
            start = max(start, max(held) - LOOK_BACK * timeframe.span)
        for bar in venue.candles(self.product_id, timeframe, start, now):
            whole = bar.start + timeframe.span <= now
            held[bar.start] = bar if whole or not bar.complete else replace(bar, complete=False)
            if whole:
                self.whole[timeframe] = max(bar.start, self.whole.get(timeframe, bar.start))
        for old in sorted(held)[: max(0, len(held) - kept)]:
            del held[old]

    def refresh(self, venue: Venue, now: datetime) -> None:
        """Fetch the timeframes a bar of which has closed since they were last loaded. Blocks; raises FeedError."""
        for timeframe in self.overdue(now):
            self.load_one(venue, timeframe, NATIVE[timeframe], now)

    def is_current(self, timeframe: Timeframe, now: datetime) -> bool:
        """Has the bar that closed last been delivered whole? One fetched while it formed does not count (S7.5)."""
        return self.whole.get(timeframe) == timeframe.start_of(now) - timeframe.span

    def overdue(self, now: datetime) -> tuple[Timeframe, ...]:
        """Native timeframes whose bar that closed last has not been delivered whole."""
        return tuple(timeframe for timeframe in NATIVE if not self.is_current(timeframe, now))

    def series(self, now: datetime) -> dict[Timeframe, tuple[Bar, ...]]:
        """Bars of all five timeframes, the last of each forming where the venue gave one."""
        found: dict[Timeframe, tuple[Bar, ...]] = {}
        for timeframe, held in self.native.items():
            bars = flag_gaps([held[start] for start in sorted(held) if self._usable(timeframe, start, now)], timeframe)
            found[timeframe] = bars
            if timeframe in ROLLED:
                found[ROLLED[timeframe]] = resample(bars, timeframe, ROLLED[timeframe], now, self.window)
        return found

    def _usable(self, timeframe: Timeframe, start: datetime, now: datetime) -> bool:
        """Not a bar whose time is over but which was last seen while it formed: its extremes are not final."""
        whole = self.whole.get(timeframe)
        return start + timeframe.span > now or (whole is not None and start <= whole)

    def outage(self, venue: Venue, since: datetime, until: datetime) -> tuple[Timeframe, tuple[Bar, ...]]:
        """Candles that cover an outage, and their timeframe. Blocks; raises FeedError."""
        timeframe = M1 if until - since <= FINE_OUTAGE else M15
        bars = venue.candles(self.product_id, timeframe, timeframe.start_of(since), until)
        return timeframe, bars
