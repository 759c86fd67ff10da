"""A policy's Decimals as whole numbers for the kernels, and the bounds within which 64 and 128 bits hold them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from core.domain.levels import TOLERANCE, FilterPolicy
from core.domain.leverage import Tier
from core.domain.margin import LiquidationBasis, can_open
from core.domain.policy import Policy
from core.domain.sizing import LEVERAGE_TOLERANCE
from core.domain.symbols import Instrument
from core.research.backtest import kernel_money as money
from core.research.backtest import kernel_positions as held
from core.research.backtest.bars import Ints
from core.research.backtest.settings import BacktestSettings
from core.trading.gates import margin_leverage

WORD = 1 << 62
WIDE = 1 << 126
MOST_MICROS = 1 << 50
"""The account may come to this many micro-USD, a thousand million USD, before the desk takes over."""
SAME = Fraction(1, 10**25)
"""A Decimal that was divided on its way is taken for the fraction it stands for when it is this close, relatively."""
MICRO = 10**6


class TooWideError(ValueError):
    """A number of the settings or bars does not fit the kernels' integers; the desk has no such bound."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What the whole numbers of one symbol stand for.

    Attributes:
        unit: of prices, quote currency.
        most: the highest price of its bars, units.
        least: the lowest.
        rates: funding rates as numerators of `rates_by`, absolute, the highest.
        rates_by: their common divisor.
        rounded: the numerator of a rate the desk has only rounded; 0 for none.
    """

    unit: Fraction
    most: int
    least: int
    rates: int
    rates_by: int
    rounded: int


def exact(value: Decimal) -> tuple[Fraction, bool]:
    """The fraction a Decimal stands for, and whether the Decimal is only its rounding.

    Raises:
        TooWideError: neither it nor a fraction near it has a divisor that fits.
    """
    whole = Fraction(value)
    if whole.denominator <= 10**12:
        return whole, False
    near = whole.limit_denominator(10**9)
    if abs(near - whole) > abs(whole) * SAME:
        raise TooWideError(f"{value} has too many digits")
    return near, True


def limits_of(filters: FilterPolicy) -> Ints:
    """The filters of S5 as pairs of factors: move * a < level * b."""
    least = Fraction(filters.min_magnitude_pct) - Fraction(TOLERANCE)
    reward = Fraction(filters.min_risk_reward) - Fraction(TOLERANCE)
    pairs = (100 / least if least > 0 else None, 1 / reward if reward > 0 else None)
    numbers = [number for pair in pairs for number in ((pair.numerator, pair.denominator) if pair else (1, 0))]
    return _words([*numbers, int(filters.measured_targets)])


def rules_of(settings: BacktestSettings, grain: int, most: int, symbols: int) -> Ints:
    """The rules that are one for all symbols; the second result's flag is 0."""
    policy = settings.policy
    start = Fraction(policy.start_balance) * MICRO
    if start.denominator != 1:
        raise TooWideError("the starting balance is not a whole number of micro-USD")
    rules = [0] * held.RULES
    rules[held.R_GRAIN], rules[held.R_MOST], rules[held.R_SYMBOLS] = grain, most, symbols
    rules[held.R_HOLD] = math.ceil(policy.prices.min_hold_s)
    rules[held.R_CONTINUITY], rules[held.R_VETO] = policy.filters.min_continuity, int(policy.filters.veto)
    rules[held.R_START] = int(start)
    return _words(rules)


