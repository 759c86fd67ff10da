"""The request to move a stop to break-even."""

from decimal import Decimal

from core.domain.breakeven import break_even, why_stop_stays
from core.domain.commands import MoveStopToEven
from core.domain.events import Level
from core.domain.facts import StopMoved
from core.domain.positions import OpenPosition
from core.trading.exits import entry_fee_rate
from core.trading.state import DeskState

_STEP = Decimal("0.01")
"""Of a listing that is gone."""


def even_of(state: DeskState, position: OpenPosition) -> Decimal:
    """Where leaving would cost nothing, by the fee and the price step of the position's listing."""
    market = state.markets.get(position.symbol)
    instrument = market.instrument if market is not None else None
    if instrument is None:
        return break_even(position, entry_fee_rate(position), _STEP)
    return break_even(position, state.policy.fees.taker(instrument.kind), instrument.price_increment)


def move_stop_to_even(state: DeskState, command: MoveStopToEven) -> None:
    """Move the stop, if the price is beyond break-even and the stop is not; otherwise say why not."""
    position = state.account.position(command.position_id)
    if position is None:
        return
    market, even = state.markets[position.symbol], even_of(state, position)
    if market.price is None or market.lost_since is not None:
        reason = "its price is stale; try again when the feed is back"
    else:
        reason = why_stop_stays(position, market.price, even)
    if reason:
        state.note(Level.WARN, "trade", f"{position.symbol} stop not moved: {reason}", command.at)
    else:
        state.emit(StopMoved(position.id, even, "break-even by hand", command.at))
