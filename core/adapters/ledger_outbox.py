"""The outbox of alerts in the ledger: rows written with the facts they tell of, texts made of the events when sent.

The desk's writer thread adds rows; everything else is done on connections of its own, opened for one call each, so
that no sender ever holds what the desk needs for longer than one small write.
"""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from core.adapters.fact_codec import Codec, decode_fact, stamp, unstamp
from core.adapters.ledger_file import trusting
from core.adapters.ledger_schema import PRESENCE
from core.adapters.state_dir import StateDir
from core.alerts.alert import Alert
from core.alerts.digest import SPAN, digest_of
from core.alerts.outbox import Parcel
from core.alerts.policy import GIVEN_UP_AFTER, AlertKind, AlertPolicy, Channel, kind_of_alert
from core.alerts.telling import Around, alert_of, feed_of, scores_of
from core.domain.errors import StoreError
from core.domain.facts import DeskStarted, EntryRefused, Fact, PositionOpened
from core.domain.leverage import TierPolicy
from core.domain.signals import Setup

_SETUP: Final = Codec(Setup)
_PATIENCE_S: Final = 2.0
_PUT: Final = (
    "INSERT INTO outbox (channel, kind, cause, batch, at, since, state, tries, due, reason)"
    " VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, ?, '') ON CONFLICT DO NOTHING"
)
_Row = tuple[int, str, str, int, str, int, str]


def post(db: sqlite3.Connection, policy: AlertPolicy, first: int, facts: Sequence[Fact]) -> bool:
    """Put up what is worth an alert among the facts of one transaction, inside of it; was there anything?

    Args:
        db: the ledger, with the transaction open.
        policy: what is told, and where.
        first: number of the first fact's event.
        facts: all of the transaction.
    """
    rows: list[tuple[object, ...]] = []
    for seq, fact in enumerate(facts, start=first):
        kind = kind_of_alert(fact)
        if kind in policy.kinds:
            at = stamp(fact.at)
            rows += [(channel, kind, str(seq), first, at, at, at) for channel in policy.channels]
    db.executemany(_PUT, rows)
    return bool(rows)


@dataclass(frozen=True, slots=True)
class OutboxCount:
    """How many alerts of one channel wait, were sent, and failed; the newest reason of a failure or a delay."""

    channel: str
    waiting: int
    sent: int
    failed: int
    reason: str