def terms_of(settings: BacktestSettings, symbols: Sequence[str], scales: Sequence[Scale]) -> tuple[Ints, int, int]:
    """The terms of every symbol, grains of a micro-USD, and the most micro-USD they hold for.

    Raises:
        TooWideError: a product of them could leave its bits.
    """
    policy = settings.policy
    instruments = [settings.instruments[symbol] for symbol in symbols]
    slip = Fraction(policy.fees.slippage_bp) / 10_000
    worth = [_worth(each, scale, slip) for each, scale in zip(instruments, scales, strict=True)]
    offers = [[_offer(policy, each, tier) for tier in (Tier.INTRADAY, Tier.SWING)] for each in instruments]
    steps = [one / each.leverage for one, pair in zip(worth, offers, strict=True) for each in pair]
    grains = math.lcm(MICRO, *(each.denominator for each in (*worth, *steps)))
    rows = []
    for instrument, scale, one, pair in zip(instruments, scales, worth, offers, strict=True):
        row = _symbol_terms(policy, instrument, scale, slip)
        row[money.GRAINS] = int(one * grains)
        for place, each in zip((money.OFFERS, money.OFFERS + money.OFFER), pair, strict=True):
            row[place : place + money.OFFER] = each.terms(policy, scale, slip, one * grains)
        rows.append(row)
    most = min(MOST_MICROS, *(WORD // max(row[money.SMALLEST], row[money.LARGEST], 1) for row in rows))
    for row, instrument, scale in zip(rows, instruments, scales, strict=True):
        _check(row, scale, Fraction(policy.risk.max_notional) / Fraction(instrument.size_increment), most, grains)
    return _words(rows), grains // MICRO, most


@dataclass(frozen=True, slots=True)
class _Offer:
    """A tier's L and what the LEVERAGE gate allows."""

    leverage: Fraction
    cap: Fraction
    maintenance: Fraction
    opens: bool
    rounded: bool

    def terms(self, policy: Policy, scale: Scale, slip: Fraction, grains: Fraction) -> list[int]:
        """As `kernel_money` lays them out; `grains` are those of one increment and part."""
        cap = Fraction(policy.risk.risk_pct) / self.cap
        parts = 2 * slip.denominator
        found = [0] * money.OFFER
        found[money.CAP], found[money.CAP_BY] = cap.numerator, cap.denominator
        found[money.MARGIN] = int(grains / self.leverage)
        found[money.CAN_OPEN], found[money.ROUNDED] = int(self.opens), int(self.rounded)
        for sign, at, by in ((1, money.LONG_AT, money.LONG_BY), (-1, money.SHORT_AT, money.SHORT_BY)):
            if policy.margin.basis is LiquidationBasis.ENTRY:
                factor = 1 - sign * (1 / self.leverage - self.maintenance)
            else:
                factor = (1 - sign / self.leverage) / (1 - sign * self.maintenance)
            units = factor / parts
            found[at], found[by] = units.numerator, units.denominator
        return found


def _offer(policy: Policy, instrument: Instrument, tier: Tier) -> _Offer:
    leverage = margin_leverage(policy, instrument, tier, instrument.symbol)
    rate = policy.margin.rate(instrument.symbol, leverage)
    times, inexact = exact(leverage)
    maintenance, rounded = exact(rate)
    cap = min(times, Fraction(policy.risk.max_leverage)) + Fraction(LEVERAGE_TOLERANCE)
    endless = 10**60 * (1 / times) % 1 != 0
    return _Offer(times, cap, maintenance, can_open(leverage, rate), inexact or rounded or endless)


def _worth(instrument: Instrument, scale: Scale, slip: Fraction) -> Fraction:
    """USD of one size increment and one part of a price."""
    return Fraction(instrument.size_increment) * scale.unit / (2 * slip.denominator)


def _symbol_terms(policy: Policy, instrument: Instrument, scale: Scale, slip: Fraction) -> list[int]:
    increment, risked = Fraction(instrument.size_increment), Fraction(policy.risk.risk_pct) / MICRO
    worth = _worth(instrument, scale, slip)
    lowest, highest = Fraction(policy.risk.min_notional), Fraction(policy.risk.max_notional)
    swing = Fraction(policy.tiers.maximum(instrument.symbol, Tier.SWING))
    row = [0] * money.TERMS
    row[money.PARTS] = slip.denominator
    row[money.UP], row[money.DOWN] = slip.denominator + slip.numerator, slip.denominator - slip.numerator
    row[money.LEAST] = max(1, math.ceil(Fraction(instrument.min_size) / increment))
    row[money.FUNDING_ROUNDED] = scale.rounded
    row[money.TRADABLE] = int(instrument.tradable)
    pairs = (
        (money.SIZE, risked / worth),
        (money.SMALLEST, risked / lowest if lowest else None),
        (money.LARGEST, risked / highest if highest else None),
        (money.FEE, worth * Fraction(policy.fees.taker(instrument.kind)) * MICRO),
        (money.GROSS, worth * MICRO),
        (money.FUNDING, increment * scale.unit * MICRO / scale.rates_by),
        (money.SWING, swing),
    )
    for place, pair in pairs:
        row[place], row[place + 1] = (pair.numerator, pair.denominator) if pair is not None else (1, 0)
    return row


def _check(row: Sequence[int], scale: Scale, largest: Fraction, most: int, grains: int) -> None:
    """Would every product hold, up to a price of twice the highest and the largest position?"""
    price = 4 * scale.most * max(row[money.UP], 1)
    size = math.ceil(largest / (scale.unit * max(1, scale.least) / 2)) + 1
    offers = (money.OFFERS, money.OFFERS + money.OFFER)
    margins = [row[each + money.MARGIN] for each in offers]
    words = [
        size * max(row[money.FEE], row[money.GROSS], row[money.GRAINS], *margins),
        size * scale.rates,
        2 * scale.most * row[money.FUNDING],
        price * row[money.SIZE_BY],
        *(abs(number) for number in row),
    ]
    wide = [
        size * max(row[money.GRAINS] * row[money.SWING_BY], *margins) * price,
        most * (grains // MICRO) * max(1, row[money.SWING]) * 4,
    ]
    if max(words) >= WORD or max(wide) >= WIDE:
        raise TooWideError("these prices, increments and settings together have too many digits")


def _words(numbers: Iterable[int] | Iterable[Sequence[int]]) -> Ints:
    try:
        return np.array(list(numbers), np.int64)
    except OverflowError as error:
        raise TooWideError("a number of the settings has too many digits") from error
