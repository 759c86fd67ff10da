"""Putting a backup in the ledger's place: verified first, the present ledger kept, no moment without one."""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from core.adapters.ledger_chain import Untrusted
from core.adapters.ledger_copy import sync_file, write_copy
from core.adapters.ledger_file import verify_copy
from core.adapters.log_folding import fold_log_in
from core.adapters.state_dir import StateDir, free_name, make_private, sync_folder
from core.domain.errors import StoreError


def verified(backup: Path, copy: Path | None = None) -> int:
    """How many events a backup holds, after all of it, or of the copy of it, has been judged. Raises StoreError."""
    try:
        return verify_copy((copy or backup).expanduser().absolute())
    except (Untrusted, sqlite3.Error) as error:
        raise StoreError(f"{backup} cannot be trusted ({error}): nothing was restored") from error
    except OSError as error:
        raise StoreError(f"{backup} cannot be read: {error.strerror}") from error


def restore(state: StateDir, backup: Path, at: datetime) -> Path | None:
    """Make the ledger a copy of the backup; where the ledger that was there is kept, None without one.

    The caller holds the lock. Killed at any moment, it leaves the one ledger or the other.

    Args:
        state: whose ledger.
        backup: judged as it was copied.
        at: names what is kept, `archive/ledger-<UTC time>.db`.

    Raises:
        StoreError: the backup cannot be trusted, or something cannot be written; the ledger is then as it was.
    """
    fresh = state.root / "ledger.restored"
    try:
        fresh.unlink(missing_ok=True)
        with closing(sqlite3.connect(f"{backup.expanduser().absolute().as_uri()}?mode=ro", uri=True)) as db:
            write_copy(db, fresh)
        verified(backup, fresh)
        kept = _kept(state, at)
        fresh.rename(state.ledger)
        sync_folder(state.root)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{backup} cannot be restored: {getattr(error, 'strerror', None) or error}") from error
    finally:
        fresh.unlink(missing_ok=True)
    return kept


def _kept(state: StateDir, at: datetime) -> Path | None:
    """Copy the present ledger, with its write-ahead log where that cannot be folded in, and take the log away."""
    log, index = (Path(f"{state.ledger}{suffix}") for suffix in ("-wal", "-shm"))
    target: Path | None = None
    if state.ledger.exists():
        fold_log_in(state.ledger)
    if any(path.exists() and path.stat().st_size for path in (state.ledger, log)):
        make_private(state.archive_dir)
        target = free_name(state.archive_dir, at)
        for source, name in ((state.ledger, target), (log, Path(f"{target}-wal"))):
            if source.exists():
                os.close(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600))
                shutil.copyfile(source, name)
                sync_file(name)
        sync_folder(state.archive_dir)
    log.unlink(missing_ok=True)
    index.unlink(missing_ok=True)
    return target
