"""The daily digest: what a day came to, counted by the same fold as "since you left"."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from core.alerts.alert import Alert, Fields
from core.alerts.policy import AlertKind
from core.domain import figures
from core.domain.facts import Fact
from core.domain.figures import counted
from core.domain.oversight import PersonSeen
from core.domain.review_views import AbsenceView
from core.domain.signals import iso_z
from core.domain.text import lasting
from core.trading.absence import Absence

SPAN: Final = timedelta(days=1)
"""What a digest looks back on."""


def digest_of(at: datetime, facts: Sequence[Fact]) -> Alert:
    """The digest of the day up to `at`; what came later is passed over.

    Args:
        at: when it is due.
        facts: in order; of those before the day, starts and stops of desks and the last one tell of hard stops.
    """
    count, began = Absence(), at - SPAN
    for fact in facts:
        if fact.at <= began:
            count.fold(fact)
    count.fold(PersonSeen(began))
    for fact in facts:
        if began < fact.at <= at and not isinstance(fact, PersonSeen):  # a key ends an absence, but not the day
            count.fold(fact)
    view = count.view()
    told = [counted(view.signals, "signal"), counted(view.triggered, "trigger"), counted(view.exits, "exit")]
    if view.exits:
        told += [figures.r_multiple(view.r_multiple), f"net {figures.usd(view.net, signed=True)}"]
    title = f"DIGEST {at - SPAN:%a %H:%M} to {at:%a %H:%M} UTC"
    return Alert(AlertKind.DIGEST, iso_z(at), at, title, ", ".join(told), _fields(view))


def _fields(view: AbsenceView) -> Fields:
    """What else there was, each where there was any."""
    named = (
        ("Armed", str(view.armed) if view.armed else ""),
        ("Entries", str(view.entries) if view.entries else ""),
        ("Refused", str(view.refused) if view.refused else ""),
        ("Missed", str(view.missed) if view.missed else ""),
        ("Funding", figures.usd(view.funding, signed=True) if view.funding else ""),
        ("Guards tripped", str(view.trips) if view.trips else ""),
        ("Feed gaps", f"{view.gaps}, {lasting(view.gap_s)} in all" if view.gaps else ""),
        ("Hard stops", str(view.crashes) if view.crashes else ""),
    )
    return tuple((name, value) for name, value in named if value)
