"""Facts to the ledger: committed first, shown after; an entry that cannot be stored never was."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

from core.domain.errors import FactRefused, StoreError
from core.domain.events import EntryUndone
from core.domain.facts import Fact, PositionOpened
from core.domain.undoing import taken_back
from core.ports import Store

RETRY_S = 1.0

Batch = tuple[Fact, ...]


class Journal:
    """Hands batches of facts to the store one at a time, in order, and keeps what the store could not take.

    Only one commit is under way at any time, so that a failure finds everything after it still in the queue. While
    anything is unsaved, new batches lose their entries: exits go on, entries do not.
    """

    def __init__(self, store: Store, settled: Callable[[], None], undo: Callable[[EntryUndone], None]) -> None:
        """
        Args:
            store: the ledger.
            settled: called on the event loop when everything handed over so far is committed or known unsaved.
            undo: called on the event loop for every entry that could not be stored.
        """
        self._store = store
        self._settled = settled
        self._undo = undo
        self._queue: deque[Batch] = deque()
        self._committing = False
        self._handed = 0
        self._failing = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._retry: asyncio.TimerHandle | None = None
        self.problem = ""

    @property
    def pending(self) -> bool:
        """Are decided facts on their way whose outcome is not known? False while the ledger cannot be written."""
        return bool(self._queue) and not self._failing

    @property
    def unsaved(self) -> int:
        """Facts that are decided but not in the ledger, because it cannot be written."""
        return sum(len(batch) for batch in self._queue) if self._failing else 0

    @property
    def under_way(self) -> int | None:
        """The number of the commit that is being waited for, counted from 1; None where none is."""
        return self._handed if self._committing else None

    def record(self, facts: Batch) -> None:
        """Hand over one event's facts; they are one transaction (O5)."""
        if not facts:
            return
        self._queue.append(taken_back(facts, self._undo_entries(facts)) if self._failing else facts)
        self._idle.clear()
        if not self._committing and self._retry is None:
            self._commit()

    async def drained(self, timeout_s: float) -> None:
        """Wait until everything is committed, at most `timeout_s`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._idle.wait()

    def close(self) -> None:
        """Hand over once more what is left, and stop retrying."""
        if self._retry is not None:
            self._retry.cancel()
        for batch in list(self._queue)[1 if self._committing else 0 :]:
            self._store.append(batch)
        self._queue.clear()

    def _commit(self) -> None:
        """Send the oldest batch; it stays in the queue until its outcome is known."""
        loop = asyncio.get_running_loop()
        self._retry = None
        if not self._queue:
            self._failing = False
            self._idle.set()
            self._settled()
            return
        self._committing = True
        self._handed += 1

        def done(future: Future[None]) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._done, future.exception())

        self._store.append(self._queue[0]).add_done_callback(done)

    def _done(self, error: BaseException | None) -> None:
        self._committing = False
        if not self._queue:
            return
        if error is None:
            self._queue.popleft()
            self._failing = False
            self.problem = ""
        elif isinstance(error, FactRefused):
            # Trying again cannot help: what the ledger holds contradicts it.
            self._queue.popleft()
            self.problem = f"{error}; restart ATLAS so that it shows what is stored"
        else:
            self._failed(error)
            self._settled()
            return
        if self._queue:
            self._commit()
        else:
            self._idle.set()
            self._settled()

    def _failed(self, error: BaseException) -> None:
        self.problem = str(error) if isinstance(error, StoreError) else f"the ledger failed: {error}"
        self._failing = True
        waiting, self._queue = self._queue, deque()
        undone: set[str] = set()
        for batch in waiting:
            undone |= self._undo_entries(batch)
            if kept := taken_back(batch, undone):
                self._queue.append(kept)
        self._retry = asyncio.get_running_loop().call_later(RETRY_S, self._commit)

    def _undo_entries(self, facts: Batch) -> set[str]:
        """Take the entries among the facts back; their positions' ids."""
        opened = {fact.position.id: fact.at for fact in facts if isinstance(fact, PositionOpened)}
        for position_id, at in opened.items():
            self._undo(EntryUndone(position_id, at))
        return set(opened)
