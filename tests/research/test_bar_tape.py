"""Bars as a recording: what plays them makes the trades of a backtest's first result."""

import pytest

from core.domain.events import BarClosed
from core.domain.facts import PositionClosed
from core.domain.taped import DeskBegan
from core.research.backtest.desk import by_desk
from core.research.backtest.tape import BarTape
from core.research.diff.course import FactList
from core.session.replay import replay
from tests.research.random_bars import loose, walks

SYMBOLS = ("BTC", "ETH")


@pytest.mark.parametrize("seed", range(4))
def test_a_replay_of_bars_makes_the_trades_of_the_first_result(seed: int) -> None:
    bars, rules = walks(SYMBOLS, seed, 600), loose(SYMBOLS)
    store = FactList()
    told = replay(BarTape(bars, rules), store)
    trades = tuple(fact.trade for fact in store.kept if isinstance(fact, PositionClosed))
    assert trades
    assert trades == by_desk(bars, rules).first.trades
    assert told.events == len(bars) + len(SYMBOLS)


def test_entries_are_numbered_alike_whichever_are_asked_for() -> None:
    tape = BarTape(walks(SYMBOLS, 1, 50), loose(SYMBOLS))
    every = dict(tape.entries())
    some = dict(tape.entries({DeskBegan, BarClosed}))
    assert len(some) == len(every) - len(SYMBOLS)
    assert all(every[number] == entry for number, entry in some.items())
