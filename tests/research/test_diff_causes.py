"""Each cause of a difference by a case made for it, and the same case without what shows it."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest

from core.domain.bars import Bar
from core.domain.continuity import Stood
from core.domain.facts import EntryRefused, Numbers, OutageEnded, SetupResolved, StopMoved
from core.domain.patterns import Side
from core.domain.positions import ExitReason, FillTag
from core.domain.signals import SetupStatus
from core.domain.sizing import Refusal
from core.research.diff.course import Held
from core.research.diff.entries import on_entry
from core.research.diff.evidence import Cause, Evidence, Reason
from core.research.diff.exits import on_exit
from core.research.diff.fates import on_one
from tests.builders import TUESDAY, after
from tests.research.two_courses import SETUP, STOP, TARGET, candle, evidence, held

QUIET = candle(0, 100, "103", "99.5", 103)
AFTER = after(900)


def cause(found: list[Reason]) -> Cause:
    """The one cause that was found."""
    (reason,) = found
    return reason.cause


def exit_cause(live: Held, bars: Held, seen: Evidence) -> Cause:
    return cause(on_exit(seen, live, bars))


# -- entries of both


@pytest.mark.parametrize(
    ("first", "fill", "expected"),
    [
        (candle(0, 100, 104, 99.5, 103), "102.1", Cause.FILL_AT_LEVEL),
        (candle(0, "102.6", 104, 99.5, 103), "102.6", Cause.FILL_AT_LEVEL),
        (candle(0, 100, 104, 99.5, 103), "102.3", Cause.UNEXPLAINED),
    ],
)
def test_a_fill_of_bar_mode_is_one_increment_beyond_or_at_the_open(
    first: tuple[datetime, Bar], fill: str, expected: Cause
) -> None:
    live, bars = held("102.4"), held(fill, TUESDAY)
    assert cause(on_entry(evidence(live, bars, [first]), live, bars)) is expected


def test_a_tick_that_broke_what_the_candle_did_not_is_a_matter_of_the_candle() -> None:
    live, bars = held("102.4"), held("102.1", AFTER)
    flat = [candle(0, 100, 102, 99.5, 101), candle(1, 101, 103, 100, 103)]
    assert cause(on_entry(evidence(live, bars, flat), live, bars)) is Cause.CANDLE
    broken = [candle(0, 100, 103, 99.5, 101), flat[1]]
    assert cause(on_entry(evidence(live, bars, broken), live, bars)) is Cause.UNEXPLAINED


def test_a_setup_that_was_found_after_its_break_is_entered_later() -> None:
    live, bars = held("102.4", after(1000)), held("102.1", TUESDAY)
    seen = evidence(live, bars, [QUIET], [(3, "102.2"), (60, 101)], armed=after(20))
    assert cause(on_entry(seen, live, bars)) is Cause.LATE_ARMED
    heard = evidence(live, bars, [QUIET], [(3, 101), (60, "102.2")], armed=after(20))
    assert cause(on_entry(heard, live, bars)) is Cause.UNEXPLAINED


@pytest.mark.parametrize(("amount", "expected"), [("-50", Cause.ACCOUNT), ("-49.99", Cause.UNEXPLAINED)])
def test_another_balance_is_explained_by_earlier_trades_that_add_up_to_it(amount: str, expected: Cause) -> None:
    live, bars = held(), held(at=TUESDAY, balance=950)
    seen = evidence(live, bars)
    seen.bars.money.append(("another trade", Decimal(amount)))
    seen.bars.marks[bars.position.id] = 1
    assert cause(on_entry(seen, live, bars)) is expected


# -- exits of both


def test_a_stop_in_the_bar_of_the_entry_that_no_tick_touched_after_it() -> None:
    live, bars = held(), held("102.1", TUESDAY, (ExitReason.STOP, 99, TUESDAY))
    dipped = candle(0, 100, 103, 98, 103)
    assert exit_cause(live, bars, evidence(live, bars, [dipped], [(60, 98), (200, 103)])) is Cause.ENTRY_BAR_STOP
    assert exit_cause(live, bars, evidence(live, bars, [dipped], [(60, 98), (200, 98)])) is Cause.UNEXPLAINED


def test_a_bar_that_touched_stop_and_target_is_a_stop() -> None:
    live = held(left=(ExitReason.TARGET, 110, after(1000)))
    bars = held("102.1", TUESDAY, (ExitReason.STOP, 99, AFTER))
    both = [QUIET, candle(1, 103, 111, 98, 99)]
    assert exit_cause(live, bars, evidence(live, bars, both, [(1000, 110), (1500, 98)])) is Cause.STOP_FIRST
    down = [QUIET, candle(1, 103, 109, 98, 99)]
    assert exit_cause(live, bars, evidence(live, bars, down, [(1000, 110), (1500, 98)])) is Cause.UNEXPLAINED


def test_a_target_in_the_bar_of_the_entry_is_for_ticks_alone() -> None:
    live = held(left=(ExitReason.TARGET, 110, after(600)))
    bars = held("102.1", TUESDAY, (ExitReason.STOP, 99, AFTER))
    seen = evidence(live, bars, [candle(0, 100, 111, 99.5, 103), candle(1, 103, 104, 98, 99)], [(600, 110)])
    assert exit_cause(live, bars, seen) is Cause.NO_TARGET_IN_ENTRY_BAR
    later = held(left=(ExitReason.TARGET, 110, after(1000)))
    assert exit_cause(later, bars, seen) is not Cause.NO_TARGET_IN_ENTRY_BAR


@pytest.mark.parametrize(
    ("ticks", "expected"),
    [
        ([(950, 110), (1000, 104)], Cause.MIN_HOLD),
        ([(950, 109), (1000, 104)], Cause.CANDLE),
        ([(950, 110), (1500, 110)], Cause.UNEXPLAINED),
    ],
)
def test_a_target_that_was_touched_within_the_minimum_hold(ticks: list[tuple[float, object]], expected: Cause) -> None:
    live = held(at=after(890))
    bars = held("102.1", TUESDAY, (ExitReason.TARGET, 110, AFTER))
    seen = evidence(live, bars, [QUIET, candle(1, 103, 111, 102, 104)], ticks)
    assert exit_cause(live, bars, seen) is expected


def test_a_minimum_hold_that_ends_in_the_bar_leaves_at_another_price() -> None:
    live = held(at=after(890), left=(ExitReason.TARGET, 114, after(1191)))
    bars = held("102.1", TUESDAY, (ExitReason.TARGET, TARGET, AFTER))
    bar = [QUIET, candle(1, 103, 115, 102, 104)]
    assert exit_cause(live, bars, evidence(live, bars, bar, [(950, 111), (1191, 114)])) is Cause.MIN_HOLD
    assert exit_cause(live, bars, evidence(live, bars, bar, [(950, 109), (1191, 114)])) is Cause.EXIT_AT_LEVEL
    back = evidence(live, bars, bar, [(950, 111), (1190, 104), (1191, 114)])
    assert exit_cause(live, bars, back) is Cause.EXIT_AT_LEVEL


def test_an_exit_of_bars_that_is_neither_at_the_level_nor_at_the_open_is_not_explained() -> None:
    live = held(left=(ExitReason.STOP, "98.8", after(1000)))
    bar = [QUIET, candle(1, 103, 104, 98, 99)]
    for out, expected in ((STOP, Cause.EXIT_AT_LEVEL), (Decimal("98.5"), Cause.UNEXPLAINED)):
        bars = held("102.1", TUESDAY, (ExitReason.STOP, out, AFTER))
        assert exit_cause(live, bars, evidence(live, bars, bar, [(1000, "98.8")])) is expected


def test_the_deadline_is_judged_at_the_close_of_its_bar() -> None:
    live = held(left=(ExitReason.INTRADAY_DEADLINE, 104, after(1500)))
    bars = held("102.1", TUESDAY, (ExitReason.INTRADAY_DEADLINE, 105, after(1800)))
    assert exit_cause(live, bars, evidence(live, bars)) is Cause.INSTANT_AT_CLOSE
    stayed = held("102.1", TUESDAY)
    assert exit_cause(live, stayed, evidence(live, stayed)) is Cause.INSTANT_AT_CLOSE


def test_what_a_person_did_comes_before_all_else() -> None:
    bars = held("102.1", TUESDAY, (ExitReason.STOP, 99, AFTER))
    live = held(left=(ExitReason.MANUAL, 104, after(1000)))
    assert exit_cause(live, bars, evidence(live, bars)) is Cause.PERSON
    moved = held(left=(ExitReason.STOP, "102.3", after(1000)))
    seen = evidence(moved, bars)
    seen.live.stops[moved.position.id] = StopMoved(moved.position.id, Decimal("102.3"), "even", after(500))
    assert exit_cause(moved, bars, seen) is Cause.PERSON


def test_an_exit_from_candles_or_while_the_feed_was_away_is_the_outage() -> None:
    bars = held("102.1", TUESDAY, (ExitReason.STOP, 99, AFTER))
    live = held(left=(ExitReason.STOP, 98, after(2000)), tag=FillTag.RECONSTRUCTED)
    assert exit_cause(live, bars, evidence(live, bars)) is Cause.OUTAGE
    stayed = held()
    seen = evidence(stayed, bars)
    assert exit_cause(stayed, bars, seen) is Cause.UNEXPLAINED
    seen.live.outages.append(OutageEnded("BTC", after(1000), after(1200), 0, 0, after(1200)))
    assert exit_cause(stayed, bars, seen) is Cause.OUTAGE


def test_bars_have_no_rule_for_a_pattern_exit() -> None:
    live, bars = held(left=(ExitReason.PATTERN, 98, after(700))), held("102.1", TUESDAY)
    assert exit_cause(live, bars, evidence(live, bars)) is Cause.PATTERN_EXIT


# -- made by one alone

Change = Callable[[Evidence], None]


def refused(
    code: Refusal, price: object = "102.1", numbers: Numbers = (), terms: Numbers = (), bars: bool = True
) -> Change:
    """The other has refused it."""

    def change(seen: Evidence) -> None:
        course, at = (seen.bars, TUESDAY) if bars else (seen.live, after(130))
        fact = EntryRefused(SETUP.id, Side.LONG, code, Decimal(str(price)), numbers, at, terms)
        course.refused[SETUP.id] = fact

    return change


def resolved(status: SetupStatus, bars: bool = True, side: Side | None = None, standings: Stood = ()) -> Change:
    """The other has ended the setup so."""

    def change(seen: Evidence) -> None:
        course = seen.bars if bars else seen.live
        fact = SetupResolved(SETUP.id, status, side, None, 0, "because", TUESDAY, standings)
        course.resolved[SETUP.id] = fact

    return change


def stood(seen: Evidence) -> None:
    """Continuity was another in the two."""
    resolved(SetupStatus.TRIGGERED, bars=True, standings=(("1h", "1", 1),))(seen)
    resolved(SetupStatus.TRIGGERED, bars=False, standings=(("1h", "2U", 1),))(seen)


def nothing(seen: Evidence) -> None:
    """Nothing else is known."""


NUMBERS: Numbers = (("margin", "9999"), ("free", "1000"))
TERMS: Numbers = (("balance", "900"), ("tier", "INTRADAY"))
WIDE, NARROW = candle(0, 100, 103, 98, 103), candle(0, 100, 103, 99.5, 103)


@pytest.mark.parametrize(
    ("changes", "bar", "expected"),
    [
        ([resolved(SetupStatus.INVALIDATED_OUTSIDE)], WIDE, Cause.BOTH_SIDES),
        ([resolved(SetupStatus.INVALIDATED_OUTSIDE)], NARROW, Cause.UNEXPLAINED),
        ([resolved(SetupStatus.MISSED)], candle(0, 111, 112, 103, 104), Cause.OPEN_BEYOND),
        ([refused(Refusal.LOW_CONTINUITY), stood], NARROW, Cause.GATES_AT_OPEN),
        ([refused(Refusal.LOW_CONTINUITY)], NARROW, Cause.UNEXPLAINED),
        ([refused(Refusal.DAILY_LOSS)], NARROW, Cause.GUARD),
        ([refused(Refusal.POSITION_OPEN)], NARROW, Cause.UNEXPLAINED),
        ([refused(Refusal.LEVERAGE, "102.4", terms=(("tier", "INTRADAY"),))], NARROW, Cause.SIZING),
        ([refused(Refusal.LEVERAGE, terms=(("tier", "SWING"),))], NARROW, Cause.CLOCK),
        ([refused(Refusal.LEVERAGE, terms=(("tier", "INTRADAY"),))], NARROW, Cause.UNEXPLAINED),
        ([refused(Refusal.MARGIN, "99.1", NUMBERS, TERMS)], NARROW, Cause.SIZING),
        ([refused(Refusal.MARGIN, "102.1", NUMBERS, TERMS)], NARROW, Cause.UNEXPLAINED),
        ([nothing], candle(0, 100, 102, 99.5, 101), Cause.CANDLE),
        ([nothing], NARROW, Cause.UNEXPLAINED),
    ],
)
def test_why_bar_mode_did_not_make_a_live_trade(
    changes: list[Change], bar: tuple[datetime, Bar], expected: Cause
) -> None:
    live = held(terms=(("tier", "INTRADAY"),))
    seen = evidence(live, None, [bar], [(120, "102.1")])
    for change in changes:
        change(seen)
    assert cause(on_one(seen, live, None)) is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([refused(Refusal.REJECTED, bars=False)], Cause.PERSON),
        ([refused(Refusal.STALE_PRICE, bars=False)], Cause.OUTAGE),
        ([refused(Refusal.COOL_DOWN, bars=False)], Cause.GUARD),
        ([lambda seen: seen.known.undone.add(f"{SETUP.id}|LONG")], Cause.LEDGER),
        ([nothing], Cause.UNEXPLAINED),
    ],
)
def test_why_the_live_desk_did_not_make_a_trade_of_bar_mode(changes: list[Change], expected: Cause) -> None:
    bars = held("102.1", TUESDAY)
    seen = evidence(None, bars, [NARROW], [(60, "102.2")])
    for change in changes:
        change(seen)
    assert cause(on_one(seen, None, bars)) is expected


def test_no_tick_that_broke_what_the_candle_did_is_a_matter_of_the_candle() -> None:
    bars = held("102.1", TUESDAY)
    assert cause(on_one(evidence(None, bars, [NARROW], [(60, 102)]), None, bars)) is Cause.CANDLE
