"""Keeps the state anew while a desk runs: on a thread of its own, from the ledger alone, and now and then.

What is kept is never taken from the desk: the last kept state is read back, the facts since are read from the ledger
and folded by the code a start uses, so it is what a start would come to. The thread pauses after each millisecond or
two of work, for the interpreter is shared with ticks; the ledger is locked for one write.
"""

import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from core.adapters.fold_code import fold_code
from core.adapters.kept_state import Kept, Unfit, folded_on, read_kept, write_kept
from core.adapters.kept_tables import differing
from core.adapters.ledger_chain import BEFORE_ALL, Untrusted
from core.trading.folded import Folding

PAUSE_S: Final = 0.002


class _Ended(Exception):
    """The desk ends: what is half done is left."""


class Keeper:
    """Told of every commit, it keeps the state after so many. Nothing waits for it; what fails is tried at the next."""

    def __init__(self, ledger: Path, newest: int, every: int) -> None:
        """
        Args:
            ledger: the database file.
            newest: number of the newest event.
            every: facts between two times.
        """
        self._ledger = ledger
        self._asked = newest
        self._every = every
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        fold_code()  # now, while the files are those that were loaded: a desk may run on while they are exchanged

    def committed(self, seq: int) -> None:
        """The event of this number is in the ledger."""
        at_work = self._thread is not None and self._thread.is_alive()
        if seq - self._asked >= self._every and not at_work and not self._ending.is_set():
            self._asked = seq
            thread = threading.Thread(target=self._keep, name="atlas-keeper", daemon=True)
            with suppress(RuntimeError):  # no thread to be had: at the next time, perhaps
                thread.start()
                self._thread = thread

    def close(self) -> None:
        """Let go of what is half done."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join()

    def _keep(self) -> None:
        # Untrusted: the next start refuses this ledger, with the event's number; nothing may be kept of it meanwhile.
        with suppress(_Ended, Untrusted, sqlite3.Error, MemoryError):
            with closing(sqlite3.connect(f"{self._ledger.as_uri()}?mode=ro", uri=True, isolation_level=None)) as db:
                db.execute("BEGIN")
                whole = folded_on(db, self._last(db), self._rest)
                if differing(db, whole.folding.state):
                    return
            write_kept(self._ledger, whole, self._rest)

    def _last(self, db: sqlite3.Connection) -> Kept:
        """The last kept state, or the beginning where that is not to be used."""
        with suppress(Unfit):
            kept = read_kept(db, self._rest)
            if kept is not None:
                row = db.execute("SELECT hash FROM events WHERE seq = ?", (kept.at.seq,)).fetchone()
                if row == (kept.at.hash,):
                    return kept
        return Kept(Folding(), BEFORE_ALL)

    def _rest(self) -> None:
        if self._ending.wait(PAUSE_S):
            raise _Ended
