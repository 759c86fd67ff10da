"""The ledger as the desk's Store: one writer thread, one transaction a batch, acknowledged after COMMIT.

SQLite with a write-ahead log and synchronous=FULL: what was acknowledged survives kill -9 and power loss, and half a
batch is never seen. Of a ledger that nobody keeps a power loss may take what it will.
"""

import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, suppress
from typing import Final

from core.adapters.fact_codec import GENESIS, chained, decode_fact, encode, kind_of, stamp
from core.adapters.kept_keeper import Keeper
from core.adapters.kept_state import EVERY, restored
from core.adapters.ledger_chain import chain_of
from core.adapters.ledger_file import open_existing, open_for_writing, trusting
from core.adapters.ledger_outbox import post
from core.adapters.ledger_projection import project
from core.adapters.state_dir import StateDir
from core.alerts.outbox import AlertRules
from core.domain.errors import FactRefused, StoreError
from core.domain.facts import Fact
from core.ports import Restored

_Batch = tuple[tuple[Fact, ...], "Future[None]"]
_HARMLESS: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
"""Failures after which the connection itself is sound."""
_UNWRITABLE: Final = (ValueError, TypeError, AttributeError, ArithmeticError, MemoryError)
"""What a value that cannot be written down raises; the writer thread outlives it."""
_INSERT: Final = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)"


def _told() -> None:
    """Nobody waits to hear of it."""


class SqliteStore:
    """Fits `core.ports.Store`. The caller holds the state directory's lock.

    A batch that could not be committed leaves no trace, and the store goes on: the caller may append it again.
    """

    def __init__(
        self,
        state: StateDir,
        alerts: AlertRules | None = None,
        posted: Callable[[], None] = _told,
        durable: bool = True,
        keep_every: int = EVERY,
    ) -> None:
        """Open the ledger, or make it where no file exists.

        Args:
            state: its directory.
            alerts: puts what is worth an alert into the outbox, in the transaction of the fact; None keeps no outbox.
            posted: called on the writer thread when something was put there.
            durable: False for a ledger that nobody keeps: no commit then waits for the disk.
            keep_every: after so many facts what they come to is kept anew, for the next start.

        Raises:
            StoreError: it cannot be opened, or not be believed.
        """
        self._state = state
        self._alerts = alerts
        self._posted = posted
        self._every = keep_every
        self._db: sqlite3.Connection | None = open_for_writing(state)
        if not durable:
            self._db.execute("PRAGMA synchronous = OFF")
        self._inode = state.ledger.stat().st_ino
        self._seq, self._hash = _head(self._db)
        self._keeper = Keeper(state.ledger, self._seq, keep_every)
        self._doubtful: tuple[tuple[Fact, ...], str] | None = None
        self._batches: queue.SimpleQueue[_Batch | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._writer = threading.Thread(target=self._write, name="atlas-ledger", daemon=True)
        self._writer.start()

    def facts(self) -> Iterator[Fact]:
        """All committed facts from the first; the hash chain is verified on the way.

        Raises:
            StoreError: the chain is broken or an event cannot be read; a copy of the ledger is kept.
        """
        path = self._state.ledger
        with trusting(self._state), closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
            for _, fact in chain_of(db):
                yield fact

    def restored(self) -> Restored:
        """What the committed facts come to; the hash chain is verified from the first to the last of them.

        Raises:
            StoreError: as `facts`.
        """
        return restored(self._state, self._every)

    def append(self, facts: Sequence[Fact]) -> "Future[None]":
        """Commit the facts in one transaction; the future completes after COMMIT, or fails with StoreError.

        The future cannot be cancelled: what was decided is written.
        """
        future: Future[None] = Future()
        future.set_running_or_notify_cancel()
        with self._closing:
            if self._closed:
                future.set_exception(StoreError("the ledger is closed"))
            elif facts:
                self._batches.put((tuple(facts), future))
            else:
                future.set_result(None)
        return future

    def close(self) -> None:
        """Commit what is queued, fold the write-ahead log in and close; a second call does nothing."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._keeper.close()  # first, for only the last connection folds the log in
                self._batches.put(None)
        self._writer.join()

    def _write(self) -> None:
        while (batch := self._batches.get()) is not None:
            facts, future = batch
            try:
                self._commit(facts)
            except StoreError as error:
                future.set_exception(error)
            except (sqlite3.Error, OSError, *_UNWRITABLE) as error:
                future.set_exception(self._explained(error))
            else:
                future.set_result(None)
        if self._db is not None:
            self._db.close()

    def _commit(self, facts: tuple[Fact, ...]) -> None:
        # A ledger moved away or exchanged under a running desk would take commits that nobody ever finds again.
        if self._state.ledger.stat().st_ino != self._inode:
            raise StoreError(f"the ledger {self._state.ledger} is not the one this desk opened: put that one back")
        if self._db is None:
            self._db = open_existing(self._state)
            self._seq, self._hash = _head(self._db)
        if self._doubtful is not None and self._doubtful == (facts, self._hash):
            self._doubtful = None  # the disk reported a failure of a commit that was in fact made
            return
        rows = self._rows(facts)
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(_INSERT, rows)
            for row, fact in zip(rows, facts, strict=True):
                project(self._db, int(row[0]), fact)
            posted = self._alerts is not None and post(self._db, self._alerts.policy, self._seq + 1, facts)
            self._db.execute("COMMIT")
        except sqlite3.IntegrityError as error:
            self._db.execute("ROLLBACK")
            raise FactRefused(f"the ledger refused {_named(facts)}: {error}") from error
        except (StoreError, *_UNWRITABLE):
            self._db.execute("ROLLBACK")
            raise
        except sqlite3.Error as error:
            self._doubtful = (facts, str(rows[-1][6]))
            self._undo(error)
            raise
        self._seq, self._hash, self._doubtful = int(rows[-1][0]), str(rows[-1][6]), None
        self._keeper.committed(self._seq)
        if posted:
            self._posted()

    def _rows(self, facts: tuple[Fact, ...]) -> list[tuple[int | str, ...]]:
        """The events these facts become, chained to the last committed one."""
        rows: list[tuple[int | str, ...]] = []
        previous = self._hash
        for seq, fact in enumerate(facts, start=self._seq + 1):
            kind, at, payload = kind_of(fact), stamp(fact.at), encode(fact)
            decode_fact(kind, payload)  # what could not be read again is never written
            own = chained(previous, kind, at, payload)
            rows.append((seq, self._seq + 1, at, kind, payload, previous, own))
            previous = own
        return rows

    def _undo(self, error: sqlite3.Error) -> None:
        """Undo the open transaction; a connection the disk failed under is given up and opened anew later."""
        if self._db is None:
            return
        with suppress(sqlite3.Error):
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _HARMLESS:
                return
        self._db.close()
        self._db = None

    def _explained(self, error: Exception) -> StoreError:
        failure = StoreError(f"the ledger {self._state.ledger} could not be written: {error}")
        failure.__cause__ = error
        return failure


def _head(db: sqlite3.Connection) -> tuple[int, str]:
    """Number and hash of the last event."""
    row = db.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
    return (0, GENESIS) if row is None else (int(row[0]), str(row[1]))


def _named(facts: tuple[Fact, ...]) -> str:
    return ", ".join(dict.fromkeys(kind_of(fact) for fact in facts))
