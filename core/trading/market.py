"""The state of the market as the desk has seen it: last prices and, per timeframe, closed and forming bars."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

from core.domain.bars import Bar, BarKind, classify, flag_gaps
from core.domain.calendar import MaintenanceWindow
from core.domain.continuity import Standing
from core.domain.events import DayStats, PriceTick
from core.domain.forming import FormingBar
from core.domain.signals import Setup, SetupStatus
from core.domain.snapshot import SeriesView
from core.domain.symbols import Instrument
from core.domain.timeframes import M1, SCANNED, Timeframe

KEPT_BARS = 400
"""Closed bars kept per series: enough for the widest chart and the scan."""

MINUTE = M1.span
SAMPLES = 60
SAMPLE_EVERY = timedelta(minutes=1)
NOTHING = Standing(BarKind.UNKNOWN, Decimal(0), Decimal(0))


class Series:
    """One symbol on one timeframe: closed bars, and the forming one, rolled from ticks (S7.3) or base bars (S13)."""

    def __init__(self, timeframe: Timeframe) -> None:
        self.timeframe = timeframe
        self.closed: tuple[Bar, ...] = ()
        self.kinds: tuple[BarKind, ...] = ()
        self.forming: FormingBar | None = None
        self._ends: datetime | None = None
        self._view: SeriesView | None = None
        self._standing: Standing | None = None
        self._classed: tuple[Decimal, Decimal, BarKind] | None = None
        """The forming bar's class, of which high and low; None where the bar before it may be another one."""
        self._delivered: tuple[tuple[Bar, ...], tuple[Bar, ...]] | None = None
        """What was loaded last, and the closed bars it made."""
        self.loaded = False
        self._base: tuple[Timeframe, MaintenanceWindow] | None = None
        """Timeframe of the bars it is rolled from, and the window that excuses missing ones, if it is (S7.4)."""
        self._partial = False
        """Does the forming bar's history begin inside it?"""

    def load(self, bars: tuple[Bar, ...], now: datetime) -> None:
        """Take delivered candles in place of rolled ones; a rolled bar newer than all of them stays (S7.4)."""
        self.roll(now)
        if self.forming is not None and (bars, self.closed) == self._delivered:
            return  # the very bars that are there, and none has closed since
        closed = [bar for bar in bars if bar.start + self.timeframe.span <= now]
        newest = closed[-1].start if closed else None
        closed += [bar for bar in self.closed if newest is None or bar.start > newest]
        self._keep(closed)
        self._merge(next((bar for bar in reversed(bars) if bar.start <= now < bar.start + self.timeframe.span), None))
        self._delivered = bars, self.closed
        self.loaded = True

    def roll(self, at: datetime) -> Bar | None:
        """Close the forming bar by the clock, if its time is over; returns it."""
        if self.forming is None or self._ends is None or at < self._ends:
            return None
        rolled = self._as_bar(self.forming, closed=True)
        self.forming, self._ends = None, None
        self._changed()
        if self._partial:
            self._partial = False
            return None
        if not self.closed or rolled.start > self.closed[-1].start:
            self._append(rolled)
        return rolled

    def take_bar(self, bar: Bar, base: Timeframe, window: MaintenanceWindow) -> None:
        """Put a closed base bar into the forming bar, opening one where there is none; `roll` comes first (S13).

        A first bucket that began before its first base bar is dropped when it closes (S7.3).
        """
        if self.forming is None:
            start = self.timeframe.start_of(bar.start)
            self._partial = self._base is None and start < bar.start
            self._start(FormingBar.empty(start))
        self._base = base, window
        if self.forming is not None:
            self.forming.take_bar(bar)
        self._changed()

    def take(self, price: Decimal, at: datetime) -> None:
        """Put a tick into the forming bar, opening one where there is none; `roll` comes first."""
        if self.forming is None:
            self._start(FormingBar(self.timeframe.start_of(at), price, price, price, price))
        elif price != self.forming.close:
            self.forming.take(price)
            self._changed()

    def forming_bar(self) -> Bar | None:
        """The forming bar, frozen."""
        return None if self.forming is None else self._as_bar(self.forming, closed=False)

    def forming_kind(self) -> BarKind:
        """Class of the forming bar so far (S1.5)."""
        forming, known = self.forming, self._classed
        if forming is None:
            return BarKind.UNKNOWN
        # Most prices lie between the extremes: a picture asks every series, and both for its view and its standing.
        if known is None or known[0] is not forming.high or known[1] is not forming.low:
            known = self._classed = forming.high, forming.low, self._kind_of(forming.high, forming.low)
        return known[2]

    def standing(self) -> Standing:
        """How the newest bar stands; class 0 without a forming or a previous bar (S13.4). The same until it changes."""
        if self.forming is None:
            return NOTHING
        if self._standing is None:
            self._standing = Standing(self.forming_kind(), self.forming.open, self.forming.close)
        return self._standing

    def standing_at(self, opened: Decimal, price: Decimal) -> Standing:
        """How the newest bar would stand in a base bar that opens at `opened`, at the price of a break in it (S13.4).

        The forming bar as it is, so that nothing else of that base bar is looked at; one that starts at its open where
        there is none.
        """
        forming = self.forming
        high, low, first = max(opened, price), min(opened, price), opened
        if forming is not None and not forming.is_empty:
            high, low, first = max(high, forming.high), min(low, forming.low), forming.open
        return Standing(self._kind_of(high, low), first, price)

    def view(self) -> SeriesView:
        """The series for a chart, the same until it changes; the closed part is shared, not copied."""
        if self._view is None:
            self._view = SeriesView(self.closed, self.kinds, self.forming_bar(), self.forming_kind())
        return self._view

    def life(self, setup: Setup, forming: bool = True) -> SetupStatus:
        """What the bars after the setup bar made of it, in order (S4.2).

        Args:
            setup: a setup of this series.
            forming: look at the forming bar too, last; for an armed setup ticks do that, and the venue's candle may
                be a moment ahead of them.
        """
        for unbroken, bar in enumerate(self._from(setup.bar_end), start=1):
            status = setup.broken_in(bar.high, bar.low) if bar.good else SetupStatus.INVALID_DATA
            if status is not SetupStatus.PENDING:
                return status
            if unbroken > setup.max_unbroken:
                return SetupStatus.EXPIRED
        if not forming or self.forming is None or self.forming.start < setup.bar_end:
            return SetupStatus.PENDING
        return setup.broken_in(self.forming.high, self.forming.low)

    def _from(self, start: datetime) -> Iterator[Bar]:
        """Closed bars from this start on, oldest first; a setup is young, so they are sought from the end."""
        first = len(self.closed)
        while first > 0 and self.closed[first - 1].start >= start:
            first -= 1
        return islice(self.closed, first, None)

    def _kind_of(self, high: Decimal, low: Decimal) -> BarKind:
        """Class of a newest bar of this range (S1.3)."""
        previous = self.closed[-1] if self.closed else None
        if previous is None or not previous.good or high.is_nan():
            return BarKind.UNKNOWN
        up, down = high > previous.high, low < previous.low
        if up:
            return BarKind.OUTSIDE if down else BarKind.UP
        return BarKind.DOWN if down else BarKind.INSIDE

    def missing_between(self, start: datetime, at: datetime) -> bool:
        """Is a row absent between the bar at `start` and the bar that holds `at`, that one excluded? (S5, S13.4)"""
        span, end = self.timeframe.span, self.timeframe.start_of(at)
        expected = (end - start) // span - 1
        return sum(1 for bar in self._from(start + span) if bar.start < end) < expected

    def _keep(self, bars: list[Bar]) -> None:
        self._changed()
        self._classed = None
        kept = flag_gaps(bars[-KEPT_BARS:], self.timeframe)
        self.closed = kept
        before = (None, *kept[:-1])
        self.kinds = tuple(classify(previous, bar) for previous, bar in zip(before, kept, strict=True))

    def _append(self, bar: Bar) -> None:
        """What `_keep` would make of one more bar, without going through all of them again."""
        self._changed()
        self._classed = None
        kind = classify(self.closed[-1] if self.closed else None, bar)
        if len(self.closed) < KEPT_BARS:
            self.closed, self.kinds = (*self.closed, bar), (*self.kinds, kind)
            return
        oldest = self.closed[1] if not self.closed[1].gap_before else replace(self.closed[1], gap_before=False)
        self.closed = (oldest, *self.closed[2:], bar)
        self.kinds = (BarKind.UNKNOWN, *self.kinds[2:], kind)

    def _merge(self, delivered: Bar | None) -> None:
        if delivered is None or not delivered.good:
            return
        rolled = self.forming
        newest = rolled.start if rolled is not None else self.closed[-1].start if self.closed else None
        if newest is not None and (delivered.start < newest or (rolled is None and delivered.start == newest)):
            # Ticks have closed this bar since it was fetched.
            return
        fresh = FormingBar(
            delivered.start, delivered.open, delivered.high, delivered.low, delivered.close, delivered.volume
        )
        if rolled is not None and rolled.start == delivered.start:
            fresh.high, fresh.low = max(fresh.high, rolled.high), min(fresh.low, rolled.low)
            fresh.close = rolled.close
        self._start(fresh)

    def _start(self, forming: FormingBar) -> None:
        self.forming = forming
        self._ends = forming.start + self.timeframe.span
        self._changed()

    def _changed(self) -> None:
        self._view = self._standing = None

    def _as_bar(self, forming: FormingBar, closed: bool) -> Bar:
        last = self.closed[-1] if self.closed else None
        gap = last is not None and forming.start > last.start + self.timeframe.span
        if self._base is not None:
            return replace(forming.rolled(closed, self._base[0], self.timeframe, self._base[1]), gap_before=gap)
        prices = (forming.open, forming.high, forming.low, forming.close)
        return Bar(forming.start, *prices, forming.volume, complete=closed, gap_before=gap)


