"""What stops entries: halts by hand or by file, and the guards' trips; a fold of facts."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.domain.facts import AccountOpened, Fact, FundingPaid, FundsMoved, PositionClosed, PositionOpened
from core.domain.guards import Guard, HaltSource
from core.domain.oversight import EntriesHalted, EntriesResumed, GuardRearmed, GuardTripped
from core.domain.review_views import HaltView
from core.domain.undoing import Undoable

ZERO = Decimal(0)


@dataclass(slots=True)
class Measures:
    """What the guards measure over time.

    Attributes:
        peak: highest balance since the account began, or since the drawdown guard was re-armed.
        streak: losses in a row since the last win, or since the streak guard was re-armed.
        last_exit: by symbol.
    """

    balance: Decimal = ZERO
    peak: Decimal = ZERO
    streak: int = 0
    last_exit: dict[str, datetime] = field(default_factory=dict)

    def fold(self, fact: Fact) -> None:
        """Measure one fact more."""
        match fact:
            case GuardRearmed(guard=Guard.DRAWDOWN):
                self.peak = self.balance
            case GuardRearmed(guard=Guard.LOSING_STREAK):
                self.streak = 0
            case AccountOpened(balance=balance):
                self._book(balance)
            case FundsMoved(amount=amount):
                self.peak += amount  # money that comes or goes is neither a gain nor a fall
                self._book(amount)
            case PositionOpened(position=position):
                self._book(-position.entry.fee)
            case FundingPaid(amount=amount):
                self._book(amount)
            case PositionClosed(trade=trade):
                self._book(trade.gross - trade.exit.fee)
                self.last_exit[trade.position.symbol] = trade.exit.at
                if trade.net < 0:
                    self.streak += 1
                elif trade.net > 0:
                    self.streak = 0
            case _:
                pass

    def _book(self, amount: Decimal) -> None:
        self.balance += amount
        self.peak = max(self.peak, self.balance)


@dataclass(slots=True)
class Halts:
    """Halts by scope and source, trips by guard, and what the guards measure over time."""

    _halts: dict[tuple[str, HaltSource], datetime] = field(default_factory=dict)
    trips: dict[Guard, GuardTripped] = field(default_factory=dict)
    _measured: Undoable[Measures] = field(default_factory=lambda: Undoable.beginning(Measures()))

    @property
    def measures(self) -> Measures:
        """What the guards measure, as of the last fact."""
        return self._measured.now

    def is_halted(self, scope: str, source: HaltSource | None = None) -> bool:
        """Are entries halted in exactly this scope, by this source or by any?"""
        sources = HaltSource if source is None else (source,)
        return any((scope, each) in self._halts for each in sources)

    def views(self) -> tuple[HaltView, ...]:
        """Every halt, the widest scope first."""
        return tuple(HaltView(scope, source, at) for (scope, source), at in sorted(self._halts.items()))

    def fold(self, fact: Fact) -> None:
        """Take one fact; facts that stop or measure nothing are passed over."""
        match fact:
            case EntriesHalted(scope=scope, source=source, at=at):
                self._halts.setdefault((scope, source), at)
            case EntriesResumed(scope=scope, source=source):
                self._halts.pop((scope, source), None)
            case GuardTripped(guard=guard):
                self.trips[guard] = fact
            case GuardRearmed(guard=guard):
                self.trips.pop(guard, None)
                self._measured.fold(fact)
            case AccountOpened() | FundsMoved() | PositionOpened() | FundingPaid() | PositionClosed():
                self._measured.fold(fact)
            case _:
                pass

    def undo(self, position_id: str) -> None:
        """Measure as if this position had never been; a trip stays, for it is in the ledger."""
        self._measured.undo(position_id)
