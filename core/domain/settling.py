"""Which leverage sets an entry's margin: the tier's, or the swing's where the stop would come after the liquidation."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from core.domain.leverage import Tier
from core.domain.margin import PRECISION, LiquidationBasis, can_open, liquidation_price
from core.domain.patterns import Side


@dataclass(frozen=True, slots=True)
class Offer:
    """A tier's L = min(tier, the product's maximum), and the maintenance margin rate at it (STRAT.md S9, S10.2)."""

    tier: Tier
    leverage: Decimal
    maintenance: Decimal


@dataclass(frozen=True, slots=True)
class Settled:
    """Isolated margin at an offer, USD, not rounded, and where the position would be liquidated.

    Attributes:
        liquidation: None where the initial margin does not exceed the maintenance rate: it cannot open.
        stop_first: the stop comes before the liquidation.
    """

    offer: Offer
    amount: Decimal
    liquidation: Decimal | None
    stop_first: bool


def settle(
    side: Side, fill: Decimal, stop: Decimal, size: Decimal, offers: Sequence[Offer], basis: LiquidationBasis
) -> Settled:
    """The first offer whose liquidation the stop comes before; the last one where there is none (S9)."""
    found = [_settled(side, fill, stop, size, offer, basis) for offer in offers]
    return next((each for each in found if each.stop_first), found[-1])


def _settled(side: Side, fill: Decimal, stop: Decimal, size: Decimal, offer: Offer, basis: LiquidationBasis) -> Settled:
    with localcontext() as context:
        context.prec = PRECISION
        amount = size * fill / offer.leverage
        if not can_open(offer.leverage, offer.maintenance):
            return Settled(offer, amount, None, stop_first=False)
        liquidation = liquidation_price(side, fill, offer.leverage, offer.maintenance, basis)
        return Settled(offer, amount, liquidation, side.sign * (stop - liquidation) > 0)
