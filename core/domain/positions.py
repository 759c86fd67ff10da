"""Fills, open positions, closed trades and how a price or a candle ends a position (STRAT.md S10.3, S11)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.domain.leverage import Tier
from core.domain.patterns import Side, TargetKind
from core.domain.timeframes import Timeframe


class ExitReason(StrEnum):
    """Why a position closed."""

    LIQUIDATION = "LIQUIDATION"
    STOP = "STOP"
    TARGET = "TARGET"
    INTRADAY_DEADLINE = "INTRADAY_DEADLINE"
    MANUAL = "MANUAL"
    PATTERN = "PATTERN"


class FillTag(StrEnum):
    """How a fill came to be: on a live tick, on a late first tick, or from candles of an outage."""

    LIVE = "live"
    LATE = "late"
    RECONSTRUCTED = "reconstructed"


@dataclass(frozen=True, slots=True)
class Fill:
    """A paper fill; price in quote currency, fee in USD."""

    price: Decimal
    fee: Decimal
    at: datetime
    tag: FillTag = FillTag.LIVE


class Origin(StrEnum):
    """Who opened a position: a setup's break, or a person before it."""

    SETUP = "setup"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class Exit:
    """A reached exit: why, and the raw price before slippage."""

    reason: ExitReason
    price: Decimal


@dataclass(frozen=True, slots=True)
class Plan:
    """The levels a position lives by. `invalidation` is the other side of the setup bar (pattern exit, S11)."""

    side: Side
    stop: Decimal
    target: Decimal
    target_kind: TargetKind
    invalidation: Decimal
    entry_bar_end: datetime


@dataclass(frozen=True, slots=True)
class OpenPosition:
    """A paper position.

    Attributes:
        id: `setup id|side`, so that a retry collides.
        pattern: the resolved sequence, e.g. `2D-1-2U`.
        size: base units, on the product's increment.
        leverage: notional over the balance at entry; what the LEVERAGE gate judged.
        tier: intraday or swing; a position that took the swing margin is a swing position.
        margin_leverage: L, which sets margin and liquidation price.
        margin: isolated margin reserved, USD.
        liquidation: liquidation price.
        entry_balance: realised balance at the entry, before the entry fee, USD.
        risk_usd: what one R is worth, USD.
        funding: funding booked so far, USD.
        origin: who opened it.
    """

    id: str
    setup_id: str
    symbol: str
    product_id: str
    timeframe: Timeframe
    pattern: str
    plan: Plan
    size: Decimal
    entry: Fill
    leverage: Decimal
    tier: Tier
    margin_leverage: Decimal
    margin: Decimal
    liquidation: Decimal
    entry_balance: Decimal
    risk_usd: Decimal
    funding: Decimal = Decimal(0)
    origin: Origin = Origin.SETUP

    @property
    def side(self) -> Side:
        """Direction."""
        return self.plan.side

    def unrealised(self, mark: Decimal) -> Decimal:
        """Profit or loss at `mark` without fees, USD."""
        return self.side.sign * (mark - self.entry.price) * self.size

    def notional(self, mark: Decimal) -> Decimal:
        """Size times mark, USD."""
        return self.size * mark


@dataclass(frozen=True, slots=True)
class ClosedTrade:
    """A finished position; amounts in USD, each rounded once when booked."""

    position: OpenPosition
    exit: Fill
    reason: ExitReason
    gross: Decimal
    net: Decimal

    @property
    def id(self) -> str:
        """The position's id."""
        return self.position.id

    @property
    def fees(self) -> Decimal:
        """Entry and exit fee."""
        return self.position.entry.fee + self.exit.fee

    @property
    def funding(self) -> Decimal:
        """Funding booked over the position's life."""
        return self.position.funding

    @property
    def r_multiple(self) -> Decimal:
        """Net over what was risked (S9)."""
        return self.net / self.position.risk_usd

    @property
    def pct(self) -> Decimal:
        """Gross in percent of the entry notional (S10.3)."""
        return self.gross / self.position.notional(self.position.entry.price) * 100


BASIS_POINT = Decimal("0.0001")


def slipped(price: Decimal, sign: int, basis_points: Decimal) -> Decimal:
    """The price moved by basis points in the direction of `sign` (+1 up: what a buyer pays more)."""
    return price * (1 + sign * basis_points * BASIS_POINT) if basis_points else price


def exit_on_tick(plan: Plan, liquidation: Decimal, price: Decimal, held_s: float, min_hold_s: float) -> Exit | None:
    """Which exit a tick reaches: liquidation, stop, then target once the minimum hold is over; a touch is enough.

    Args:
        plan: the position's levels.
        liquidation: its liquidation price.
        price: the tick.
        held_s: seconds since the fill.
        min_hold_s: seconds before which the target is not taken (300); stops never wait.
    """
    if not price.is_finite():
        return None
    sign = plan.side.sign
    if sign * (price - liquidation) <= 0:
        return Exit(ExitReason.LIQUIDATION, price)
    if sign * (price - plan.stop) <= 0:
        return Exit(ExitReason.STOP, price)
    if held_s >= min_hold_s and sign * (price - plan.target) >= 0:
        return Exit(ExitReason.TARGET, price)
    return None


def exit_in_candle(
    plan: Plan, liquidation: Decimal, candle: tuple[Decimal, Decimal, Decimal], may_target: bool = True
) -> Exit | None:
    """Which exit a closed candle reaches, stop before target (S11).

    Args:
        plan: the position's levels.
        liquidation: its liquidation price.
        candle: open, high, low.
        may_target: False within the minimum hold.
    """
    opened, high, low = candle
    if not all(price.is_finite() for price in candle):
        return None
    sign = plan.side.sign
    worst, best = (low, high) if sign > 0 else (high, low)
    if sign * (opened - liquidation) <= 0:
        return Exit(ExitReason.LIQUIDATION, opened)
    if sign * (worst - plan.stop) <= 0:
        beyond = sign * (opened - plan.stop) <= 0
        return Exit(ExitReason.STOP, opened if beyond else plan.stop)
    if may_target and sign * (best - plan.target) >= 0:
        return Exit(ExitReason.TARGET, plan.target)
    return None


def gross_profit(side: Side, size: Decimal, entry: Decimal, exit_price: Decimal) -> Decimal:
    """d x (exit - entry) x size, USD, not rounded (S10.3)."""
    return side.sign * (exit_price - entry) * size
