"""An entry by hand: what it would be, and its being done. Both ask the same gates, so that they cannot differ."""

from decimal import Decimal

from core.domain.commands import EnterByHand
from core.domain.continuity import stood, tfc_score
from core.domain.events import Level
from core.domain.facts import SetupResolved
from core.domain.review_views import ExpectedEntry
from core.domain.signals import Setup, SetupStatus
from core.trading.entering import by_hand, conclude, decide, entry_request
from core.trading.gates import Opened, Refused
from core.trading.guards import watch
from core.trading.state import DeskState


def expected(state: DeskState, command: EnterByHand) -> ExpectedEntry:
    """What the desk would do with this request right now; it changes nothing."""
    asked = _asked(state, command)
    if isinstance(asked, str):
        return ExpectedEntry(None, asked)
    decision = _decided(state, command, *asked)
    if isinstance(decision, Refused):
        return ExpectedEntry(None, decision.code.value, decision.numbers)
    return ExpectedEntry(decision.position, "", decision.terms)


def enter(state: DeskState, command: EnterByHand) -> None:
    """Enter before the break: the setup resolves, so that it can never trigger a second time (O4)."""
    asked = _asked(state, command)
    if isinstance(asked, str):
        _refuse(state, command, asked)
        return
    setup, price = asked
    watch(state, command.at)
    decision = _decided(state, command, setup, price)
    if isinstance(decision, Refused):
        numbers = "".join(f" {key}={value}" for key, value in decision.numbers)
        _refuse(state, command, f"{decision.code}{numbers}; the setup stays armed")
        return
    standings, side = state.markets[setup.symbol].standings(), command.side
    cause = f"entered by hand at {price}, before the break"
    state.emit(
        SetupResolved(
            setup.id, SetupStatus.TRIGGERED, side, price, tfc_score(standings, side), cause, command.at,
            stood(standings),
        )
    )  # fmt: skip
    conclude(state, setup, side, decision, price, command.at)


def fresh_price(state: DeskState, symbol: str) -> Decimal | None:
    """The last price, where it is live."""
    market = state.markets[symbol]
    return market.price if market.at is not None and market.lost_since is None else None


def _asked(state: DeskState, command: EnterByHand) -> tuple[Setup, Decimal] | str:
    """The setup and the price it would be entered at; a sentence where no gate need be asked."""
    tracked = state.book.get(command.setup_id)
    if tracked is None or tracked.status is not SetupStatus.PENDING:
        return "this setup is over"
    price = fresh_price(state, tracked.setup.symbol)
    if price is None:
        return "its price is stale; try again when the feed is back"
    return _out_of_place(tracked.setup, command, price) or (tracked.setup, price)


def _decided(state: DeskState, command: EnterByHand, setup: Setup, price: Decimal) -> Opened | Refused:
    market = state.markets[setup.symbol]
    request = entry_request(state, market, setup, command.side, price, command.at)
    return decide(state, by_hand(request, command.fraction))


def _out_of_place(setup: Setup, command: EnterByHand, price: Decimal) -> str:
    """Why this leg cannot be entered at this price, in words; empty where it can."""
    judged = setup.leg_on(command.side)
    if judged is None:
        return f"it has no {command.side} leg"
    if not 0 < command.fraction <= 1:
        return "the part of the size must be above 0 and at most 1"
    sign = command.side.sign
    if sign * (price - judged.leg.stop) <= 0:
        return f"{price} is at or past the stop {judged.leg.stop}"
    if sign * (price - judged.leg.target) >= 0:
        return f"{price} is at or past the target {judged.leg.target}"
    return ""


def _refuse(state: DeskState, command: EnterByHand, why: str) -> None:
    symbol, timeframe, *_ = command.setup_id.split("|")
    state.note(Level.WARN, "trade", f"{symbol} {timeframe} {command.side} not entered: {why}", command.at)
