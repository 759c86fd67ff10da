"""Other rules while the desk runs: what a restart by them would come to, without one."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.events import Noted, PolicyChanged, TimePassed
from core.domain.facts import MarketSeen, SetupResolved
from core.domain.guards import GuardPolicy
from core.domain.oversight import GuardTripped
from core.domain.policy import Policy
from core.domain.signals import SetupStatus
from core.domain.sizing import RiskPolicy
from core.trading.changing import refusal_to_leave
from core.trading.desk import Desk
from tests.builders import TUESDAY, a_desk, a_policy, a_scan, a_setup, a_tick, after, facts_of

BOTH = a_policy(symbols=("BTC", "ETH"))


def changed(desk: Desk, policy: Policy, seconds: float = 5) -> tuple[object, ...]:
    return desk.handle(PolicyChanged(policy, "settings read again", after(seconds)))


def holding() -> Desk:
    """A desk that watches two symbols and has a long position in BTC."""
    desk = a_desk(a_setup(), policy=BOTH)
    desk.handle(a_tick("102.1", after(1)))
    assert desk.state.account.positions
    return desk


def test_what_is_new_is_told_once_in_the_log() -> None:
    desk = a_desk()
    (told,) = changed(desk, a_policy(risk=RiskPolicy(Decimal("0.01"))))
    assert isinstance(told, Noted)
    assert (told.topic, told.text) == ("settings", "settings read again")


@pytest.mark.parametrize("risk", ["0.02", "0.01"])
def test_an_entry_is_sized_by_the_rules_of_its_moment(risk: str) -> None:
    desk = a_desk(a_setup())
    before = RiskPolicy(max_leverage=Decimal(10), max_notional=Decimal(10**6))
    changed(desk, a_policy(risk=replace(before, risk_pct=Decimal(risk))))
    desk.handle(a_tick("102.1", after(6)))
    (position,) = desk.state.account.positions.values()
    assert position.risk_usd == Decimal(1000) * Decimal(risk)


def test_a_guard_that_is_set_while_running_trips_at_its_next_look() -> None:
    desk = holding()
    desk.handle(a_tick("98.9", after(2)))
    assert not facts_of(desk.handle(TimePassed(after(3))), GuardTripped)
    changed(desk, replace(BOTH, guards=GuardPolicy(losing_streak=1)))
    assert len(facts_of(desk.handle(TimePassed(after(6))), GuardTripped)) == 1


def test_a_symbol_that_leaves_ends_its_setups_and_keeps_how_far_it_was_judged() -> None:
    desk = a_desk(a_setup(), policy=BOTH)
    desk.handle(a_tick(100, after(1)))
    outcomes = changed(desk, a_policy(symbols=("ETH",)))
    (resolved,) = facts_of(outcomes, SetupResolved)
    assert (resolved.status, resolved.cause) == (SetupStatus.INVALIDATED, "BTC is no longer watched")
    assert [(seen.symbol, seen.at) for seen in facts_of(outcomes, MarketSeen)] == [("BTC", after(1))]
    picture = desk.snapshot()
    assert [quote.symbol for quote in picture.quotes] == ["ETH"]
    assert {key.symbol for key in picture.series} == {"ETH"} == {cap.symbol for cap in picture.caps}


def test_a_start_without_the_symbol_ends_its_setups_the_same_way() -> None:
    facts = [fact for fact in a_desk().handle(a_scan(a_setup())) if not isinstance(fact, Noted)]
    desk = Desk(a_policy(symbols=("ETH",)))
    desk.restore(facts)
    (resolved,) = facts_of(desk.start(TUESDAY), SetupResolved)
    assert resolved.cause == "BTC is no longer watched"


def test_a_symbol_that_comes_back_begins_with_nothing_of_before() -> None:
    desk = a_desk(policy=BOTH)
    desk.handle(a_tick(100, after(1)))
    changed(desk, a_policy(symbols=("ETH",)))
    changed(desk, BOTH, 6)
    quotes = {quote.symbol: quote.price for quote in desk.snapshot().quotes}
    assert quotes["BTC"] is None


def test_the_symbol_of_a_position_cannot_leave_and_is_watched_whatever_the_policy_names() -> None:
    desk = holding()
    fewer = a_policy(symbols=("ETH",))
    assert refusal_to_leave(desk.state, fewer) == "symbols must keep BTC: a position is open"
    assert refusal_to_leave(desk.state, BOTH) == ""
    changed(desk, fewer)
    desk.handle(a_tick("98.9", after(6)))
    assert not desk.state.account.positions
