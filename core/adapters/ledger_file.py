"""Making, opening, judging, copying and rebuilding the ledger's database file."""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from core.adapters.ledger_chain import Untrusted, rebuilt, verify_shape
from core.adapters.ledger_copy import sync_file, write_copy
from core.adapters.ledger_migration import migrate
from core.adapters.ledger_schema import APPLICATION_ID, OBJECTS, PROJECTIONS, VERSION
from core.adapters.ledger_wal import broken_log
from core.adapters.state_dir import StateDir, free_name, make_private, sync_folder
from core.domain.errors import StoreError

_MAGIC: Final = b"SQLite format 3\0"
_PATIENCE_S: Final = 2.0
"""How long to wait for another process that is writing."""
_CACHE_KIB: Final = 256
"""Pages a connection keeps, not SQLite's 2,000 KiB that fill as the ledger grows: a commit touches a few, and the
system has all others."""
_UNTRUSTED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def no_ledger(state: StateDir) -> StoreError:
    """What to say where no desk has run yet."""
    return StoreError(f"No ledger in {state.root}: start the desk with atlas run")


def open_for_reading(state: StateDir) -> sqlite3.Connection:
    """The ledger, read-only, as of this moment; works beside a running desk.

    Raises:
        StoreError: there is none, it is newer than this ATLAS, not accessible, or not to be believed.
    """
    try:
        if not state.ledger.exists():
            raise no_ledger(state)
        with trusting(state):
            _verify_magic(state.ledger)
            settle(state.ledger)
            db = sqlite3.connect(
                f"{state.ledger.as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=_PATIENCE_S
            )
            try:
                db.execute("BEGIN")
                verify_shape(db, state.ledger)
            except BaseException:
                db.close()
                raise
        return db
    except OSError as error:
        raise StoreError(f"the ledger {state.ledger} cannot be read: {error.strerror}") from error


def settle(ledger: Path) -> None:
    """Undo what a kill left half done while the file's mode changed: SQLite needs to write for that, once.

    Raises:
        sqlite3.Error: it cannot be written, or not be read.
    """
    if Path(f"{ledger}-journal").exists():
        with closing(sqlite3.connect(ledger, isolation_level=None, timeout=_PATIENCE_S)) as db:
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()


def open_for_writing(state: StateDir) -> sqlite3.Connection:
    """The ledger of the directory, made new only where no file exists; for use by one thread.

    Raises:
        StoreError: newer than this ATLAS, not accessible, or not to be believed; of the last a copy is kept.
    """
    try:
        if not state.ledger.exists():
            _create(state)
    except OSError as error:
        raise StoreError(f"the ledger {state.ledger} cannot be made: {error.strerror}") from error
    return open_existing(state)


def open_existing(state: StateDir) -> sqlite3.Connection:
    """The ledger that is there, for use by one thread; one of an earlier schema is brought up to date first.

    Raises:
        StoreError: as `open_for_writing`, and where no file exists.
    """
    try:
        with trusting(state):
            _verify_magic(state.ledger)
            _verify_log(state.ledger)
            db = _connect(state.ledger)
            try:
                version = verify_shape(db, state.ledger)
                found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
                if found != "ok":
                    raise Untrusted(str(found))
                if version < VERSION:
                    migrate(db, state, version)
            except BaseException:
                db.close()
                raise
        return db
    except OSError as error:
        raise StoreError(f"the ledger {state.ledger} cannot be opened: {error.strerror}") from error


@contextmanager
def trusting(state: StateDir) -> Iterator[None]:
    """Turn what goes wrong with the database inside the block into a StoreError; keep a copy of an untrusted ledger."""
    try:
        yield
    except Untrusted as error:
        raise StoreError(_quarantined(state, str(error))) from error
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _UNTRUSTED:
            raise StoreError(_quarantined(state, str(error))) from error
        raise StoreError(f"the ledger {state.ledger} cannot be used: {error}") from error


def rebuild_projections(state: StateDir) -> None:
    """Fill the projections anew from the events, and forget what was kept of their fold, in one transaction.

    The caller holds the lock; no store is open.

    Raises:
        StoreError: the events cannot be believed, or the ledger cannot be written; nothing has changed then.
    """
    with closing(open_for_writing(state)) as db, trusting(state), closing(rebuilt(db)) as fresh:
        db.execute("BEGIN IMMEDIATE")
        for table in PROJECTIONS:
            rows = fresh.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - our own table names
            db.execute(f"DELETE FROM {table}")  # noqa: S608
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                db.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
        db.execute("DELETE FROM kept_state")
        db.execute("COMMIT")


