"""What an alert of the outbox says: made of the ledger's events at the moment it is needed."""

import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from core.adapters.fact_codec import Codec, decode_fact, stamp, unstamp
from core.adapters.ledger_schema import PRESENCE
from core.alerts.alert import Alert
from core.alerts.digest import SPAN, digest_of
from core.alerts.policy import AlertKind
from core.alerts.telling import Around, alert_of, feed_of, scores_of
from core.domain.errors import StoreError
from core.domain.facts import DeskStarted, EntryRefused, Fact, PositionOpened
from core.domain.leverage import TierPolicy
from core.domain.signals import Setup

_SETUP: Final = Codec(Setup)


class Kept(NamedTuple):
    """What the outbox keeps of an alert; the meaning of each is beside the table (`ledger_schema`)."""

    kind: AlertKind
    cause: str
    batch: int
    at: datetime


def alert_in(
    db: sqlite3.Connection, kept: Kept, tiers: TierPolicy, increment: Callable[[str], Decimal | None]
) -> Alert:
    """The alert in words.

    Args:
        db: the ledger.
        kept: which alert.
        tiers: for the tier an armed setup would take.
        increment: the price increment of a listing, where it is known.

    Raises:
        StoreError: the ledger holds no such event.
    """
    if kept.kind is AlertKind.DIGEST:
        return digest_of(kept.at, _day(db, kept.at))
    if not kept.batch:
        return feed_of(kept.cause, kept.at)
    facts, seq = _batch(db, kept.batch), int(kept.cause)
    alert = None
    if seq in facts:
        lost_at = _lost_at(db, seq) if isinstance(facts[seq], DeskStarted) else None
        around = Around(tiers, _setups(db, facts), scores_of(facts), lost_at, increment)
        alert = alert_of(seq, facts[seq], around)
    if alert is None:
        raise StoreError(f"the ledger holds no event {seq} that is worth an alert of {kept.kind}")
    return alert


def _setups(db: sqlite3.Connection, facts: Mapping[int, Fact]) -> dict[str, Setup]:
    """The setups the facts speak of, by id."""
    found: dict[str, Setup] = {}
    for setup_id in {named for fact in facts.values() if (named := _setup_of(fact))}:
        body = db.execute("SELECT body FROM setups WHERE id = ?", (setup_id,)).fetchone()
        if body is not None:
            found[setup_id] = _SETUP.decode(body[0])
    return found


def _batch(db: sqlite3.Connection, batch: int) -> dict[int, Fact]:
    """The facts of one transaction by the number of their event."""
    facts: dict[int, Fact] = {}
    for seq, of, kind, payload in db.execute(
        "SELECT seq, batch, kind, payload FROM events WHERE seq >= ? ORDER BY seq", (batch,)
    ):
        if of != batch:
            break
        facts[seq] = decode_fact(kind, payload)
    return facts


def _day(db: sqlite3.Connection, at: datetime) -> list[Fact]:
    """The facts of the day up to `at`, and before it every start and end of a desk."""
    rows = db.execute(
        "SELECT kind, payload FROM events WHERE (at > ? AND at <= ?)"
        " OR (at <= ? AND kind IN ('DeskStarted', 'DeskStopped')) ORDER BY seq",
        (stamp(at - SPAN), stamp(at), stamp(at - SPAN)),
    )
    return [decode_fact(kind, payload) for kind, payload in rows]


def _lost_at(db: sqlite3.Connection, seq: int) -> datetime | None:
    """The newest fact before a start at event `seq` that no end of the desk before it explains."""
    query = f"SELECT max(seq) FROM events WHERE {PRESENCE} AND kind = ? AND seq < ?"  # noqa: S608 - our own words
    began, ended = (db.execute(query, (kind, seq)).fetchone()[0] or 0 for kind in ("DeskStarted", "DeskStopped"))
    if began <= ended:
        return None
    return unstamp(db.execute("SELECT at FROM events WHERE seq = ?", (seq - 1,)).fetchone()[0])


def _setup_of(fact: Fact) -> str:
    match fact:
        case PositionOpened(position=position):
            return position.setup_id
        case EntryRefused(setup_id=setup_id):
            return setup_id
        case _:
            return ""
