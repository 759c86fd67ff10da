"""One closed candle judged on a symbol's position: in bar mode, and of an outage (STRAT.md S11, S13)."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.bars import Bar
from core.domain.leverage import Tier
from core.domain.positions import FillTag, OpenPosition, exit_in_candle
from core.domain.timeframes import Timeframe
from core.trading.exits import at_deadline, close, fund_until
from core.trading.state import DeskState


@dataclass(frozen=True, slots=True)
class JudgedSpan:
    """A candle, and until when it is judged: an outage may end within it."""

    bar: Bar
    timeframe: Timeframe
    until: datetime

    @property
    def end(self) -> datetime:
        """End of the candle, or of the outage if that is earlier."""
        return min(self.bar.start + self.timeframe.span, self.until)


def exits_in_candle(state: DeskState, symbol: str, span: JudgedSpan) -> bool:
    """The instants of a hole before the candle, then the exit it reaches; True if the position closed (S13.6).

    Asked again after an entry in the candle, it judges the new position on it.
    """
    position = state.account.positions.get(symbol)
    if position is None or span.end <= position.entry.at:
        return False
    _instants_before(state, position, span)
    current = state.account.positions.get(symbol)
    if current is None:
        return True
    bar = span.bar
    candle = (bar.open, bar.high, bar.low)
    if bar.start <= current.entry.at:
        # The candle began before the entry, so its open was not ours; a stop is assumed, a target is not (S13.6).
        candle = (current.entry.price, max(current.entry.price, bar.high), min(current.entry.price, bar.low))
    reached = exit_in_candle(current.plan, current.liquidation, candle, _may_target(state, current, span))
    if reached is not None:
        close(state, current, reached, max(bar.start, current.entry.at), FillTag.RECONSTRUCTED)
    return reached is not None


def instants_in_candle(state: DeskState, symbol: str, span: JudgedSpan) -> None:
    """Funding and then the deadline, at the candle's close, on a position still open (S13.7)."""
    fund_until(state, symbol, span.bar.close, span.end)
    at_deadline(state, symbol, span.bar.close, span.end, FillTag.RECONSTRUCTED)


def _may_target(state: DeskState, position: OpenPosition, span: JudgedSpan) -> bool:
    """Has the position been held long enough, counted from the start of the candle it was entered in? (S13.6)"""
    entered = span.timeframe.start_of(position.entry.at)
    held_s = (span.bar.start - entered).total_seconds()
    return span.bar.start > position.entry.at and held_s >= state.policy.prices.min_hold_s


def _instants_before(state: DeskState, position: OpenPosition, span: JudgedSpan) -> None:
    """Instants in a hole before the bar: funding at the last price, the deadline at this open (S13.7)."""
    market, bar = state.markets[position.symbol], span.bar
    fund_until(state, position.symbol, market.price or position.entry.price, bar.start)
    deadline = state.policy.tiers.window.next_deadline(position.entry.at)
    if position.tier is not Tier.INTRADAY or deadline > bar.start:
        return
    current = state.account.positions[position.symbol]
    best = (bar.open, bar.open, bar.open)
    reached = exit_in_candle(current.plan, current.liquidation, best, _may_target(state, current, span))
    if reached is not None:
        close(state, current, reached, bar.start, FillTag.RECONSTRUCTED)
    else:
        at_deadline(state, position.symbol, bar.open, bar.start, FillTag.RECONSTRUCTED)