class LedgerOutbox:
    """Fits `core.alerts.outbox.Outbox`."""

    def __init__(
        self,
        state: StateDir,
        policy: AlertPolicy,
        tiers: TierPolicy,
        increments: Mapping[str, Decimal] | None = None,
    ) -> None:
        """
        Args:
            state: whose ledger.
            policy: where alerts go.
            tiers: for the tier an armed setup would take.
            increments: price increments by product id, as far as they are known; may fill up later.
        """
        self._state = state
        self._policy = policy
        self._tiers = tiers
        self._increments: Mapping[str, Decimal] = {} if increments is None else increments

    def parcel(self, channel: Channel, held: Collection[AlertKind]) -> Parcel | None:
        """The oldest waiting alerts of one transaction; None where none waits that may be sent."""
        with self._open() as db:
            rows = list(_waiting(db, channel, held))
            if not rows:
                return None
            first = rows[0]
            together = [row for row in rows if row[3] == first[3]] if first[3] else rows[:1]
            alerts = tuple(self._alert(db, row) for row in together)
            due = max(unstamp(row[6]) for row in together)
            return Parcel(tuple(row[0] for row in together), alerts, first[5], due)

    def put(self, kind: AlertKind, cause: str, at: datetime) -> None:
        """Add an alert that no event brings about, once."""
        told = stamp(at)
        with self._open() as db:
            rows = [(channel, kind, cause, 0, told, told, told) for channel in self._policy.channels]
            _write(db, _PUT, *rows)

    def last(self, kind: AlertKind) -> str | None:
        """The cause of the newest alert of a kind."""
        with self._open() as db:
            row = db.execute("SELECT cause FROM outbox WHERE kind = ? ORDER BY id DESC LIMIT 1", (kind,)).fetchone()
            return None if row is None else str(row[0])

    def sent(self, parcel: Parcel, at: datetime) -> None:
        """It was taken."""
        self._settle("state = 'sent', reason = '', settled_at = ?", parcel, stamp(at))

    def again(self, parcel: Parcel, due: datetime, why: str) -> None:
        """It was not, and is tried again when it is due."""
        self._settle("tries = tries + 1, due = ?, reason = ?", parcel, stamp(due), why)

    def failed(self, parcel: Parcel, at: datetime, why: str) -> None:
        """It never will be."""
        self._settle("state = 'failed', tries = tries + 1, settled_at = ?, reason = ?", parcel, stamp(at), why)

    def give_up(self, at: datetime) -> int:
        """Count as failed what has waited too long; how many that were."""
        with self._open() as db:
            return _write(
                db,
                "UPDATE outbox SET state = 'failed', settled_at = ?,"
                " reason = 'given up after 24 h' || CASE reason WHEN '' THEN '' ELSE ': ' || reason END"
                " WHERE state = 'waiting' AND since < ?",
                (stamp(at), stamp(at - GIVEN_UP_AFTER)),
            )

    def retry(self, at: datetime) -> int:
        """Put what has failed up again, as if it were new; how many that are."""
        now = stamp(at)
        with self._open() as db:
            query = "UPDATE outbox SET state = 'waiting', tries = 0, due = ?, since = ?, settled_at = NULL"
            return _write(db, f"{query} WHERE state = 'failed'", (now, now))

    def _settle(self, change: str, parcel: Parcel, *values: str) -> None:
        query = f"UPDATE outbox SET {change} WHERE state = 'waiting' AND id = ?"  # noqa: S608 - our own words
        with self._open() as db:
            _write(db, query, *((*values, number) for number in parcel.ids))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        uri = f"{self._state.ledger.as_uri()}?mode=rw"
        with (
            trusting(self._state),
            closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_PATIENCE_S)) as db,
        ):
            yield db

    def _alert(self, db: sqlite3.Connection, row: _Row) -> Alert:
        """The alert of a row, made of what the ledger holds. Raises StoreError where it holds no such thing."""
        _, kind, cause, batch, at, _, _ = row
        if kind == AlertKind.DIGEST:
            return digest_of(unstamp(at), _day(db, unstamp(at)))
        if not batch:
            return feed_of(cause, unstamp(at))
        facts = _batch(db, batch)
        fact = facts.get(int(cause))
        alert = None if fact is None else alert_of(int(cause), fact, self._around(db, facts, int(cause)))
        if alert is None:
            raise StoreError(f"the ledger holds no event {cause} that is worth an alert of {kind}")
        return alert

    def _around(self, db: sqlite3.Connection, facts: Mapping[int, Fact], seq: int) -> Around:
        setups = {}
        for setup_id in {found for fact in facts.values() if (found := _setup_of(fact))}:
            body = db.execute("SELECT body FROM setups WHERE id = ?", (setup_id,)).fetchone()
            if body is not None:
                setups[setup_id] = _SETUP.decode(body[0])
        lost_at = _lost_at(db, seq) if isinstance(facts[seq], DeskStarted) else None
        return Around(self._tiers, setups, scores_of(facts), lost_at, self._increments.get)


def counts(db: sqlite3.Connection) -> tuple[OutboxCount, ...]:
    """What became of the alerts of each channel, over all time; of a ledger that has an outbox."""
    rows = db.execute(
        "SELECT channel, sum(state = 'waiting'), sum(state = 'sent'), sum(state = 'failed') FROM outbox"
        " GROUP BY channel ORDER BY channel"
    ).fetchall()
    why = "SELECT reason FROM outbox WHERE channel = ? AND reason <> '' ORDER BY id DESC LIMIT 1"
    return tuple(OutboxCount(*row, *(db.execute(why, row[:1]).fetchone() or ("",))) for row in rows)


def _waiting(db: sqlite3.Connection, channel: Channel, held: Collection[AlertKind]) -> Iterator[_Row]:
    query = "SELECT id, kind, cause, batch, at, tries, due FROM outbox WHERE channel = ? AND state = 'waiting'"
    first = None
    for row in db.execute(f"{query} ORDER BY id", (channel,)):
        if row[1] in held:
            continue
        first = first or row
        if row[3] != first[3]:
            break
        yield row


def _write(db: sqlite3.Connection, query: str, *rows: tuple[object, ...]) -> int:
    """Write in one transaction of its own; how many rows that changed."""
    db.execute("BEGIN IMMEDIATE")
    try:
        changed = db.executemany(query, rows).rowcount
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    return changed


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
