"""The websocket ticker: connect, subscribe, listen, notice silence, reconnect for ever (COINBASE.md sections 3, 4)."""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Final

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, WebSocketException

from core.adapters.feed_intake import COUNTED, FAILED, KEPT_BAD_FRAMES, OVERSIZED, RECONNECTS, FeedIntake
from core.adapters.listening import connected
from core.adapters.liveness import Heard, Liveness
from core.adapters.loopback import socket_url
from core.adapters.reconnect import Backoff
from core.adapters.spikes import SPIKE_FRACTION
from core.domain.events import Level
from core.domain.text import one_line
from core.ports import Clock, FeedHealth, FeedListener

SILENT_S: Final = 15.0
"""Without any message for longer than this the link is given up (STALE is shown from 10 s)."""
OPEN_TIMEOUT_S: Final = 9.0
"""Below ten seconds, so that a try which began just before the network came back does not hold up the next one."""
CLOSE_TIMEOUT_S: Final = 0.4
PING_S: Final = 20.0
MAX_SIZE: Final = 4 * 2**20
_MIB: Final = 2**20
_TOO_BIG: Final = 1009
WATCH_S: Final = 0.5

_BROKEN: Final = (OSError, EOFError, WebSocketException, ValueError, LookupError, ArithmeticError, AssertionError)
"""What a socket, a handshake or a proxy's nonsense may raise; each means: try again."""

_LOG: Final = logging.getLogger("atlas.websocket")
_LOG.addHandler(logging.NullHandler())
_LOG.propagate = False  # what it would print is the screen's; the feed notes it in its own words


class CoinbaseFeed:
    """The ticker and heartbeats of the venue over one socket; fits `ports.PriceFeed`.

    Args:
        url: `wss://...`, or `ws://` of this machine.
        clock: only its `real` is read; liveness never follows a simulated clock.
        increments: price increments by product id, read on every tick; may fill up later.
        silent_s: seconds without a message after which the link is given up.
        backoff: when to try again.
        heard: told of every frame as it came, before it is read.

    Raises:
        ConfigError: the address cannot be used.
    """

    def __init__(
        self,
        url: str,
        clock: Clock,
        increments: Mapping[str, Decimal] | None = None,
        spike_fraction: Decimal = SPIKE_FRACTION,
        silent_s: float = SILENT_S,
        backoff: Backoff | None = None,
        heard: Callable[[bytes], object] | None = None,
    ) -> None:
        self._url = socket_url(url)
        self._clock = clock
        self._increments = increments if increments is not None else {}
        self._spike_fraction = spike_fraction
        self._silent_s = silent_s
        self._backoff = backoff or Backoff()
        self._heard = heard
        self._counters: Counter[str] = Counter(dict.fromkeys(COUNTED, 0))
        self._bad_frames: deque[str] = deque(maxlen=KEPT_BAD_FRAMES)
        self._intake: FeedIntake | None = None
        self._renewed_s: dict[str, float] = {}
        self._open = False
        self._attempt = 0
        self._retry_at_s: float | None = None
        self._given_up = ""
        self._last_failure = ""

    def health(self) -> FeedHealth:
        """The socket's health, for the screen."""
        intake = self._intake
        connected = self._open and intake is not None and intake.live
        return FeedHealth(
            connected=connected,
            last_message_s=intake.last_message_s if intake else None,
            attempt=0 if connected else self._attempt,
            retry_at_s=self._retry_at_s,
            counters=dict(self._counters),
            bad_frames=tuple(self._bad_frames),
        )

    async def run(self, product_ids: Sequence[str], listener: FeedListener) -> None:
        """Listen for ever, reconnecting by itself; ends only by cancellation, closing its socket within 2 s."""
        wanted = frozenset(product_ids)
        intake = FeedIntake(wanted, listener, self._increments, self._counters, self._bad_frames, self._spike_fraction)
        self._intake = intake
        self._attempt = 0
        while True:
            await self._wait_for_turn()
            self._attempt += 1
            self._given_up = ""
            intake.begin()
            try:
                await self._converse(intake)
                reason = "the venue closed the connection"
            except _BROKEN as error:
                reason = self._given_up or _reason(error)
                self._counters[OVERSIZED] += _ended_by_us(error) == _TOO_BIG
            self._lost(intake, listener, reason)

    async def _wait_for_turn(self) -> None:
        now = self._clock.real()
        wait = self._backoff.wait_s(now)
        if wait > 0:
            self._retry_at_s = now + wait
            await asyncio.sleep(wait)
        self._retry_at_s = None
        self._backoff.note_try(self._clock.real())

    def _lost(self, intake: FeedIntake, listener: FeedListener, reason: str) -> None:
        """Tell of a lost link once; of failing tries only when the reason is a new one."""
        if intake.live:
            self._counters[RECONNECTS] += 1
            self._attempt = 0
            self._last_failure = reason
            intake.tell(lambda: listener.disconnected(reason))
            return
        self._counters[FAILED] += 1
        if reason != self._last_failure:
            self._last_failure = reason
            intake.tell(lambda: listener.noted(Level.WARN, f"no connection to the venue yet: {reason}"))

    async def _converse(self, intake: FeedIntake) -> None:
        """One connection from its opening to its end. Raises what ended it."""
        socket = await connected(
            self._url,
            self._listener(intake),
            open_timeout=OPEN_TIMEOUT_S,
            ping_interval=PING_S,
            ping_timeout=PING_S,
            close_timeout=CLOSE_TIMEOUT_S,
            max_size=MAX_SIZE,
            logger=_LOG,
        )
        liveness = Liveness(self._silent_s, self._clock.real(), self._renewed_s)
        watch = asyncio.create_task(self._watch(socket, intake, liveness))
        self._open = True
        try:
            await _subscribe(socket, intake.product_ids)
            await socket.recv()  # raises what ends the connection: its messages go to the intake
        finally:
            self._open = False
            socket.hear = None
            watch.cancel()
            await _shut(socket)

    def _listener(self, intake: FeedIntake) -> Callable[[bytes], None]:
        """What takes each message as it comes."""
        real, take, heard = self._clock.real, intake.take, self._heard

        def hear(frame: bytes) -> None:
            if heard is not None:
                heard(frame)
            take(frame, real())

        return hear

    async def _watch(self, socket: ClientConnection, intake: FeedIntake, liveness: Liveness) -> None:
        """Give up a silent link; ask again for products that are silent while others or heartbeats flow."""
        while True:
            await asyncio.sleep(min(WATCH_S, self._silent_s / 4))
            products = intake.product_ids
            heard = Heard(intake.last_message_s or 0.0, intake.ticked_s, products, products - intake.missing())
            verdict = liveness.judge(heard, self._clock.real())
            if verdict.give_up:
                return self._give_up(socket, verdict.give_up)
            if verdict.ask:
                try:
                    await _subscribe(socket, verdict.ask, heartbeats=False)
                except (ConnectionClosed, OSError):
                    return None

    def _give_up(self, socket: ClientConnection, reason: str) -> None:
        self._given_up = reason
        socket.transport.abort()


