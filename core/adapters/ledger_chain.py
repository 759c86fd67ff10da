"""Judging a ledger by its shape and its chain of events, and replaying the events into projections."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from core.adapters.fact_codec import GENESIS, chained, decode_fact
from core.adapters.ledger_projection import project
from core.adapters.ledger_schema import APPLICATION_ID, OBJECTS_OF, PROJECTION_DDL, VERSION
from core.domain.errors import StoreError
from core.domain.facts import Fact


class Untrusted(Exception):
    """The file is no ledger that can be believed; the text says why, `rule` which invariant that breaks."""

    def __init__(self, why: str, rule: str = "M2") -> None:
        super().__init__(why)
        self.rule = rule


class NewerLedger(StoreError):
    """The ledger was written by a newer ATLAS: nothing is wrong with it, but this one cannot judge it."""


def verify_shape(db: sqlite3.Connection, path: Path) -> int:
    """Is this a ledger with every table, index and trigger of its version? The version, 1 up to this ATLAS's own.

    Raises:
        NewerLedger: it was written by a newer ATLAS.
        Untrusted: it is no ledger, parts are missing, or there are parts that no ATLAS made, such as a trigger.
    """
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID or version < 1:
        raise Untrusted("it is not a ledger of ATLAS")
    if version > VERSION:
        raise NewerLedger(
            f"the ledger {path} has schema {version}, this ATLAS knows {VERSION}: start the newer ATLAS that wrote it"
        )
    present = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall())
    wrong = sorted(name for name, ddl in OBJECTS_OF[version].items() if present.get(name) != ddl)
    if wrong:
        raise Untrusted(f"missing or altered: {', '.join(wrong)}")
    foreign = sorted(name for name in present if name not in OBJECTS_OF[version] and not name.startswith("sqlite_"))
    if foreign:
        raise Untrusted(f"not part of schema {version}: {', '.join(foreign)}", "R8")
    told = dict(db.execute("SELECT key, value FROM meta").fetchall())
    if told != {"format": "atlas ledger", "schema": str(version)}:
        raise Untrusted(f"the file has schema {version}, its table meta says {told}", "R8")
    return version


def chain_of(db: sqlite3.Connection) -> Iterator[tuple[int, Fact]]:
    """Every event's seq and fact, in order, with the hash chain verified on the way.

    Raises:
        Untrusted: an event is missing, altered or unreadable.
    """
    previous, expected = GENESIS, 1
    rows = db.execute("SELECT seq, at, kind, payload, prev_hash, hash FROM events ORDER BY seq")
    for seq, at, kind, payload, prev_hash, own_hash in rows:
        if seq != expected or prev_hash != previous or chained(previous, kind, at, payload) != own_hash:
            raise Untrusted(f"the chain of events breaks at event {seq}")
        try:
            yield seq, decode_fact(kind, payload)
        except StoreError as error:
            raise Untrusted(f"event {seq}: {error}") from error
        previous, expected = own_hash, expected + 1


def replay(events: sqlite3.Connection, into: sqlite3.Connection) -> None:
    """Let every event of one database change the projections of another or of its own, in the caller's transaction.

    Raises:
        Untrusted: the chain is broken, or an event contradicts those before it.
    """
    for seq, fact in chain_of(events):
        try:
            project(into, seq, fact)
        except (StoreError, sqlite3.IntegrityError) as error:
            raise Untrusted(f"event {seq} contradicts those before it: {error}") from error


def rebuilt(db: sqlite3.Connection) -> sqlite3.Connection:
    """A database in memory with the projections that the ledger's events give.

    Raises:
        Untrusted: as `replay`.
    """
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for ddl in PROJECTION_DDL:
            fresh.execute(ddl)
        fresh.execute("BEGIN")
        replay(db, fresh)
        fresh.execute("COMMIT")
    except BaseException:
        fresh.close()
        raise
    return fresh
