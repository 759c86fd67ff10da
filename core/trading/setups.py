"""The book of setups and signals: every id once for ever, a final status never changes (STRAT.md S4.4, S4.5)."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.domain.facts import EntryRefused, Fact, ItemReviewed, SetupFound, SetupResolved, SignalDismissed, SignalFound
from core.domain.signals import Setup, SetupStatus, Signal
from core.domain.snapshot import RefusalView, ResolutionView

SHOWN = 400
"""How many signals and how many resolved setups a snapshot lists; the ledger keeps all."""


@dataclass(slots=True)
class TrackedSetup:
    """A setup and what has become of it."""

    setup: Setup
    status: SetupStatus
    resolution: ResolutionView | None = None
    refusal: RefusalView | None = None
    reviewed: bool = False


class SetupBook:
    """Setups and signals by id; pending setups by symbol, in the order a tick tests them."""

    def __init__(self) -> None:
        self._setups: dict[str, TrackedSetup] = {}
        self._signals: dict[str, Signal] = {}
        self._pending: dict[str, list[TrackedSetup]] = {}
        self._reviewed: set[str] = set()
        self._dismissed: set[str] = set()
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
        """The newest signals that were not dismissed, newest first."""
        newest = [s for s in list(self._signals.values())[-SHOWN:] if s.id not in self._dismissed]
        return sorted(newest, key=lambda s: (s.detected_at, s.bar_start + s.timeframe.span), reverse=True)

    def is_reviewed(self, item_id: str) -> bool:
        """Did a person mark this signal or setup as reviewed?"""
        return item_id in self._reviewed

    def is_dismissed(self, signal_id: str) -> bool:
        """Did a person hide this signal?"""
        return signal_id in self._dismissed

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
            case ItemReviewed(item_id=item_id, reviewed=reviewed):
                (self._reviewed.add if reviewed else self._reviewed.discard)(item_id)
            case SignalDismissed(signal_id=signal_id):
                self._dismissed.add(signal_id)
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
        tracked.resolution = ResolutionView(fact.side, fact.price, fact.tfc_score, fact.cause, fact.at)
        self._pending[tracked.setup.symbol].remove(tracked)

    def _refused(self, fact: EntryRefused) -> None:
        tracked = self._setups.get(fact.setup_id)
        if tracked is not None:
            tracked.refusal = RefusalView(fact.side, fact.code, fact.price, fact.numbers, fact.at)
