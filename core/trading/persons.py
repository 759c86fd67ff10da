"""What a person asks of the desk: verdicts, notes, halts, closes, stops and entries by hand."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import assert_never

from core.domain.commands import (
    Attend,
    ClosePosition,
    Command,
    EnterByHand,
    GiveVerdict,
    HaltEntries,
    MarkReviewed,
    MoveStopToEven,
    RearmGuard,
    ResumeEntries,
    WithdrawVerdict,
    WriteNote,
)
from core.domain.continuity import tfc_score
from core.domain.events import Level
from core.domain.facts import SetupResolved
from core.domain.oversight import (
    EntriesHalted,
    EntriesResumed,
    GuardRearmed,
    ItemReviewed,
    NoteWritten,
    PersonSeen,
    VerdictGiven,
    VerdictWithdrawn,
)
from core.domain.positions import Exit, ExitReason, FillTag
from core.domain.review import ReviewVerdict
from core.domain.signals import Setup, SetupStatus
from core.domain.text import one_line
from core.trading.breakeven import move_stop_to_even
from core.trading.entering import by_hand, conclude, decide, entry_request
from core.trading.exits import close, fund_until
from core.trading.gates import Refused
from core.trading.guards import BY_HAND
from core.trading.state import DeskState
from core.trading.triggers import stood

MAX_NOTE = 500
"""Characters of a note or a reason that are kept."""


def on_command(state: DeskState, command: Command) -> None:
    """Do what is asked, or say in the log why not."""
    match command:
        case GiveVerdict() | WithdrawVerdict() | WriteNote() | MarkReviewed():
            _say(state, command)
        case HaltEntries() | ResumeEntries() | RearmGuard():
            _hold(state, command)
        case ClosePosition():
            _close(state, command)
        case MoveStopToEven():
            move_stop_to_even(state, command)
        case EnterByHand():
            _enter(state, command)
        case Attend(at=at, back=back):
            state.emit(PersonSeen(at, back))
        case _:
            assert_never(command)


def _say(state: DeskState, command: GiveVerdict | WithdrawVerdict | WriteNote | MarkReviewed) -> None:
    item_id, at = command.item_id, command.at
    match command:
        case GiveVerdict():
            if state.book.get(item_id) is None and not state.book.knows_signal(item_id):
                return
            until = _snoozed_until(state, command) if command.verdict is ReviewVerdict.SNOOZED else None
            reason = one_line(command.reason)[:MAX_NOTE]
            state.emit(VerdictGiven(item_id, command.verdict, command.side, reason, until, at))
        case WithdrawVerdict():
            if state.reviews.review(item_id) is not None:
                state.emit(VerdictWithdrawn(item_id, at))
        case WriteNote(text=text):
            if kept := one_line(text)[:MAX_NOTE]:
                state.emit(NoteWritten(item_id, kept, at))
        case MarkReviewed():
            state.emit(ItemReviewed(item_id, not state.reviews.is_marked(item_id), at))


def _snoozed_until(state: DeskState, command: GiveVerdict) -> datetime:
    tracked = state.book.get(command.item_id)
    if command.to_next_bar and tracked is not None:
        return tracked.setup.timeframe.end_of(command.at)
    return command.at + timedelta(seconds=state.policy.review.snooze_s)


def _hold(state: DeskState, command: HaltEntries | ResumeEntries | RearmGuard) -> None:
    match command:
        case HaltEntries(scope=scope, source=source, at=at):
            if not state.halts.is_halted(scope, source):
                state.emit(EntriesHalted(scope, source, at))
        case ResumeEntries(scope=scope, source=source, at=at):
            if state.halts.is_halted(scope, source):
                state.emit(EntriesResumed(scope, source, at))
        case RearmGuard(guard=guard, at=at):
            if guard in state.halts.trips and guard in BY_HAND:
                state.emit(GuardRearmed(guard, "by hand", at))


def _close(state: DeskState, command: ClosePosition) -> None:
    """Close at the last price, if it is fresh; a stale price closes nothing (P1)."""
    position = state.account.position(command.position_id)
    if position is None:
        return
    price = _fresh_price(state, position.symbol)
    if price is None:
        text = f"{position.symbol} not closed: its price is stale; try again when the feed is back"
        state.note(Level.WARN, "trade", text, command.at)
        return
    fund_until(state, position.symbol, price, command.at)
    current = state.account.positions[position.symbol]
    close(state, current, Exit(ExitReason.MANUAL, price), command.at, FillTag.LIVE)


def _enter(state: DeskState, command: EnterByHand) -> None:
    """Enter before the break: the setup resolves, so that it can never trigger a second time (O4)."""
    tracked = state.book.get(command.setup_id)
    if tracked is None or tracked.status is not SetupStatus.PENDING:
        state.note(Level.WARN, "trade", "not entered: this setup is over", command.at)
        return
    setup, side = tracked.setup, command.side
    price = _fresh_price(state, setup.symbol)
    refused = _hand_refused(setup, command, price)
    if price is None or refused:
        state.note(Level.WARN, "trade", f"{setup.symbol} {setup.timeframe} not entered: {refused}", command.at)
        return
    market = state.markets[setup.symbol]
    request = by_hand(entry_request(state, market, setup, side, price, command.at), command.fraction)
    decision = decide(state, request)
    if isinstance(decision, Refused):
        numbers = " ".join(f"{name}={value}" for name, value in decision.numbers)
        text = f"{setup.symbol} {setup.timeframe} {side} not entered: {decision.code} {numbers}".rstrip()
        state.note(Level.WARN, "trade", f"{text}; the setup stays armed", command.at)
        return
    standings = market.standings()
    cause = f"entered by hand at {price}, before the break"
    state.emit(
        SetupResolved(
            setup.id, SetupStatus.TRIGGERED, side, price, tfc_score(standings, side), cause, command.at,
            stood(standings),
        )
    )  # fmt: skip
    conclude(state, setup, side, decision, price, command.at)


def _hand_refused(setup: Setup, command: EnterByHand, price: Decimal | None) -> str:
    """Why this leg cannot be entered at this price, in words; empty where it can."""
    judged = setup.leg_on(command.side)
    if price is None:
        return "its price is stale; try again when the feed is back"
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


def _fresh_price(state: DeskState, symbol: str) -> Decimal | None:
    """The last price, where it is live."""
    market = state.markets[symbol]
    return market.price if market.at is not None and market.lost_since is None else None
