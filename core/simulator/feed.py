"""The websocket side's heart: follows the clock and tells every subscriber what has happened since the last look.

Everything that is computed runs on the exchange's own worker thread; the event loop only queues text. The feed has a
**position**, the simulated instant up to which everything has been told. Snapshots and acks are made at the position,
so a new subscriber misses nothing and hears nothing twice.
"""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from functools import partial
from typing import Final, NamedTuple

from core.simulator import channels
from core.simulator.book import Book
from core.simulator.clock import SimulatedClock
from core.simulator.fault import Stroke
from core.simulator.faults import Faults
from core.simulator.market import Market
from core.simulator.socket_faults import (
    BigFrame,
    Close,
    Drop,
    ErrorFrame,
    Garbage,
    HalfOpen,
    SequenceReset,
    UnknownChannel,
)
from core.simulator.subscriber import Subscriber
from core.simulator.wire import Message

LOOK_EVERY_S: Final = 0.05
_KEEPALIVE_S: Final = 0.25
_EVERY_S: Final = {"level2": 0.25, "candles": 1.0, "ticker_batch": 5.0}
_HEARTBEAT_S: Final = 1.0


class Limits(NamedTuple):
    """Real seconds: within which a connection must subscribe, and after which a silent one is closed."""

    subscribe_within_s: float = 5.0
    idle_close_s: float = 90.0


class Telling(NamedTuple):
    """What subscribers of one channel and product are to be told."""

    channel: str
    product_id: str
    message: Message


