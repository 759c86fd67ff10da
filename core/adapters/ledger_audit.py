"""Folds the events of a ledger on its own, apart from the projections, and notes every broken invariant.

Money and positions are judged here, setups and signals in `setup_audit`, a person's word in `ledger_word_audit`.
"""

from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Final

from core.adapters.ledger_findings import Findings
from core.adapters.ledger_word_audit import WordAudit
from core.adapters.setup_audit import SetupAudit
from core.domain.facts import (
    AccountOpened,
    Fact,
    FundingPaid,
    FundsMoved,
    MarketSeen,
    PositionClosed,
    PositionOpened,
    PositionRetiered,
    StopMoved,
)
from core.domain.margin import PRECISION, booked, funding_amount
from core.domain.positions import ClosedTrade, ExitReason, FillTag, OpenPosition, gross_profit

ZERO: Final = Decimal(0)
SLACK: Final = Decimal("1e-6")
"""Margin is not rounded when booked, so it is compared with this slack, USD."""


class LedgerAudit:
    """The account as its events tell it. Feed every event in order, then compare with the projections."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._setups = SetupAudit(findings)
        self._words = WordAudit(findings)
        self._paid: dict[str, list[datetime]] = {}
        self._closed: set[str] = set()
        self._unjudged: dict[str, tuple[int, str, datetime]] = {}
        """By symbol: transaction, name and time of a reconstructed exit whose outage is not judged yet."""
        self.opened = False
        self.start = self.balance = self.realised = self.fees = self.funding = ZERO
        self.open: dict[str, OpenPosition] = {}

    @property
    def reserved(self) -> Decimal:
        """Margin of the open positions, USD."""
        return sum((position.margin for position in self.open.values()), ZERO)

    def take(self, seq: int, batch: int, fact: Fact) -> None:
        """Judge one event and fold it in."""
        with localcontext() as context:
            context.prec = PRECISION
            where = f"event {seq}"
            match fact:
                case AccountOpened():
                    self._findings.expect("M1", not self.opened and seq == 1, f"{where} opens a second account")
                    self.opened, self.start, self.balance = True, fact.balance, fact.balance
                case FundsMoved():
                    self._move_funds(where, fact)
                case PositionOpened():
                    self._setups.opened(where, batch, fact.position)
                    self._open(where, fact.position)
                    self._on_increment(f"{where} ({fact.position.id})", fact)
                case FundingPaid():
                    self._fund(where, fact)
                case PositionRetiered():
                    self._retier(where, fact)
                case PositionClosed():
                    self._close(where, fact.trade)
                    self._reconstructs(where, batch, fact.trade)
                case MarketSeen():
                    self._outage_judged(where, batch, fact)
                case StopMoved():
                    self._move_stop(where, fact)
                case _:
                    self._setups.take(where, batch, fact)
                    self._words.take(where, fact)
            self._balance_holds(where)

    def finish(self) -> None:
        """Judge what only the end can show."""
        self._setups.finish()
        for _, name, _ in self._unjudged.values():
            self._findings.expect("P4", False, f"{name} was reconstructed outside of any outage")

    def _reconstructs(self, where: str, batch: int, trade: ClosedTrade) -> None:
        if trade.exit.tag is FillTag.RECONSTRUCTED:
            self._unjudged[trade.position.symbol] = (batch, f"{where} ({trade.id})", trade.exit.at)

    def _outage_judged(self, where: str, batch: int, fact: MarketSeen) -> None:
        """The candles up to here were judged, together with the exits found in them."""
        told, name, at = self._unjudged.pop(fact.symbol, (batch, where, fact.at))
        fits = told == batch and at <= fact.at
        self._findings.expect("P4", fits, f"{name} was reconstructed outside of the outage that {where} ends")

    def _balance_holds(self, where: str) -> None:
        owed = self.start + self.realised - self.fees + self.funding
        self._findings.expect("M1", self.balance == owed, f"{where} leaves balance {self.balance}, not {owed}")

    def _move_funds(self, where: str, fact: FundsMoved) -> None:
        self._rounded(where, "a deposit or withdrawal of", fact.amount)
        self.start += fact.amount
        self.balance += fact.amount
        fits = self.opened and fact.amount != 0 and (fact.amount > 0 or self.balance >= self.reserved)
        self._findings.expect("M1", fits, f"{where} moves {fact.amount} and leaves {self.balance} on the account")

    def _open(self, where: str, position: OpenPosition) -> None:
        expect, name = self._findings.expect, f"{where} ({position.id})"
        expect("M1", self.opened, f"{name} opens a position without an account")
        told = position.entry_balance
        expect("M1", told == self.balance, f"{name} was sized on {told} with {self.balance} on the account")
        expect("O2", position.id == f"{position.setup_id}|{position.side}", f"{name} is not setup id and side")
        held = [other.id for other in self.open.values() if other.symbol == position.symbol]
        expect("O3", not held, f"{name} opens beside {', '.join(held)}")
        expect("O1", position.id not in self.open and position.id not in self._closed, f"{name} opens twice")
        expect("M5", position.size.is_finite() and position.size > 0, f"{name} has size {position.size}")
        expect("M5", position.risk_usd > 0, f"{name} risks {position.risk_usd}")
        self._rounded(name, "entry fee", position.entry.fee)
        self._margin_fits(name, position)
        free = self.balance - self.reserved
        expect("M4", position.margin <= free + SLACK, f"{name} reserves {position.margin} of {free} free")
        self.open[position.id] = position
        self.fees += position.entry.fee
        self.balance -= position.entry.fee

    def _on_increment(self, name: str, fact: PositionOpened) -> None:
        """The size is a whole number of the product's increments, where the arithmetic of the entry tells them."""
        told, size = dict(fact.numbers).get("increment", ""), fact.position.size
        if told and size.is_finite() and (step := Decimal(told)) > 0:
            self._findings.expect("M5", size % step == 0, f"{name} has size {size}, off the increment {step}")

    def _fund(self, where: str, fact: FundingPaid) -> None:
        expect, name = self._findings.expect, f"{where} ({fact.position_id} at {fact.instant:%Y-%m-%dT%H:%MZ})"
        paid = self._paid.setdefault(fact.position_id, [])
        expect("T3", fact.instant not in paid, f"{name} pays twice")
        paid.append(fact.instant)
        expect("T3", fact.instant.timestamp() % 3600 == 0, f"{name} is no funding instant")
        position = self.open.get(fact.position_id)
        self.funding += fact.amount
        self.balance += fact.amount
        self._rounded(name, "funding", fact.amount)
        if position is None:
            expect("T3", False, f"{name} pays for a position that is not open")
            return
        expect("T3", position.entry.at < fact.instant, f"{name} pays for a time before the entry")
        due = booked(funding_amount(position.side, position.notional(fact.mark), fact.rate))
        expect("M5", fact.amount == due, f"{name} books {fact.amount}, not {due}")
        self.open[position.id] = replace(position, funding=position.funding + fact.amount)

    def _retier(self, where: str, fact: PositionRetiered) -> None:
        position = self.open.get(fact.position_id)
        if position is None:
            self._findings.expect("O1", False, f"{where} moves {fact.position_id}, which is not open, to another tier")
            return
        moved = replace(
            position,
            tier=fact.tier,
            margin_leverage=fact.margin_leverage,
            margin=fact.margin,
            liquidation=fact.liquidation,
        )
        self._margin_fits(f"{where} ({position.id})", moved)
        self.open[position.id] = moved

    def _move_stop(self, where: str, fact: StopMoved) -> None:
        position = self.open.get(fact.position_id)
        if position is None:
            self._findings.expect("V3", False, f"{where} moves the stop of {fact.position_id}, which is not open")
            return
        was = position.plan.stop
        better = position.side.sign * (fact.stop - was) > 0
        self._findings.expect("V3", better, f"{where} ({position.id}) moves the stop from {was} to {fact.stop}")
        self.open[position.id] = replace(position, plan=replace(position.plan, stop=fact.stop))

    def _close(self, where: str, trade: ClosedTrade) -> None:
        expect, name = self._findings.expect, f"{where} ({trade.id})"
        position = self.open.pop(trade.id, None)
        expect("O6", position is not None, f"{name} closes what is not open")
        if position is not None:
            expect("O6", trade.position.size <= position.size, f"{name} closes more than the open {position.size}")
            other = [
                field.name
                for field in fields(position)
                if getattr(position, field.name) != getattr(trade.position, field.name)
            ]
            expect("O6", not other, f"{name} differs from the open position in {', '.join(other)}")
        self._closed.add(trade.id)
        self._amounts_hold(name, trade)
        opened, closed = trade.position.entry.at, trade.exit.at
        expect("T1", opened <= closed, f"{name} closes before it opened")
        late = [f"{at:%Y-%m-%dT%H:%MZ}" for at in self._paid.pop(trade.id, []) if at > closed]
        expect("T3", not late, f"{name} has paid funding at {', '.join(late)}, after its exit")
        self.realised += trade.gross
        self.fees += trade.exit.fee
        self.balance += trade.gross - trade.exit.fee

    def _amounts_hold(self, name: str, trade: ClosedTrade) -> None:
        """Gross is what size and prices give, and net what gross, fees and funding give (STRAT.md S10.3)."""
        expect, position = self._findings.expect, trade.position
        self._rounded(name, "gross", trade.gross)
        self._rounded(name, "exit fee", trade.exit.fee)
        net = trade.gross - trade.fees + trade.funding
        expect("M5", trade.net == net, f"{name} has net {trade.net}, not {net}")
        gross = booked(gross_profit(position.side, position.size, position.entry.price, trade.exit.price))
        capped = trade.reason is ExitReason.LIQUIDATION and abs(trade.net + position.margin) <= SLACK
        fair = trade.gross == gross or (capped and trade.gross >= gross)
        expect("M3", fair, f"{name} has gross {trade.gross}, its exit price gives {gross}")

    def _margin_fits(self, name: str, position: OpenPosition) -> None:
        if not self._findings.expect("M4", position.margin_leverage > 0, f"{name} has no leverage"):
            return
        due = position.notional(position.entry.price) / position.margin_leverage
        fits = position.margin > 0 and abs(position.margin - due) <= SLACK
        self._findings.expect("M4", fits, f"{name} reserves {position.margin}, not {due:.6f}")

    def _rounded(self, name: str, what: str, amount: Decimal) -> None:
        exact = amount.is_finite() and amount == booked(amount)
        self._findings.expect("M5", exact, f"{name} books {what} {amount}, finer than 1e-6")
