"""Candles of one listing: fetched natively as 15m, 1h and 1d, the 4h rolled from 1h and the 1w from 1d (S7.2)."""

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock

from core.domain.bars import Bar, flag_gaps
from core.domain.calendar import MaintenanceWindow
from core.domain.errors import FeedError
from core.domain.forming import is_complete
from core.domain.timeframes import D1, H1, H4, M1, M15, W1, Timeframe
from core.ports import Venue
from core.strat.resample import resample

NATIVE = {M15: 400, H1: 720, D1: 420}
"""Bars kept of each native timeframe: pages of 300 buckets make one or two requests."""

ROLLED = {H1: H4, D1: W1}
CHILDREN = {H1: M15, D1: H1}
"""What tells whether a native bar's children are there."""
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
    lock: Lock = field(default_factory=Lock)
    """A scan and a recovery may load the same listing at once, each on its thread."""
    whole: dict[Timeframe, datetime] = field(default_factory=dict)
    """By timeframe: start of the newest bar that was closed when it was delivered."""
    _built: tuple[datetime, dict[Timeframe, tuple[Bar, ...]]] | None = None
    """The series of one quarter of an hour."""
    _last: dict[Timeframe, tuple[Bar, ...]] = field(default_factory=dict)
    """The series built last, also where something was delivered since."""

    def take_window(self, window: MaintenanceWindow) -> None:
        """Judge by another maintenance window from now on which bars are whole."""
        if window != self.window:
            with self.lock:
                self.window, self._built = window, None

    def load(self, venue: Venue, now: datetime) -> None:
        """Fetch what is missing up to `now`. Blocks; raises FeedError."""
        with self.lock:
            for timeframe, kept in NATIVE.items():
                self._load(venue, timeframe, kept, now)

    def _load(self, venue: Venue, timeframe: Timeframe, kept: int, now: datetime) -> None:
        """Fetch one native timeframe from its last closed bars on. Blocks; raises FeedError."""
        held = self.native[timeframe]
        self._built = None
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
        with self.lock:
            for timeframe in self.overdue(now):
                self._load(venue, timeframe, NATIVE[timeframe], now)

    def is_current(self, timeframe: Timeframe, now: datetime) -> bool:
        """Has the bar that closed last been delivered whole? One fetched while it formed does not count (S7.5)."""
        return self.whole.get(timeframe) == timeframe.start_of(now) - timeframe.span

    def overdue(self, now: datetime) -> tuple[Timeframe, ...]:
        """Native timeframes whose bar that closed last has not been delivered whole."""
        return tuple(timeframe for timeframe in NATIVE if not self.is_current(timeframe, now))

    def series(self, now: datetime) -> dict[Timeframe, tuple[Bar, ...]]:
        """Bars of all five timeframes, the last of each forming where the venue gave one.

        The very same ones until something is delivered or a quarter of an hour is over: a scan asked for in between
        costs the threads beside it nothing.
        """
        with self.lock:
            quarter = M15.start_of(now)
            if self._built is None or self._built[0] != quarter:
                built = self._build(now)
                self._last = {
                    timeframe: _kept(bars, self._last.get(timeframe, ())) for timeframe, bars in built.items()
                }
                self._built = quarter, self._last
            return dict(self._built[1])

    def _build(self, now: datetime) -> dict[Timeframe, tuple[Bar, ...]]:
        found: dict[Timeframe, tuple[Bar, ...]] = {}
        for timeframe, held in self.native.items():
            usable = [held[start] for start in sorted(held) if self._usable(timeframe, start, now)]
            bars = flag_gaps(self._counted(usable, timeframe), timeframe)
            found[timeframe] = bars
            if timeframe in ROLLED:
                found[ROLLED[timeframe]] = resample(bars, timeframe, ROLLED[timeframe], now, self.window)
        return found

    def _counted(self, bars: list[Bar], timeframe: Timeframe) -> list[Bar]:
        """The bars with `complete` judged by their children, where those are stored from a bar's start on (S7.4)."""
        base = CHILDREN.get(timeframe)
        if base is None or not self.native[base]:
            return bars
        oldest = min(self.native[base])
        good = sorted(start for start, child in self.native[base].items() if child.good)

        def counted(bar: Bar) -> Bar:
            if not bar.complete or oldest > bar.start:
                return bar
            there = good[bisect_left(good, bar.start) : bisect_left(good, bar.start + timeframe.span)]
            return bar if is_complete(bar.start, there, base, timeframe, self.window) else replace(bar, complete=False)

        return [counted(bar) for bar in bars]

    def _usable(self, timeframe: Timeframe, start: datetime, now: datetime) -> bool:
        """Not a bar whose time is over but which was last seen while it formed: its extremes are not final."""
        whole = self.whole.get(timeframe)
        return start + timeframe.span > now or (whole is not None and start <= whole)

    def outage(self, venue: Venue, since: datetime, until: datetime) -> tuple[Timeframe, tuple[Bar, ...]]:
        """Candles that cover an outage, and their timeframe.

        An answer without any is not taken for a market that stood still: nothing would tell a stop or a level passed
        meanwhile. The next trade makes a candle, so a market that did stand still is only asked about for longer.

        Blocks; raises FeedError.
        """
        timeframe = M1 if until - since <= FINE_OUTAGE else M15
        bars = venue.candles(self.product_id, timeframe, timeframe.start_of(since), until)
        if not bars:
            raise FeedError("the venue has no candles of the outage")
        return timeframe, bars


def _kept(bars: tuple[Bar, ...], before: tuple[Bar, ...]) -> tuple[Bar, ...]:
    """The same bars, those that were there before as the very same objects.

    Findings keep the bars they rest on for days: copies of them, made anew with every quarter of an hour, would lie
    scattered among what is freed, and the memory of a desk that runs for weeks would creep up.
    """
    known = {bar.start: bar for bar in before}
    return tuple(same if (same := known.get(bar.start)) == bar and same is not None else bar for bar in bars)
