"""Requests from a person, in the imperative; the desk answers them with facts or a refusal note."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DisarmSetup:
    """Take a pending setup out of the armed set for good."""

    setup_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DismissSignal:
    """Hide a signal from the list."""

    signal_id: str
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


Command = DisarmSetup | DismissSignal | MarkReviewed | ClosePosition
