"""Requests from a person, in the imperative; the desk answers them with facts or a refusal note."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from core.domain.guards import Guard, HaltSource
from core.domain.patterns import Side
from core.domain.review import ReviewVerdict
from core.domain.text import one_line


@dataclass(frozen=True, slots=True)
class GiveVerdict:
    """Decide on a pending setup, or on a signal.

    Attributes:
        side: with TAKEN, the only side to take; None is both.
        reason: a word or two.
        to_next_bar: with SNOOZED, until the item's timeframe closes its next bar instead of the policy's minutes.
    """

    item_id: str
    verdict: ReviewVerdict
    at: datetime
    side: Side | None = None
    reason: str = ""
    to_next_bar: bool = False


@dataclass(frozen=True, slots=True)
class WithdrawVerdict:
    """Take the last verdict on an item back."""

    item_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WriteNote:
    """Keep a note with an item."""

    item_id: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MarkReviewed:
    """Mark a signal or setup as reviewed, or not reviewed if it was."""

    item_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ClosePosition:
    """Close a position at the live price."""

    position_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MoveStopToEven:
    """Move a position's stop to where leaving costs nothing, both fees and funding counted."""

    position_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EnterByHand:
    """Enter a leg of a pending setup now, at the live price, through every gate but the break.

    Attributes:
        fraction: of the size the risk would give, above 0 and at most 1.
    """

    setup_id: str
    side: Side
    fraction: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class HaltEntries:
    """Take no entries: of one symbol, or of any where `scope` is empty. Exits go on."""

    scope: str
    source: HaltSource
    at: datetime


@dataclass(frozen=True, slots=True)
class ResumeEntries:
    """Take back what this source has halted in this scope."""

    scope: str
    source: HaltSource
    at: datetime


@dataclass(frozen=True, slots=True)
class RearmGuard:
    """Let a tripped guard begin anew."""

    guard: Guard
    at: datetime


@dataclass(frozen=True, slots=True)
class MoveFunds:
    """Put paper money in (`amount` above 0, USD) or take it out (below 0)."""

    amount: Decimal
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Attend:
    """A person has pressed a key; `back` says that it is the first after an absence."""

    at: datetime
    back: bool = False


Command = (
    GiveVerdict
    | WithdrawVerdict
    | WriteNote
    | MarkReviewed
    | ClosePosition
    | MoveStopToEven
    | EnterByHand
    | HaltEntries
    | ResumeEntries
    | RearmGuard
    | MoveFunds
    | Attend
)


def spoken_clean(command: Command) -> Command:
    """The command with what a person wrote in it made safe to keep: no secret, nothing that steers a terminal."""
    match command:
        case WriteNote(text=text):
            return replace(command, text=one_line(text))
        case GiveVerdict(reason=reason) | MoveFunds(reason=reason):
            return replace(command, reason=one_line(reason))
        case _:
            return command
