"""Isolated margin, liquidation price and funding (STRAT.md S9, S10)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from enum import StrEnum
from types import MappingProxyType

from core.domain.patterns import Side

MICRO = Decimal("0.000001")
HOURS_PER_YEAR = 8760
PRECISION = 50
"""Digits of intermediate results; bookings are rounded once, by `booked`."""


def booked(amount: Decimal) -> Decimal:
    """An amount of USD as it is booked: rounded half-even to 1e-6 (S9)."""
    with localcontext() as context:
        context.prec = PRECISION
        return amount.quantize(MICRO, ROUND_HALF_EVEN)


class LiquidationBasis(StrEnum):
    """Whether maintenance margin is charged on the entry's notional or on the mark's (S10.2)."""

    ENTRY = "entry"
    MARK = "mark"


def _maintenance() -> Mapping[str, Decimal]:
    return MappingProxyType({"BTC": Decimal("0.05"), "ETH": Decimal("0.05"), "SOL": Decimal("0.067")})


@dataclass(frozen=True, slots=True)
class MarginPolicy:
    """Maintenance margin rates and the basis of the liquidation price (S10.2).

    Attributes:
        intx: take two thirds of the initial margin (1/L) as the maintenance rate instead of the table.
        unknown: the rate for a base asset that is not in the table.
    """

    basis: LiquidationBasis = LiquidationBasis.ENTRY
    intx: bool = False
    maintenance: Mapping[str, Decimal] = field(default_factory=_maintenance)
    unknown: Decimal = Decimal("0.067")

    def rate(self, symbol: str, leverage: Decimal) -> Decimal:
        """Maintenance margin rate, a fraction of notional."""
        if self.intx:
            return Decimal(2) / 3 / leverage
        return self.maintenance.get(symbol, self.unknown)


def can_open(leverage: Decimal, maintenance: Decimal) -> bool:
    """Does the initial margin 1/L exceed the maintenance rate? Otherwise nothing can be opened (S10.2)."""
    return leverage > 0 and 1 / leverage > maintenance


def liquidation_price(
    side: Side, entry: Decimal, leverage: Decimal, maintenance: Decimal, basis: LiquidationBasis
) -> Decimal:
    """Where an isolated position is liquidated; not rounded (S10.2).

    `entry` basis: E(1 - d(1/L - mm)); `mark` basis: E(1 - d/L)/(1 - d mm).
    """
    with localcontext() as context:
        context.prec = PRECISION
        sign = side.sign
        if basis is LiquidationBasis.ENTRY:
            return entry * (1 - sign * (1 / leverage - maintenance))
        return entry * (1 - sign / leverage) / (1 - sign * maintenance)


@dataclass(frozen=True, slots=True)
class FundingPolicy:
    """When and how much funding is paid (S10.1).

    Attributes:
        interval_hours: payments fall on multiples of this since the epoch; 1 to 24.
        apr: the yearly rate spread over the events when the venue gives none; 0.10 is 10 %.
        use_venue_rate: use the venue's live rate, with the venue's own interval.
    """

    interval_hours: int = 8
    apr: Decimal = Decimal("0.10")
    use_venue_rate: bool = False


def rate_per_event(apr: Decimal, interval_hours: int) -> Decimal:
    """APR / (8760 / interval): 0.10 gives 9.132e-5 for 8 hours (S10.1)."""
    with localcontext() as context:
        context.prec = PRECISION
        return apr * interval_hours / HOURS_PER_YEAR


def funding_times(after: datetime, until: datetime, interval_hours: int) -> Iterator[datetime]:
    """Funding instants t with after < t <= until, in order (S10.1)."""
    step = interval_hours * 3600
    first = (int(after.timestamp() // step) + 1) * step
    moment = datetime.fromtimestamp(first, UTC)
    while moment <= until:
        yield moment
        moment += timedelta(seconds=step)


def next_funding(after: datetime, interval_hours: int) -> datetime:
    """The first funding instant strictly after `after`."""
    step = interval_hours * 3600
    return datetime.fromtimestamp((int(after.timestamp() // step) + 1) * step, UTC)


def funding_amount(side: Side, notional: Decimal, rate: Decimal) -> Decimal:
    """What one event books: -d x notional x rate; with a positive rate longs pay. Not rounded (S10.1)."""
    with localcontext() as context:
        context.prec = PRECISION
        return -side.sign * notional * rate
