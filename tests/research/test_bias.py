"""The bias guard sees what looks ahead, and nothing where nothing does."""

from dataclasses import replace

from core.research.backtest.bars import Bars
from core.research.backtest.bias import Guarded, guard
from core.research.backtest.desk import by_desk
from core.research.backtest.outcome import Outcome
from tests.research.random_bars import loose, walks

SYMBOLS = ("BTC", "ETH")
RULES = loose(SYMBOLS)


def test_no_trade_of_the_desk_changes_when_its_future_is_cut_off() -> None:
    bars = walks(SYMBOLS, 4, 220)
    outcome = by_desk(bars, RULES)
    found = guard(bars, outcome, lambda cut: by_desk(cut, RULES))
    assert found.cuts > 3
    assert found.changed == 0


def looking_ahead(bars: Bars) -> Outcome:
    """The desk's result, but without losers among the last three trades: a look at how the bars end."""
    outcome = by_desk(bars, RULES)
    kept = outcome.first.trades[:-3] + tuple(trade for trade in outcome.first.trades[-3:] if trade.net > 0)
    return replace(outcome, first=replace(outcome.first, trades=kept))


def test_an_engine_that_looks_ahead_is_seen() -> None:
    bars = walks(SYMBOLS, 4, 220)
    assert guard(bars, looking_ahead(bars), looking_ahead).changed > 0


def test_without_trades_nothing_is_cut() -> None:
    bars = walks(SYMBOLS, 4, 3)
    assert guard(bars, by_desk(bars, RULES), lambda cut: by_desk(cut, RULES)) == Guarded(0, 0)
