"""Durable facts of a person's word over the desk: verdicts, notes, halts, and the guards that stand in for a person."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.domain.guards import Guard, HaltSource
from core.domain.patterns import Side
from core.domain.review import ReviewVerdict


@dataclass(frozen=True, slots=True)
class ItemReviewed:
    """A person marked a signal or setup as reviewed (or took the mark back)."""

    item_id: str
    reviewed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SignalDismissed:
    """A person hid a signal; what the first ledgers hold in place of a verdict."""

    signal_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class VerdictGiven:
    """A person decided on a setup or signal.

    Attributes:
        side: the only side a TAKEN speaks of; None is both.
        until: when a SNOOZED ends.
    """

    item_id: str
    verdict: ReviewVerdict
    side: Side | None
    reason: str
    until: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class VerdictWithdrawn:
    """A person took the last verdict on an item back: the one before it stands again, if there was one."""

    item_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteWritten:
    """A person wrote a note on a setup, signal, position or trade."""

    item_id: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """A key was pressed at a console; written about once a minute while somebody is there.

    Attributes:
        back: the first key after an absence; what happened meanwhile is then kept as the last absence.
    """

    at: datetime
    back: bool = False


@dataclass(frozen=True, slots=True)
class EntriesHalted:
    """Entries were stopped: of one symbol, or of all where `scope` is empty."""

    scope: str
    source: HaltSource
    at: datetime


@dataclass(frozen=True, slots=True)
class EntriesResumed:
    """What this source had halted in this scope goes on."""

    scope: str
    source: HaltSource
    at: datetime


@dataclass(frozen=True, slots=True)
class GuardTripped:
    """A guard reached its limit; `value` and `limit` in the guard's own unit."""

    guard: Guard
    value: Decimal
    limit: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class GuardRearmed:
    """A tripped guard is armed again, by the clock or by hand."""

    guard: Guard
    cause: str
    at: datetime


Oversight = (
    ItemReviewed
    | SignalDismissed
    | VerdictGiven
    | VerdictWithdrawn
    | NoteWritten
    | PersonSeen
    | EntriesHalted
    | EntriesResumed
    | GuardTripped
    | GuardRearmed
)
