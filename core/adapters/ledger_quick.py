"""A quick look at a ledger: can a desk start on it? The whole judgement is `core.adapters.ledger_check`."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from core.adapters.ledger_chain import Untrusted, verify_shape
from core.adapters.ledger_wal import broken_log
from core.domain.errors import StoreError

_UNUSABLE: Final = (OSError, sqlite3.Error, Untrusted, StoreError, ValueError, TypeError)


def first_fault(ledger: Path) -> str:
    """What is wrong with the file, its log or its schema, in words; empty where nothing is. Nothing is written."""
    try:
        if (broken := broken_log(ledger)) is not None:
            return str(broken)
        with closing(_opened(ledger)) as db:
            verify_shape(db, ledger)
            (told,) = db.execute("PRAGMA quick_check(1)").fetchone()
    except _UNUSABLE as error:
        return f"the ledger {ledger} cannot be used: {error}"
    return "" if told == "ok" else f"the database is damaged: {' '.join(str(told).split())}"


def begun_at(ledger: Path) -> datetime | None:
    """When its first event was; None where there is none to read."""
    try:
        with closing(_opened(ledger)) as db:
            first = db.execute("SELECT at FROM events ORDER BY seq LIMIT 1").fetchone()
        return datetime.fromisoformat(first[0]) if first else None
    except _UNUSABLE:
        return None


def _opened(ledger: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=2)