@dataclass(slots=True)
class SymbolMarket:
    """Everything seen of one symbol.

    Attributes:
        lost_since: the last good instant before an outage that is not judged yet; triggers wait while it is set.
        unlisted: why the venue does not list the symbol; empty while it does.
        rates: recorded funding by instant, fractions of notional; they come before the policy's and the listing's.
    """

    symbol: str
    series: dict[Timeframe, Series] = field(default_factory=lambda: {tf: Series(tf) for tf in SCANNED})
    instrument: Instrument | None = None
    unlisted: str = ""
    price: Decimal | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None
    move: int = 0
    at: datetime | None = None
    real_s: float | None = None
    day: DayStats = field(default_factory=DayStats)
    lost_since: datetime | None = None
    recent: deque[Decimal] = field(default_factory=lambda: deque(maxlen=SAMPLES))
    sampled_at: datetime | None = None
    minute: FormingBar | None = None
    """What ticks showed of the newest minute: the part of an outage's first candle that was seen."""
    rates: dict[datetime, Decimal] = field(default_factory=dict)

    def roll(self, at: datetime) -> list[Timeframe]:
        """Close every bar whose time is over, longest timeframe first; returns the timeframes that closed one."""
        # Longest last in the dict: asked of the values, for hashing a timeframe five times a tick costs more.
        return [series.timeframe for series in reversed(self.series.values()) if series.roll(at) is not None]

    def take(self, tick: PriceTick) -> None:
        """Note the tick as the last price and stretch the forming bars with it."""
        if self.price is not None and tick.price != self.price:
            self.move = 1 if tick.price > self.price else -1
        self.price, self.bid, self.ask = tick.price, tick.bid, tick.ask
        self.at, self.real_s, self.day = tick.at, tick.real_s, tick.day
        for series in self.series.values():
            if series.loaded:
                series.take(tick.price, tick.at)
        if self.minute is not None and self.minute.start <= tick.at < self.minute.start + MINUTE:
            self.minute.take(tick.price)
        else:
            self.minute = FormingBar(M1.start_of(tick.at), tick.price, tick.price, tick.price, tick.price)
        if self.sampled_at is None or tick.at - self.sampled_at >= SAMPLE_EVERY:
            self.recent.append(tick.price)
            self.sampled_at = tick.at

    def unseen(self, bar: Bar) -> Bar:
        """The candle without the extremes that ticks showed before the outage: those were judged already."""
        seen = self.minute
        if seen is None or seen.start != bar.start or not bar.good:
            return bar
        high = bar.high if bar.high > seen.high else max(seen.close, bar.close)
        low = bar.low if bar.low < seen.low else min(seen.close, bar.close)
        return replace(bar, open=seen.close, high=high, low=low)

    def standings(self) -> dict[Timeframe, Standing]:
        """How every timeframe stands now."""
        return {tf: series.standing() for tf, series in self.series.items()}

    def standings_at(self, opened: Decimal, price: Decimal) -> dict[Timeframe, Standing]:
        """How every timeframe would stand at the price of a break in a base bar that opens at `opened` (S13.4)."""
        return {tf: series.standing_at(opened, price) for tf, series in self.series.items()}
