"""What is worth an alert, how loud it is, when it may be sent, and where to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from core.domain.calendar import next_local
from core.domain.facts import (
    DeskStarted,
    DeskStopped,
    EntryRefused,
    Fact,
    PositionClosed,
    PositionOpened,
    SetupFound,
)
from core.domain.oversight import GuardTripped
from core.domain.signals import SetupStatus


class AlertKind(StrEnum):
    """What an alert tells of."""

    ARMED = "armed"
    ENTRY = "entry"
    REFUSED = "refused"
    EXIT = "exit"
    GUARD = "guard"
    FEED = "feed"
    DESK = "desk"
    DIGEST = "digest"


class Severity(StrEnum):
    """How loud: a LOW one makes no sound where that can be asked for, a SEVERE one passes the quiet hours."""

    LOW = "low"
    NORMAL = "normal"
    SEVERE = "severe"


class Channel(StrEnum):
    """Where alerts go."""

    DISCORD = "discord"
    JSON = "json"
    NTFY = "ntfy"


KINDS: Final = tuple(kind for kind in AlertKind if kind is not AlertKind.REFUSED)
"""What is told unless the settings say otherwise: a refused entry only where it is asked for."""
SEVERITIES: Final[Mapping[AlertKind, Severity]] = MappingProxyType(
    {
        AlertKind.ARMED: Severity.NORMAL,
        AlertKind.ENTRY: Severity.NORMAL,
        AlertKind.REFUSED: Severity.LOW,
        AlertKind.EXIT: Severity.NORMAL,
        AlertKind.GUARD: Severity.SEVERE,
        AlertKind.FEED: Severity.SEVERE,
        AlertKind.DESK: Severity.SEVERE,
        AlertKind.DIGEST: Severity.LOW,
    }
)
GIVEN_UP_AFTER: Final = timedelta(hours=24)
"""Desk time after which an alert that nobody took is old news."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """What is sent where, and when.

    Attributes:
        channels: where to; none is no alerts, and no outbox.
        kinds: what is told.
        severities: by kind.
        quiet_from, quiet_until: wall times between which only severe alerts are sent; the others wait. Equal is never.
        digest_at: wall time of the daily digest.
        zone: the clock of the three times.
        feed_down_after_s: real seconds without live prices from which on that is worth an alert.
        mask: amounts of money and sizes do not leave this machine.
    """

    channels: tuple[Channel, ...] = ()
    kinds: tuple[AlertKind, ...] = KINDS
    severities: Mapping[AlertKind, Severity] = field(default_factory=lambda: SEVERITIES)
    quiet_from: time = time(0)
    quiet_until: time = time(0)
    digest_at: time = time(17)
    zone: tzinfo = UTC
    feed_down_after_s: float = 120.0
    mask: bool = False

    def is_quiet(self, at: datetime) -> bool:
        """Is this moment within the quiet hours, which may run over midnight? The first instant is, the last is not."""
        wall = at.astimezone(self.zone).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= wall < self.quiet_until
        return wall >= self.quiet_from or wall < self.quiet_until

    def held_at(self, at: datetime) -> frozenset[AlertKind]:
        """The kinds that wait for the end of the quiet hours at this moment."""
        if not self.is_quiet(at):
            return frozenset()
        return frozenset(kind for kind in AlertKind if self.severities[kind] is not Severity.SEVERE)

    def last_digest_at(self, now: datetime) -> datetime:
        """The latest moment of a digest up to now, in UTC."""
        moment = next_local(now - 2 * _DAY, self.digest_at, self.zone)
        while (following := next_local(moment, self.digest_at, self.zone)) <= now:
            moment = following
        return moment


def kind_of_alert(fact: Fact) -> AlertKind | None:
    """Which alert a fact by itself brings about; None for most.

    Setups count where they are found waiting with a leg that may be taken, and not by a series' first scan, which only
    finds what was there before.
    """
    match fact:
        case SetupFound(setup=setup, status=SetupStatus.PENDING) if setup.armed and setup.fresh:
            return AlertKind.ARMED
        case PositionOpened():
            return AlertKind.ENTRY
        case EntryRefused():
            return AlertKind.REFUSED
        case PositionClosed():
            return AlertKind.EXIT
        case GuardTripped():
            return AlertKind.GUARD
        case DeskStarted() | DeskStopped():
            return AlertKind.DESK
        case _:
            return None
