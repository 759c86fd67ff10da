"""What a desk made of a session: its setups, refusals and positions, read off its facts."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.domain.events import Noted, Outcome
from core.domain.facts import (
    EntryRefused,
    Fact,
    FundingPaid,
    FundsMoved,
    OutageEnded,
    PositionClosed,
    PositionOpened,
    SetupFound,
    SetupResolved,
    StopMoved,
)
from core.domain.positions import OpenPosition
from core.domain.timeframes import M15
from core.ports import Restored
from core.trading.folded import Folding


@dataclass(frozen=True, slots=True)
class Held:
    """A position of one of the two, from its entry to its exit, if there is one within what is compared."""

    opened: PositionOpened
    closed: PositionClosed | None = None
    funding: tuple[FundingPaid, ...] = ()

    @property
    def position(self) -> OpenPosition:
        """As it was entered."""
        return self.opened.position

    @property
    def raw_entry(self) -> Decimal:
        """The price that broke the level, before slippage."""
        return Decimal(dict(self.opened.numbers).get("price", str(self.position.entry.price)))

    @property
    def raw_exit(self) -> Decimal | None:
        """The price it left at, before slippage."""
        if self.closed is None:
            return None
        return Decimal(dict(self.closed.numbers).get("price", str(self.closed.trade.exit.price)))


def bar_of(at: datetime) -> datetime:
    """Start of the 15m bar that holds the instant."""
    return M15.start_of(at)


@dataclass(slots=True)
class Course:
    """Everything by its id; the newest fact of an id counts.

    Attributes:
        stops: by position, moves of its stop by hand.
        outages: that were judged on candles.
        money: by position, what was booked into the balance, USD, in order; deposits under an empty id.
        marks: by position, and by setup where it was refused, how much of that had been booked by then.
    """

    found: dict[str, SetupFound] = field(default_factory=dict)
    resolved: dict[str, SetupResolved] = field(default_factory=dict)
    refused: dict[str, EntryRefused] = field(default_factory=dict)
    held: dict[str, Held] = field(default_factory=dict)
    stops: dict[str, StopMoved] = field(default_factory=dict)
    outages: list[OutageEnded] = field(default_factory=list)
    money: list[tuple[str, Decimal]] = field(default_factory=list)
    marks: dict[str, int] = field(default_factory=dict)

    def take(self, outcomes: Iterable[Outcome]) -> None:
        """Keep what is told by these."""
        for outcome in outcomes:
            if not isinstance(outcome, Noted):
                self._keep(outcome)

    def _keep(self, fact: Fact) -> None:
        match fact:
            case SetupFound():
                self.found[fact.setup.id] = fact
            case SetupResolved():
                self.resolved[fact.setup_id] = fact
            case EntryRefused():
                self.refused[fact.setup_id] = fact
                self.marks[fact.setup_id] = len(self.money)
            case PositionOpened():
                self.held[fact.position.id] = Held(fact)
                self.marks[fact.position.id] = len(self.money)
                self.money.append((fact.position.id, -fact.position.entry.fee))
            case PositionClosed():
                held = self.held[fact.trade.id]
                self.held[fact.trade.id] = Held(held.opened, fact, held.funding)
                self.money.append((fact.trade.id, fact.trade.gross - fact.trade.exit.fee))
            case FundsMoved():
                self.money.append(("", fact.amount))
            case FundingPaid():
                self.money.append((fact.position_id, fact.amount))
                held = self.held[fact.position_id]
                self.held[fact.position_id] = Held(held.opened, held.closed, (*held.funding, fact))
            case StopMoved():
                self.stops[fact.position_id] = fact
            case OutageEnded():
                self.outages.append(fact)
            case _:
                pass

    def booked_before(self, mark: str) -> dict[str, Decimal]:
        """By position, what had been booked before the one of this id was entered, or the setup refused; USD."""
        booked: dict[str, Decimal] = {}
        for name, amount in self.money[: self.marks.get(mark, 0)]:
            booked[name] = booked.get(name, Decimal(0)) + amount
        return booked

    def away(self, symbol: str, since: datetime, until: datetime) -> OutageEnded | None:
        """An outage of the symbol that overlaps this span."""
        return next(
            (each for each in self.outages if each.symbol == symbol and each.since < until and each.until > since), None
        )


class FactList:
    """Fits `core.ports.Store`: facts in memory."""

    def __init__(self) -> None:
        self.kept: list[Fact] = []

    def facts(self) -> Iterable[Fact]:
        """All of them, in order."""
        return tuple(self.kept)

    def restored(self) -> Restored:
        """What they come to."""
        return Restored(Folding().take(self.kept))

    def append(self, facts: Sequence[Fact]) -> "Future[None]":
        """Keep them; done at once."""
        self.kept += facts
        done: Future[None] = Future()
        done.set_result(None)
        return done

    def close(self) -> None:
        """Nothing is held."""