def back_up(state: StateDir, at: datetime, target: Path | None = None) -> Path:
    """A compact copy of the ledger, read again and verified; works beside a running desk.

    Args:
        state: whose ledger.
        at: names the copy `backups/ledger-<UTC time>.db`.
        target: another name for the copy; there must be no such file yet.

    Raises:
        StoreError: there is no ledger, it cannot be read or believed, or the copy cannot be written.
    """
    if not state.ledger.exists():
        raise no_ledger(state)
    if target is None:
        make_private(state.backup_dir)
        target = free_name(state.backup_dir, at)
    elif target.exists():
        raise StoreError(f"{target} is there already: name a new file, for a backup is never written over")
    try:
        with trusting(state), closing(_connect(state.ledger)) as db:
            verify_shape(db, state.ledger)
            write_copy(db, target)
            _verify_or_remove(target)
    except OSError as error:
        raise StoreError(f"the backup {target} cannot be written: {error.strerror}") from error
    return target


def _verify_or_remove(copy: Path) -> None:
    """A copy that cannot be believed is no backup. Raises as `verify_copy`."""
    try:
        verify_copy(copy)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise


def verify_copy(path: Path) -> int:
    """Is this a whole ledger: file, shape, chain of events, and tables that follow from them? The number of events.

    Raises:
        StoreError: newer than this ATLAS, or it contains what cannot be read.
        Untrusted: it is no ledger, or not one that can be believed.
        sqlite3.Error: it is damaged.
        OSError: it cannot be read.
    """
    _verify_magic(path)
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)) as db:
        verify_shape(db, path)
        found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise Untrusted(str(found))
        with closing(rebuilt(db)):
            return int(db.execute("SELECT count(*) FROM events").fetchone()[0])


def _verify_magic(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise Untrusted("it is not a SQLite database")


def _verify_log(ledger: Path) -> None:
    """Refuse a log that would silently lose what was acknowledged.

    One commit that breaks off may be one the power failed in, before it was acknowledged: there is only one at a time.
    """
    broken = broken_log(ledger)
    if broken is not None and (broken.commits > 1 or broken.frame == 0):
        raise Untrusted(str(broken), "R1")


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE_S, check_same_thread=False)
    try:
        db.execute("PRAGMA synchronous = FULL")
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        if db.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            raise StoreError(f"the ledger {path} stands on a file system that cannot keep a write-ahead log")
    except BaseException:
        db.close()
        raise
    return db


def _create(state: StateDir) -> None:
    """Make an empty ledger beside its place and rename it there, so that a crash never leaves half of one."""
    log = Path(f"{state.ledger}-wal")
    if log.exists() and log.stat().st_size:
        raise StoreError(f"{state.ledger} is missing, but its write-ahead log {log} is there: put the ledger back")
    partial = state.ledger.with_suffix(".new")
    for suffix in ("", "-wal", "-shm"):
        Path(f"{partial}{suffix}").unlink(missing_ok=True)
    os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with trusting(state), closing(_connect(partial)) as db:
        db.execute("BEGIN")
        for ddl in OBJECTS.values():
            db.execute(ddl)
        db.execute("INSERT INTO meta VALUES ('format', 'atlas ledger'), ('schema', ?)", (str(VERSION),))
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")
    sync_file(partial)
    partial.rename(state.ledger)
    sync_folder(state.root)


def _quarantined(state: StateDir, reason: str) -> str:
    """Copy the untrusted ledger aside, once per content, and word the refusal."""
    try:
        digest = hashlib.sha256(state.ledger.read_bytes()).hexdigest()[:8]
        copy = state.root / f"quarantine-{digest}.db"
        for suffix in ("", "-wal"):
            source, target = Path(f"{state.ledger}{suffix}"), Path(f"{copy}{suffix}")
            if source.exists() and not target.exists():
                os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
                shutil.copyfile(source, target)
        kept = f"a copy is kept as {copy}"
    except OSError as error:
        kept = f"no copy could be made: {error.strerror}"
    newest = state.newest_backup()
    backup = f"the newest backup is {newest}" if newest else "there is no backup"
    return (
        f"the ledger {state.ledger} cannot be trusted ({reason}); {kept}; {backup}. "
        "Put a good ledger in its place, or archive it with atlas reset"
    )
