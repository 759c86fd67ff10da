"""What a recording holds beside the events that reached the desk: where a desk's life begins and ends."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.ends import StopCause
from core.domain.events import Event
from core.domain.facts import Fact
from core.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class DeskBegan:
    """A desk was restored from the ledger and began to work.

    Attributes:
        policy: all its rules; nothing else that is set changes what it makes of an event.
        restored: how many facts the ledger held. A desk before it may have decided more, which its end took away.
        at: the desk's time.
    """

    policy: Policy
    restored: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DeskEnded:
    """A desk ended as it should, for this reason; a killed one leaves no such mark."""

    at: datetime
    cause: StopCause = StopCause.ASKED


Taped = Event | DeskBegan | DeskEnded | Fact
"""An entry of a recording; a fact is one the ledger held before the recording began."""
