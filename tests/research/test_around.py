"""Bars around a trade are rolled as the desk rolls them, in arrays."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.timeframes import H1, M15, SCANNED, Timeframe
from core.research.backtest.around import rolled_between
from core.research.backtest.bars import SymbolBars
from core.strat.resample import resample
from tests.research.random_bars import START_S, walk


def prices(bars: SymbolBars) -> list[tuple[object, ...]]:
    return [(bar.start, bar.open, bar.high, bar.low, bar.close) for bar in (bars.bar(row) for row in range(len(bars)))]


@given(seed=st.integers(0, 10_000), rows=st.integers(1, 400), timeframe=st.sampled_from(SCANNED))
def test_the_whole_of_the_bars_is_rolled_as_s7_says(seed: int, rows: int, timeframe: Timeframe) -> None:
    bars = walk("BTC", seed, rows)
    given_bars = [bars.bar(row) for row in range(len(bars))]
    ends = datetime.fromtimestamp(START_S, UTC) + timedelta(days=1000)
    expected = [
        (bar.start, bar.open, bar.high, bar.low, bar.close)
        for bar in resample(given_bars, M15, timeframe, ends)
        if bar.good
    ]
    assert prices(rolled_between(bars, timeframe, 0, 2**40)) == expected


@given(seed=st.integers(0, 10_000), first=st.integers(0, 300), count=st.integers(1, 100))
def test_a_stretch_is_cut_from_the_whole_at_the_edges_of_its_buckets(seed: int, first: int, count: int) -> None:
    bars = walk("BTC", seed, 300)
    since = START_S + first * M15.seconds
    until = since + count * M15.seconds
    whole = rolled_between(bars, H1, 0, 2**40)
    inside = (whole.start >= H1.floor_s(since)) & (whole.start < until)
    cut = rolled_between(bars, H1, since, until)
    assert cut.start.tolist() == whole.start[inside].tolist()
    assert np.array_equal(cut.high, whole.high[inside]) and np.array_equal(cut.close, whole.close[inside])


def test_bars_are_not_rolled_into_what_they_do_not_divide() -> None:
    with pytest.raises(ValueError, match="bars of 15m cannot be rolled into 20m"):
        rolled_between(walk("BTC", 1, 20), Timeframe(20), 0, 2**40)
