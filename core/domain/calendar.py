"""New York's clock: the intraday window, the daily deadline and the Friday maintenance (STRAT.md S8).

The only file that knows New York. Instants go in and come out in UTC.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from core.domain.timeframes import Timeframe

NEW_YORK: Final = ZoneInfo("America/New_York")
FRIDAY: Final = 4


@dataclass(frozen=True, slots=True)
class TierWindow:
    """When the intraday tier is open, in New York time: from `opens` on one day to `closes` on the next.

    Positions are brought under the swing tier at `deadline`, from which entries use the swing tier too (S8.5).
    """

    opens: time = time(18)
    closes: time = time(16)
    deadline: time = time(15, 55)

    def is_intraday(self, at: datetime) -> bool:
        """Is the intraday tier open? (S8.1)"""
        local = at.astimezone(NEW_YORK).time()
        return local >= self.opens or local < self.closes

    def is_intraday_for_entry(self, at: datetime) -> bool:
        """Does an entry at this moment get the intraday tier? From the deadline on it gets swing (S8.5)."""
        local = at.astimezone(NEW_YORK).time()
        return local >= self.opens or local < self.deadline

    def seconds_to_close(self, at: datetime) -> int:
        """Real seconds until the intraday tier closes; 0 while it is closed. 21 to 23 hours at the opening (S8.2)."""
        if not self.is_intraday(at):
            return 0
        return int((next_local(at, self.closes) - at).total_seconds())

    def next_deadline(self, after: datetime) -> datetime:
        """The first deadline instant strictly after `after`, in UTC."""
        return next_local(after, self.deadline)

    def next_change(self, after: datetime) -> datetime:
        """The next opening or closing of the intraday tier, strictly after `after`, in UTC."""
        return min(next_local(after, self.opens), next_local(after, self.closes))


@dataclass(frozen=True, slots=True)
class MaintenanceWindow:
    """A weekly window, in New York time, in which the venue is closed (S8.3). `weekday` counts from Monday = 0."""

    weekday: int = FRIDAY
    opens: time = time(17)
    closes: time = time(18)

    def contains(self, at: datetime) -> bool:
        """Is the venue in maintenance at this moment?"""
        local = at.astimezone(NEW_YORK)
        return local.weekday() == self.weekday and self.opens <= local.time() < self.closes

    def next_start(self, after: datetime) -> datetime:
        """The first start of the window strictly after `after`, in UTC."""
        moment = after
        for _ in range(8):
            moment = next_local(moment, self.opens)
            if moment.astimezone(NEW_YORK).weekday() == self.weekday:
                return moment
        return moment

    def next_end(self, after: datetime) -> datetime:
        """When the window that holds `after` ends, in UTC."""
        return next_local(after, self.closes)

    def covered(self, start: datetime, end: datetime) -> timedelta:
        """How much of [start, end) the window covers."""
        total = timedelta(0)
        day = start.astimezone(NEW_YORK).date()
        last = end.astimezone(NEW_YORK).date()
        day += timedelta(days=(self.weekday - day.weekday()) % 7)
        while day <= last:
            opens = datetime.combine(day, self.opens, NEW_YORK).astimezone(UTC)
            closes = datetime.combine(day, self.closes, NEW_YORK).astimezone(UTC)
            total += max(timedelta(0), min(end, closes) - max(start, opens))
            day += timedelta(days=7)
        return total

    def flags_gap(self, start: datetime, timeframe: Timeframe) -> bool:
        """Does the window cover at least half of this bar? An hour's window flags 15m and 1h bars only (S8.4)."""
        return 2 * self.covered(start, start + timeframe.span) >= timeframe.span


def new_york(at: datetime) -> datetime:
    """The same instant on New York's clock, for the eye."""
    return at.astimezone(NEW_YORK)


def new_york_midnight(at: datetime) -> datetime:
    """Start of the New York day that holds `at`, in UTC."""
    return datetime.combine(at.astimezone(NEW_YORK).date(), time(0), NEW_YORK).astimezone(UTC)


def next_new_york_midnight(after: datetime) -> datetime:
    """The first start of a New York day strictly after `after`, in UTC."""
    return next_local(after, time(0))


def next_local(after: datetime, wall: time, zone: tzinfo = NEW_YORK) -> datetime:
    """The first instant strictly after `after` at which the zone's clock shows `wall`, in UTC."""
    day = after.astimezone(zone).date()
    while True:
        moment = datetime.combine(day, wall, zone).astimezone(UTC)
        if moment > after:
            return moment
        day += timedelta(days=1)
