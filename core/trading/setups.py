"""The book of setups and signals: every id once for ever, a final status never changes (STRAT.md S4.4, S4.5).

What waits is kept whatever its age. Of what is over only the newest is, for the lists; ids outlive it (`KnownIds`), and
the ledger keeps all.
"""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.domain.facts import EntryRefused, Fact, SetupFound, SetupResolved, SignalFound
from core.domain.review_views import RefusalView, ResolutionView
from core.domain.signals import Setup, SetupStatus, Signal
from core.trading.known import KnownIds
from core.trading.newest import Newest

SHOWN = 200
"""How many signals and how many resolved setups are kept for the lists."""


@dataclass(slots=True)
class TrackedSetup:
    """A setup and what has become of it."""

    setup: Setup
    status: SetupStatus
    resolution: ResolutionView | None = None
    refusal: RefusalView | None = None

    @property
    def pending(self) -> bool:
        """Is it still waiting for a break?"""
        return self.status is SetupStatus.PENDING


@dataclass(slots=True)
class SetupBook:
    """Setups and signals by id; pending setups by symbol, in the order a tick tests them."""

    _waiting: dict[str, TrackedSetup] = field(default_factory=dict)
    _over: Newest[str, TrackedSetup] = field(default_factory=lambda: Newest(SHOWN))
    _signals: Newest[str, Signal] = field(default_factory=lambda: Newest(SHOWN))
    _known_setups: KnownIds = field(default_factory=KnownIds)
    _known_signals: KnownIds = field(default_factory=KnownIds)
    _pending: dict[str, list[TrackedSetup]] = field(default_factory=dict)
    version: int = 0
    """Grows with every change, so that a picture is rebuilt only then."""

    def get(self, setup_id: str) -> TrackedSetup | None:
        """The setup of this id: a pending one, or one that was resolved lately."""
        return self._waiting.get(setup_id) or self._over.get(setup_id)

    def lists(self, item_id: str) -> bool:
        """Is it a pending setup, or a setup or signal that is still listed?"""
        return self.get(item_id) is not None or self._signals.get(item_id) is not None

    def knows(self, found: Setup | Signal) -> bool:
        """Has it been found before? Also of what lies so far back that nothing new is taken from there."""
        return (self._known_setups if isinstance(found, Setup) else self._known_signals).knows(found)

    def pending(self, symbol: str) -> tuple[TrackedSetup, ...]:
        """Pending setups of a symbol: 1w first, 15m last, older setup bars first (S9)."""
        return tuple(self._pending.get(symbol, ()))

    def all_pending(self) -> Iterable[TrackedSetup]:
        """Pending setups of every symbol."""
        return self._waiting.values()

    def recent_setups(self) -> list[TrackedSetup]:
        """Pending setups and the newest resolved ones, newest first."""
        return sorted(
            (*self._over.values(), *self._waiting.values()),
            key=lambda t: (t.setup.detected_at, t.setup.bar_end, t.setup.timeframe),
            reverse=True,
        )

    def recent_signals(self) -> list[Signal]:
        """The newest signals, newest first."""
        return sorted(
            self._signals.values(), key=lambda s: (s.detected_at, s.bar_start + s.timeframe.span), reverse=True
        )

    def fold(self, fact: Fact) -> None:
        """Take one fact; facts that do not touch the book are passed over."""
        match fact:
            case SignalFound(signal=signal):
                if self._known_signals.add(signal):
                    self._signals.put(signal.id, signal)
            case SetupFound():
                self._found(fact)
            case SetupResolved():
                self._resolved(fact)
            case EntryRefused():
                self._refused(fact)
            case _:
                return
        self.version += 1

    def _found(self, fact: SetupFound) -> None:
        setup = fact.setup
        if not self._known_setups.add(setup):
            return
        tracked = TrackedSetup(setup, fact.status)
        if not tracked.pending:
            self._over.put(setup.id, tracked)
            return
        self._waiting[setup.id] = tracked
        pending = self._pending.setdefault(setup.symbol, [])
        insort(pending, tracked, key=lambda t: (-t.setup.timeframe.minutes, t.setup.bar_start))

    def _resolved(self, fact: SetupResolved) -> None:
        tracked = self._waiting.pop(fact.setup_id, None)
        if tracked is None:
            return
        tracked.status = fact.status
        tracked.resolution = ResolutionView(fact.side, fact.price, fact.tfc_score, fact.cause, fact.at, fact.standings)
        self._over.put(fact.setup_id, tracked)
        symbol = tracked.setup.symbol
        self._pending[symbol] = [other for other in self._pending[symbol] if other is not tracked]

    def _refused(self, fact: EntryRefused) -> None:
        tracked = self.get(fact.setup_id)
        if tracked is not None:
            tracked.refusal = RefusalView(fact.side, fact.code, fact.price, fact.numbers, fact.at, fact.terms)
