"""The Protocols the outside must fit; adapters implement them without inheriting."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

import msgspec

from core.domain.bars import Bar
from core.domain.commands import Command, EnterByHand
from core.domain.events import DayStats, Event, Level
from core.domain.facts import Fact
from core.domain.policy import Policy
from core.domain.review_views import ExpectedEntry
from core.domain.snapshot import Snapshot
from core.domain.symbols import Instrument, ListingKind
from core.domain.taped import DeskBegan, DeskEnded, Taped
from core.domain.timeframes import Timeframe
from core.trading.folded import Folding


class Clock(Protocol):
    """The desk's one clock: venue time on loopback, the system's own on a live venue."""

    @property
    def speed(self) -> float:
        """Desk seconds per real second; 1 on a live venue."""
        ...

    def now(self) -> datetime:
        """The desk's time, UTC-aware; never goes back within a run."""
        ...

    def real(self) -> float:
        """Real monotonic seconds, for liveness, back-off and ages."""
        ...


class FeedTick(msgspec.Struct, frozen=True, gc=False):
    """One clean price from the socket, still under the venue's product id. `real_s` is the receipt, monotonic.

    A Struct, for it is built once a message: a frozen dataclass takes fifteen times as long.
    """

    product_id: str
    price: Decimal
    bid: Decimal | None
    ask: Decimal | None
    venue_at: datetime
    real_s: float
    day: DayStats = msgspec.field(default_factory=DayStats)


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """How the socket is doing right now.

    Attributes:
        connected: a socket is open and subscribed.
        last_message_s: monotonic seconds of the last message of any kind; None before the first.
        attempt: connection tries since the feed was last live; 0 while live.
        retry_at_s: monotonic seconds of the next try; None when not waiting.
        counters: messages, bad frames, sequence gaps, dropped prices, off-increment prices, reconnects, by name.
        bad_frames: the last few bad frames, cleaned and cut.
    """

    connected: bool
    last_message_s: float | None
    attempt: int
    retry_at_s: float | None
    counters: Mapping[str, int]
    bad_frames: tuple[str, ...] = ()


class FeedListener(Protocol):
    """Who hears the feed; every call is made on the event loop and must return at once."""

    def tick(self, tick: FeedTick) -> None:
        """A clean price of a subscribed product."""
        ...

    def subscribed(self, product_ids: frozenset[str]) -> None:
        """The venue acknowledged this whole set; products missing from it are not served."""
        ...

    def disconnected(self, reason: str) -> None:
        """The socket is gone, or was given up as silent; reconnecting goes on by itself."""
        ...

    def suspect(self, reason: str) -> None:
        """Messages were lost on an open socket (a sequence gap): read the market again by REST."""
        ...

    def noted(self, level: Level, text: str) -> None:
        """Something worth a line in the log."""
        ...


class PriceFeed(Protocol):
    """The websocket ticker."""

    async def run(self, product_ids: Sequence[str], listener: FeedListener) -> None:
        """Listen for ever, reconnecting by itself; ends only by cancellation, closing its socket within 2 s."""
        ...

    def health(self) -> FeedHealth:
        """The socket's health, for the screen."""
        ...


@dataclass(frozen=True, slots=True)
class Resolution:
    """What stands for the user's symbols: chosen listings, and a sentence for every symbol without one."""

    instruments: tuple[Instrument, ...]
    unlisted: Mapping[str, str]
    available: tuple[str, ...]
    """Base assets the venue lists, for the message on an unknown symbol."""


@dataclass(frozen=True, slots=True)
class BookTop:
    """Best bid and ask; None where nobody bids or asks."""

    bid: Decimal | None
    ask: Decimal | None


