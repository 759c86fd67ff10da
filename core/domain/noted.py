"""What a picture shows of the market's day and of the desk's log; apart from the events, of which it needs no other."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class DayStats:
    """The venue's rolling 24 hours; None where it gives none. `change_pct` in percent."""

    high: Decimal | None = None
    low: Decimal | None = None
    volume: Decimal | None = None
    change_pct: Decimal | None = None


class Level(StrEnum):
    """How loud a note is."""

    INFO = "info"
    GOOD = "good"
    WARN = "warn"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Noted:
    """A line for the Log tab; not part of the ledger.

    `topic` is one word: feed, scan, outage, setup, trade, store, desk.
    """

    level: Level
    topic: str
    text: str
    at: datetime


def fresh_notes(log: tuple[Noted, ...], said: Noted | None) -> tuple[Noted, ...]:
    """The notes after the one last said; all of them where that is no longer there."""
    for index in range(len(log) - 1, -1, -1):
        if log[index] is said:
            return log[index + 1 :]
    return log
