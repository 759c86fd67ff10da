"""Bars and settings for the rows of the backtest (PERFORMANCE.md D1, D2)."""

from dataclasses import replace
from decimal import Decimal

import numpy as np

from core.domain.policy import Policy
from core.domain.symbols import Instrument, ListingKind
from core.domain.timeframes import D1, M15
from core.research.backtest.bars import Bars, SymbolBars
from core.research.backtest.settings import BacktestSettings, Slippage

STEP = 0.0025
"""Standard deviation of a 15m return of the recorded BTC-USD, 2024 to 2025."""
WICK = 0.0009
"""Mean reach beyond open and close, there."""
UNEVEN = 0.5
"""How much one day's movement differs from another's, as the deviation of its logarithm."""


def random_bars(count: int, seed: int = 8) -> Bars:
    """A walk of one symbol from 60,000 USD, in cents, that moves as the recorded BTC-USD does.

    By the usual settings it gives about as many trades as the recorded bars, 700 of a million, of twice the entries.
    """
    rng = np.random.default_rng(seed)
    day = D1.minutes // M15.minutes
    moving = np.repeat(np.exp(rng.normal(0, UNEVEN, count // day + 1) - UNEVEN**2), day)[:count]
    close = (6_000_000 * np.exp(np.cumsum(rng.normal(0, STEP, count) * moving))).astype(np.int64)
    opened = np.concatenate((close[:1], close[:-1]))
    reach = (close * moving * rng.exponential(WICK, (2, count))).astype(np.int64)
    high, low = np.maximum(opened, close) + reach[0], np.maximum(1, np.minimum(opened, close) - reach[1])
    start = np.arange(count, dtype=np.int64) * M15.seconds
    return Bars((SymbolBars("BTC", M15, Decimal("0.01"), start, opened, high, low, close),))


def usual() -> BacktestSettings:
    """The defaults with fees, funding and realistic slippage."""
    listing = Instrument("BTC", "BTC-INTX", ListingKind.INTX, Decimal("0.01"), Decimal("1e-8"), Decimal("1e-8"))
    return BacktestSettings(Policy(symbols=("BTC",)), {"BTC": listing}).slipping(Slippage.REALISTIC)


def grid(count: int) -> list[BacktestSettings]:
    """So many different settings: filters, continuity and risk."""
    base, found = usual(), []
    for number in range(count):
        filters = replace(
            base.policy.filters,
            min_magnitude_pct=Decimal(40 + number % 10 * 4) / 100,
            min_risk_reward=Decimal(14 + number // 10 % 10) / 10,
            min_continuity=number // 100 % 5,
            veto=number // 500 % 2 == 0,
        )
        found.append(replace(base, policy=replace(base.policy, filters=filters)))
    return found
