"""Longer rows are what their base bars give, with holes and bad bars and over more rows than are rolled at once."""

from decimal import Decimal
from random import Random

import pytest

from core.domain.timeframes import M1, M15, Timeframe
from core.research.backtest.bars import SymbolBars
from core.research.backtest.kernel_rows import FIRST, GOOD, HIGH, LOW, MANY, OPEN, START
from core.research.backtest.kernel_table import rolled
from tests.research.random_rules import wild_walk

Row = tuple[int, int, int, int, int, int]


def by_hand(bars: SymbolBars, timeframe: Timeframe) -> list[Row]:
    """Start, open, high, low, first base bar and good ones of every bucket that has a bar."""
    buckets: dict[int, list[int]] = {}
    for bar, start in enumerate(bars.start.tolist()):
        offset = timeframe.floor_s(0)
        buckets.setdefault((start - offset) // timeframe.seconds * timeframe.seconds + offset, []).append(bar)
    found = []
    for begins, held in buckets.items():
        good = [bar for bar in held if bars.low[bar] > 0]
        opened = int(bars.open[good[0]]) if good else 0
        high = max((int(bars.high[bar]) for bar in good), default=0)
        low = min((int(bars.low[bar]) for bar in good), default=0)
        found.append((begins, opened, high, low, held[0], len(good)))
    return found


@pytest.mark.parametrize("timeframe", [M1, M15])
@pytest.mark.parametrize("seed", range(12))
def test_rows_are_rolled_as_by_hand(seed: int, timeframe: Timeframe) -> None:
    bars = wild_walk(Random(seed), "BTC", 6 * MANY, timeframe, Decimal("0.01"), 1)
    frames = [frame for frame in rolled(bars).frames if frame.timeframe > timeframe]
    assert len(frames) >= 4
    for frame in frames:
        columns = [frame.rows[each][: frame.count].tolist() for each in (START, OPEN, HIGH, LOW, FIRST, GOOD)]
        assert list(zip(*columns, strict=True)) == by_hand(bars, frame.timeframe)
        assert frame.rows[FIRST][frame.count] == len(bars)
