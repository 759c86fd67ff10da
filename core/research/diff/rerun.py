"""The same session in bar mode: the recorded desk up to its first whole bar, then candles in place of ticks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from core.domain.bars import Bar
from core.domain.commands import MoveFunds, RearmGuard, ResumeEntries
from core.domain.errors import RecordingError
from core.domain.events import (
    BarClosed,
    EntryUndone,
    Event,
    InstrumentListed,
    PolicyChanged,
    ScanDone,
    SeriesLoaded,
    SymbolUnlisted,
)
from core.domain.facts import Fact
from core.domain.policy import Policy
from core.domain.taped import DeskBegan, DeskEnded, Taped
from core.domain.timeframes import M15, Timeframe
from core.ports import Recording
from core.research.diff.course import Course
from core.session.outline import FACTS, Outline
from core.trading.desk import Desk

_STANDS: Final = (InstrumentListed, SymbolUnlisted, PolicyChanged, MoveFunds, ResumeEntries, RearmGuard)
"""What bar mode hears besides candles: listings, other rules, money; no person's word on a trade."""


@dataclass(slots=True)
class Known:
    """What a reading of the recording tells before anything is run.

    Attributes:
        candles: 15m, closed when they were delivered.
        longer: by symbol, timeframe and start, the venue's own bars of longer timeframes, as delivered last.
        corrected: by symbol and timeframe, the bars that were delivered first after the switch.
        switch: the 15m close from which candles take the place of ticks; None where no scan was done.
        until: the close of the last candle that every symbol has.
        steps: price increment by symbol.
        undone: positions that the ledger could not store.
        min_hold_s: seconds before which a target is not taken live.
    """

    candles: dict[tuple[str, datetime], Bar] = field(default_factory=dict)
    longer: dict[tuple[str, Timeframe, datetime], Bar] = field(default_factory=dict)
    corrected: dict[tuple[str, Timeframe], SeriesLoaded] = field(default_factory=dict)
    switch: datetime | None = None
    until: datetime | None = None
    steps: dict[str, Decimal] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    min_hold_s: float = 0.0

    def children(self, symbol: str, timeframe: Timeframe, start: datetime) -> list[datetime]:
        """The candles that a bar which forms at the switch was made of, as bar mode counts them (S7.4).

        Those before the oldest that was delivered cannot be told to be missing, and count as there.
        """
        assert self.switch is not None, "there is a switch"
        oldest = min((begun for name, begun in self.candles if name == symbol), default=self.switch)
        starts = (start + number * M15.span for number in range((self.switch - start) // M15.span))
        good = (each for each in starts if each < oldest or self._is_good(symbol, each))
        return list(good) if timeframe > M15 else []

    def disagrees(self, symbol: str, timeframe: Timeframe, start: datetime) -> str:
        """How the venue's own longer bar differs from what its 15m candles make of it; empty where it does not."""
        own = self.longer.get((symbol, timeframe, start))
        starts = (start + number * M15.span for number in range(timeframe.minutes // M15.minutes))
        made = [bar for each in starts if (bar := self.candles.get((symbol, each))) is not None and bar.good]
        if own is None or not own.good or len(made) < timeframe.minutes // M15.minutes:
            return ""
        high, low = max(bar.high for bar in made), min(bar.low for bar in made)
        if (own.high, own.low) == (high, low):
            return ""
        ranges = f"{own.low} to {own.high}, its 15m candles make {low} to {high}"
        return f"the venue's own {timeframe} bar of {start:%m-%d %H:%M} is {ranges}"

    def _is_good(self, symbol: str, start: datetime) -> bool:
        bar = self.candles.get((symbol, start))
        return bar is not None and bar.good


def known_of(recording: Recording) -> Known:
    """Read the candles, and where the first whole bar begins. Raises RecordingError."""
    known = Known()
    for _, entry in recording.entries({SeriesLoaded, ScanDone, InstrumentListed, DeskBegan, EntryUndone}):
        match entry:
            case ScanDone():
                known.switch = known.switch or M15.start_of(entry.at) + M15.span
            case SeriesLoaded():
                _keep_candles(known, entry)
            case InstrumentListed(instrument=instrument):
                known.steps[instrument.symbol] = instrument.price_increment
            case EntryUndone(position_id=position_id):
                known.undone.add(position_id)
            case DeskBegan(policy=policy):
                known.min_hold_s = policy.prices.min_hold_s
            case _:
                pass
    known.until = _end(known.candles)
    return known


def _end(candles: Iterable[tuple[str, datetime]]) -> datetime | None:
    """Where a session that ended amid a delivery has the candles of all; one that lacks more has left, or a hole."""
    last: dict[str, datetime] = {}
    for symbol, start in candles:
        last[symbol] = max(last.get(symbol, start), start)
    newest = max(last.values(), default=None)
    if newest is None:
        return None
    return min(start for start in last.values() if start >= newest - M15.span) + M15.span


def _keep_candles(known: Known, loaded: SeriesLoaded) -> None:
    """The newest delivery of a candle counts; a forming one is none."""
    if known.switch is not None and loaded.at >= known.switch:
        known.corrected.setdefault((loaded.symbol, loaded.timeframe), loaded)
    if loaded.timeframe == M15:
        closed = {(loaded.symbol, bar.start): bar for bar in loaded.bars if bar.start + M15.span <= loaded.at}
        known.candles |= closed
    else:
        known.longer |= {(loaded.symbol, loaded.timeframe, bar.start): bar for bar in loaded.bars}


def in_bar_mode(recording: Recording, outline: Outline, known: Known, second: bool = False) -> Course:
    """The session again, from `known.switch` on by candles.

    Args:
        recording: of the session.
        outline: of the recording.
        known: what a reading of it tells.
        second: the second result of S13.3, which enters what one bar broke on both sides, on an account of its own.

    Raises:
        RecordingError: it cannot be read, or holds no whole bar.
    """
    assert known.switch is not None, "asked by the caller"
    run, last = _Run(known, known.switch, second), outline.start - 1
    for number, entry in recording.entries():
        if number > last and entry.at >= known.switch and type(entry) not in FACTS:
            break
        if number > last:
            run.take(entry)
            last = number
    # From here on ticks are passed over, and so need not be decoded.
    for number, entry in recording.entries({DeskBegan, *_STANDS}):
        if number > last:
            run.take(entry)
    run.bars_until(None)
    return run.course


class _Run:
    """One desk through the whole recording: first as it was, then by candles."""

    def __init__(self, known: Known, switch: datetime, second: bool) -> None:
        self.course = Course()
        self._known, self._switch, self._second = known, switch, second
        self._facts: list[Fact] = []
        self._desk: Desk | None = None
        self._switched = False
        self._coming: Iterator[BarClosed] = iter(())
        self._next: BarClosed | None = None

    def take(self, entry: Taped) -> None:
        """The next entry of the recording."""
        if isinstance(entry, DeskEnded):
            return
        if type(entry) in FACTS:
            if self._desk is None:
                self._facts.append(entry)  # type: ignore[arg-type]  # it is a fact
            return
        if entry.at >= self._switch and not self._switched:
            self._go_over()
        if isinstance(entry, DeskBegan):
            self._begin(entry)
        elif not self._switched:
            self._hear(entry)  # type: ignore[arg-type]  # it is an event
        elif isinstance(entry, _STANDS):
            self.bars_until(entry.at)
            if isinstance(entry, PolicyChanged):
                entry = replace(entry, policy=self._judged(entry.policy))
            self._hear(entry)

    def bars_until(self, at: datetime | None) -> None:
        """Every candle that closes by then; all that are left for None."""
        if not self._switched:
            self._go_over()
        while self._next is not None and (at is None or self._next.at <= at):
            self._hear(self._next)
            self._next = next(self._coming, None)

    def _begin(self, mark: DeskBegan) -> None:
        policy = self._judged(mark.policy)
        if self._desk is None:
            self._desk = Desk(policy)
            self._desk.restore(self._facts)
            self.course.take(self._facts)
            self.course.take(self._desk.start(mark.at))
        elif self._desk.state.policy != policy:
            if self._switched:
                self.bars_until(mark.at)
            self._hear(PolicyChanged(policy, "another start of the desk", mark.at))

    def _judged(self, policy: Policy) -> Policy:
        return replace(policy, enter_ambiguous=self._second)

    def _hear(self, event: Event) -> None:
        if self._desk is None:
            return
        try:
            self.course.take(self._desk.handle(event))
        except KeyError as error:
            raise RecordingError(f"{type(event).__name__} of {event.at:%Y-%m-%d %H:%M:%S}Z names {error}") from error

    def _go_over(self) -> None:
        """Candles from here on: those just closed are taken as delivered, in place of what ticks had rolled."""
        self._switched = True
        if self._desk is None:
            raise RecordingError("no desk begins before the recording's first scan")
        for (symbol, timeframe), loaded in self._known.corrected.items():
            closed = tuple(bar for bar in loaded.bars if bar.start + timeframe.span <= self._switch)
            if symbol in self._desk.state.markets and closed:
                self._hear(SeriesLoaded(symbol, timeframe, closed, self._switch))
        for symbol, market in self._desk.state.markets.items():
            for timeframe, series in market.series.items():
                if series.forming is not None:
                    series.forming.children = self._known.children(symbol, timeframe, series.forming.start)
        ranks = {symbol: rank for rank, symbol in enumerate(self._desk.state.policy.symbols)}
        rows = sorted(
            (start + M15.span, ranks[symbol], symbol, bar)
            for (symbol, start), bar in self._known.candles.items()
            if start >= self._switch and symbol in ranks
        )
        self._coming = iter([BarClosed(symbol, M15, bar, end) for end, _, symbol, bar in rows])
        self._next = next(self._coming, None)
