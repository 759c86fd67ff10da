"""The demo's promise: for every seed 0 to 19 a setup worth trading breaks within five hours of the default start.

This counts breaks by numpy alone; the desk over the same prices is tested with the desk. Loosened filters as in
`--preset demo`: risk/reward 0.3, magnitude 0.1 %, and a stop at least 0.25 % away, so that sizing stays below 8x.
"""

from collections.abc import Iterator

import numpy as np
import pytest

from core.simulator.market import model_market
from core.simulator.product import SeriesProduct
from core.simulator.tape import Candle, Series

HOURS = 5 * 3600
PERPS = ("BTC-PERP-INTX", "ETH-PERP-INTX", "SOL-PERP-INTX")


def setups(candles: list[Candle], seconds: int, start: float) -> Iterator[tuple[Candle, Candle, bool]]:
    """Inside bars that close at the start or later after a 2 or a 3: the bar before, the inside bar, was it a 3."""
    for first, mother, inside in zip(candles, candles[1:], candles[2:], strict=False):
        is_inside = inside.high <= mother.high and inside.low >= mother.low
        higher, lower = mother.high > first.high, mother.low < first.low
        if is_inside and (higher or lower) and inside.start + seconds >= start:
            yield mother, inside, higher and lower


def worth_trading(mother: Candle, inside: Candle, three: bool, price: int) -> bool:
    """Would the loosened filters take the break at this price?"""
    side = 1 if price > inside.high else -1
    level, beyond = (inside.high, mother.high) if side > 0 else (inside.low, mother.low)
    behind = mother if three else inside
    stop = behind.low if side > 0 else behind.high
    risk = side * (level - stop)
    target = beyond if side * (beyond - level) > 0 else level + side * 1.5 * risk
    reward = side * (target - level)
    return (
        risk > 0
        and reward / level >= 0.001
        and reward / risk >= 0.3
        and side * (price - target) < 0
        and abs(price - stop) / price >= 0.0025
    )


def tradable_breaks(series: Series, start: float, seconds: int) -> int:
    now = start + HOURS + 3 * seconds
    candles = series.candles(seconds, int(start) - 6 * seconds, int(start + HOURS), now)
    count = 0
    for mother, inside, three in setups(candles, seconds, start):
        closed = inside.start + seconds
        prices = series.tape(closed - 1e-6, min(closed + 3 * seconds, start + HOURS)).prices
        broken = np.flatnonzero((prices > inside.high) | (prices < inside.low))
        count += bool(len(broken)) and worth_trading(mother, inside, three, int(prices[broken[0]]))
    return count


@pytest.mark.parametrize("seed", range(20))
def test_a_setup_worth_trading_breaks_within_five_hours(seed: int) -> None:
    market = model_market(seed, None)
    breaks = 0
    for product_id in PERPS:
        product = market.products[product_id]
        assert isinstance(product, SeriesProduct)
        breaks += sum(tradable_breaks(product.series, market.start, seconds) for seconds in (900, 3600))
    assert breaks >= 1
