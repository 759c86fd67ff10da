"""What happened while nobody was at a console: a fold of facts, begun anew with every key."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

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
from core.domain.positions import OpenPosition
from core.domain.review_views import AbsenceView, DealView, StopKind, StopView
from core.domain.signals import SetupStatus
from core.domain.sizing import Refusal

_MISSED = (
    SetupStatus.MISSED,
    SetupStatus.HISTORICAL_TRIGGERED,
    SetupStatus.HISTORICAL_TRIGGERED_LONG,
    SetupStatus.HISTORICAL_TRIGGERED_SHORT,
)
_MOST_DEALS: Final = 8
_MOST_STOPS: Final = 3
_MOST_GAPS: Final = 50
"""Gaps that another symbol's may still join; those before are only counted."""


@dataclass(slots=True)
class _Count:
    """What one absence has come to so far."""

    numbers: dict[str, int] = field(default_factory=dict)
    net: Decimal = Decimal(0)
    r_multiple: Decimal = Decimal(0)
    funding: Decimal = Decimal(0)
    refusals: Counter[Refusal] = field(default_factory=Counter)
    deals: list[DealView] = field(default_factory=list)
    stops: list[StopView] = field(default_factory=list)
    down_s: float = 0.0
    gaps: list[tuple[datetime, datetime]] = field(default_factory=list)
    """The latest, oldest first."""
    earlier_gaps: int = 0
    earlier_gap_s: float = 0.0

    def add(self, name: str) -> None:
        """One more of these."""
        self.numbers[name] = self.numbers.get(name, 0) + 1

    def deal(self, position: OpenPosition, end: PositionClosed | None = None) -> None:
        """A position was opened or closed; one that was both shows as closed."""
        found = DealView(position.id, position.symbol, position.timeframe, position.side)
        if end is not None:
            found = replace(found, reason=end.trade.reason, r_multiple=end.trade.r_multiple)
        others = [deal for deal in self.deals if deal.position_id != position.id]
        self.deals = [*others, found][-_MOST_DEALS:]

    def stop(self, kind: StopKind, at: datetime) -> None:
        """The desk ended."""
        self.stops = [*self.stops, StopView(kind, at)][-_MOST_STOPS:]

    def back(self, at: datetime) -> None:
        """A desk began again."""
        if self.stops and self.stops[-1].until is None:
            ended = self.stops[-1]
            self.stops[-1] = replace(ended, until=at)
            self.down_s += max(0.0, (at - ended.at).total_seconds())

    def gap(self, since: datetime, until: datetime) -> None:
        """The feed of a symbol was away; times that touch become one."""
        apart = []
        for gap in self.gaps:
            if gap[0] <= until and since <= gap[1]:
                since, until = min(since, gap[0]), max(until, gap[1])
            else:
                apart.append(gap)
        apart.append((since, until))
        for began, ended in apart[:-_MOST_GAPS]:
            self.earlier_gaps += 1
            self.earlier_gap_s += (ended - began).total_seconds()
        self.gaps = apart[-_MOST_GAPS:]

    def view(self, since: datetime | None) -> AbsenceView:
        """The count in its published form."""
        counted = AbsenceView(**self.numbers)  # type: ignore[arg-type]  # the keys are its own fields
        return replace(
            counted,
            since=since,
            net=self.net,
            r_multiple=self.r_multiple,
            funding=self.funding,
            gaps=self.earlier_gaps + len(self.gaps),
            gap_s=self.earlier_gap_s + sum((until - since).total_seconds() for since, until in self.gaps),
            stops=tuple(self.stops),
            down_s=self.down_s,
            refusals=tuple(sorted(self.refusals.items(), key=lambda item: (-item[1], item[0]))),
            deals=tuple(self.deals),
        )


@dataclass(slots=True)
class Absence:
    """The running count since the last key, and the last absence that somebody came back from.

    Attributes:
        since: the last key; None before the first.
        last: the last absence in which something happened.
        running: a desk is at work: a start while it is follows a crash or a kill.
        began: when the desk at work, or the last one, began.
        last_at: time of the newest fact.
    """

    since: datetime | None = None
    last: AbsenceView | None = None
    running: bool = False
    began: datetime | None = None
    last_at: datetime | None = None
    _count: _Count = field(default_factory=_Count)
    _view: AbsenceView | None = field(default=None, compare=False)

    def view(self) -> AbsenceView:
        """The count so far; the same object until something is counted."""
        if self._view is None:
            self._view = self._count.view(self.since)
        return self._view

    def fold(self, fact: Fact) -> None:
        """Take one fact."""
        match fact:
            case PersonSeen(at=at, back=back):
                self._seen(at, back)
            case DeskStarted(at=at):
                self.lost()
                self._count.add("restarts")
                self._count.back(at)
                self.running, self.began = True, at
            case DeskStopped(at=at, cause=cause):
                self._count.stop(StopKind(cause.value), at)
                self.running = False
            case _:
                self._happened(fact)
        self.last_at, self._view = fact.at, None

    def lost(self) -> None:
        """If a desk was at work, it is not any more, and left no last word."""
        if self.running and self.last_at is not None:
            self._count.add("crashes")
            self._count.stop(StopKind.HARD, self.last_at)
            self.running, self._view = False, None

    def _happened(self, fact: Fact) -> None:
        count = self._count
        match fact:
            case SignalFound(signal=signal) if signal.fresh:
                count.add("signals")
            case SetupFound(setup=setup, status=SetupStatus.PENDING) if setup.armed and setup.fresh:
                count.add("armed")
            case SetupResolved(status=SetupStatus.TRIGGERED):
                count.add("triggered")
            case SetupResolved(status=status) if status in _MISSED:
                count.add("missed")
            case EntryRefused(code=code):
                count.refusals[code] += 1
            case PositionOpened(position=position):
                count.add("entries")
                count.deal(position)
            case PositionClosed(trade=trade):
                count.add("exits")
                count.deal(trade.position, fact)
                count.net += trade.net
                count.r_multiple += trade.r_multiple
            case FundingPaid(amount=amount):
                count.funding += amount
            case OutageEnded(since=since, until=until):
                if not fact.is_of_a_start(self.began):  # otherwise there was no desk: down_s
                    count.gap(since, until)
            case GuardTripped():
                count.add("trips")
            case EntriesHalted():
                count.add("halts")
            case _:
                pass

    def _seen(self, at: datetime, back: bool) -> None:
        left = self.view()
        if back and self.since is not None and not left.is_quiet:
            self.last = replace(left, until=at)
        self.since = at
        self._count = _Count()
