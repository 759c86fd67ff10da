"""A ledger that is made again: facts it holds already are compared one by one, what comes after is appended."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from itertools import islice

from core.adapters.fact_codec import encode, kind_of
from core.adapters.sqlite_store import SqliteStore
from core.domain.errors import RecordingError
from core.domain.facts import Fact
from core.ports import Restored
from core.trading.folded import Folding


class ResumedStore:
    """Fits `core.ports.Store` for a replay from the beginning, over what an earlier one has left."""

    def __init__(self, store: SqliteStore, where: str) -> None:
        """
        Args:
            store: the ledger as it is kept.
            where: its directory, for a sentence.
        """
        self._store = store
        self._where = where
        self._kept: Iterator[Fact] | None = store.facts()
        self._count = 0

    def facts(self) -> Iterator[Fact]:
        """The facts appended so far, in this run. Raises StoreError."""
        return islice(self._store.facts(), self._count)

    def restored(self) -> Restored:
        """What they come to. Raises StoreError."""
        return Restored(Folding().take(self.facts()))

    def append(self, facts: Sequence[Fact]) -> "Future[None]":
        """Compare with what is kept, or commit.

        Raises:
            RecordingError: another fact is kept at this place.
            StoreError: the kept ones cannot be read.
        """
        kept = tuple(islice(self._kept, len(facts))) if self._kept is not None else ()
        for number, (found, fact) in enumerate(zip(kept, facts, strict=False), start=self._count + 1):
            if type(found) is not type(fact) or encode(found) != encode(fact):
                raise RecordingError(
                    f"the ledger in {self._where} is not of this recording: its event {number} is "
                    f"{kind_of(found)} of {found.at:%Y-%m-%d %H:%M:%S}Z, the recording gives {kind_of(fact)} of "
                    f"{fact.at:%Y-%m-%d %H:%M:%S}Z; choose another --state-dir"
                )
        if len(kept) < len(facts):
            self._kept = None
        committed = self._store.append(facts[len(kept) :])
        if committed.exception() is None:
            self._count += len(facts)
        return committed

    def finish(self) -> None:
        """Raises RecordingError when more is kept than was appended: the ledger has gone beyond."""
        further = next(self._kept, None) if self._kept is not None else None
        if further is not None:
            raise RecordingError(
                f"the ledger in {self._where} goes on beyond this replay, with {kind_of(further)} as its event "
                f"{self._count + 1}; choose another --state-dir"
            )

    def close(self) -> None:
        """Commit what is queued and close."""
        self._store.close()
