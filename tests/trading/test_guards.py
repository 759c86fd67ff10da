"""Halts and guards: they stop entries, never exits, and say when they let go."""

from datetime import timedelta
from decimal import Decimal

from core.domain.calendar import next_new_york_midnight
from core.domain.commands import HaltEntries, RearmGuard, ResumeEntries
from core.domain.events import TimePassed
from core.domain.facts import EntryRefused, PositionClosed, PositionOpened
from core.domain.guards import Guard, GuardPolicy, HaltSource
from core.domain.oversight import GuardRearmed, GuardTripped
from core.domain.sizing import Refusal
from core.domain.timeframes import H1
from core.trading.desk import Desk
from tests.builders import TUESDAY, a_desk, a_policy, a_setup, a_tick, after, facts_of


def stopped_out(policy: GuardPolicy) -> Desk:
    """A desk that has lost 2 % on the first setup, with a second one still pending."""
    desk = a_desk(a_setup(), a_setup(high=104, low=90, targets=(130, 70), timeframe=H1), policy=a_policy(guards=policy))
    assert facts_of(desk.handle(a_tick("102.1", after(1))), PositionOpened)
    assert facts_of(desk.handle(a_tick("98.9", after(2))), PositionClosed)
    desk.handle(TimePassed(after(3)))
    return desk


def code_of(desk: Desk) -> list[Refusal]:
    """What the second setup's break is refused with."""
    return [fact.code for fact in facts_of(desk.handle(a_tick("104.1", after(10))), EntryRefused)]


def test_no_guard_stops_anything_by_default() -> None:
    assert code_of(stopped_out(GuardPolicy())) == []


def test_a_daily_loss_stops_entries_until_new_york_midnight() -> None:
    desk = stopped_out(GuardPolicy(daily_loss_pct=Decimal(2)))
    assert code_of(desk) == [Refusal.DAILY_LOSS]
    midnight = next_new_york_midnight(TUESDAY)
    assert not facts_of(desk.handle(TimePassed(midnight - timedelta(seconds=1))), GuardRearmed)
    assert [f.guard for f in facts_of(desk.handle(TimePassed(midnight)), GuardRearmed)] == [Guard.DAILY_LOSS]
    assert not facts_of(desk.handle(TimePassed(midnight + timedelta(seconds=1))), GuardTripped)


def test_a_drawdown_waits_for_a_hand_and_counts_from_there() -> None:
    desk = stopped_out(GuardPolicy(drawdown_pct=Decimal(2)))
    assert not facts_of(desk.handle(TimePassed(after(86_400 * 2))), GuardRearmed)
    assert facts_of(desk.handle(RearmGuard(Guard.DRAWDOWN, after(86_400 * 2))), GuardRearmed)
    assert not facts_of(desk.handle(TimePassed(after(86_400 * 2 + 1))), GuardTripped)


def test_the_streak_the_cool_down_and_the_clock_each_refuse_by_name() -> None:
    assert code_of(stopped_out(GuardPolicy(losing_streak=1))) == [Refusal.LOSING_STREAK]
    assert code_of(stopped_out(GuardPolicy(losing_streak=2))) == []
    assert code_of(stopped_out(GuardPolicy(cool_down_s=60))) == [Refusal.COOL_DOWN]
    assert code_of(stopped_out(GuardPolicy(cool_down_s=8))) == []
    desk = a_desk(a_setup(), policy=a_policy(guards=GuardPolicy(clock_skew_s=Decimal(2))))
    desk.handle(TimePassed(after(1), clock_skew_s=-2.5))
    assert [f.code for f in facts_of(desk.handle(a_tick(103, after(2))), EntryRefused)] == [Refusal.CLOCK_SKEW]


def test_exposure_counts_the_entry_that_asks() -> None:
    desk = a_desk(a_setup(), policy=a_policy(guards=GuardPolicy(exposure=Decimal("0.5"))))
    assert [f.code for f in facts_of(desk.handle(a_tick("102.1", after(1))), EntryRefused)] == [Refusal.EXPOSURE]


def test_a_halt_refuses_entries_lets_exits_go_on_and_ends_by_its_own_source() -> None:
    desk = a_desk(a_setup(), a_setup(high=104, low="98.5", targets=(130, 70), timeframe=H1))
    desk.handle(a_tick("102.1", after(1)))
    desk.handle(HaltEntries("", HaltSource.HAND, after(2)))
    assert desk.handle(ResumeEntries("", HaltSource.FILE, after(3))) == ()
    assert facts_of(desk.handle(a_tick("98.9", after(4))), PositionClosed)
    assert code_of(desk) == [Refusal.HALTED]


def test_a_paused_symbol_alone_is_paused() -> None:
    desk = a_desk(a_setup(), a_setup(symbol="ETH"), policy=a_policy(symbols=("BTC", "ETH")))
    desk.handle(HaltEntries("BTC", HaltSource.HAND, after(1)))
    assert [f.code for f in facts_of(desk.handle(a_tick(103, after(2))), EntryRefused)] == [Refusal.PAUSED]
    assert facts_of(desk.handle(a_tick(103, after(3), "ETH")), PositionOpened)