class Venue(Protocol):
    """The venue by REST. Calls block, retry and throttle by themselves, and are made on threads.

    Every call raises FeedError, one clean sentence, when the venue cannot be used.
    """

    @property
    def is_loopback(self) -> bool:
        """Is it an embedded exchange on this machine? Only such a venue sets the desk's clock."""
        ...

    def server_time(self) -> datetime:
        """The venue's clock."""
        ...

    def resolve(self, symbols: Sequence[str], preference: Sequence[ListingKind]) -> Resolution:
        """Choose a listing for each symbol from the venue's product list."""
        ...

    def candles(self, product_id: str, timeframe: Timeframe, start: datetime, end: datetime) -> tuple[Bar, ...]:
        """Native candles (1m, 15m, 1h, 1d) with start <= bar start <= end: sorted, bad rows as bad bars, holes flagged.

        The newest may still be forming.
        """
        ...

    def book(self, product_id: str) -> BookTop:
        """The best bid and ask of now."""
        ...

    def close(self) -> None:
        """Give up waiting calls and close connections; returns at once."""
        ...


@dataclass(frozen=True, slots=True)
class Restored:
    """What a ledger's facts come to, for one desk to go on from.

    Attributes:
        folded: how many of them were folded for it; the others come with what was kept.
        told: a line for the log, empty where none is due.
    """

    folding: Folding
    folded: int = 0
    told: str = ""


class Store(Protocol):
    """The ledger: an append-only sequence of facts."""

    def facts(self) -> Iterable[Fact]:
        """All facts in order, from the beginning. Raises StoreError when the ledger cannot be trusted."""
        ...

    def restored(self) -> Restored:
        """What all facts come to. Raises StoreError when the ledger cannot be trusted."""
        ...

    def append(self, facts: Sequence[Fact]) -> Future[None]:
        """Commit the facts in one transaction on the writer thread; the future fails with StoreError."""
        ...

    def close(self) -> None:
        """Commit what is queued and close."""
        ...


class Tape(Protocol):
    """Keeps what reaches the desk, in order. Every call is made on the event loop, returns at once, raises nothing."""

    def begin(self, mark: DeskBegan, known: Iterable[Fact]) -> None:
        """A desk was restored from these facts and is about to begin; they may be read later, and once."""
        ...

    def take(self, entry: Event | DeskEnded) -> None:
        """An event is about to be handled, or the desk to end."""
        ...

    def news(self) -> Sequence[tuple[Level, str]]:
        """Lines for the log since the last call."""
        ...


class Recording(Protocol):
    """What a tape has kept, readable more than once."""

    @property
    def torn(self) -> str:
        """Says that the last entry was cut short and is left out; empty where it was not, or was not reached yet."""
        ...

    def entries(self, kinds: Collection[type] | None = None) -> Iterator[tuple[int, Taped]]:
        """Every entry with its number, counted from 0 over the whole recording; only of these kinds where given.

        Raises RecordingError where it cannot be read.
        """
        ...

    def place(self) -> str:
        """Where the entry that was read last stands, for a sentence."""
        ...


class Brake(Protocol):
    """A way to halt entries from outside the desk, which outlives it."""

    def pulled(self) -> bool:
        """Shall no entry be taken? Quick enough for the event loop; raises nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """The settings, read again.

    Attributes:
        policy: the rules that would hold.
        what: one sentence: what is new, and what waits for a restart.
        changed: anything to take at all.
    """

    policy: Policy
    what: str
    changed: bool


class Rules(Protocol):
    """Where a running desk reads its settings again."""

    def read(self) -> Reading:
        """Read them; blocks. Raises ConfigError, one sentence with file, line and key."""
        ...

    def take(self, reading: Reading) -> None:
        """The desk trades by this reading from now on; called on the event loop, returns at once."""
        ...


class DeskLink(Protocol):
    """What a console needs of a desk, wherever it runs."""

    @property
    def snapshot(self) -> Snapshot:
        """The newest published picture."""
        ...

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        """Call `listener` on the event loop with every published snapshot; returns the way to stop it."""
        ...

    def send(self, command: Command) -> None:
        """Hand a person's request to the desk; its `at` is stamped by the desk's clock."""
        ...

    def expected(self, command: EnterByHand) -> ExpectedEntry:
        """What the desk would do with an entry by hand right now; nothing is changed."""
        ...

    def scan_now(self) -> None:
        """Ask for a scan at once; ignored while one is running."""
        ...

    def reload(self) -> None:
        """Ask the desk to read its settings again; what came of it stands in its log."""
        ...
