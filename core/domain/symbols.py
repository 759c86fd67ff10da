"""What the venue says of a listing: increments, sizes, margins, funding (COINBASE.md section 1)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from core.domain.sizing import floored


class ListingKind(StrEnum):
    """Which market a listing belongs to; the values are those of `[venue] listings`."""

    INTX = "intx"
    CDE = "cde"
    SPOT = "spot"


@dataclass(frozen=True, slots=True)
class VenueFunding:
    """The venue's own funding: a fraction per `interval_hours`, and when it is next charged."""

    rate: Decimal
    interval_hours: int
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Instrument:
    """One listing that stands for a symbol today.

    Attributes:
        symbol: the user's symbol, e.g. `BTC`.
        product_id: the venue's id, e.g. `BTC-PERP-INTX`.
        price_increment: the venue's price step, quote currency.
        size_increment: the step of a size in base units; on CDE one contract.
        min_size: least size in base units.
        contract_size: base units a contract stands for; 1 where sizes are in base units.
        max_leverage: the record's own cap, or None where it gives none.
        intraday_cap: cap implied by the record's intraday margin rates (1 / the larger), or None.
        overnight_cap: cap implied by the overnight margin rates, or None.
        tradable: False while the venue disables trading or has delisted it.
        why: one sentence on why this listing was chosen.
    """

    symbol: str
    product_id: str
    kind: ListingKind
    price_increment: Decimal
    size_increment: Decimal
    min_size: Decimal
    contract_size: Decimal = Decimal(1)
    max_leverage: Decimal | None = None
    intraday_cap: Decimal | None = None
    overnight_cap: Decimal | None = None
    funding: VenueFunding | None = None
    tradable: bool = True
    why: str = ""

    def round_price(self, price: Decimal) -> Decimal:
        """The nearest price on the venue's increment, half-even."""
        return (price / self.price_increment).to_integral_value(ROUND_HALF_EVEN) * self.price_increment

    def round_size(self, size: Decimal) -> Decimal:
        """The size rounded down to the increment; 0 where that falls below the least size."""
        rounded = floored(size, self.size_increment)
        return rounded if rounded >= self.min_size else Decimal(0)
