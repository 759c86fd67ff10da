"""The events of the ledger as they come, from any of them on: beside a running desk, read-only."""

from contextlib import closing
from typing import Final, NamedTuple

from core.adapters.ledger_file import open_for_reading, trusting
from core.adapters.state_dir import StateDir

MOST: Final = 2000
"""Events of one look."""


class LedgerEvent(NamedTuple):
    """One event as it is kept; `at` is UTC, the payload JSON (`core.adapters.fact_codec`)."""

    seq: int
    at: str
    kind: str
    payload: str


class LedgerTail:
    """What comes behind an event, in order and without a gap. Blocks on the disk at every look.

    Attributes:
        seq: of the newest event that was given; before the first look the one to begin behind, None for the newest.
    """

    def __init__(self, state: StateDir, seq: int | None = None) -> None:
        """
        Args:
            state: whose ledger.
            seq: of the event to begin behind; 0 begins with the first, None with the next there will be.
        """
        self._state = state
        self.seq = seq

    def more(self) -> list[LedgerEvent]:
        """What has come since the last look, at most MOST.

        Raises:
            StoreError: the ledger cannot be read.
            LookupError: it holds no event of this number, nor one behind it.
        """
        with closing(open_for_reading(self._state)) as db, trusting(self._state):
            newest = db.execute("SELECT max(seq) FROM events").fetchone()[0] or 0
            if self.seq is None:
                self.seq = newest
            if self.seq > newest:
                raise LookupError(self.seq)
            query = "SELECT seq, at, kind, payload FROM events WHERE seq > ? ORDER BY seq LIMIT ?"
            found = [LedgerEvent(*row) for row in db.execute(query, (self.seq, MOST))]
        if found:
            self.seq = found[-1].seq
        return found
