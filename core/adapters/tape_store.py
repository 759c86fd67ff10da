"""The ledger behind a recorder: facts are committed only once the recording holds what led to them."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future

from core.adapters.tape_recorder import Recorder
from core.domain.facts import Fact
from core.ports import Restored, Store


class TapedStore:
    """Fits `core.ports.Store`: another store, called on the recorder's thread."""

    def __init__(self, store: Store, recorder: Recorder) -> None:
        self._store = store
        self._recorder = recorder

    def facts(self) -> Iterable[Fact]:
        """As the store behind it."""
        return self._store.facts()

    def restored(self) -> Restored:
        """As the store behind it."""
        return self._store.restored()

    def append(self, facts: Sequence[Fact]) -> "Future[None]":
        """Commit the facts after what was taken before them has been written down."""
        settled: Future[None] = Future()
        settled.set_running_or_notify_cancel()

        def settle(committed: "Future[None]") -> None:
            error = committed.exception()
            if error is None:
                settled.set_result(None)
            else:
                settled.set_exception(error)

        self._recorder.then(lambda: self._store.append(facts).add_done_callback(settle))
        return settled

    def close(self) -> None:
        """Write, hand on and commit what is queued, and close both."""
        self._recorder.close()
        self._store.close()
