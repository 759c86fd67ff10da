"""Folding a ledger's write-ahead log into its database file."""

import sqlite3
from contextlib import closing
from pathlib import Path

from core.domain.errors import StoreError


def fold_log_in(ledger: Path) -> None:
    """Bring the write-ahead log into the database and leave one file.

    Raises:
        StoreError: somebody else has the ledger open.
    """
    try:
        with closing(sqlite3.connect(ledger, isolation_level=None, timeout=2)) as db:
            db.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise StoreError(f"the ledger {ledger} is being read by another process; try again in a moment") from error
    except sqlite3.DatabaseError:
        return  # not readable as a database: it is moved as it is