class Feed:
    """Tells subscribers; runs as one task.

    Args:
        market: what is sold.
        clock: simulated time.
        faults: what is to go wrong.
        workers: where prices are computed, and where a product is first looked at, which may take a second.
        monotonic: real seconds.
        limits: when connections are closed.
    """

    def __init__(
        self,
        market: Market,
        clock: SimulatedClock,
        faults: Faults,
        workers: tuple[Executor, Executor],
        monotonic: Callable[[], float],
        limits: Limits,
    ) -> None:
        self.subscribers: set[Subscriber] = set()
        self.position = clock.now()
        self._market, self._clock, self._faults = market, clock, faults
        (self._worker, self._slow), self._monotonic, self._limits = workers, monotonic, limits
        self._turn = asyncio.Lock()
        self._books: dict[str, Book] = {}
        self._told_at: dict[tuple[str, str], float] = {}
        self._heartbeats = 0
        self._heartbeat_at = monotonic()
        self._closing: set[asyncio.Task[None]] = set()
        faults.carried_out_by(self.carry_out)

    async def run(self) -> None:
        """Look every 50 ms of real time until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            async with self._turn:
                await self._look()
            self._beat()
            self._freeze()
            self._enforce_limits()

    async def _look(self) -> None:
        until = self._clock.now()
        wanted = self._wanted()
        if wanted and until > self.position and not self._faults.stalled:
            real = self._monotonic()
            work = partial(self._collect, wanted, self.position, until, real)
            self._tell(await asyncio.get_running_loop().run_in_executor(self._worker, work))
        self.position = until

    def _wanted(self) -> set[tuple[str, str]]:
        """Channels and products that anyone subscribes to and that are still listed."""
        pairs = {
            (channel, product_id)
            for subscriber in self.subscribers
            for channel, ids in subscriber.subscriptions.items()
            for product_id in ids
        }
        return {(channel, product_id) for channel, product_id in pairs if self.listed(product_id)}

    def listed(self, product_id: str) -> bool:
        """Is the product sold, and not delisted?"""
        return product_id in self._market.products and not self._faults.delisted(product_id)

    def _collect(self, wanted: set[tuple[str, str]], after: float, until: float, real: float) -> list[Telling]:
        """Everything that happened in after < time <= until, oldest first (worker thread)."""
        out: list[Telling] = []
        for channel, product_id in sorted(wanted):
            if channel == "ticker":
                out += self._ticks(product_id, after, until, real)
            elif channel == "market_trades":
                made = channels.trades(self._market.products[product_id], after, until)
                out += [Telling(channel, product_id, message) for message in made]
            elif self._is_due(channel, product_id, real):
                messages = self._periodic(channel, product_id, until)
                out += [Telling(channel, product_id, message) for message in messages]
        return sorted(out, key=lambda telling: telling.message.at)

    def _ticks(self, product_id: str, after: float, until: float, real: float) -> Iterable[Telling]:
        product = self._market.products[product_id]
        ticks = product.ticks(after, until)
        quiet = real - self._told_at.get(("ticker", product_id), real - _KEEPALIVE_S) >= _KEEPALIVE_S
        if not ticks and quiet:
            ticks = product.between_ticks(until)
        if ticks:
            self._told_at["ticker", product_id] = real
        return [Telling("ticker", product_id, channels.ticker("update", at, body)) for at, body in ticks]

    def _is_due(self, channel: str, product_id: str, real: float) -> bool:
        every = _EVERY_S.get(channel)
        last = self._told_at.get((channel, product_id))
        if every is None or (last is not None and real - last < every):
            return False
        self._told_at[channel, product_id] = real
        return True

    def _periodic(self, channel: str, product_id: str, until: float) -> list[Message]:
        product = self._market.products[product_id]
        if channel == "level2":
            book = product.book(until, channels.BOOK_DEPTH)
            before = self._books.get(product_id, book)
            self._books[product_id] = book
            return channels.level_changes(product, until, before, book)
        if channel == "candles":
            return [channels.candles("update", product, until, 2)]
        body = product.ticker(until)
        return [channels.ticker_batch("update", until, body)] if body is not None else []

    def _tell(self, told: list[Telling]) -> None:
        for channel, product_id, message in told:
            for subscriber in self.subscribers:
                if subscriber.wants(channel, product_id):
                    subscriber.post(message)

    def _beat(self) -> None:
        now = self._monotonic()
        if now - self._heartbeat_at < _HEARTBEAT_S:
            return
        self._heartbeat_at = max(self._heartbeat_at + _HEARTBEAT_S, now - _HEARTBEAT_S)
        self._heartbeats += 1
        message = channels.heartbeat(self.position, self._heartbeats)
        for subscriber in self.subscribers:
            if channels.HEARTBEATS in subscriber.subscriptions:
                subscriber.post(message)

    async def subscribe(self, subscriber: Subscriber, channel: str, product_ids: list[str]) -> None:
        """Snapshots first, then the ack with the whole set; unknown products are left out."""
        loop = asyncio.get_running_loop()
        left_out = self._faults.left_out(product_ids)
        wanted = [each for each in dict.fromkeys(product_ids) if each not in left_out and self.listed(each)]
        for product_id in wanted:
            await loop.run_in_executor(self._slow, self._market.products[product_id].ticker, self.position)
        async with self._turn:
            known = subscriber.subscriptions.setdefault(channel, set())
            for product_id in wanted:
                messages = await loop.run_in_executor(self._worker, self._snapshot, channel, product_id, self.position)
                self._post(subscriber, messages)
                known.add(product_id)
            self._post(subscriber, [channels.subscriptions(self.position, subscriber.subscriptions)])

    def _snapshot(self, channel: str, product_id: str, at: float) -> list[Message]:
        product = self._market.products[product_id]
        if channel == "level2":
            live = any(each.wants(channel, product_id) for each in tuple(self.subscribers))
            if not live or product_id not in self._books:
                self._books[product_id] = product.book(at, channels.BOOK_DEPTH)
        return channels.snapshot(channel, product, at, self._books.get(product_id, Book((), ())))

    async def subscribe_heartbeats(self, subscriber: Subscriber) -> None:
        """Heartbeats need no products."""
        async with self._turn:
            subscriber.subscriptions[channels.HEARTBEATS] = {channels.HEARTBEATS}
            self._post(subscriber, [channels.subscriptions(self.position, subscriber.subscriptions)])

    async def unsubscribe(self, subscriber: Subscriber, channel: str, product_ids: list[str]) -> None:
        """Drop products of a channel, or all of it when none are named; the ack follows."""
        async with self._turn:
            left = subscriber.subscriptions.get(channel, set()) - set(product_ids) if product_ids else set()
            subscriber.subscriptions.pop(channel, None)
            if left and channel != channels.HEARTBEATS:
                subscriber.subscriptions[channel] = left
            self._post(subscriber, [channels.subscriptions(self.position, subscriber.subscriptions)])

    def _post(self, subscriber: Subscriber, messages: list[Message]) -> None:
        for message in messages:
            subscriber.post(message)

    def carry_out(self, stroke: Stroke) -> None:
        """Do to every open connection what the fault says."""
        for subscriber in tuple(self.subscribers):
            match stroke:
                case Drop():
                    subscriber.reset()
                case Close(code=code):
                    self._close(subscriber, code, "fault")
                case SequenceReset(to=to):
                    subscriber.count_from(to)
                case Garbage() | ErrorFrame():
                    for frame in stroke.frames():
                        subscriber.post_raw(frame)
                case UnknownChannel() | BigFrame():
                    subscriber.post(stroke.message(self.position))

    def _freeze(self) -> None:
        """Half-open connections are frozen, and reset when that is over: nobody knows them any more."""
        half_open = self._faults.find(HalfOpen) is not None
        for subscriber in tuple(self.subscribers):
            if half_open:
                subscriber.freeze()
            elif subscriber.frozen:
                subscriber.reset()

    def _close(self, subscriber: Subscriber, code: int, reason: str) -> None:
        self.subscribers.discard(subscriber)
        task = asyncio.create_task(subscriber.close(code, reason))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _enforce_limits(self) -> None:
        now = self._monotonic()
        for subscriber in tuple(self.subscribers):
            if subscriber.silent:
                continue
            if not subscriber.subscriptions and not subscriber.spoken:
                if now - subscriber.opened_at > self._limits.subscribe_within_s:
                    self._close(subscriber, 1008, "no subscription")
            elif now - subscriber.sent_at > self._limits.idle_close_s:
                self._close(subscriber, 1001, "idle")
