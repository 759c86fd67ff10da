"""The single writer: one event into the desk, its facts to the journal, its picture to the screen."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from core.domain.ends import StopCause
from core.domain.events import EntryUndone, Event, Level, Noted, Outcome
from core.domain.facts import Fact
from core.domain.policy import Policy
from core.domain.review_views import AbsenceView
from core.domain.snapshot import FeedState, Mode, Snapshot
from core.domain.symbols import ListingKind
from core.domain.taped import DeskBegan, DeskEnded
from core.ports import Clock, PriceFeed, Rules, Store, Tape, Venue
from core.session.candles import Candles
from core.session.journal import Journal
from core.session.link import Link, Pulse
from core.session.publisher import FRAME_S, Publisher
from core.trading.desk import Desk


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How a session runs.

    Attributes:
        listings: which kind of listing is preferred, first one first.
        preset: name of a preset that loosens the rules; shown on the screen.
        scan_delay_s: desk seconds after a 15m close before the scan asks for the closed candle.
        frame_s: real seconds between two pictures of a flood.
        rules: where the settings are read again; None refuses to.
        upkeep: done on a thread at the start and once a day, gives lines for the log; raises OSError.
    """

    mode: Mode = Mode.PAPER
    preset: str = ""
    listings: tuple[ListingKind, ...] = (ListingKind.INTX, ListingKind.CDE, ListingKind.SPOT)
    scan_delay_s: float = 5.0
    frame_s: float = FRAME_S
    rules: Rules | None = None
    upkeep: Callable[[], Sequence[tuple[Level, str]]] | None = None


class Unrecorded:
    """Fits `core.ports.Tape` where nothing is recorded."""

    def begin(self, mark: DeskBegan, known: Iterable[Fact]) -> None:
        """Forget it."""

    def take(self, entry: Event | DeskEnded) -> None:
        """Forget it."""

    def news(self) -> Sequence[tuple[Level, str]]:
        """There is none."""
        return ()


def _none_failed(since: datetime | None, until: datetime | None) -> int:
    return 0


class _Away:
    """An absence with the alerts that failed within it: the same object until one of the two changes."""

    def __init__(self) -> None:
        self._bare = self._whole = AbsenceView()

    def with_alerts(self, absence: AbsenceView, failed: int) -> AbsenceView:
        """The absence, so many alerts having failed."""
        if self._bare is not absence or self._whole.alerts_failed != failed:
            self._bare = absence
            self._whole = replace(absence, alerts_failed=failed) if failed else absence
        return self._whole


@dataclass(slots=True)
class Ports:
    """The outside, as adapters give it."""

    venue: Venue
    feed: PriceFeed
    store: Store
    clock: Clock
    tape: Tape = field(default_factory=Unrecorded)


@dataclass(slots=True)
class Market:
    """The shell's side of one listed symbol."""

    candles: Candles
    pulse: Pulse = field(default_factory=Pulse)


class Shell:
    """Desk, journal, publisher and link of one session; everything happens on one event loop.

    Nothing changes the desk but `begin`, `apply`, an entry undone and `end`: each is on the tape before it is done,
    so that a recording repeats the desk.
    """

    def __init__(self, policy: Policy, ports: Ports, options: SessionOptions) -> None:
        self.ports = ports
        self.options = options
        self.desk = Desk(policy)
        self.link = Link(options.mode, options.preset)
        self.markets: dict[str, Market] = {}
        """By symbol, for every listed symbol."""
        self.symbols: dict[str, str] = {}
        """By product id."""
        self.publisher = Publisher(self.paint, lambda: self.journal.pending, self._listener_failed, options.frame_s)
        self.journal = Journal(ports.store, self._settled, self._undone)
        self._saving = True
        self.failed_alerts: Callable[[datetime | None, datetime | None], int] = _none_failed
        """How many alerts failed after one moment and up to another."""
        self._absence, self._last_absence = _Away(), _Away()

    @property
    def policy(self) -> Policy:
        """The rules the desk trades by at this moment."""
        return self.desk.state.policy

    def begin(self, desk: Desk, count: int) -> None:
        """Let a desk begin that was restored from so many facts, which are all that the ledger holds."""
        now, store = self.ports.clock.now(), self.ports.store
        self.desk = desk
        # Read again only where the tape wants them: a year of facts is not held for it.
        known = islice(_facts_of(store), count)
        self.ports.tape.begin(DeskBegan(self.policy, count, now), known)
        self.record(self.desk.start(now))

    def apply(self, event: Event) -> None:
        """Put one event through the desk; what it decided goes to the ledger before it is shown."""
        self.ports.tape.take(event)
        self.record(self.desk.handle(event))

    def end(self, cause: StopCause) -> None:
        """Let the desk end as it should, for this reason."""
        now = self.ports.clock.now()
        self.ports.tape.take(DeskEnded(now, cause))
        self.record(self.desk.stop(now, cause))

    def record(self, outcomes: tuple[Outcome, ...]) -> None:
        """Hand an event's facts to the journal and ask for a new picture."""
        facts: tuple[Fact, ...] = tuple(outcome for outcome in outcomes if not isinstance(outcome, Noted))
        self.journal.record(facts)
        self.publisher.changed()

    def forget(self, symbol: str) -> None:
        """The symbol is not watched any more: its prices are taken for nobody's."""
        market = self.markets.pop(symbol, None)
        self.link.pulses.pop(symbol, None)
        if market is not None:
            self.symbols.pop(market.candles.product_id, None)

    def note(self, level: Level, topic: str, text: str) -> None:
        """Put a line into the log."""
        self.apply(Noted(level, topic, text, self.ports.clock.now()))

    def paint(self) -> Snapshot:
        """The desk's picture with the link part filled in."""
        clock = self.ports.clock
        picture = self.desk.snapshot()
        link = self.link.view(
            self.ports.feed.health(),
            clock.real(),
            clock.speed,
            picture.in_maintenance,
            self.journal.unsaved,
            self.journal.problem,
        )
        running, last = picture.absence, picture.last_absence
        running = self._absence.with_alerts(running, self.failed_alerts(running.since, None))
        if last is not None:
            last = self._last_absence.with_alerts(last, self.failed_alerts(last.since, last.until))
        return replace(picture, link=link, absence=running, last_absence=last)

    def state_of(self, symbol: str) -> FeedState:
        """Liveness of one symbol right now."""
        market = self.markets.get(symbol)
        return FeedState.CONNECTING if market is None else market.pulse.state(self.ports.clock.real())

    def _settled(self) -> None:
        """Show what is stored by now; that the ledger cannot be written, and that it can again, is told once each."""
        saving = not self.journal.unsaved
        if saving and not self._saving:
            self.note(Level.GOOD, "ledger", "the ledger is written again; nothing is unsaved")
        elif self._saving and not saving:
            text = f"{self.journal.problem}; no entries until it can be, exits go on and are kept"
            self.note(Level.ERROR, "ledger", text)
        self._saving = saving
        self.publisher.changed()

    def _undone(self, undone: EntryUndone) -> None:
        self.ports.tape.take(undone)
        self.desk.handle(undone)

    def _listener_failed(self, text: str) -> None:
        self.note(Level.ERROR, "screen", text)


def _facts_of(store: Store) -> Iterator[Fact]:
    """The ledger's facts; nothing is opened before the first is asked for."""
    yield from store.facts()
