"""A position that only one of the two made, and what the other made of its setup."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.facts import EntryRefused, SetupFound, SetupResolved
from core.research.diff.course import Course, Held, bar_of
from core.research.diff.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Alone:
    """A position that one of the two made, and what the other made of its setup.

    Attributes:
        made: the position.
        by: the course that made it.
        other: the course that did not.
        is_live: was it the live desk that made it?
    """

    seen: Evidence
    made: Held
    by: Course
    other: Course
    is_live: bool

    @property
    def bar(self) -> datetime:
        """The bar it was entered in."""
        return bar_of(self.made.position.entry.at)

    @property
    def resolved(self) -> SetupResolved | None:
        """How the setup ended in the other."""
        return self.other.resolved.get(self.made.position.setup_id)

    @property
    def refused(self) -> EntryRefused | None:
        """Why the other did not enter it."""
        return self.other.refused.get(self.made.position.setup_id)

    @property
    def found(self) -> SetupFound | None:
        """Where the other found the setup."""
        return self.other.found.get(self.made.position.setup_id)


def fate(case: Alone) -> str:
    """What the other made of it, in a few words."""
    where = "in bar mode" if case.is_live else "live"
    if case.refused is not None:
        return f"{where} refused {case.refused.code} at {case.refused.price}"
    if case.resolved is not None:
        return f"{where} {case.resolved.status} at {case.resolved.at:%m-%d %H:%M:%S}: {case.resolved.cause}"
    return f"{where} the setup " + ("is pending" if case.found is not None else "was never found")
