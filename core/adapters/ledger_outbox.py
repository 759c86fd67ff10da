"""The outbox of alerts in the ledger: rows written with the facts they tell of, texts made of the events when sent.

The desk's writer thread adds rows; everything else is done on connections of its own, opened for one call each, so
that no sender ever holds what the desk needs for longer than one small write.
"""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from core.adapters.fact_codec import Codec, stamp, unstamp
from core.adapters.ledger_file import no_ledger, open_for_reading, trusting
from core.adapters.outbox_telling import Kept, alert_in
from core.adapters.state_dir import StateDir
from core.alerts.alert import Alert
from core.alerts.outbox import AlertRules, Parcel
from core.alerts.policy import GIVEN_UP_AFTER, AlertKind, AlertPolicy, Channel, kind_of_alert
from core.domain.facts import Fact
from core.domain.signals import Setup

_SETUP: Final = Codec(Setup)
_PATIENCE_S: Final = 2.0
_MOST_FAILURES: Final = 200
_AT_ONCE: Final = 500
"""Rows deleted in one transaction: the desk waits for no longer one."""
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
class UnsentAlert:
    """An alert that waits for its channel, or that has failed, with the reason so far; `due` is desk time."""

    id: int
    channel: str
    state: str
    alert: Alert
    tries: int
    due: datetime
    reason: str


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
        rules: AlertRules,
        increments: Mapping[str, Decimal] | None = None,
    ) -> None:
        """
        Args:
            state: whose ledger.
            rules: where alerts go, as it holds at every call.
            increments: price increments by product id, as far as they are known; may fill up later.
        """
        self._state = state
        self._rules = rules
        self._increments: Mapping[str, Decimal] = {} if increments is None else increments

    def parcel(self, channel: Channel, held: Collection[AlertKind]) -> Parcel | None:
        """The oldest waiting alerts of one transaction; None where none waits that may be sent."""
        with _opened(self._state) as db:
            rows = list(_waiting(db, channel, held))
            if not rows:
                return None
            first = rows[0]
            together = [row for row in rows if row[3] == first[3]] if first[3] else rows[:1]
            alerts = tuple(self._told(db, row) for row in together)
            due = max(unstamp(row[6]) for row in together)
            return Parcel(tuple(row[0] for row in together), alerts, first[5], due)

    def put(self, kind: AlertKind, cause: str, at: datetime) -> None:
        """Add an alert that no event brings about, once."""
        told = stamp(at)
        with _opened(self._state) as db:
            rows = [(channel, kind, cause, 0, told, told, told) for channel in self._rules.policy.channels]
            _write(db, _PUT, *rows)

    def last(self, kind: AlertKind) -> str | None:
        """The cause of the newest alert of a kind."""
        with _opened(self._state) as db:
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
        with _opened(self._state) as db:
            return _write(
                db,
                "UPDATE outbox SET state = 'failed', settled_at = ?,"
                " reason = 'given up after 24 h' || CASE reason WHEN '' THEN '' ELSE ': ' || reason END"
                " WHERE state = 'waiting' AND since < ?",
                (stamp(at), stamp(at - GIVEN_UP_AFTER)),
            )

    def failures(self) -> tuple[datetime, ...]:
        """When the latest failed ones did, oldest first."""
        query = "SELECT settled_at FROM outbox WHERE state = 'failed' ORDER BY settled_at DESC LIMIT ?"
        with _opened(self._state) as db:
            return tuple(unstamp(at) for (at,) in reversed(db.execute(query, (_MOST_FAILURES,)).fetchall()))

    def unsent(self) -> list[UnsentAlert]:
        """Those that wait or have failed, oldest first; none in a ledger from before the outbox."""
        query = (
            "SELECT id, kind, cause, batch, at, tries, due, channel, state, reason FROM outbox"
            " WHERE state <> 'sent' ORDER BY id"
        )
        with closing(open_for_reading(self._state)) as db, trusting(self._state):
            rows = db.execute(query).fetchall() if has_outbox(db) else []
            return [
                UnsentAlert(row[0], row[7], row[8], self._told(db, row[:7]), row[5], unstamp(row[6]), row[9])
                for row in rows
            ]

    def retry(self, at: datetime) -> int:
        """Put what has failed up again, as if it were new; how many that are."""
        now = stamp(at)
        with _opened(self._state) as db:
            if not has_outbox(db):
                return 0
            query = "UPDATE outbox SET state = 'waiting', tries = 0, due = ?, since = ?, settled_at = NULL"
            return _write(db, f"{query} WHERE state = 'failed'", (now, now))

    def _told(self, db: sqlite3.Connection, row: _Row) -> Alert:
        _, kind, cause, batch, at, _, _ = row
        return alert_in(db, Kept(AlertKind(kind), cause, batch, unstamp(at)), self._rules.tiers, self._increments.get)

    def _settle(self, change: str, parcel: Parcel, *values: str) -> None:
        query = f"UPDATE outbox SET {change} WHERE state = 'waiting' AND id = ?"  # noqa: S608 - our own words
        with _opened(self._state) as db:
            _write(db, query, *((*values, number) for number in parcel.ids))


def forget_delivered(state: StateDir, days: int, count: int) -> int:
    """Delete alerts that were sent and are old or many; how many that were.

    What waits or has failed stays, and so does the newest of each kind, which tells a desk what it has told already.

    Args:
        state: whose ledger; a desk may be at work on it.
        days: sent longer ago than this, counted back from the ledger's newest event; 0 is never.
        count: of those that were sent, so many of the newest stay; 0 is all.

    Raises:
        StoreError: the ledger cannot be written.
    """
    with _opened(state) as db:
        newest = db.execute("SELECT at FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        if newest is None or not has_outbox(db):
            return 0
        before = stamp(unstamp(newest[0]) - timedelta(days=days)) if days else ""
        query = "SELECT id FROM outbox WHERE state = 'sent' ORDER BY id DESC LIMIT 1 OFFSET ?"
        beyond = db.execute(query, (count,)).fetchone() if count else None
        condition = (
            "state = 'sent' AND (settled_at < ? OR id <= ?) AND id NOT IN (SELECT max(id) FROM outbox GROUP BY kind)"
        )
        rows = f"SELECT id FROM outbox WHERE {condition} LIMIT {_AT_ONCE}"  # noqa: S608 - our own words
        gone = 0
        while part := _write(db, f"DELETE FROM outbox WHERE id IN ({rows})", (before, beyond[0] if beyond else 0)):  # noqa: S608 - our own words
            gone += part
        return gone


def has_outbox(db: sqlite3.Connection) -> bool:
    """Is the ledger of a schema that has one?"""
    return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'outbox'").fetchone() is not None


def outbox_counts(state: StateDir) -> tuple[OutboxCount, ...]:
    """What became of the alerts of each channel; works beside a running desk. Raises StoreError."""
    with closing(open_for_reading(state)) as db, trusting(state):
        return counts(db) if has_outbox(db) else ()


def counts(db: sqlite3.Connection) -> tuple[OutboxCount, ...]:
    """The same of an open ledger that has an outbox."""
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


@contextmanager
def _opened(state: StateDir) -> Iterator[sqlite3.Connection]:
    """A connection of one's own, for one call. Raises StoreError where there is no ledger or it refuses."""
    if not state.ledger.exists():
        raise no_ledger(state)
    uri = f"{state.ledger.as_uri()}?mode=rw"
    with trusting(state), closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_PATIENCE_S)) as db:
        yield db


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
