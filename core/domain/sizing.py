"""Risk per trade to a size, and the refusals on the way (STRAT.md S9)."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from enum import StrEnum

from core.domain.margin import PRECISION

LEVERAGE_TOLERANCE = Decimal("1e-9")


class Refusal(StrEnum):
    """Why a triggered setup did not open, in the order they are tested: S9's, a person's word, halts, guards."""

    MAINTENANCE_GAP = "MAINTENANCE_GAP"
    MIN_MAGNITUDE = "MIN_MAGNITUDE"
    MIN_RISK_REWARD = "MIN_RISK_REWARD"
    MAINTENANCE = "MAINTENANCE"
    VETO_1W = "VETO_1W"
    VETO_1D = "VETO_1D"
    LOW_CONTINUITY = "LOW_CONTINUITY"
    POSITION_OPEN = "POSITION_OPEN"
    STALE_PRICE = "STALE_PRICE"
    INVALID = "INVALID"
    LEVERAGE = "LEVERAGE"
    MIN_NOTIONAL = "MIN_NOTIONAL"
    MAX_NOTIONAL = "MAX_NOTIONAL"
    MIN_SIZE = "MIN_SIZE"
    MARGIN = "MARGIN"
    LIQUIDATION_FIRST = "LIQUIDATION_FIRST"
    REJECTED = "REJECTED"
    SNOOZED = "SNOOZED"
    WATCHED = "WATCHED"
    IGNORED = "IGNORED"
    NOT_APPROVED = "NOT_APPROVED"
    HALTED = "HALTED"
    PAUSED = "PAUSED"
    DAILY_LOSS = "DAILY_LOSS"
    DRAWDOWN = "DRAWDOWN"
    LOSING_STREAK = "LOSING_STREAK"
    EXPOSURE = "EXPOSURE"
    COOL_DOWN = "COOL_DOWN"
    CLOCK_SKEW = "CLOCK_SKEW"


@dataclass(frozen=True, slots=True)
class RiskPolicy:
    """How much is risked and what bounds a trade; amounts in USD.

    Attributes:
        risk_pct: fraction of the realised balance risked per trade; 0.02 is 2 %.
        max_leverage: the trader's own cap on notional over balance.
    """

    risk_pct: Decimal = Decimal("0.02")
    max_leverage: Decimal = Decimal(8)
    min_notional: Decimal = Decimal(10)
    max_notional: Decimal = Decimal(100_000)


@dataclass(frozen=True, slots=True)
class Sizing:
    """The arithmetic of one entry before flooring to the increment; USD, base units, and a ratio."""

    risk_usd: Decimal
    distance: Decimal
    notional: Decimal
    leverage: Decimal
    size: Decimal


@dataclass(frozen=True, slots=True)
class Skipped:
    """A refusal with the sizing it rests on; None where the inputs allowed none."""

    code: Refusal
    sizing: Sizing | None


def size_entry(
    balance: Decimal,
    fill: Decimal,
    stop: Decimal,
    max_leverage: Decimal,
    risk: RiskPolicy,
    fraction: Decimal = Decimal(1),
) -> Sizing | Skipped:
    """Size by risk: risk_usd / (|fill - stop| / fill) of notional; skip, never shrink (S9).

    Args:
        balance: realised balance, USD.
        fill: entry price.
        stop: stop price.
        max_leverage: min(tier, the trader's cap, the product's cap).
        risk: the risk policy.
        fraction: of that size, for an entry by hand; above 0 and at most 1.
    """
    with localcontext() as context:
        context.prec = PRECISION
        if not (fill.is_finite() and stop.is_finite()):
            return Skipped(Refusal.INVALID, None)
        distance = abs(fill - stop)
        if balance <= 0 or fill <= 0 or stop <= 0 or distance == 0:
            return Skipped(Refusal.INVALID, None)
        risk_usd = balance * risk.risk_pct
        notional = risk_usd * fraction / (distance / fill)
        sizing = Sizing(risk_usd, distance, notional, notional / balance, risk_usd * fraction / distance)
    if sizing.leverage > max_leverage + LEVERAGE_TOLERANCE:
        return Skipped(Refusal.LEVERAGE, sizing)
    if notional < risk.min_notional:
        return Skipped(Refusal.MIN_NOTIONAL, sizing)
    if notional > risk.max_notional:
        return Skipped(Refusal.MAX_NOTIONAL, sizing)
    return sizing


def raised(size: Decimal, increment: Decimal) -> Decimal:
    """The size rounded up to a whole number of increments."""
    return (size / increment).to_integral_value(ROUND_CEILING) * increment


def floored(size: Decimal, increment: Decimal) -> Decimal:
    """The size rounded down to a whole number of increments (S9)."""
    with localcontext() as context:
        context.prec = PRECISION
        return (size / increment).to_integral_value(ROUND_FLOOR) * increment
