"""Paper money put in or taken out: it adds to what the account began with, and changes no result (M1)."""

from decimal import Decimal, InvalidOperation
from typing import Final

from core.domain.margin import booked

ZERO: Final = Decimal(0)
MOST: Final = Decimal("1e9")
"""USD that may be moved at once."""
MAX_REASON: Final = 120
"""Characters of a reason that are kept."""


def amount_of(text: str) -> Decimal | None:
    """A plain number as a person types it, a dollar sign and commas allowed; None for anything else."""
    plain = text.strip().removeprefix("$").replace(",", "")
    if not plain.replace(".", "", 1).isdecimal() or not plain.isascii():
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def free_to_leave(balance: Decimal, unrealised: Decimal, reserved: Decimal) -> Decimal:
    """What may be taken out, USD: neither the margin of open positions nor what they have lost so far; at least 0."""
    return max(ZERO, balance + min(ZERO, unrealised) - reserved)


def funds_refusal(amount: Decimal, free: Decimal) -> str:
    """Why this amount, USD, cannot be put in (above 0) or taken out (below 0); empty if it can.

    Args:
        free: what may be taken out.
    """
    if not amount.is_finite() or amount == 0 or abs(amount) > MOST or amount != booked(amount):
        return f"an amount of money is above 0 and at most ${MOST:,.0f}, with no more than six decimals"
    if -amount > free:
        return f"${-amount:,} cannot be withdrawn: ${free:,} is free, margin and losses of open positions left out"
    return ""
