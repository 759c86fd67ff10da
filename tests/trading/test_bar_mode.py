"""Bar mode (STRAT.md S13): how a closed bar resolves setups, and what an entry in it is judged on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.domain.bars import bad_bar
from core.domain.events import Outcome
from core.domain.facts import EntryRefused, PositionClosed, PositionOpened, SetupFound, SetupResolved
from core.domain.levels import FilterPolicy
from core.domain.leverage import Tier
from core.domain.patterns import Side
from core.domain.policy import FeePolicy
from core.domain.positions import ExitReason
from core.domain.signals import SetupStatus
from core.domain.sizing import Refusal
from core.domain.timeframes import M1, M15
from core.trading.desk import Desk
from tests.builders import OPEN_FILTERS, TUESDAY, a_policy, facts_of
from tests.trading.bar_desk import armed, closing, quarter

SECOND = a_policy(enter_ambiguous=True)
FRIDAY = datetime(2026, 1, 9, 22, 0, tzinfo=UTC)
"""17:00 in New York: the maintenance begins."""
NEAR_DEADLINE = datetime(2026, 1, 6, 20, 45, tzinfo=UTC)
"""15:45 in New York: the bar that begins holds the deadline."""


def statuses(outcomes: tuple[Outcome, ...]) -> list[SetupStatus]:
    """What the 15m setups of these outcomes became."""
    found = facts_of(outcomes, SetupResolved)
    return [fact.status for fact in found if fact.setup_id.split("|")[1] == "15m"]


def entry(outcomes: tuple[Outcome, ...]) -> Decimal:
    """Where the one position of these outcomes was entered."""
    (opened,) = facts_of(outcomes, PositionOpened)
    return opened.position.entry.price


def test_the_close_of_an_inside_bar_arms_the_setup_and_the_next_bar_is_the_first_to_test_it() -> None:
    desk = armed()
    assert [tracked.setup.name for tracked in desk.state.book.pending("BTC")] == ["2U-1-?"]
    opened = facts_of(closing(desk, quarter(0, 100, "102.5", 100, 102)), PositionOpened)
    assert [fact.at for fact in opened] == [TUESDAY]


@pytest.mark.parametrize(
    ("bar", "fill"),
    [
        ((100, 103, 100, 102), "102.1"),
        ((103, 104, 102, 103), "103"),
        ((100, "102.05", 100, 102), "102.05"),
        ((100, 101, 98, 99), "98.9"),
        ((97, 98, 96, 97), "97"),
        ((100, 101, "98.95", 99), "98.95"),
    ],
)
def test_a_break_fills_an_increment_beyond_the_level_or_at_the_open_within_the_bar(
    bar: tuple[object, object, object, object], fill: str
) -> None:
    assert entry(closing(armed(), quarter(0, *bar))) == Decimal(fill)


def test_touching_a_level_is_no_break() -> None:
    assert not statuses(closing(armed(), quarter(0, 100, 102, 99, 100)))


def test_a_fill_at_or_past_the_target_is_missed_before_slippage_is_added() -> None:
    assert statuses(closing(armed(), quarter(0, 110, 111, 109, 110))) == [SetupStatus.MISSED]
    slipping = a_policy(fees=FeePolicy(intx=Decimal(0), slippage_bp=Decimal(50)))
    assert entry(closing(armed(slipping), quarter(0, "109.9", 111, 109, 110))) == Decimal("109.9") * Decimal("1.005")


def test_both_sides_broken_from_within_are_not_entered_but_counted() -> None:
    desk = armed()
    outcomes = closing(desk, quarter(0, 100, 103, 98, 100))
    assert statuses(outcomes) == [SetupStatus.INVALIDATED_OUTSIDE]
    assert not facts_of(outcomes, PositionOpened) and not facts_of(outcomes, EntryRefused)
    assert (desk.state.ambiguous.total, desk.state.ambiguous.open_beyond) == (1, 0)


@pytest.mark.parametrize(("opened", "side"), [("100.6", Side.LONG), ("100.5", Side.LONG), ("100.4", Side.SHORT)])
def test_the_second_result_enters_them_on_the_side_nearer_to_the_open_and_their_own_bar_stops_them(
    opened: str, side: Side
) -> None:
    outcomes = closing(armed(SECOND), quarter(0, opened, 103, 98, 100))
    assert statuses(outcomes) == [SetupStatus.TRIGGERED]
    (trade,) = (fact.trade for fact in facts_of(outcomes, PositionClosed))
    assert (trade.position.side, trade.reason, trade.exit.at) == (side, ExitReason.STOP, TUESDAY)
    assert trade.exit.price == (99 if side is Side.LONG else 102)


def test_an_open_beyond_one_side_has_broken_that_side_alone() -> None:
    desk = armed()
    outcomes = closing(desk, quarter(0, 103, 104, 98, 100))
    assert statuses(outcomes) == [SetupStatus.TRIGGERED]
    assert entry(outcomes) == 103
    assert (desk.state.ambiguous.total, desk.state.ambiguous.open_beyond) == (1, 1)


def test_an_ambiguous_break_that_no_gate_would_pass_stays_outside_and_uncounted() -> None:
    strict = a_policy(filters=replace(OPEN_FILTERS, min_continuity=4), enter_ambiguous=True)
    desk = armed(strict)
    outcomes = closing(desk, quarter(0, 100, 103, 98, 100))
    assert statuses(outcomes) == [SetupStatus.INVALIDATED_OUTSIDE]
    assert not facts_of(outcomes, EntryRefused)
    assert desk.state.ambiguous.total == 0


def test_a_position_is_stopped_in_the_bar_of_its_entry_but_never_takes_its_target_there() -> None:
    stopped = closing(armed(), quarter(0, 103, 104, 99, 100))
    assert [fact.trade.exit.price for fact in facts_of(stopped, PositionClosed)] == [Decimal(99)]
    held = closing(armed(), quarter(0, 100, 112, 100, 111))
    assert facts_of(held, PositionOpened) and not facts_of(held, PositionClosed)


def test_a_symbol_closed_in_a_bar_takes_no_entry_in_it() -> None:
    desk = armed()
    closing(desk, quarter(0, 100, "102.5", 100, 102))
    closing(desk, quarter(1, 102, "106.5", 101, 104))
    closing(desk, quarter(2, 104, "104.5", "103.5", 104))
    outcomes = closing(desk, quarter(3, 104, 111, 104, 110))
    assert [fact.trade.reason for fact in facts_of(outcomes, PositionClosed)] == [ExitReason.TARGET]
    refused = [fact for fact in facts_of(outcomes, EntryRefused) if "|15m|" in fact.setup_id]
    assert [fact.code for fact in refused] == [Refusal.POSITION_OPEN]


def test_in_the_maintenance_setups_are_armed_and_resolve_but_entries_are_refused() -> None:
    outcomes = closing(armed(start=FRIDAY), quarter(0, 100, 103, 100, 102, start=FRIDAY))
    assert statuses(outcomes) == [SetupStatus.TRIGGERED]
    assert [fact.code for fact in facts_of(outcomes, EntryRefused)] == [Refusal.MAINTENANCE]


def test_the_bar_that_holds_the_deadline_enters_with_the_swing_tier() -> None:
    at = NEAR_DEADLINE
    (opened,) = facts_of(closing(armed(start=at), quarter(0, 100, 103, 100, 102, start=at)), PositionOpened)
    assert opened.position.tier is Tier.SWING
    before = at - M15.span
    (opened,) = facts_of(closing(armed(start=before), quarter(0, 100, 103, 100, 102, start=before)), PositionOpened)
    assert opened.position.tier is Tier.INTRADAY


def test_a_minute_that_ends_at_the_deadline_still_enters_intraday() -> None:
    desk = armed(start=NEAR_DEADLINE)
    quiet = quarter(0, 100, 101, 100, 100, start=NEAR_DEADLINE)
    for minute in range(9):
        closing(desk, replace(quiet, start=NEAR_DEADLINE + minute * M1.span), timeframe=M1)
    breaking = quarter(0, 100, 103, 100, 102, start=NEAR_DEADLINE + timedelta(minutes=9))
    (opened,) = facts_of(closing(desk, breaking, timeframe=M1), PositionOpened)
    assert opened.position.tier is Tier.INTRADAY


def test_a_missing_bar_between_setup_and_break_refuses_the_entry_and_the_break_bar_is_not_counted() -> None:
    outcomes = closing(armed(), quarter(1, 100, 103, 100, 102))
    assert [fact.code for fact in facts_of(outcomes, EntryRefused)] == [Refusal.MAINTENANCE_GAP]
    assert facts_of(closing(armed(), quarter(0, 100, 103, 100, 102)), PositionOpened)


def test_a_bad_bar_ends_the_setups_that_cross_it_and_is_judged_on_nothing() -> None:
    desk = armed()
    assert statuses(closing(desk, bad_bar(TUESDAY))) == [SetupStatus.INVALID_DATA]
    holding = armed()
    closing(holding, quarter(0, 100, "102.5", 100, 102))
    assert not facts_of(closing(holding, bad_bar(TUESDAY + M15.span)), PositionClosed)
    assert holding.state.account.positions


def test_setups_age_by_the_rows_of_their_own_timeframe() -> None:
    desk = armed()
    ended = [statuses(closing(desk, quarter(number, 100, 101, 100, 100))) for number in range(3)]
    assert ended == [[], [], [SetupStatus.EXPIRED]]


@pytest.mark.parametrize("directional", [False, True])
def test_a_directional_setup_is_armed_by_a_closed_2_where_asked_for(directional: bool) -> None:
    filters = FilterPolicy(min_continuity=0, veto=False, directional_setups=directional)
    desk = Desk(a_policy(filters=filters))
    desk.start(TUESDAY)
    closing(desk, quarter(0, 86, 104, 85, 100))
    found = facts_of(closing(desk, quarter(1, 100, 110, 90, 105)), SetupFound)
    assert [fact.setup.name for fact in found] == ["2U-?"] * directional
