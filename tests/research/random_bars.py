"""Random walks of bars with what makes rules differ: gaps, bad rows, equal highs, jumps, inside bars."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Final

import numpy as np

from core.domain.levels import FilterPolicy
from core.domain.policy import FeePolicy, Policy
from core.domain.symbols import Instrument, ListingKind
from core.domain.timeframes import M15, Timeframe
from core.research.backtest.bars import Bars, SymbolBars
from core.research.backtest.settings import BacktestSettings

START_S: Final = 1_767_571_200
"""Monday 2026-01-05 00:00 UTC."""
UNIT: Final = Decimal("0.1")


def walk(symbol: str, seed: int, rows: int, timeframe: Timeframe = M15) -> SymbolBars:
    """Some 1,000 units of price, moving by a percent or so a bar; a row in twenty is missing, a few are bad."""
    dice = Random(f"{symbol} {seed}")
    price, starts, prices = 10_000, [], []
    for row in range(rows):
        if dice.random() < 0.05:
            continue
        opened = price + (dice.randrange(-200, 200) if dice.random() < 0.1 else 0)
        path = [opened]
        for _ in range(dice.choice((2, 6, 12))):
            path.append(max(1_000, path[-1] + 10 * dice.randrange(-6, 7)))
        starts.append(START_S + row * timeframe.seconds)
        bad = dice.random() < 0.004
        prices.append((0, 0, 0, 0) if bad else (opened, max(path), min(path), path[-1]))
        price = path[-1]
    columns = np.array(prices, np.int64).reshape(len(prices), 4)
    opened_at = np.array(starts, np.int64)
    return SymbolBars(symbol, timeframe, UNIT, opened_at, *(columns[:, place].copy() for place in range(4)))


def walks(symbols: Sequence[str], seed: int, rows: int, timeframe: Timeframe = M15) -> Bars:
    """One walk a symbol."""
    return Bars(tuple(walk(symbol, seed, rows, timeframe) for symbol in symbols))


def loose(symbols: Sequence[str], fees: FeePolicy | None = None) -> BacktestSettings:
    """Rules under which random walks trade often: small moves count, continuity is not asked for."""
    filters = FilterPolicy(min_magnitude_pct=Decimal("0.1"), min_risk_reward=Decimal(1), min_continuity=0, veto=False)
    policy = Policy(symbols=tuple(symbols), filters=filters, fees=fees or FeePolicy())
    listings = {
        symbol: Instrument(symbol, f"{symbol}-PERP-INTX", ListingKind.INTX, UNIT, Decimal("0.001"), Decimal("0.001"))
        for symbol in symbols
    }
    return BacktestSettings(policy, listings)
