"""The book of setups and signals: every id once for ever, a final status never changes (STRAT.md S4.4, S4.5)."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.domain.facts import EntryRefused, Fact, SetupFound, SetupResolved, SignalFound
from core.domain.review_views import RefusalView, ResolutionView
from core.domain.signals import Setup, SetupStatus, Signal

SHOWN = 400
"""How many signals and how many resolved setups a snapshot lists; the ledger keeps all."""


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


class SetupBook:
    """Setups and signals by id; pending setups by symbol, in the order a tick tests them."""

    def __init__(self) -> None:
        self._setups: dict[str, TrackedSetup] = {}
        self._signals: dict[str, Signal] = {}
        self._pending: dict[str, list[TrackedSetup]] = {}
        self.version = 0
        """Grows with every change, so that a picture is rebuilt only then."""

    def get(self, setup_id: str) -> TrackedSetup | None:
        """The setup of this id, pending or resolved."""
        return self._setups.get(setup_id)

    def knows_signal(self, signal_id: str) -> bool:
        """Has this signal been found before?"""
        return signal_id in self._signals

    def pending(self, symbol: str) -> tuple[TrackedSetup, ...]:
        """Pending setups of a symbol: 1w first, 15m last, older setup bars first (S9)."""
        return tuple(self._pending.get(symbol, ()))

    def all_pending(self) -> Iterable[TrackedSetup]:
        """Pending setups of every symbol."""
        return (tracked for pending in self._pending.values() for tracked in pending)

    def recent_setups(self) -> list[TrackedSetup]:
        """Pending setups and the newest resolved ones, newest first."""
        newest = list(self._setups.values())[-SHOWN:]
        older = [tracked for tracked in self.all_pending() if all(tracked is not seen for seen in newest)]
        return sorted(
            newest + older, key=lambda t: (t.setup.detected_at, t.setup.bar_end, t.setup.timeframe), reverse=True
        )

    def recent_signals(self) -> list[Signal]:
        """The newest signals, newest first."""
        newest = list(self._signals.values())[-SHOWN:]
        return sorted(newest, key=lambda s: (s.detected_at, s.bar_start + s.timeframe.span), reverse=True)

    def fold(self, fact: Fact) -> None:
        """Take one fact; facts that do not touch the book are passed over."""
        match fact:
            case SignalFound(signal=signal):
                self._signals.setdefault(signal.id, signal)
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
        if fact.setup.id in self._setups:
            return
        tracked = TrackedSetup(fact.setup, fact.status)
        self._setups[fact.setup.id] = tracked
        if fact.status is SetupStatus.PENDING:
            pending = self._pending.setdefault(fact.setup.symbol, [])
            pending.append(tracked)
            pending.sort(key=lambda t: (-t.setup.timeframe.minutes, t.setup.bar_start))

    def _resolved(self, fact: SetupResolved) -> None:
        tracked = self._setups.get(fact.setup_id)
        if tracked is None or tracked.status is not SetupStatus.PENDING:
            return
        tracked.status = fact.status
        tracked.resolution = ResolutionView(fact.side, fact.price, fact.tfc_score, fact.cause, fact.at, fact.standings)
        self._pending[tracked.setup.symbol].remove(tracked)

    def _refused(self, fact: EntryRefused) -> None:
        tracked = self._setups.get(fact.setup_id)
        if tracked is not None:
            tracked.refusal = RefusalView(fact.side, fact.code, fact.price, fact.numbers, fact.at, fact.terms)
