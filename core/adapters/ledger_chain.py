"""Judging a ledger by its shape and its chain of events, and replaying the events into projections."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

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


class Link(NamedTuple):
    """An event's place in the chain: its number and its hash."""

    seq: int
    hash: str


BEFORE_ALL: Final = Link(0, GENESIS)
_ROWS: Final = "SELECT seq, at, kind, payload, prev_hash, hash FROM events WHERE seq > ? AND seq <= ? ORDER BY seq"
_LAST_SEQ: Final = 2**63 - 1
_Row = tuple[int, str, str, str, str, str]


def chain_of(db: sqlite3.Connection, after: Link = BEFORE_ALL) -> Iterator[tuple[Link, Fact]]:
    """The place and fact of every event after a trusted one, in order, with the hash chain verified on the way.

    Raises:
        Untrusted: an event is missing, altered or unreadable.
    """
    seq, own_hash = after
    for row in db.execute(_ROWS, (seq, _LAST_SEQ)):
        _verify_link(row, seq, own_hash)
        seq, own_hash = row[0], row[5]
        try:
            yield Link(seq, own_hash), decode_fact(row[2], row[3])
        except StoreError as error:
            raise Untrusted(f"event {seq}: {error}") from error


def hashed(db: sqlite3.Connection, until: int) -> Link:
    """The place of the last event up to this number, after all of them were hashed, and none was read.

    Raises:
        Untrusted: an event is missing or altered.
    """
    seq, own_hash = BEFORE_ALL
    for row in db.execute(_ROWS, (0, until)):
        _verify_link(row, seq, own_hash)
        seq, own_hash = row[0], row[5]
    return Link(seq, own_hash)


def _verify_link(row: _Row, before: int, previous: str) -> None:
    """Does the row follow the event of this number and hash, unaltered? Raises Untrusted."""
    seq, at, kind, payload, prev_hash, own_hash = row
    if seq != before + 1 or prev_hash != previous or chained(previous, kind, at, payload) != own_hash:
        raise Untrusted(f"the chain of events breaks at event {seq}")


def replay(events: sqlite3.Connection, into: sqlite3.Connection) -> None:
    """Let every event of one database change the projections of another or of its own, in the caller's transaction.

    Raises:
        Untrusted: the chain is broken, or an event contradicts those before it.
    """
    for link, fact in chain_of(events):
        try:
            project(into, link.seq, fact)
        except (StoreError, sqlite3.IntegrityError) as error:
            raise Untrusted(f"event {link.seq} contradicts those before it: {error}") from error


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
