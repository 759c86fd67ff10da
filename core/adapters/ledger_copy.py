"""A whole, compact copy of a ledger that is written in one step."""

import os
import sqlite3
from pathlib import Path

from core.adapters.state_dir import sync_folder


def write_copy(db: sqlite3.Connection, target: Path) -> None:
    """Copy the database behind `db` to `target`, 0600; the copy appears whole or not at all, and survives power loss.

    Raises:
        OSError: it cannot be written.
        sqlite3.Error: the database cannot be read, or the disk is full.
    """
    partial = target.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        db.execute("VACUUM INTO ?", (str(partial),))
        sync_file(partial)
        partial.rename(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def sync_file(path: Path) -> None:
    """Make what was written to the file durable. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
