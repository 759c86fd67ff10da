"""The bias guard: does any trade change when the bars behind it are taken away? It must not."""

from collections.abc import Callable
from dataclasses import dataclass

from core.domain.positions import ClosedTrade
from core.domain.timeframes import Timeframe
from core.research.backtest.bars import Bars
from core.research.backtest.outcome import Outcome

Engine = Callable[[Bars], Outcome]


@dataclass(frozen=True, slots=True)
class Guarded:
    """How often the bars were cut, and how many trades of both results were not the same then."""

    cuts: int
    changed: int


def guard(bars: Bars, outcome: Outcome, engine: Engine) -> Guarded:
    """Cut the bars behind every exit, run again, and compare all trades up to there, of both results.

    Args:
        bars: the whole bars.
        outcome: what `engine` made of them.
        engine: the very path that is to be checked.
    """
    trades = (*outcome.first.trades, *outcome.second.trades)
    longest = max((each.timeframe for each in bars.series), default=Timeframe(1))
    ends = sorted({int(longest.end_of(trade.exit.at).timestamp()) for trade in trades})
    changed = set()
    for end in ends:
        cut = engine(bars.between(-(2**40), end))
        for name, whole, part in (
            ("first", outcome.first.trades, cut.first.trades), ("second", outcome.second.trades, cut.second.trades),
        ):  # fmt: skip
            changed |= {(name, each) for each in _differing(whole, part, longest, end)}
    return Guarded(len(ends), len(changed))


def _differing(whole: tuple[ClosedTrade, ...], part: tuple[ClosedTrade, ...], longest: Timeframe, end: int) -> set[str]:
    """Ids of the trades that left by the cut and are not the same in both, or are in one alone."""
    expected = [trade for trade in whole if int(longest.end_of(trade.exit.at).timestamp()) <= end]
    found = [trade for trade in part if int(longest.end_of(trade.exit.at).timestamp()) <= end]
    if expected == found:
        return set()
    same = {id_ for id_, trade in _by_id(found).items() if _by_id(expected).get(id_) == trade}
    return {trade.id for trade in (*expected, *found)} - same


def _by_id(trades: list[ClosedTrade]) -> dict[str, ClosedTrade]:
    return {trade.id: trade for trade in trades}
