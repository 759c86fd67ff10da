"""What the candles of an outage decide: exits stop first, setups resolved, nothing entered late."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.domain.bars import Bar
from core.domain.calendar import MaintenanceWindow
from core.domain.events import Gap, OutageBegan, OutageJudged, Outcome
from core.domain.facts import FundingPaid, MarketSeen, PositionClosed, PositionOpened, PositionRetiered, SetupResolved
from core.domain.positions import ExitReason, FillTag
from core.domain.signals import SetupStatus
from core.domain.timeframes import M1, M15
from core.trading.desk import Desk
from tests.builders import a_bar, a_desk, a_setup, a_tick, after, facts_of

LOST = after(600)


def minute(number: int, opened: object, high: object, low: object, close: object) -> Bar:
    """A 1m candle `number` minutes after the feed was lost."""
    return a_bar(LOST + timedelta(minutes=number), opened, high, low, close)


def judged(desk: Desk, *bars: Bar, since: datetime = LOST) -> tuple[Outcome, ...]:
    """Lose the feed, then judge these candles."""
    desk.handle(OutageBegan("BTC", since, after(611)))
    until = bars[-1].start + M1.span
    return desk.handle(OutageJudged((Gap("BTC", M1, bars, since, until),), until))


def holding() -> Desk:
    """A long position from 102.1 with stop 99 and target 110, entered a second after the setup bar closed."""
    desk = a_desk(a_setup())
    assert facts_of(desk.handle(a_tick("102.1", after(1))), PositionOpened)
    return desk


def test_a_candle_that_holds_stop_and_target_is_a_stop() -> None:
    trade = facts_of(judged(holding(), minute(0, 100, 111, 98, 100)), PositionClosed)[0].trade
    assert (trade.reason, trade.exit.price, trade.exit.tag) == (ExitReason.STOP, Decimal(99), FillTag.RECONSTRUCTED)


def test_a_gap_beyond_the_stop_fills_at_the_open() -> None:
    trade = facts_of(judged(holding(), minute(0, 98, 98, 97, 97)), PositionClosed)[0].trade
    assert (trade.reason, trade.exit.price) == (ExitReason.STOP, Decimal(98))


def test_a_target_is_a_limit_and_fills_at_its_price() -> None:
    trade = facts_of(judged(holding(), minute(0, 111, 112, 110, 111)), PositionClosed)[0].trade
    assert (trade.reason, trade.exit.price) == (ExitReason.TARGET, Decimal(110))


def test_a_candle_older_than_the_entry_can_only_stop_it() -> None:
    desk = a_desk(a_setup())
    desk.handle(a_tick("102.1", after(630)))
    before = a_bar(LOST, 105, 111, 101, 105)
    assert not facts_of(judged(desk, before, since=after(640)), PositionClosed)


def test_extremes_that_ticks_showed_before_the_outage_are_not_judged_again() -> None:
    desk = a_desk(a_setup(low="99.5"))
    for price, seconds in (("99.6", 0), ("102.1", 5), ("101.5", 10)):
        desk.handle(a_tick(price, after(seconds)))
    partly_seen = a_bar(after(0), 100, "102.1", "99.5", "101.6")
    assert facts_of(judged(desk, partly_seen, since=after(10)), PositionClosed)
    desk = a_desk(a_setup(low="99.5"))
    for price, seconds in (("99.5", 0), ("102.1", 5), ("101.5", 10)):
        desk.handle(a_tick(price, after(seconds)))
    assert not facts_of(judged(desk, partly_seen, since=after(10)), PositionClosed)


@pytest.mark.parametrize(("number", "left"), [(4, False), (5, True)])
def test_the_minimum_hold_of_a_target_counts_from_the_start_of_the_entrys_candle(number: int, left: bool) -> None:
    desk = a_desk(a_setup())
    assert facts_of(desk.handle(a_tick("102.1", after(620))), PositionOpened)
    ends = facts_of(judged(desk, minute(number, 103, 111, 103, 103), since=after(621)), PositionClosed)
    assert [fact.trade.reason for fact in ends] == [ExitReason.TARGET] * left


WEEK = timedelta(days=7)
SPRING = datetime(2026, 3, 8, 6, 45, tzinfo=UTC)
"""Before New York's clock goes from 02:00 to 03:00, on a Sunday."""
AUTUMN = datetime(2026, 11, 1, 5, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "deadline"),
    [(SPRING, datetime(2026, 3, 8, 20, 0, tzinfo=UTC)), (AUTUMN, datetime(2026, 11, 1, 21, 0, tzinfo=UTC))],
)
def test_a_week_over_a_dst_night_and_fridays_maintenance_is_funded_and_retiered_once(
    start: datetime, deadline: datetime
) -> None:
    desk = a_desk(a_setup(bar_end=start), at=start)
    assert facts_of(desk.handle(a_tick("102.1", after(1, start))), PositionOpened)
    closed = MaintenanceWindow()
    starts = (start + number * M15.span for number in range(7 * 96))
    bars = tuple(a_bar(at, 103, 104, 102, 103) for at in starts if not closed.contains(at))
    assert len(bars) == 7 * 96 - 4
    until = start + WEEK
    desk.handle(OutageBegan("BTC", after(2, start), until))
    outcomes = desk.handle(OutageJudged((Gap("BTC", M15, bars, after(2, start), until),), until))
    assert [fact.at for fact in facts_of(outcomes, PositionRetiered)] == [deadline]
    instants = [fact.instant for fact in facts_of(outcomes, FundingPaid)]
    assert len(instants) == len(set(instants)) == 21
    assert {instant.hour for instant in instants} == {0, 8, 16}


def test_setups_broken_meanwhile_are_historical_and_never_entered_late() -> None:
    desk = a_desk(a_setup())
    outcomes = judged(desk, minute(0, 100, 101, 100, 101), minute(1, 101, 105, 101, 104))
    assert [fact.status for fact in facts_of(outcomes, SetupResolved)] == [SetupStatus.HISTORICAL_TRIGGERED_LONG]
    assert not facts_of(desk.handle(a_tick(104, after(800))), PositionOpened)


def test_setups_broken_on_both_sides_of_one_candle_are_invalidated() -> None:
    outcomes = judged(a_desk(a_setup()), minute(0, 100, 103, 98, 100))
    assert [fact.status for fact in facts_of(outcomes, SetupResolved)] == [SetupStatus.INVALIDATED_OUTSIDE]


def test_triggers_wait_until_the_candles_are_judged() -> None:
    desk = a_desk(a_setup())
    desk.handle(OutageBegan("BTC", LOST, after(611)))
    assert not facts_of(desk.handle(a_tick(103, after(700), late=True)), SetupResolved)
    assert desk.snapshot().quotes[0].suspended


def test_funding_of_the_gap_is_paid_at_the_close_of_its_candle() -> None:
    desk = holding()
    bars = [minute(number, 103, 104, 102, 103) for number in range(55)]
    paid = facts_of(judged(desk, *bars), FundingPaid)
    assert [(fact.instant.hour, fact.mark) for fact in paid] == [(16, Decimal(103))]


def test_the_ledger_learns_how_far_the_market_was_judged() -> None:
    seen = facts_of(judged(holding(), minute(0, 103, 104, 102, 103)), MarketSeen)
    assert [fact.at for fact in seen] == [LOST + timedelta(minutes=1)]
