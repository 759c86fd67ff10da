"""The clock times are shown on: UTC, New York or the machine's own; always named beside the time."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from core.domain.calendar import NEW_YORK


@dataclass(frozen=True, slots=True)
class DisplayZone:
    """A time zone for the eye.

    Attributes:
        label: what stands beside a time, e.g. `UTC` or `ET`; empty takes the zone's own abbreviation.
        zone: None is the machine's own.
    """

    label: str
    zone: tzinfo | None

    def local(self, at: datetime) -> datetime:
        """The instant on this clock."""
        return at.astimezone(self.zone)

    def name(self, at: datetime) -> str:
        """The zone's name at this instant."""
        return self.label or self.local(at).strftime("%Z") or "local"

    def hour_minute(self, at: datetime) -> str:
        """`14:32`."""
        return self.local(at).strftime("%H:%M")

    def second(self, at: datetime) -> str:
        """`14:32:07`."""
        return self.local(at).strftime("%H:%M:%S")

    def minute(self, at: datetime) -> str:
        """`12-14 14:32`."""
        return self.local(at).strftime("%m-%d %H:%M")

    def full(self, at: datetime) -> str:
        """`2025-12-14 14:32:07`."""
        return self.local(at).strftime("%Y-%m-%d %H:%M:%S")

    def weekday_minute(self, at: datetime) -> str:
        """`Fri 17:00`."""
        return self.local(at).strftime("%a %H:%M")

    def recent(self, at: datetime, now: datetime) -> str:
        """The shortest that is not ambiguous, five columns: `14:30` today, `Mon` this week, `12-01` before."""
        days = (self.local(now).date() - self.local(at).date()).days
        if days <= 0:
            return self.hour_minute(at)
        return self.local(at).strftime("%a" if days < 7 else "%m-%d")


UTC_ZONE = DisplayZone("UTC", UTC)
NEW_YORK_ZONE = DisplayZone("ET", NEW_YORK)
LOCAL_ZONE = DisplayZone("", None)

_BY_NAME = {"utc": UTC_ZONE, "new york": NEW_YORK_ZONE, "new_york": NEW_YORK_ZONE, "local": LOCAL_ZONE}


def zone_named(name: str) -> DisplayZone:
    """The zone of a configured name; UTC for one that is not known (configuration refuses those before)."""
    return _BY_NAME.get(name.strip().lower().replace("-", " "), UTC_ZONE)
