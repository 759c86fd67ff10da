"""Facts to the ledger: committed first, shown after; an entry that cannot be stored never was."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

from core.domain.errors import StoreError
from core.domain.events import EntryUndone
from core.domain.facts import EntryRefused, Fact, PositionOpened
from core.domain.sizing import Refusal
from core.ports import Store

RETRY_S = 1.0


class Journal:
    """Hands batches of facts to the store in order, and keeps what the store could not take.

    While anything is unsaved, later batches queue behind it and lose their entries: exits go on, entries do not.
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
        self._in_flight = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._unsaved: deque[tuple[Fact, ...]] = deque()
        self._retry: asyncio.TimerHandle | None = None
        self._retrying = False
        self.problem = ""

    @property
    def pending(self) -> bool:
        """Are commits under way whose outcome is not known?"""
        return self._in_flight > 0

    @property
    def unsaved(self) -> int:
        """Facts that are decided but not in the ledger, because it cannot be written."""
        return sum(len(batch) for batch in self._unsaved)

    def record(self, facts: tuple[Fact, ...]) -> None:
        """Hand over one event's facts; they are one transaction (O5)."""
        if not facts:
            return
        if self._unsaved or self._retrying:
            self._unsaved.append(self._without_entries(facts))
        else:
            self._append(facts)

    async def drained(self, timeout_s: float) -> None:
        """Wait until no commit is under way, at most `timeout_s`."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), timeout_s)

    def close(self) -> None:
        """Try once more what is unsaved, and stop retrying."""
        if self._retry is not None:
            self._retry.cancel()
        for batch in self._unsaved:
            self._store.append(batch)
        self._unsaved.clear()

    def _append(self, facts: tuple[Fact, ...], retried: bool = False) -> None:
        loop = asyncio.get_running_loop()
        self._in_flight += 1
        self._idle.clear()

        def done(future: Future[None]) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._done, facts, future.exception(), retried)

        self._store.append(facts).add_done_callback(done)

    def _done(self, facts: tuple[Fact, ...], error: BaseException | None, retried: bool) -> None:
        self._in_flight -= 1
        self._retrying = self._retrying and not retried
        if error is not None:
            self.problem = str(error) if isinstance(error, StoreError) else f"the ledger failed: {error}"
            if retried:
                self._unsaved.appendleft(facts)
            else:
                self._unsaved.append(self._without_entries(facts))
            if self._retry is None:
                self._retry = asyncio.get_running_loop().call_later(RETRY_S, self._try_again)
        elif not self._unsaved:
            self.problem = ""
        elif retried:
            self._try_again()
        if not self._in_flight:
            self._idle.set()
            self._settled()

    def _try_again(self) -> None:
        """Send the oldest unsaved batch; the rest follow one by one, in order."""
        self._retry = None
        if self._unsaved:
            self._retrying = True
            self._append(self._unsaved.popleft(), retried=True)

    def _without_entries(self, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
        kept: list[Fact] = []
        for fact in facts:
            if isinstance(fact, PositionOpened):
                p = fact.position
                self._undo(EntryUndone(p.id, fact.at))
                why = (("ledger", "could not store the entry"),)
                kept.append(EntryRefused(p.setup_id, p.side, Refusal.INVALID, p.entry.price, why, fact.at))
            else:
                kept.append(fact)
        return tuple(kept)
