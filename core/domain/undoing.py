"""An entry that the ledger could not store never was: what stands in its place, in the ledger and in the desk alike."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

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
