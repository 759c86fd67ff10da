"""An entry that the ledger could not store never was: what stands in its place, in the ledger and in the desk alike."""

from collections import deque
from collections.abc import Collection, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Generic, Protocol, TypeVar

from core.domain.facts import (
    EntryRefused,
    Fact,
    FundingPaid,
    Numbers,
    PositionClosed,
    PositionOpened,
    PositionRetiered,
    StopMoved,
)
from core.domain.positions import OpenPosition
from core.domain.sizing import Refusal

UNDOABLE: Final = timedelta(days=1)
"""How long an entry may still be taken back: far longer than a ledger takes to say that it could not store one."""
_WHY: Final[Numbers] = (("ledger", "could not store the entry"),)


def taken_back(facts: Iterable[Fact], undone: Collection[str]) -> tuple[Fact, ...]:
    """The facts as the ledger takes them where these positions never were: refused, and nothing more of them."""
    kept: list[Fact] = []
    for fact in facts:
        if isinstance(fact, PositionOpened) and fact.position.id in undone:
            kept.append(refusal_of(fact.position, fact.at))
        elif _position_of(fact) not in undone:
            kept.append(fact)
    return tuple(kept)


def refusal_of(position: OpenPosition, at: datetime) -> EntryRefused:
    """What is told instead of the entry, which was made at this time."""
    return EntryRefused(position.setup_id, position.side, Refusal.INVALID, position.entry.price, _WHY, at)


def _position_of(fact: Fact) -> str:
    """The position a fact is about, if it is about one that must exist."""
    match fact:
        case (
            FundingPaid(position_id=position_id)
            | PositionRetiered(position_id=position_id)
            | StopMoved(position_id=position_id)
        ):
            return position_id
        case PositionClosed(trade=trade):
            return trade.id
        case _:
            return ""


class Fold(Protocol):
    """What is made of facts, one after the other; it can be copied."""

    def fold(self, fact: Fact) -> None:
        """Take one fact."""
        ...


F = TypeVar("F", bound=Fold)


@dataclass(slots=True)
class Undoable(Generic[F]):
    """A fold from which an entry can be taken back for a day, without keeping more than the facts of that day."""

    now: F
    _before: F
    """As it was before the facts that are kept."""
    _kept: deque[Fact] = field(default_factory=deque)

    @classmethod
    def beginning(cls, start: F) -> "Undoable[F]":
        """With `start` as it is before the first fact."""
        return cls(start, deepcopy(start))

    def fold(self, fact: Fact) -> None:
        """Take one fact."""
        self.now.fold(fact)
        self._kept.append(fact)
        while fact.at - self._kept[0].at > UNDOABLE:
            self._before.fold(self._kept.popleft())

    def undo(self, position_id: str) -> None:
        """Be as if this entry had been refused."""
        self._kept = deque(taken_back(self._kept, {position_id}))
        self.now = deepcopy(self._before)
        for fact in self._kept:
            self.now.fold(fact)
