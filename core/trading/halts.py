"""What stops entries: halts by hand or by file, and the guards' trips; a fold of facts."""

from datetime import datetime
from decimal import Decimal

from core.domain.facts import AccountOpened, Fact, FundingPaid, PositionClosed, PositionOpened
from core.domain.guards import Guard, HaltSource
from core.domain.oversight import EntriesHalted, EntriesResumed, GuardRearmed, GuardTripped
from core.domain.review_views import HaltView

ZERO = Decimal(0)


class Halts:
    """Halts by scope and source, trips by guard, and what the guards measure over time."""

    def __init__(self) -> None:
        self._halts: dict[tuple[str, HaltSource], datetime] = {}
        self.trips: dict[Guard, GuardTripped] = {}
        self.balance = ZERO
        self.peak = ZERO
        """Highest balance since the account began, or since the drawdown guard was re-armed."""
        self.streak = 0
        """Losses in a row since the last win, or since the streak guard was re-armed."""
        self.last_exit: dict[str, datetime] = {}
        """By symbol."""

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
                self._rearm(guard)
            case AccountOpened(balance=balance):
                self._book(balance)
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

    def _rearm(self, guard: Guard) -> None:
        self.trips.pop(guard, None)
        if guard is Guard.DRAWDOWN:
            self.peak = self.balance
        elif guard is Guard.LOSING_STREAK:
            self.streak = 0
