"""A stop moved to where leaving costs nothing: the price, and why it may not be moved there yet."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext

from core.domain.margin import PRECISION
from core.domain.patterns import Side
from core.domain.positions import OpenPosition


def break_even(position: OpenPosition, fee_rate: Decimal, increment: Decimal) -> Decimal:
    """The price at which net is 0 or just above, on the venue's increment.

    From net = d (x - e) q - entry fee - x q f + funding = 0 follows x = (d e q + entry fee - funding) / (q (d - f)).

    Args:
        position: with its entry fee and the funding booked so far.
        fee_rate: taker fee of the exit, a fraction of notional.
        increment: the venue's price step.
    """
    with localcontext() as context:
        context.prec = PRECISION
        sign = position.side.sign
        cost = sign * position.entry.price * position.size + position.entry.fee - position.funding
        exact = cost / (position.size * (sign - fee_rate))
        rounding = ROUND_CEILING if position.side is Side.LONG else ROUND_FLOOR
        return (exact / increment).to_integral_value(rounding) * increment


def is_at_even(position: OpenPosition, even: Decimal | None) -> bool:
    """Can the stop cost nothing any more, slippage aside? Measured from the entry where break-even is not known."""
    return position.side.sign * (position.plan.stop - (position.entry.price if even is None else even)) >= 0


def why_stop_stays(position: OpenPosition, mark: Decimal, even: Decimal) -> str:
    """Why the stop is not moved to break-even at this mark, with the numbers compared; empty where it is."""
    sign = position.side.sign
    if is_at_even(position, even):
        return f"it is already at {position.plan.stop}, at or beyond break-even {even}"
    if sign * (mark - even) <= 0:
        where = "above" if position.side is Side.LONG else "below"
        costs = f"the entry {position.entry.price} with both fees and funding"
        return f"the mark {mark} is not {where} break-even {even} yet ({abs(mark - even)} to go; {costs})"
    return ""
