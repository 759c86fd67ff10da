"""Bars with a wanted run of STRAT classes, the same on every machine; prices end where a quote stands."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from core.domain.bars import Bar, BarKind, SeriesKey, classify
from core.domain.continuity import Standing
from core.domain.snapshot import SeriesView
from core.domain.timeframes import SCANNED, Timeframe

NOW = datetime(2025, 12, 14, 19, 32, 7, tzinfo=UTC)
"""Sunday 14:32:07 in New York: the intraday tier ends in 1h 27m."""

PRICES = {"BTC": Decimal("90387.5"), "ETH": Decimal("3121.40"), "SOL": Decimal("132.08")}
STEPS = {"BTC": Decimal("0.1"), "ETH": Decimal("0.01"), "SOL": Decimal("0.01")}
TAILS = {
    ("BTC", "1w"): "2U 2U",
    ("BTC", "1d"): "2D 3 2U",
    ("BTC", "4h"): "2U 3 1 1",
    ("BTC", "1h"): "3 1 2U",
    ("BTC", "15m"): "2U 1 3",
    ("ETH", "1w"): "2U 2D",
    ("ETH", "1d"): "3 2D 1 1",
    ("ETH", "4h"): "2U 2D",
    ("ETH", "1h"): "2D 2U",
    ("ETH", "15m"): "1 2U",
    ("SOL", "1w"): "1 2U",
    ("SOL", "1d"): "2D 2U",
    ("SOL", "4h"): "3 2U",
    ("SOL", "1h"): "2U 1 1",
    ("SOL", "15m"): "2D 1 2U",
}
WIDTHS = {"15m": 0.005, "1h": 0.007, "4h": 0.012, "1d": 0.022, "1w": 0.05}
KINDS = {"1": BarKind.INSIDE, "2U": BarKind.UP, "2D": BarKind.DOWN, "3": BarKind.OUTSIDE}


def series_of(symbol: str, timeframe: Timeframe, now: datetime = NOW, count: int = 60) -> SeriesView:
    """Closed bars and a forming one whose last classes are those of `TAILS`."""
    rng = random.Random(f"{symbol}{timeframe}")
    tail = [KINDS[text] for text in TAILS[symbol, str(timeframe)].split()]
    choices = [BarKind.UP, BarKind.DOWN, BarKind.INSIDE, BarKind.OUTSIDE]
    kinds = rng.choices(choices, weights=(40, 40, 12, 8), k=count - len(tail)) + tail
    shapes = _shapes(kinds, rng)
    last, step, width = PRICES[symbol], STEPS[symbol], Decimal(str(WIDTHS[str(timeframe)]))
    final_close = shapes[-1][3]
    bars = []
    for index, shape in enumerate(shapes):
        start = timeframe.start_of(now) - timedelta(minutes=timeframe.minutes * (count - 1 - index))
        opened, high, low, close = [
            (last * (1 + (Decimal(str(value)) - Decimal(str(final_close))) * width) / step).quantize(Decimal(1)) * step
            for value in shape
        ]
        bars.append(Bar(start, opened, high, low, close, Decimal(1000)))
    found = tuple(classify(before, bar) for before, bar in zip([None, *bars[:-1]], bars, strict=True))
    return SeriesView(tuple(bars[:-1]), found[:-1], bars[-1], found[-1])


def all_series() -> Mapping[SeriesKey, SeriesView]:
    """Every series of the three symbols."""
    return {SeriesKey(symbol, timeframe): series_of(symbol, timeframe) for symbol in PRICES for timeframe in SCANNED}


def standings_of(series: Mapping[SeriesKey, SeriesView]) -> Mapping[str, Mapping[Timeframe, Standing]]:
    """What the forming bars say, by symbol."""
    found: dict[str, dict[Timeframe, Standing]] = {}
    for key, view in series.items():
        assert view.forming is not None
        standing = Standing(view.forming_kind, view.forming.open, view.forming.close)
        found.setdefault(key.symbol, {})[key.timeframe] = standing
    return found


def _shapes(kinds: list[BarKind], rng: random.Random) -> list[tuple[float, float, float, float]]:
    """Open, high, low, close in bar widths."""
    high, low, close = 1.0, 0.0, 0.5
    shapes = []
    for kind in kinds:
        high, low = _range(kind, high, low, rng)
        opened = min(max(close, low + 0.02), high - 0.02)
        lean = {BarKind.UP: 0.8, BarKind.DOWN: 0.2}.get(kind, rng.uniform(0.2, 0.8))
        close = low + (high - low) * min(0.95, max(0.05, lean + rng.uniform(-0.15, 0.15)))
        shapes.append((opened, high, low, close))
    return shapes


def _range(kind: BarKind, high: float, low: float, rng: random.Random) -> tuple[float, float]:
    span = high - low
    match kind:
        case BarKind.UP:
            top = high + rng.uniform(0.1, 0.5)
            return top, max(low + 0.05, top - rng.uniform(0.6, 1.3))
        case BarKind.DOWN:
            bottom = low - rng.uniform(0.1, 0.5)
            return min(high - 0.05, bottom + rng.uniform(0.6, 1.3)), bottom
        case BarKind.INSIDE:
            return high - span * rng.uniform(0.4, 0.5), low + span * rng.uniform(0.05, 0.1)
        case _:
            return high + rng.uniform(0.1, 0.3), low - rng.uniform(0.1, 0.3)
