"""What happened since the last key was pressed, read straight off the ledger for the console's first frame.

Only the events after that key are read, and of those only the kinds the desk counts; the chain is not verified, which
the desk does a moment later.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from core.adapters.fact_codec import decode_fact, stamp, unstamp
from core.adapters.ledger_schema import APPLICATION_ID, OUTBOX_SINCE, PRESENCE, VERSION
from core.domain.errors import StoreError
from core.domain.review_views import AbsenceView
from core.trading.absence import Absence

T = TypeVar("T")
_PATIENCE_S: Final = 0.05
_COUNTED: Final = (
    "PersonSeen", "DeskStarted", "DeskStopped", "SignalFound", "SetupFound", "SetupResolved", "EntryRefused",
    "PositionOpened", "PositionClosed", "FundingPaid", "OutageEnded", "GuardTripped", "EntriesHalted",
)  # fmt: skip
_BEFORE: Final = "SELECT at FROM events AS earlier WHERE earlier.seq < events.seq ORDER BY seq DESC LIMIT 1"
_AFTER: Final = (
    f"SELECT kind, payload, CASE kind WHEN 'DeskStarted' THEN ({_BEFORE}) END FROM events"  # noqa: S608 - our own words
    f" WHERE seq >= ? AND kind IN ({', '.join('?' * len(_COUNTED))}) ORDER BY seq"
)
_LATEST: Final = f"SELECT max(seq) FROM events WHERE {PRESENCE} AND kind = ? AND seq <= ?"  # noqa: S608 - our own words
_AT: Final = "SELECT at FROM events WHERE seq = ?"
_NEWEST: Final = "SELECT at FROM events ORDER BY seq DESC LIMIT 1"
_LAST_SEQ: Final = 2**63 - 1


def read_absence(path: Path, alone: bool = False) -> AbsenceView | None:
    """The running count since the last key, as a desk would have it after restoring this ledger.

    Args:
        path: the ledger's database file; it may be in use by a desk, and of an earlier schema.
        alone: no desk is at work on it: one that left no last word was stopped hard.

    Returns:
        None where there is no ledger, or it cannot be read at once or not be believed. Raises nothing for any of these.
    """
    return _read(path, lambda db: _with_alerts(db, _folded(db, alone).view()))


def read_last_instant(path: Path) -> datetime | None:
    """Time of the newest event; None as `read_absence`."""
    return _read(path, _newest)


def _read(path: Path, read: Callable[[sqlite3.Connection], T]) -> T | None:
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_PATIENCE_S)) as db:
            db.execute("BEGIN")
            return read(db) if _is_ledger(db) else None
    except (sqlite3.Error, OSError, StoreError, ValueError, TypeError, ArithmeticError):
        return None


def _is_ledger(db: sqlite3.Connection) -> bool:
    identity: object = db.execute("PRAGMA application_id").fetchone()[0]
    version = db.execute("PRAGMA user_version").fetchone()[0]
    return identity == APPLICATION_ID and version in range(1, VERSION + 1)


def _folded(db: sqlite3.Connection, alone: bool) -> Absence:
    since = _latest(db, "PersonSeen", _LAST_SEQ)
    began = _latest(db, "DeskStarted", since)
    absence = Absence()
    absence.running = began > _latest(db, "DeskStopped", since)
    absence.began = _time(db.execute(_AT, (began,)).fetchone())
    for kind, payload, before in db.execute(_AFTER, (since, *_COUNTED)):
        if before is not None:
            absence.last_at = unstamp(before)
        absence.fold(decode_fact(kind, payload))
    if alone:
        absence.last_at = _newest(db)
        absence.lost()
    return absence


def _with_alerts(db: sqlite3.Connection, view: AbsenceView) -> AbsenceView:
    """With the alerts that failed meanwhile, which are no events."""
    if db.execute("PRAGMA user_version").fetchone()[0] < OUTBOX_SINCE:
        return view
    since = "" if view.since is None else stamp(view.since)
    query = "SELECT count(*) FROM outbox WHERE state = 'failed' AND settled_at > ?"
    return replace(view, alerts_failed=db.execute(query, (since,)).fetchone()[0])


def _newest(db: sqlite3.Connection) -> datetime | None:
    return _time(db.execute(_NEWEST).fetchone())


def _time(row: tuple[str] | None) -> datetime | None:
    return None if row is None else unstamp(row[0])


def _latest(db: sqlite3.Connection, kind: str, until: int) -> int:
    """Number of the last event of this kind up to another; 0 when there is none."""
    found = db.execute(_LATEST, (kind, until)).fetchone()[0]
    return 0 if found is None else int(found)