async def _subscribe(socket: ClientConnection, product_ids: frozenset[str], heartbeats: bool = True) -> None:
    """One channel a message, as the venue wants it; heartbeats need no products."""
    ids = sorted(product_ids)
    await socket.send(_text({"type": "subscribe", "channel": "ticker", "product_ids": ids}))
    if heartbeats:
        await socket.send(_text({"type": "subscribe", "channel": "heartbeats"}))


def _text(message: Mapping[str, object]) -> str:
    return msgspec.json.encode(message).decode()


async def _shut(socket: ClientConnection) -> None:
    """Close politely for a moment, then for certain."""
    try:
        with suppress(*_BROKEN):
            async with asyncio.timeout(2 * CLOSE_TIMEOUT_S):
                await socket.close()
    finally:
        socket.transport.abort()


def _ended_by_us(error: BaseException) -> int | None:
    """The code with which our side ended the connection over what it was sent; None where it did not."""
    if not isinstance(error, ConnectionClosed) or error.sent is None or error.rcvd_then_sent:
        return None
    return int(error.sent.code) if error.sent.code > 1001 else None


def _reason(error: BaseException) -> str:
    """What ended a connection, in a few words."""
    if isinstance(error, ConnectionClosed):
        ours = _ended_by_us(error)
        if ours is not None:
            why = f"more than {MAX_SIZE // _MIB} MiB" if ours == _TOO_BIG else "it broke the protocol"
            return f"the venue sent what cannot be taken ({ours}: {why})"
        received = error.rcvd
        if received is None:
            return "the connection broke"
        return one_line(f"the venue closed the connection ({received.code} {received.reason})".replace(" )", ")"), 160)
    if isinstance(error, TimeoutError):
        return "the venue did not answer in time"
    text = one_line(str(error), 120)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
