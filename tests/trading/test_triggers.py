"""Ticks against armed setups, and the gates an entry passes, in order."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.domain.events import InstrumentListed, SymbolUnlisted
from core.domain.facts import EntryRefused, PositionOpened, SetupResolved
from core.domain.levels import FilterPolicy, Verdict
from core.domain.leverage import Tier
from core.domain.patterns import Side
from core.domain.signals import SetupStatus
from core.domain.sizing import Refusal, RiskPolicy
from core.domain.timeframes import H1, H4, W1
from tests.builders import (
    OPEN_FILTERS,
    TUESDAY,
    a_desk,
    a_policy,
    a_scan,
    a_setup,
    a_tick,
    after,
    an_instrument,
    facts_of,
    with_verdict,
)


def test_the_first_strict_break_opens_at_the_tick_and_cancels_the_other_side() -> None:
    desk = a_desk(a_setup())
    assert desk.handle(a_tick(102, after(1))) == ()
    opened = facts_of(desk.handle(a_tick("102.1", after(2))), PositionOpened)
    assert [fact.position.entry.price for fact in opened] == [Decimal("102.1")]
    assert desk.handle(a_tick(101, after(3))) == ()
    assert not facts_of(desk.handle(a_tick("98.9", after(4))), PositionOpened)
    assert len(desk.state.account.trades) == 1


def test_a_price_already_past_the_target_is_missed_and_neither_opens_nor_is_refused() -> None:
    outcomes = a_desk(a_setup()).handle(a_tick(110, after(1)))
    assert [fact.status for fact in facts_of(outcomes, SetupResolved)] == [SetupStatus.MISSED]
    assert not facts_of(outcomes, PositionOpened) and not facts_of(outcomes, EntryRefused)


def test_a_break_on_the_side_without_a_leg_invalidates_the_setup() -> None:
    outcomes = a_desk(a_setup(sides=(Side.SHORT,))).handle(a_tick(103, after(1)))
    assert [fact.status for fact in facts_of(outcomes, SetupResolved)] == [SetupStatus.INVALIDATED]


@pytest.mark.parametrize("verdict", [v for v in Verdict if v is not Verdict.OK])
def test_a_verdict_other_than_ok_is_the_refusal_of_a_triggered_setup(verdict: Verdict) -> None:
    outcomes = a_desk(with_verdict(a_setup(), verdict)).handle(a_tick(103, after(1)))
    assert [fact.status for fact in facts_of(outcomes, SetupResolved)] == [SetupStatus.TRIGGERED]
    assert [fact.code.value for fact in facts_of(outcomes, EntryRefused)] == [verdict.value]


def test_longer_timeframes_trigger_first_and_the_others_find_the_position_open() -> None:
    desk = a_desk(a_setup(), a_setup(timeframe=H4), a_setup(timeframe=H1))
    outcomes = desk.handle(a_tick(103, after(1)))
    opened = facts_of(outcomes, PositionOpened)
    assert [fact.position.timeframe for fact in opened] == [H4]
    assert [fact.code for fact in facts_of(outcomes, EntryRefused)] == [Refusal.POSITION_OPEN] * 2
    assert [fact.setup_id.split("|")[1] for fact in facts_of(outcomes, SetupResolved)] == ["4h", "1h", "15m"]


def test_a_symbol_closed_on_a_tick_takes_no_entry_on_it() -> None:
    desk = a_desk(a_setup(), a_setup(high=104, low="98.5", timeframe=H1))
    assert facts_of(desk.handle(a_tick("102.1", after(1))), PositionOpened)
    outcomes = desk.handle(a_tick("98.4", after(2)))
    assert len(desk.state.account.trades) == 1
    assert [fact.code for fact in facts_of(outcomes, EntryRefused)] == [Refusal.POSITION_OPEN]


def test_a_symbol_the_venue_no_longer_lists_takes_no_entry() -> None:
    desk = a_desk(a_setup())
    desk.handle(SymbolUnlisted("BTC", "delisted", after(0)))
    outcomes = desk.handle(a_tick(103, after(1)))
    assert [fact.code for fact in facts_of(outcomes, EntryRefused)] == [Refusal.MAINTENANCE]


def test_an_old_price_opens_nothing() -> None:
    outcomes = a_desk(a_setup()).handle(a_tick(103, after(1), age_s=10.1))
    assert [fact.code for fact in facts_of(outcomes, EntryRefused)] == [Refusal.STALE_PRICE]


def test_nothing_is_entered_in_the_friday_maintenance_but_setups_resolve() -> None:
    friday = datetime(2026, 1, 9, 22, 30, tzinfo=UTC)
    desk = a_desk(a_setup(bar_end=friday), at=friday)
    outcomes = desk.handle(a_tick(103, after(1, friday)))
    assert [fact.code for fact in facts_of(outcomes, EntryRefused)] == [Refusal.MAINTENANCE]


def test_an_inside_week_vetoes_before_continuity_is_asked() -> None:
    policy = a_policy(filters=replace(OPEN_FILTERS, veto=True, min_continuity=4))
    outcomes = a_desk(a_setup(), policy=policy).handle(a_tick(103, after(1)))
    assert [fact.code for fact in facts_of(outcomes, EntryRefused)] == [Refusal.VETO_1W]


def test_the_own_timeframe_never_vetoes() -> None:
    policy = a_policy(filters=replace(OPEN_FILTERS, veto=True))
    setup = a_setup(timeframe=W1, bar_end=W1.start_of(TUESDAY))
    assert facts_of(a_desk(setup, policy=policy).handle(a_tick(103, after(1))), PositionOpened)


def test_too_little_continuity_is_refused_with_its_numbers() -> None:
    policy = a_policy(filters=FilterPolicy(veto=False))
    outcomes = a_desk(a_setup(), policy=policy).handle(a_tick(103, after(1)))
    refused = facts_of(outcomes, EntryRefused)
    assert [(fact.code, fact.numbers) for fact in refused] == [
        (Refusal.LOW_CONTINUITY, (("continuity", "0"), ("least", "2")))
    ]


def test_a_stop_too_near_needs_more_leverage_than_allowed_and_is_skipped_not_shrunk() -> None:
    setup = a_setup(high=102, low="101.9", targets=(110, 90))
    outcomes = a_desk(setup, price="101.95").handle(a_tick("102.01", after(1)))
    assert [fact.code for fact in facts_of(outcomes, EntryRefused)] == [Refusal.LEVERAGE]


def test_the_products_own_cap_counts_too() -> None:
    desk = a_desk(a_setup(high=100, low=99, targets=(110, 90)), price="99.5")
    desk.handle(InstrumentListed(an_instrument(max_leverage=Decimal("1.5")), after(0)))
    outcomes = desk.handle(a_tick("100.1", after(1)))
    assert [fact.code for fact in facts_of(outcomes, EntryRefused)] == [Refusal.LEVERAGE]


def test_the_size_is_floored_to_the_products_increment() -> None:
    desk = a_desk(a_setup())
    desk.handle(InstrumentListed(an_instrument(size_increment=Decimal("0.5"), min_size=Decimal("0.5")), after(0)))
    opened = facts_of(desk.handle(a_tick("102.2", after(1))), PositionOpened)
    # 20 USD over a distance of 3.2 is 6.25: six whole units and no half more.
    assert [fact.position.size for fact in opened] == [Decimal("6.0")]


def test_a_size_below_one_contract_is_min_size() -> None:
    desk = a_desk(a_setup())
    desk.handle(InstrumentListed(an_instrument(size_increment=Decimal(10), min_size=Decimal(10)), after(0)))
    outcomes = desk.handle(a_tick("102.2", after(1)))
    assert [fact.code for fact in facts_of(outcomes, EntryRefused)] == [Refusal.MIN_SIZE]


def test_margin_reserved_by_one_symbol_is_missing_for_the_next() -> None:
    policy = a_policy(symbols=("BTC", "ETH"), risk=RiskPolicy(risk_pct=Decimal("0.09")))
    desk = a_desk(a_setup(low="100.5"), a_setup(low="100.5", symbol="ETH"), policy=policy, price=101)
    assert facts_of(desk.handle(a_tick("102.1", after(1))), PositionOpened)
    desk.handle(InstrumentListed(an_instrument("ETH", intraday_cap=Decimal(6)), after(1)))
    outcomes = desk.handle(a_tick("102.1", after(2), "ETH"))
    assert [fact.code for fact in facts_of(outcomes, EntryRefused)] == [Refusal.MARGIN]


def test_a_stop_behind_the_liquidation_price_takes_the_swing_margin() -> None:
    desk = a_desk(a_setup(high=102, low=95, targets=(130, 80)))
    position = facts_of(desk.handle(a_tick("102.1", after(1))), PositionOpened)[0].position
    # At 10x liquidation is 5 % away at 96.995, before the stop at 95; at 4x it is 20 % away.
    assert (position.tier, position.margin_leverage) == (Tier.SWING, Decimal(4))
    assert position.liquidation == Decimal("81.680")


def test_a_stop_behind_even_the_swing_liquidation_is_refused() -> None:
    desk = a_desk(a_setup(high=102, low=75, targets=(180, 40)))
    outcomes = desk.handle(a_tick("102.1", after(1)))
    assert [fact.code for fact in facts_of(outcomes, EntryRefused)] == [Refusal.LIQUIDATION_FIRST]


def test_entries_from_the_deadline_on_are_swing() -> None:
    deadline = datetime(2026, 1, 6, 20, 55, tzinfo=UTC)
    desk = a_desk(a_setup(bar_end=deadline), at=deadline)
    position = facts_of(desk.handle(a_tick("102.1", after(0, deadline))), PositionOpened)[0].position
    assert (position.tier, position.margin_leverage) == (Tier.SWING, Decimal(4))


def test_a_missing_bar_between_setup_and_break_is_a_maintenance_gap_on_15m() -> None:
    desk = a_desk(a_setup())
    outcomes = desk.handle(a_tick(103, after(1900)))
    resolved = facts_of(outcomes, SetupResolved)
    assert [fact.status for fact in resolved] == [SetupStatus.TRIGGERED]
    assert [fact.code for fact in facts_of(outcomes, EntryRefused)] == [Refusal.MAINTENANCE_GAP]


def test_a_resolved_setup_is_never_armed_again_by_a_rescan() -> None:
    desk = a_desk(a_setup())
    desk.handle(a_tick("102.1", after(1)))
    desk.handle(a_tick("98.9", after(2)))
    desk.handle(a_scan(a_setup(), at=after(3)))
    assert desk.state.book.pending("BTC") == ()
    assert not facts_of(desk.handle(a_tick(103, after(4))), PositionOpened)
