"""How far a backtest is, is told in bars: each is passed once for either result, whichever path runs it."""

from dataclasses import replace

import pytest

from core.research.backtest.desk import TOLD_EVERY, by_desk
from core.research.backtest.fast import outcome_of, supports
from core.research.backtest.settings import BacktestSettings
from tests.research.random_bars import loose, walks

SYMBOLS = ("BTC", "ETH")
BARS = walks(SYMBOLS, 4, 700)


def guarded() -> BacktestSettings:
    """Rules that only the desk knows."""
    rules = loose(SYMBOLS)
    return replace(rules, policy=replace(rules.policy, guards=replace(rules.policy.guards, losing_streak=50)))


@pytest.mark.parametrize("rules", [loose(SYMBOLS), guarded()], ids=["fast", "by the desk"])
def test_every_bar_is_told_twice_in_all(rules: BacktestSettings) -> None:
    heard: list[int] = []
    outcome_of(BARS, rules, listed=False, passed=heard.append)
    assert sum(heard) == 2 * len(BARS)


def test_the_desk_tells_on_its_way() -> None:
    assert not supports(guarded())
    heard: list[int] = []
    by_desk(BARS, guarded(), heard.append)
    assert heard.count(TOLD_EVERY) == 2 * (len(BARS) // TOLD_EVERY) > 0
