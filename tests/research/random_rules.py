"""Random settings and harder random bars: what makes an exact path and a fast one differ, if anything does."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Final

import numpy as np

from core.domain.levels import FilterPolicy
from core.domain.leverage import TierPolicy
from core.domain.margin import FundingPolicy, LiquidationBasis, MarginPolicy
from core.domain.patterns import StopMode
from core.domain.policy import FeePolicy, Policy, PricePolicy
from core.domain.sizing import RiskPolicy
from core.domain.symbols import Instrument, ListingKind
from core.domain.timeframes import H1, M1, M15, Timeframe
from core.research.backtest.bars import Bars, SymbolBars
from core.research.backtest.settings import BacktestSettings, FundingRecord

SYMBOLS: Final = ("BTC", "ETH", "SOL", "XYZ")
FRIDAY_S: Final = 1_772_755_200
"""Friday 2026-03-06 00:00 UTC: maintenance is that evening, and New York's clock changes two days later."""


def wild_walk(dice: Random, symbol: str, rows: int, timeframe: Timeframe, unit: Decimal, step: int) -> SymbolBars:
    """A walk with holes, bad rows, jumps through stops, flat and inside bars; prices are multiples of `step` units."""
    price = step * dice.choice((120, 400, 3_000, 70_000))
    least, wide = max(step, price // step // 50 * step), dice.choice((3, 8, 30))
    starts, prices = [], []
    begins = timeframe.floor_s(FRIDAY_S + dice.randrange(0, 5 * 86_400))
    at, missing, bad = begins, dice.choice((0, 0.02, 0.2)), dice.choice((0, 0.01))
    for _ in range(rows):
        at += timeframe.seconds
        if dice.random() < missing:
            at += timeframe.seconds * dice.choice((1, 1, 2, 5, 40))
        move = max(1, price // step // dice.choice((40, 150, 400, 2_000)))
        jump = dice.randrange(-wide * move, wide * move + 1) if dice.random() < 0.12 else 0
        path = [max(least, price + step * jump)]
        for _ in range(dice.choice((0, 1, 3, 8))):
            path.append(max(least, path[-1] + step * dice.randrange(-move, move + 1)))
        starts.append(at)
        prices.append((0, 0, 0, 0) if dice.random() < bad else (path[0], max(path), min(path), path[-1]))
        price = path[-1]
    columns = np.array(prices, np.int64).reshape(len(prices), 4)
    return SymbolBars(symbol, timeframe, unit, np.array(starts, np.int64), *(columns[:, c].copy() for c in range(4)))


def wild_rules(dice: Random, symbols: Sequence[str], listings: dict[str, Instrument]) -> BacktestSettings:
    """Settings in which every gate, tier and exit has its turn."""
    filters = FilterPolicy(
        min_magnitude_pct=dice.choice((Decimal(0), Decimal("0.1"), Decimal("0.5"))),
        min_risk_reward=dice.choice((Decimal(0), Decimal(1), Decimal("1.5"))),
        min_continuity=dice.choice((0, 0, 1, 2)),
        veto=dice.random() < 0.5,
        stop_mode=dice.choice(tuple(StopMode)),
        max_inside_bars=dice.choice((1, 2, 3, 5)),
        measured_targets=dice.random() < 0.8,
    )
    risk = RiskPolicy(
        risk_pct=dice.choice((Decimal("0.02"), Decimal("0.1"), Decimal("0.3"))),
        max_leverage=dice.choice((Decimal(8), Decimal("2.5"), Decimal(50))),
        max_notional=dice.choice((Decimal(100_000), Decimal(2_500))),
    )
    margin = MarginPolicy(basis=dice.choice(tuple(LiquidationBasis)), intx=dice.random() < 0.3)
    tiers = TierPolicy(unknown=dice.choice((Decimal(4), Decimal(20), Decimal("1.5"))))
    fees = FeePolicy(slippage_bp=dice.choice((Decimal(0), Decimal(2), Decimal("12.5"))))
    funding = FundingPolicy(interval_hours=dice.choice((1, 8)), apr=dice.choice((Decimal("0.10"), Decimal("-0.913"))))
    policy = Policy(
        symbols=tuple(symbols), start_balance=dice.choice((Decimal(1000), Decimal("87.654321"), Decimal(250_000))),
        filters=filters, risk=risk, margin=margin, tiers=tiers, fees=fees, funding=funding,
        prices=PricePolicy(min_hold_s=dice.choice((300.0, 3_600.0))),
    )  # fmt: skip
    recorded = {symbol: _recorded(dice) for symbol in symbols if dice.random() < 0.3}
    return BacktestSettings(policy, listings, recorded)


def _recorded(dice: Random) -> FundingRecord:
    hours = dice.choice((1, 4, 8))
    first = FRIDAY_S // (hours * 3600) * hours * 3600
    instants = [first + each * hours * 3600 for each in range(200) if dice.random() < 0.7]
    return FundingRecord(hours, {at: Decimal(dice.randrange(-40_000, 40_000)).scaleb(-8) for at in instants})


def wild_case(seed: int, rows: int = 160) -> tuple[Bars, BacktestSettings]:
    """Bars and settings of one seed: one to three symbols, not all on one timeframe."""
    dice = Random(seed)
    symbols = tuple(dice.sample(SYMBOLS, dice.choice((1, 2, 2, 3))))
    series, listings = [], {}
    for symbol in symbols:
        timeframe = dice.choice((M15, M15, M15, M1, Timeframe(5), H1, Timeframe(240)))
        unit, step = dice.choice(((Decimal("0.1"), 1), (Decimal("0.01"), 5), (Decimal(1), 1), (Decimal("0.001"), 10)))
        size = dice.choice((Decimal("0.00000001"), Decimal("0.001"), Decimal("0.05"), Decimal(1)))
        least = size * dice.choice((1, 1, 3))
        series.append(wild_walk(dice, symbol, rows, timeframe, unit, step))
        listed = Instrument(symbol, f"{symbol}-PERP-INTX", ListingKind.INTX, unit * step, size, least)
        listings[symbol] = replace(listed, max_leverage=dice.choice((None, None, Decimal(6))))
    return Bars(tuple(series)), wild_rules(dice, symbols, listings)
