"""What happened while nobody was at a console: a fold of facts, begun anew with every key."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from core.domain.facts import (
    DeskStarted,
    DeskStopped,
    EntryRefused,
    Fact,
    FundingPaid,
    OutageEnded,
    PositionClosed,
    PositionOpened,
    SetupFound,
    SetupResolved,
    SignalFound,
)
from core.domain.oversight import EntriesHalted, GuardTripped, PersonSeen
from core.domain.review_views import AbsenceView
from core.domain.signals import SetupStatus

_MISSED = (
    SetupStatus.MISSED,
    SetupStatus.HISTORICAL_TRIGGERED,
    SetupStatus.HISTORICAL_TRIGGERED_LONG,
    SetupStatus.HISTORICAL_TRIGGERED_SHORT,
)


@dataclass(slots=True)
class Absence:
    """The running count since the last key, and the last absence that somebody came back from."""

    since: datetime | None = None
    last: AbsenceView | None = None
    running: bool = False
    """A desk is at work: a start while it is follows a crash or a kill."""
    _counts: dict[str, int] = field(default_factory=dict)
    _net: Decimal = Decimal(0)
    _r: Decimal = Decimal(0)
    _funding: Decimal = Decimal(0)
    _gap_s: float = 0.0

    def view(self) -> AbsenceView:
        """The count so far."""
        counted = AbsenceView(**self._counts)  # type: ignore[arg-type]  # the keys are its own fields
        return replace(
            counted,
            since=self.since,
            net=self._net,
            r_multiple=self._r,
            funding=self._funding,
            gap_s=self._gap_s,
        )

    def fold(self, fact: Fact) -> None:
        """Take one fact."""
        match fact:
            case PersonSeen(at=at, back=back):
                self._seen(at, back)
            case DeskStarted():
                self._count("restarts")
                if self.running:
                    self._count("crashes")
                self.running = True
            case DeskStopped():
                self.running = False
            case _:
                self._happened(fact)

    def _happened(self, fact: Fact) -> None:
        match fact:
            case SignalFound(signal=signal) if signal.fresh:
                self._count("signals")
            case SetupFound(setup=setup, status=SetupStatus.PENDING) if setup.armed and setup.fresh:
                self._count("armed")
            case SetupResolved(status=SetupStatus.TRIGGERED):
                self._count("triggered")
            case SetupResolved(status=status) if status in _MISSED:
                self._count("missed")
            case EntryRefused():
                self._count("refused")
            case PositionOpened():
                self._count("entries")
            case PositionClosed(trade=trade):
                self._count("exits")
                self._net += trade.net
                self._r += trade.r_multiple
            case FundingPaid(amount=amount):
                self._funding += amount
            case OutageEnded(since=since, until=until):
                self._count("gaps")
                self._gap_s += (until - since).total_seconds()
            case GuardTripped():
                self._count("trips")
            case EntriesHalted():
                self._count("halts")
            case _:
                pass

    def _count(self, name: str) -> None:
        self._counts[name] = self._counts.get(name, 0) + 1

    def _seen(self, at: datetime, back: bool) -> None:
        if back and self.since is not None:
            self.last = replace(self.view(), until=at)
        self.since = at
        self._counts = {}
        self._net = self._r = self._funding = Decimal(0)
        self._gap_s = 0.0
