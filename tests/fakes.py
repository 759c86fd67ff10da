"""Stand-ins for the outside: a clock turned by hand, a store in a list, a scripted venue and feed."""

import asyncio
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from core.domain.bars import Bar
from core.domain.errors import FeedError, NotListed, StoreError
from core.domain.events import Event, Level
from core.domain.facts import Fact
from core.domain.symbols import ListingKind
from core.domain.taped import DeskBegan, DeskEnded, Taped
from core.domain.timeframes import M1, M15, Timeframe
from core.ports import BookTop, FeedHealth, FeedListener, FeedTick, Resolution, Restored
from core.trading.folded import Folding
from tests.builders import TUESDAY, a_bar, an_instrument


class ManualClock:
    """Stands still until moved."""

    speed = 1.0

    def __init__(self, at: datetime = TUESDAY) -> None:
        self.at = at
        self.real_s = 1000.0

    def now(self) -> datetime:
        return self.at

    def real(self) -> float:
        return self.real_s

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.real_s += seconds


class ListStore:
    """Keeps facts in a list; can hold commits back, or refuse them."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self.kept: list[Fact] = list(facts)
        self.held: list[tuple[tuple[Fact, ...], Future[None]]] | None = None
        self.broken = False

    def facts(self) -> tuple[Fact, ...]:
        return tuple(self.kept)

    def restored(self) -> Restored:
        return Restored(Folding().take(self.facts()))

    def append(self, facts: Sequence[Fact]) -> Future[None]:
        future: Future[None] = Future()
        if self.broken:
            future.set_exception(StoreError("the disk is full"))
        elif self.held is not None:
            self.held.append((tuple(facts), future))
        else:
            self.kept += facts
            future.set_result(None)
        return future

    def release(self) -> None:
        """Commit what was held back."""
        held, self.held = self.held or [], None
        for facts, future in held:
            self.kept += facts
            future.set_result(None)

    def break_held(self) -> None:
        """Fail what was held back, then work again."""
        held, self.held = self.held or [], None
        for _, future in held:
            future.set_exception(StoreError("the disk is full"))

    def close(self) -> None:
        return


class ListTape:
    """Keeps entries in a list; is its own recording."""

    torn = ""

    def __init__(self) -> None:
        self.kept: list[Taped] = []
        self.told: list[tuple[Level, str]] = []
        self._number = 0

    def begin(self, mark: DeskBegan, known: Iterable[Fact]) -> None:
        self.kept += [*(() if self.kept else known), mark]

    def take(self, entry: Event | DeskEnded) -> None:
        self.kept.append(entry)

    def news(self) -> Sequence[tuple[Level, str]]:
        told, self.told = self.told, []
        return told

    def entries(self, kinds: Collection[type] | None = None) -> Iterator[tuple[int, Taped]]:
        for number, entry in enumerate(self.kept):
            self._number = number
            if kinds is None or type(entry) in kinds:
                yield self._number, entry

    def place(self) -> str:
        return f"entry {self._number}"


class ScriptedVenue:
    """Flat candles around 100, with chosen ones replaced; can be down."""

    is_loopback = True

    def __init__(self, clock: ManualClock, symbols: tuple[str, ...] = ("BTC",)) -> None:
        self._clock = clock
        self._symbols = symbols
        self.down = ""
        self.delisted: set[str] = set()
        self.hanging: set[str] = set()
        """Products whose candles hang until `go_on`."""
        self.surprise: Exception | None = None
        self._open = threading.Event()
        self._open.set()
        self._hung = threading.Event()
        self.tops: dict[str, BookTop] = {}
        """By product; empty sides where none is named."""
        self.minutes: dict[datetime, Bar] = {}
        self.quarters: dict[datetime, Bar] = {}
        self.missing: set[datetime] = set()
        self.asked: list[tuple[Timeframe, datetime, datetime]] = []

    def hold(self) -> None:
        """Let candle calls hang until `go_on`."""
        self._open.clear()

    def go_on(self) -> None:
        """Answer again."""
        self._open.set()
        self._hung.set()

    def list(self, symbol: str) -> None:
        """List one more symbol."""
        self._symbols = (*self._symbols, symbol)

    def server_time(self) -> datetime:
        if self.down:
            raise FeedError(self.down)
        return self._clock.now()

    def resolve(self, symbols: Sequence[str], preference: Sequence[ListingKind]) -> Resolution:
        if self.down:
            raise FeedError(self.down)
        bases = {name: name.removesuffix("-PERP-INTX") for name in symbols}
        listed = tuple(
            replace(an_instrument(base), symbol=name) for name, base in bases.items() if base in self._symbols
        )
        missing = {name: "not listed by the venue" for name, base in bases.items() if base not in self._symbols}
        return Resolution(listed, missing, self._symbols)

    def candles(self, product_id: str, timeframe: Timeframe, start: datetime, end: datetime) -> tuple[Bar, ...]:
        self._open.wait(10)
        if product_id in self.hanging:
            self._hung.wait(10)
        if self.down:
            raise FeedError(self.down)
        if self.surprise is not None:
            raise self.surprise
        if product_id in self.delisted:
            raise NotListed(f"{product_id} is not listed any more")
        self.asked.append((timeframe, start, end))
        first = timeframe.start_of(start)
        first += timeframe.span if first < start else timedelta(0)
        bars = []
        while first <= end:
            if first not in self.missing:
                usual = a_bar(first, 100, 101, "99.5", 100)
                chosen = self.minutes if timeframe == M1 else self.quarters if timeframe == M15 else {}
                bars.append(chosen.get(first, usual))
            first += timeframe.span
        return tuple(bars)

    def book(self, product_id: str) -> BookTop:
        if self.down:
            raise FeedError(self.down)
        return self.tops.get(product_id, BookTop(None, None))

    def close(self) -> None:
        return


class ScriptedFeed:
    """Hands out its listener, so that a test can speak as the socket."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.listener: FeedListener | None = None
        self.ready = asyncio.Event()
        self.asked: list[tuple[str, ...]] = []
        self.gone = False
        """The socket is down, and stays so."""

    async def run(self, product_ids: Sequence[str], listener: FeedListener) -> None:
        self.listener = listener
        self.asked.append(tuple(product_ids))
        self.ready.set()
        await asyncio.Event().wait()

    def health(self) -> FeedHealth:
        return FeedHealth(self.listener is not None and not self.gone, self._clock.real(), 0, None, {})

    def say(self, price: object, symbol: str = "BTC", stamped_s_ago: float = 0.0) -> None:
        """A tick of this price, received now."""
        assert self.listener is not None
        now = self._clock
        stamped = now.now() - timedelta(seconds=stamped_s_ago)
        tick = FeedTick(f"{symbol}-PERP-INTX", Decimal(str(price)), None, None, stamped, now.real())
        self.listener.tick(tick)
