"""What an outage has come to, in one sentence: for the log, the screen and the journal of `atlas run`."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from core.domain.events import Gap, Level, Outcome
from core.domain.facts import FundingPaid, PositionClosed, SetupResolved
from core.domain.levels import Verdict
from core.domain.patterns import Side
from core.domain.positions import ClosedTrade
from core.domain.signals import SetupStatus
from core.domain.text import lasting
from core.trading.notes import money
from core.trading.state import DeskState

_MISSED = {
    SetupStatus.HISTORICAL_TRIGGERED_LONG: Side.LONG,
    SetupStatus.HISTORICAL_TRIGGERED_SHORT: Side.SHORT,
}
_NAMED = 3
"""Exits named in the sentence; the log has a line of its own for each."""


class Reconciliation:
    """What was decided while an outage was judged.

    Args:
        decided: the outcomes of the event.
        symbol: count only this one's exits and setups.
    """

    def __init__(self, decided: Iterable[Outcome], symbol: str = "") -> None:
        self.trades: list[ClosedTrade] = []
        self.resolved: list[SetupResolved] = []
        self.funding: list[Decimal] = []
        for fact in decided:
            match fact:
                case PositionClosed(trade=trade) if symbol in ("", trade.position.symbol):
                    self.trades.append(trade)
                case SetupResolved(setup_id=setup_id) if symbol in ("", setup_id.partition("|")[0]):
                    self.resolved.append(fact)
                case FundingPaid(amount=amount):
                    self.funding.append(amount)
                case _:
                    pass

    @property
    def level(self) -> Level:
        """WARN where something happened that a person wants to know."""
        return Level.WARN if self.trades or self.resolved else Level.GOOD

    def words(self, state: DeskState, gaps: Sequence[Gap]) -> str:
        """The sentence, e.g. `ETH outage of 2h14m judged on 134 candles: 1 exit (ETH STOP -1.00R), 2 setups armed`.

        Empty where nothing was missed: the first prices of a run have nothing before them.
        """
        lost = [gap for gap in gaps if gap.until > gap.since]
        if not lost:
            return ""
        away_s = (max(gap.until for gap in lost) - min(gap.since for gap in lost)).total_seconds()
        candles = _counted(sum(len(gap.bars) for gap in lost), "candle")
        what = ", ".join(self._counts(state, {gap.symbol for gap in lost})) or "nothing happened"
        names = " ".join(symbol for symbol in state.markets if any(gap.symbol == symbol for gap in lost))
        return f"{names} outage of {lasting(away_s)} judged on {candles}: {what}{_still_lost(state)}"

    def _counts(self, state: DeskState, symbols: set[str]) -> Iterable[str]:
        if self.trades:
            named = [f"{t.position.symbol} {t.reason} {t.r_multiple:+.2f}R" for t in self.trades[:_NAMED]]
            more = ["..."] if len(self.trades) > _NAMED else []
            yield f"{_counted(len(self.trades), 'exit')} ({', '.join(named + more)})"
        if self.funding:
            yield f"funding {money(sum(self.funding, Decimal(0)))}"
        if self.resolved:
            yield f"{_counted(len(self.resolved), 'setup')} resolved"
        if missed := sum(_was_entry(state, fact) for fact in self.resolved):
            yield f"{missed} {'entry' if missed == 1 else 'entries'} missed"
        armed = sum(tracked.setup.armed for symbol in symbols for tracked in state.book.pending(symbol))
        if armed:
            yield f"{_counted(armed, 'setup')} armed again"


def _was_entry(state: DeskState, fact: SetupResolved) -> bool:
    """Would the break have asked for an entry, had it been seen in time?"""
    tracked, side = state.book.get(fact.setup_id), _MISSED.get(fact.status)
    judged = tracked.setup.leg_on(side) if tracked is not None and side is not None else None
    return judged is not None and judged.verdict is Verdict.OK


def _still_lost(state: DeskState) -> str:
    waiting = [market.symbol for market in state.markets.values() if market.lost_since and not market.unlisted]
    return f"; {', '.join(waiting)} not judged yet" if waiting else ""


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
