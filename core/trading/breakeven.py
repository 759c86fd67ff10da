"""A stop moved to where leaving costs nothing."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext

from core.domain.commands import MoveStopToEven
from core.domain.events import Level
from core.domain.facts import StopMoved
from core.domain.margin import PRECISION
from core.domain.patterns import Side
from core.domain.positions import OpenPosition
from core.trading.exits import entry_fee_rate
from core.trading.state import DeskState


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


def move_stop_to_even(state: DeskState, command: MoveStopToEven) -> None:
    """Move the stop, if the price is beyond break-even and the stop is not; otherwise say why not."""
    position = state.account.position(command.position_id)
    if position is None:
        return
    market = state.markets[position.symbol]
    instrument = market.instrument
    rate = state.policy.fees.taker(instrument.kind) if instrument is not None else entry_fee_rate(position)
    step = instrument.price_increment if instrument is not None else Decimal("0.01")
    even, sign = break_even(position, rate, step), position.side.sign
    reason = ""
    if market.price is None or market.lost_since is not None:
        reason = "its price is stale; try again when the feed is back"
    elif sign * (position.plan.stop - even) >= 0:
        reason = f"it is already at {position.plan.stop}, at or beyond break-even {even}"
    elif sign * (market.price - even) <= 0:
        reason = f"the price {market.price} is not beyond break-even {even} yet"
    if reason:
        state.note(Level.WARN, "trade", f"{position.symbol} stop not moved: {reason}", command.at)
        return
    state.emit(StopMoved(position.id, even, "break-even by hand", command.at))
