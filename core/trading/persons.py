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
    MoveFunds,
    MoveStopToEven,
    RearmGuard,
    ResumeEntries,
    WithdrawVerdict,
    WriteNote,
)
from core.domain.events import Level
from core.domain.facts import FundsMoved
from core.domain.funds import MAX_REASON, free_to_leave, funds_refusal
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
from core.domain.text import one_line
from core.trading.breakeven import move_stop_to_even
from core.trading.exits import close, fund_until
from core.trading.guards import BY_HAND
from core.trading.hand import enter, fresh_price
from core.trading.state import DeskState

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
            enter(state, command)
        case MoveFunds():
            _move_funds(state, command)
        case Attend(at=at, back=back):
            state.emit(PersonSeen(at, back))
        case _:
            assert_never(command)


def _say(state: DeskState, command: GiveVerdict | WithdrawVerdict | WriteNote | MarkReviewed) -> None:
    item_id, at = command.item_id, command.at
    match command:
        case GiveVerdict():
            if not state.book.lists(item_id):
                return
            until = _snoozed_until(state, command) if command.verdict is ReviewVerdict.SNOOZED else None
            reason = one_line(command.reason)[:MAX_NOTE]
            state.emit(VerdictGiven(item_id, command.verdict, command.side, reason, until, at))
        case WithdrawVerdict():
            _withdraw(state, item_id, at)
        case WriteNote(text=text):
            if kept := one_line(text)[:MAX_NOTE]:
                state.emit(NoteWritten(item_id, kept, at))
        case MarkReviewed():
            state.emit(ItemReviewed(item_id, not state.reviews.is_marked(item_id), at))


def _withdraw(state: DeskState, item_id: str, at: datetime) -> None:
    """Take a verdict back while it can still matter: what a setup came to by it stays as it was."""
    tracked = state.book.get(item_id)
    if state.reviews.review(item_id) is None:
        return
    why = ""
    if tracked is not None and not tracked.pending:
        why = f"the setup is {tracked.status}"
    elif not state.book.lists(item_id):
        why = "it has left the lists"
    if why:
        name = " ".join(item_id.split("|")[:3])
        state.note(Level.WARN, "review", f"verdict on {name} stays: {why}", at)
        return
    state.emit(VerdictWithdrawn(item_id, at))


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
    price = fresh_price(state, position.symbol)
    if price is None:
        text = f"{position.symbol} not closed: its price is stale; try again when the feed is back"
        state.note(Level.WARN, "trade", text, command.at)
        return
    fund_until(state, position.symbol, price, command.at)
    current = state.account.positions[position.symbol]
    close(state, current, Exit(ExitReason.MANUAL, price), command.at, FillTag.LIVE)


def _move_funds(state: DeskState, command: MoveFunds) -> None:
    """Book the amount, or say in the log why not."""
    account = state.account
    open_net = sum((p.unrealised(state.mark_of(p)) for p in account.positions.values()), Decimal(0))
    refusal = funds_refusal(command.amount, free_to_leave(account.balance, open_net, account.reserved))
    if refusal:
        state.note(Level.WARN, "account", refusal, command.at)
    else:
        state.emit(FundsMoved(command.amount, one_line(command.reason)[:MAX_REASON], command.at))
