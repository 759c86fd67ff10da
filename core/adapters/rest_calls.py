"""Calls to the venue by REST: throttled, tried again, bounded in time, and given up at once on close."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING, Final

from core.adapters.loopback import RestAddress
from core.adapters.system_clock import real_seconds
from core.domain.errors import FeedError, NotListed
from core.domain.retries import Retries
from core.domain.text import one_line

if TYPE_CHECKING:
    from coinbase.rest import RESTClient

    from core.adapters.rest_transport import Failure

A_SECOND: Final = 5
"""Requests in any one second, to a live venue."""
SLOW_TRIES: Final = 2
"""A venue that lets a request hang is not asked as often as one that answers."""
PATIENCE_S: Final = 25.0
"""No single request is waited for longer, whatever it hangs in."""

_FAILURES: Final = (OSError, ValueError, TypeError, LookupError, AttributeError, RuntimeError)
"""What the SDK and its library raise for a venue that fails or answers nonsense."""


class Throttle:
    """At most `per_second` starts in any one second, across all threads."""

    def __init__(self, per_second: int = A_SECOND) -> None:
        self._slots: deque[float] = deque(maxlen=per_second)
        self._lock = threading.Lock()

    def wait_s(self, real_s: float) -> float:
        """Take the next free slot; how long to wait for it."""
        with self._lock:
            full = len(self._slots) == self._slots.maxlen
            slot = max(real_s, self._slots[0] + 1.0) if full else real_s
            self._slots.append(slot)
            return slot - real_s


class RestCalls:
    """One SDK client and the patience around it.

    Every request runs on a thread of its own that nothing waits for at exit: a name look-up or a connection that hangs
    holds up neither the caller after `close` nor the end of the process.
    """

    def __init__(self, address: RestAddress, retries: Retries | None = None) -> None:
        self._address = address
        self._retries = retries or Retries()
        self._throttle = None if address.loopback else Throttle()
        self._jitter = Random()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        """Held while the SDK is imported, which takes long; `close` never waits for it."""
        self._client: RESTClient | None = None
        self._under_way: set[Future[object]] = set()

    def get(self, what: str, request: Callable[["RESTClient"], object], tries: int | None = None) -> object:
        """Make a GET through the SDK and give back what `request` returns.

        Args:
            what: names the call in messages, e.g. `candles of BTC-USD`.
            request: one public call of the client, and all reading of its answer that may fail.
            tries: instead of the policy's.

        Raises:
            NotListed: the venue answered 404.
            FeedError: anything else; one clean sentence.
        """
        allowed = tries or self._retries.tries
        for attempt in range(1, allowed + 1):
            if self._throttle is not None:
                self._pause(what, self._throttle.wait_s(real_seconds()))
            try:
                return self._once(request)
            except CancelledError as error:
                raise self._closed(what) from error
            except _FAILURES as error:
                failure = _failure_of(error)
                if failure.slow:
                    allowed = min(allowed, SLOW_TRIES)
                if not failure.again or attempt >= allowed:
                    after = f" after {attempt} tries" if attempt > 1 else ""
                    kind = NotListed if failure.unknown else FeedError
                    raise kind(one_line(f"{what} from {self._address.host}: {failure.words}{after}")) from error
                self._pause(what, self._retries.wait_s(attempt, failure.retry_after_s, self._jitter.random()))
        raise FeedError(f"{what} from {self._address.host}: not tried")

    def close(self) -> None:
        """Wake whoever waits, give up what is under way; returns at once."""
        self._closing.set()
        with self._lock:
            pending, client = tuple(self._under_way), self._client
        for future in pending:
            future.cancel()
        if client is not None:
            client.session.close()

    def _once(self, request: Callable[["RESTClient"], object]) -> object:
        future: Future[object] = Future()
        with self._lock:
            if self._closing.is_set():
                raise CancelledError
            self._under_way.add(future)
        threading.Thread(target=self._run, args=(request, future), name="venue", daemon=True).start()
        try:
            return future.result(PATIENCE_S)
        finally:
            with self._lock:
                self._under_way.discard(future)
            # A failure's traceback holds this frame, which would hold the failure: a circle for the collector.
            del future

    def _run(self, request: Callable[["RESTClient"], object], future: Future[object]) -> None:
        with suppress(InvalidStateError):  # given up meanwhile: nobody waits for the outcome
            try:
                outcome = request(self._opened())
            except Exception as error:  # noqa: BLE001 - carried to the caller's thread, judged there
                future.set_exception(error)
            else:
                future.set_result(outcome)
        del future  # as in `_once`

    def _opened(self) -> "RESTClient":
        with self._opening:
            if self._client is None:
                self._client = _open_client(self._address)
            return self._client

    def _pause(self, what: str, seconds: float) -> None:
        if self._closing.wait(seconds) if seconds > 0 else self._closing.is_set():
            raise self._closed(what)

    def _closed(self, what: str) -> FeedError:
        return FeedError(f"{what} from {self._address.host}: given up, ATLAS is closing")


def _open_client(address: RestAddress) -> "RESTClient":
    from core.adapters.rest_transport import open_client  # noqa: PLC0415 - keeps coinbase off the first paint

    return open_client(address)


def _failure_of(error: Exception) -> "Failure":
    from core.adapters.rest_transport import failure_of  # noqa: PLC0415 - keeps coinbase off the first paint

    return failure_of(error)
