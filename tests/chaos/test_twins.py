"""Chaos between a desk and its exchange changes no trade without a reason that the ledger gives."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from core.domain.events import Noted
from core.domain.facts import Fact, OutageEnded, PositionClosed, PositionOpened
from tests.builders import a_desk, a_scan, a_setup, a_tick, after
from tests.chaos.comparing import compare
from tests.chaos.twins import Storm, ride_out

NEAR = timedelta(seconds=2)


async def test_a_desk_in_a_storm_ends_with_the_trades_of_its_undisturbed_twin(tmp_path: Path) -> None:
    outcome = await ride_out(tmp_path, Storm(seconds=9, speed=240, seed=3, longest_s=1.2, fair_s=1.2))
    assert outcome.compared.wrong == ()
    assert outcome.failed_checks == ()
    assert outcome.compared.same or outcome.compared.explained
    assert outcome.struck > 5 and outcome.outages > 0


def ledger() -> list[Fact]:
    """A setup found, entered at 102.1 and stopped out at 98.7."""
    desk = a_desk()
    outcomes = [*desk.handle(a_scan(a_setup())), *desk.handle(a_tick("102.1", after(1)))]
    outcomes += desk.handle(a_tick("98.7", after(3)))
    return [fact for fact in outcomes if not isinstance(fact, Noted)]


def without(kind: type[Fact]) -> list[Fact]:
    """The ledger, but for one kind."""
    return [fact for fact in ledger() if not isinstance(fact, kind)]


def repriced(fact: Fact) -> Fact:
    """The same exit at another price."""
    if not isinstance(fact, PositionClosed):
        return fact
    trade = replace(fact.trade, exit=replace(fact.trade.exit, price=Decimal(97), at=after(60)))
    return replace(fact, trade=trade)


def later(fact: Fact) -> Fact:
    """The same entry at the price after."""
    if not isinstance(fact, PositionOpened):
        return fact
    entry = replace(fact.position.entry, price=Decimal("102.3"), at=after(2))
    return replace(fact, position=replace(fact.position, entry=entry))


def test_equal_ledgers_hold_the_same_trades() -> None:
    compared = compare(ledger(), ledger(), NEAR)
    assert (len(compared.same), compared.explained, compared.wrong) == (1, (), ())


def test_a_trade_that_is_missing_without_a_reason_is_wrong() -> None:
    assert compare(ledger(), without(PositionOpened), NEAR).wrong
    assert compare(without(PositionOpened), ledger(), NEAR).wrong


def test_an_exit_on_a_live_tick_that_differs_is_wrong() -> None:
    assert compare(ledger(), [repriced(fact) for fact in ledger()], NEAR).wrong


def test_an_entry_while_the_feed_was_away_is_wrong() -> None:
    gap = OutageEnded("BTC", after(-10), after(2), 0, 0, after(2))
    assert compare(ledger(), [*ledger(), gap], NEAR).wrong


def test_another_entry_is_wrong_but_for_one_before_both_desks_had_heard_the_market() -> None:
    entered_later = [later(fact) for fact in ledger()]
    assert compare(ledger(), entered_later, NEAR).wrong
    assert compare(ledger(), entered_later, NEAR, both_from=after(0)).wrong
    started = compare(ledger(), entered_later, NEAR, both_from=after(1))
    assert (len(started.explained), started.wrong) == (1, ())
    alike = compare(ledger(), ledger(), NEAR, both_from=after(1))
    assert (len(alike.same), alike.explained) == (1, ())  # one that is the same explains no refusal that follows
