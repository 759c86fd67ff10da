"""Bringing a ledger of an earlier schema up to this ATLAS's: a copy beside it first, then one transaction."""

import sqlite3
from pathlib import Path

from core.adapters.fact_codec import GENESIS
from core.adapters.ledger_chain import replay, verify_shape
from core.adapters.ledger_copy import write_copy
from core.adapters.ledger_schema import ADDED_DDL, PROJECTIONS, PROJECTIONS_OF, VERSION
from core.adapters.state_dir import StateDir


def migrate(db: sqlite3.Connection, state: StateDir, version: int) -> None:
    """Bring the ledger behind `db` from schema `version` to the newest; a crash on the way leaves it as it was.

    Projections that have changed since are made anew from the events, whose chain is verified on the way; the events
    stay as they are.

    Raises:
        Untrusted: the chain of events is broken.
        OSError: the copy cannot be written.
        sqlite3.Error: the ledger or the copy cannot be written.
    """
    copy = copy_of(db, state, version)
    if not copy.exists():
        write_copy(db, copy)
    db.execute("BEGIN IMMEDIATE")
    try:
        stale = PROJECTIONS_OF[version] != PROJECTIONS
        for table in PROJECTIONS_OF[version] if stale else ():
            db.execute(f"DELETE FROM {table}")  # noqa: S608 - one of our own table names
        for ddl in ADDED_DDL[version]:
            db.execute(ddl)
        if stale:
            replay(db, db)
        db.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (str(VERSION),))
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    verify_shape(db, state.ledger)


def copy_of(db: sqlite3.Connection, state: StateDir, version: int) -> Path:
    """Where the copy from before is kept: named by schema and newest event, so that a second try finds it."""
    row = db.execute("SELECT hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    head = GENESIS if row is None else str(row[0])
    return state.ledger.with_name(f"{state.ledger.stem}-schema-{version}-{head[:8]}.db")
