"""The candles around a trade: they hold its entry and its exit, and are the bars it was traded on."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.patterns import Side
from core.domain.positions import ClosedTrade, ExitReason
from core.domain.timeframes import D1, H1, H4, M15, Timeframe
from core.research.backtest.desk import by_desk
from core.research.backtest.windows import AFTER, BEFORE, MOST, Window, rolled, shown, window_of
from core.strat.resample import resample
from tests.research.random_bars import loose, walk, walks

SYMBOLS = ("BTC", "ETH")
BARS = walks(SYMBOLS, 4, 500)


@pytest.fixture(scope="module")
def trades() -> tuple[ClosedTrade, ...]:
    """The desk's own, over several timeframes."""
    found = by_desk(BARS, loose(SYMBOLS)).first.trades
    assert len({trade.position.timeframe for trade in found}) > 1 and len(found) > 10
    return found


def test_entry_and_exit_lie_within_their_candles(trades: tuple[ClosedTrade, ...]) -> None:
    for trade in trades:
        window = window_of(trade, M15)
        (bars,) = (each for each in BARS.series if each.symbol == window.symbol)
        candles = shown(rolled(bars, window.timeframe), [window])
        entry, left = (candles.bar(int(np.flatnonzero(candles.start == at)[0])) for at in (window.entered, window.left))
        assert entry.low <= trade.position.entry.price <= entry.high
        best = left.high if trade.position.side is Side.LONG else left.low
        reached = trade.position.side.sign * (best - trade.exit.price) >= 0
        assert reached if trade.reason is ExitReason.TARGET else left.low <= trade.exit.price <= left.high


def test_a_window_holds_the_setup_bar_and_the_trade_and_no_more_candles_than_fit(
    trades: tuple[ClosedTrade, ...],
) -> None:
    for window in (window_of(trade, M15) for trade in trades):
        assert window.since < window.setup[0] < window.setup[1] <= window.entered + window.timeframe.seconds
        assert window.entered <= window.left < window.until
        assert (window.until - window.since) // window.timeframe.seconds <= MOST + BEFORE + AFTER + 2


def test_a_trade_that_took_longer_is_shown_in_longer_candles(trades: tuple[ClosedTrade, ...]) -> None:
    trade = trades[0]
    lasted = [replace(trade, exit=replace(trade.exit, at=trade.exit.at + timedelta(days=days))) for days in (0, 3, 30)]
    shown_in = [window_of(each, M15).timeframe for each in lasted]
    assert shown_in == sorted(shown_in) and len(set(shown_in)) == 3


def test_an_exit_by_the_deadline_stands_at_the_bar_it_ended_with(trades: tuple[ClosedTrade, ...]) -> None:
    ended = replace(trades[0], reason=ExitReason.INTRADAY_DEADLINE)
    assert window_of(ended, M15).left == int(ended.exit.at.timestamp()) - M15.seconds


@pytest.mark.parametrize("timeframe", [M15, H1, H4, D1], ids=str)
def test_longer_candles_are_those_the_desk_rolls(timeframe: Timeframe) -> None:
    bars = walk("BTC", 5, 600)
    ours = rolled(bars, timeframe)
    whole = [bars.bar(row) for row in range(len(bars))]
    theirs = resample(whole, M15, timeframe, whole[-1].start + D1.span)
    by_start = {bar.start: bar for bar in theirs if bar.good}
    found = [ours.bar(row) for row in range(len(ours))]
    assert {each.start for each in found} >= set(by_start) and len(by_start) > 4
    for each in found:
        if each.start in by_start:
            other = by_start[each.start]
            assert (each.open, each.high, each.low, each.close) == (other.open, other.high, other.low, other.close)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 60)), max_size=6))
def test_candles_are_there_once_however_the_windows_overlap(spans: list[tuple[int, int]]) -> None:
    bars = rolled(walk("BTC", 6, 300), M15)
    first = int(bars.start[0])
    windows = [
        Window("BTC", M15, first + since * 900, first + (since + length) * 900, (0, 0), 0, 0) for since, length in spans
    ]
    kept = shown(bars, windows).start.tolist()
    assert all(one < other for one, other in pairwise(kept))
    wanted = [at for at in bars.start.tolist() if any(each.since <= at < each.until for each in windows)]
    assert kept == wanted
