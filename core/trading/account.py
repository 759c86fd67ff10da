"""The paper account: a fold of facts. Balance = start + realised - fees + funding, exactly (RELIABILITY M1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from core.domain.facts import (
    AccountOpened,
    Fact,
    FundingPaid,
    FundsMoved,
    PositionClosed,
    PositionFact,
    PositionOpened,
    PositionRetiered,
    StopMoved,
)
from core.domain.positions import ClosedTrade, OpenPosition

ZERO = Decimal(0)

TOLD = 200
"""How many closed trades keep their story; the ledger keeps all."""

Story = tuple[PositionFact, ...]
"""A position's facts in order, from the entry on."""


@dataclass(slots=True)
class PaperAccount:
    """Balance, open positions by symbol, and closed trades, in USD."""

    opened: bool = False
    start: Decimal = ZERO
    """What the account began with, and what was put in since, less what was taken out."""
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    funding: Decimal = ZERO
    positions: dict[str, OpenPosition] = field(default_factory=dict)
    """By symbol: at most one each (O3)."""
    funded_until: dict[str, datetime] = field(default_factory=dict)
    """By position id: the last funding instant booked."""
    _stories: dict[str, Story] = field(default_factory=dict)
    _shown: Mapping[str, Story] | None = field(default=None, compare=False)
    _trades: list[ClosedTrade] = field(default_factory=list)
    _listed: tuple[ClosedTrade, ...] | None = field(default=None, compare=False)
    _bookings: list[tuple[datetime, Decimal, str]] = field(default_factory=list)
    """Changes of the balance of the last two days and the positions they are of, for the day's profit and loss."""

    @property
    def balance(self) -> Decimal:
        """Realised balance."""
        return self.start + self.realised - self.fees + self.funding

    @property
    def reserved(self) -> Decimal:
        """Margin reserved by open positions; 0 when flat (M4)."""
        return sum((position.margin for position in self.positions.values()), ZERO)

    @property
    def trades(self) -> tuple[ClosedTrade, ...]:
        """Closed trades, oldest first; a new tuple where one was added."""
        if self._listed is None:
            self._listed = tuple(self._trades)
        return self._listed

    @property
    def stories(self) -> Mapping[str, Story]:
        """By position id, the newest trades included: what its life is told by; a new mapping where one went on."""
        if self._shown is None:
            self._shown = dict(self._stories)
        return self._shown

    def tells(self, position_id: str) -> bool:
        """Is the story of this position among `stories`?"""
        return position_id in self._stories

    def position(self, position_id: str) -> OpenPosition | None:
        """The open position of this id, if it is open."""
        return next((p for p in self.positions.values() if p.id == position_id), None)

    def net_since(self, since: datetime) -> Decimal:
        """Change of the balance by bookings at or after `since`, at most two days back."""
        return sum((amount for at, amount, _ in self._bookings if at >= since), ZERO)

    def fold(self, fact: Fact) -> None:
        """Take one fact; facts that do not touch the account are passed over."""
        match fact:
            case AccountOpened(balance=balance):
                self.start, self.opened = balance, True
            case FundsMoved(amount=amount):
                self.start += amount
            case PositionOpened(position=position):
                self.positions[position.symbol] = position
                self._tell(position.id, fact)
                self.fees += position.entry.fee
                self._book(fact.at, -position.entry.fee, position.id)
            case FundingPaid():
                self._fund(fact)
            case PositionRetiered():
                self._retier(fact)
            case StopMoved(position_id=position_id, stop=stop):
                moved = self.position(position_id)
                if moved is not None:
                    self._tell(position_id, fact)
                    self.positions[moved.symbol] = replace(moved, plan=replace(moved.plan, stop=stop))
            case PositionClosed(trade=trade):
                self._tell(trade.id, fact)
                self._close(trade, fact.at)
            case _:
                pass

    def undo(self, position_id: str) -> OpenPosition | None:
        """Take back an entry the ledger could not store, with all that came of it; returns the position it was."""
        position = self.position(position_id)
        if position is not None:
            del self.positions[position.symbol]
        trade = next((trade for trade in self.trades if trade.id == position_id), None)
        if trade is not None:
            position = trade.position
            self._trades = [kept for kept in self._trades if kept is not trade]
            self._listed = None
            self.realised -= trade.gross
            self.fees -= trade.exit.fee
        if position is not None:
            self._stories.pop(position_id, None)
            self._shown = None
            self.fees -= position.entry.fee
            self.funding -= position.funding
            self.funded_until.pop(position_id, None)
            self._bookings = [booking for booking in self._bookings if booking[2] != position_id]
        return position

    def _tell(self, position_id: str, fact: PositionFact) -> None:
        self._stories[position_id] = (*self._stories.get(position_id, ()), fact)
        self._shown = None

    def _fund(self, paid: FundingPaid) -> None:
        position = self.position(paid.position_id)
        if position is None:
            return
        self._tell(position.id, paid)
        self.positions[position.symbol] = replace(position, funding=position.funding + paid.amount)
        self.funded_until[position.id] = paid.instant
        self.funding += paid.amount
        self._book(paid.at, paid.amount, position.id)

    def _retier(self, fact: PositionRetiered) -> None:
        position = self.position(fact.position_id)
        if position is not None:
            self._tell(position.id, fact)
            self.positions[position.symbol] = replace(
                position,
                tier=fact.tier,
                margin_leverage=fact.margin_leverage,
                margin=fact.margin,
                liquidation=fact.liquidation,
            )

    def _close(self, trade: ClosedTrade, at: datetime) -> None:
        self.positions.pop(trade.position.symbol, None)
        self.funded_until.pop(trade.id, None)
        self.realised += trade.gross
        self.fees += trade.exit.fee
        self._trades.append(trade)
        self._listed = None
        self._book(at, trade.gross - trade.exit.fee, trade.id)
        if len(self._stories) - len(self.positions) > TOLD:
            still_open = {position.id for position in self.positions.values()}
            del self._stories[next(told for told in self._stories if told not in still_open)]

    def _book(self, at: datetime, amount: Decimal, position_id: str) -> None:
        self._bookings = [booking for booking in self._bookings if (at - booking[0]).days < 2]
        self._bookings.append((at, amount, position_id))
