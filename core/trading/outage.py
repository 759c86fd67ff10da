"""After an outage: the candles of the gap are judged in order, stop first; nothing is entered late (S13, P4)."""

from core.domain.events import Level, OutageBegan, OutageJudged
from core.domain.facts import MarketSeen, OutageEnded, SetupResolved
from core.domain.signals import SetupStatus
from core.domain.timeframes import M1
from core.trading.exits import JudgedSpan, exits_in_candle
from core.trading.following import follow_candle
from core.trading.market import SymbolMarket
from core.trading.state import DeskState


def begin_outage(state: DeskState, market: SymbolMarket, lost: OutageBegan) -> None:
    """From here on the symbol's triggers wait until the candles since the loss are judged."""
    if market.lost_since is None:
        market.lost_since = lost.since
        state.note(Level.WARN, "feed", f"{lost.symbol} price lost; triggers wait for the candles since then", lost.at)


def judge_outage(state: DeskState, market: SymbolMarket, outage: OutageJudged) -> None:
    """Judge the candles of the gap on the symbol's position and pending setups, then let triggers run again."""
    before = len(state.account.trades)
    resolved = 0
    for bar in outage.bars:
        whole = outage.timeframe > M1
        span = JudgedSpan(bar if whole else market.unseen(bar), outage.timeframe, outage.until)
        if span.end <= outage.since or bar.start >= outage.until or not bar.good:
            continue
        exits_in_candle(state, market.symbol, span)
        resolved += _resolve_setups(state, market, span)
        follow_candle(state, market.symbol, span.bar, span.end)
        market.price = bar.close
    if outage.until > outage.since:
        state.emit(MarketSeen(market.symbol, outage.until))
    market.lost_since = None
    market.at = outage.until if market.at is None else max(market.at, outage.until)
    if outage.until == outage.since:
        return
    exits = len(state.account.trades) - before
    state.emit(OutageEnded(market.symbol, outage.since, outage.until, exits, resolved, outage.at))
    gap_s = (outage.until - outage.since).total_seconds()
    counts = f"{exits} exits, {resolved} setups resolved"
    text = f"{market.symbol} outage of {gap_s:.0f} s judged on {len(outage.bars)} candles: {counts}"
    state.note(Level.GOOD if exits == resolved == 0 else Level.WARN, "feed", text, outage.at)


def _resolve_setups(state: DeskState, market: SymbolMarket, span: JudgedSpan) -> int:
    resolved = 0
    for tracked in state.book.pending(market.symbol):
        setup = tracked.setup
        if span.bar.start < setup.bar_end:
            continue
        status = setup.broken_in(span.bar.high, span.bar.low)
        if status is SetupStatus.PENDING:
            continue
        cause = "broken while the feed was away; never entered late"
        state.emit(SetupResolved(setup.id, status, None, None, 0, cause, span.end))
        resolved += 1
    return resolved
