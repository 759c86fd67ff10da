"""After an outage: the candles of the gap are judged in order, stop first; nothing is entered late (S13, P4)."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from core.domain.events import Gap, Level, OutageBegan, OutageJudged
from core.domain.facts import MarketSeen, OutageEnded, SetupResolved
from core.domain.signals import Setup, SetupStatus
from core.domain.timeframes import M1, Timeframe
from core.trading.candles import JudgedSpan, exits_in_candle, instants_in_candle
from core.trading.following import follow_candle
from core.trading.market import SymbolMarket
from core.trading.reconciliation import Reconciliation
from core.trading.scans import age_setups, cause_of_end
from core.trading.state import DeskState


def begin_outage(state: DeskState, market: SymbolMarket, lost: OutageBegan) -> None:
    """From here on the symbol's triggers wait until the candles since the loss are judged."""
    if market.lost_since is None:
        market.lost_since = lost.since
        state.note(Level.WARN, "feed", f"{lost.symbol} price lost; triggers wait for the candles since then", lost.at)


def judge_outage(state: DeskState, outage: OutageJudged) -> None:
    """Judge the candles of every gap on positions and pending setups, then let triggers run again.

    Bars are taken by their close, then in the configured order of symbols (S13.1): what is decided of one symbol, such
    as the equity at a deadline, rests on the others' last closes up to then.
    """
    ranks = {symbol: rank for rank, symbol in enumerate(state.markets)}
    missed = [_Missed(state, gap) for gap in sorted(outage.gaps, key=lambda gap: ranks[gap.symbol])]
    spans = [(span, each) for each in missed for span in each.spans()]
    for span, each in sorted(spans, key=lambda pair: pair[0].bar.start + pair[0].timeframe.span):
        each.judge(span)
    for each in missed:
        each.end(outage.at)
    told = Reconciliation(state.decided)
    if words := told.words(state, outage.gaps):
        state.note(told.level, "outage", words, outage.at)


class _Missed:
    """What was missed of one symbol, while it is being judged."""

    def __init__(self, state: DeskState, gap: Gap) -> None:
        self._state, self._gap = state, gap
        self._market = state.markets[gap.symbol]
        pending = [tracked.setup for tracked in state.book.pending(gap.symbol)]
        rows = {timeframe: self._rows(timeframe) for timeframe in {setup.timeframe for setup in pending}}
        self._waiting = [(setup, _end_of(setup, rows[setup.timeframe])) for setup in pending]

    def spans(self) -> Iterator[JudgedSpan]:
        """The candles to judge, oldest first; of the first minute only what ticks had not shown."""
        gap = self._gap
        for bar in gap.bars:
            span = JudgedSpan(bar if gap.timeframe > M1 else self._market.unseen(bar), gap.timeframe, gap.until)
            if bar.good and span.end > gap.since and bar.start < gap.until:
                yield span

    def judge(self, span: JudgedSpan) -> None:
        """One candle: exits, the setups it breaks, funding and deadline, then the refused entries that are followed."""
        exits_in_candle(self._state, self._gap.symbol, span)
        self._waiting = [(setup, end) for setup, end in self._waiting if not self._resolved(setup, end, span)]
        instants_in_candle(self._state, self._gap.symbol, span)
        follow_candle(self._state, self._gap.symbol, span.bar, span.end)
        self._market.price = span.bar.close

    def end(self, at: datetime) -> None:
        """All candles are judged: what closed bars alone have ended ends, and triggers run again."""
        gap, state = self._gap, self._state
        self._market.lost_since = None
        self._market.at = gap.until if self._market.at is None else max(self._market.at, gap.until)
        age_setups(state, gap.symbol)
        if gap.until > gap.since:
            told = Reconciliation(state.decided, gap.symbol)
            state.emit(MarketSeen(gap.symbol, gap.until))
            state.emit(OutageEnded(gap.symbol, gap.since, gap.until, len(told.trades), len(told.resolved), at))

    def _resolved(self, setup: Setup, end: tuple[datetime, SetupStatus] | None, span: JudgedSpan) -> bool:
        """Does the setup end before this candle, or break in it?"""
        if end is not None and end[0] <= span.bar.start:
            at, status = end
            cause = cause_of_end(setup, status)
        elif span.bar.start < setup.bar_end:
            return False
        else:
            at, status = span.end, setup.broken_by_bar(span.bar)
            cause = "broken while the feed was away; never entered late"
        if status is SetupStatus.PENDING:
            return False
        self._state.emit(SetupResolved(setup.id, status, None, None, 0, cause, at))
        return True

    def _rows(self, timeframe: Timeframe) -> list[tuple[datetime, bool]]:
        """Starts of the bars of a timeframe that closed by the end of the gap, and whether they are good.

        A bucket of the gap that holds a candle is a row, also where the series does not reach back so far.
        """
        rows = {timeframe.start_of(bar.start): True for bar in self._gap.bars}
        rows |= {bar.start: bar.good for bar in self._market.series[timeframe].closed}
        return sorted((start, good) for start, good in rows.items() if start + timeframe.span <= self._gap.until)


def _end_of(setup: Setup, rows: Iterable[tuple[datetime, bool]]) -> tuple[datetime, SetupStatus] | None:
    """When and how closed rows end the setup if nothing breaks it (S4.2); None if it outlives them."""
    unbroken = 0
    for start, good in rows:
        if start < setup.bar_end:
            continue
        unbroken += 1
        if not good:
            return start + setup.timeframe.span, SetupStatus.INVALID_DATA
        if unbroken > setup.max_unbroken:
            return start + setup.timeframe.span, SetupStatus.EXPIRED
    return None
