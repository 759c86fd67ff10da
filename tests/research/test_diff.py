"""A recorded session beside itself in bar mode: every difference has a cause, and a cause is never guessed."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from core.domain.errors import RecordingError
from core.domain.events import PolicyChanged, ScanDone, SeriesLoaded
from core.domain.positions import ExitReason
from core.domain.taped import DeskBegan, DeskEnded, Taped
from core.domain.timeframes import M15
from core.research.diff.compare import Comparison, Difference, compare
from core.research.diff.course import Course, Held
from core.research.diff.entries import on_entry
from core.research.diff.evidence import Cause, Evidence
from core.research.diff.exits import on_exit
from core.research.diff.rerun import Known, known_of
from tests.builders import TUESDAY, a_policy, a_scan, after
from tests.fakes import ListTape
from tests.research.recorded_model import LOOSE, SPAN, Deaf, Leaving, Refusing, Wrong, compared
from tests.session.lives import lived
from tests.session.model_run import ModelRun

WEATHERS = [Refusing, Leaving, Deaf, Wrong]


def causes(found: Comparison) -> Counter[Cause]:
    """How often each was shown."""
    return Counter(reason.cause for each in found.differences for reason in each.reasons)


def unexplained(found: Comparison) -> list[str]:
    return [f"{each.id}: {reason.text}" for each in found.differences for reason in each.reasons
            if reason.cause is Cause.UNEXPLAINED]  # fmt: skip


@pytest.mark.parametrize(("weather", "seed"), [(ModelRun, 3), (ModelRun, 7), *((each, 7) for each in WEATHERS)])
def test_every_difference_of_a_session_on_the_embedded_exchange_has_a_cause(weather: type[ModelRun], seed: int) -> None:
    found = compared(weather, seed)
    assert unexplained(found) == []
    assert found.live + found.bars > 5
    assert found.differences


def test_trades_are_counted_once_and_every_one_of_them() -> None:
    found = compared(ModelRun, 3)
    both = sum(1 for each in found.differences if each.live and each.bars)
    alone = [each for each in found.differences if not (each.live and each.bars)]
    assert found.live + found.bars == 2 * (found.same + both) + len(alone)


@pytest.mark.parametrize(
    ("weather", "cause"),
    [(Refusing, Cause.PERSON), (Leaving, Cause.PERSON), (Deaf, Cause.OUTAGE), (Wrong, Cause.CANDLE)],
)
def test_what_was_done_to_a_session_is_found_again(weather: type[ModelRun], cause: Cause) -> None:
    assert causes(compared(ModelRun, 7))[cause] == 0
    assert causes(compared(weather, 7))[cause] > 0


def test_what_one_bar_broke_on_both_sides_stands_beside_what_the_second_result_made_of_it() -> None:
    both = [each for each in compared(ModelRun, 7).differences if each.is_of_both_sides]
    assert both
    for each in both:
        assert each.live
        assert each.bars is None
        assert each.second
        assert each.second.position.setup_id == each.live.position.setup_id
    others = [each for each in compared(ModelRun, 7).differences if not each.is_of_both_sides]
    assert all(each.second is None for each in others)


def test_in_a_session_that_somebody_closed_each_trade_by_hand_no_exit_has_another_cause() -> None:
    for each in compared(Leaving, 7).differences:
        if each.live and each.bars:
            assert Cause.PERSON in {reason.cause for reason in each.reasons}


def test_rules_that_changed_reach_both_and_make_no_difference() -> None:
    run = ModelRun(LOOSE, 3)
    run.run(timedelta(hours=5))
    tape = run.tape
    middle = next(number for number, entry in enumerate(tape.kept) if entry.at > run.start + timedelta(hours=3))
    dear = replace(LOOSE, risk=replace(LOOSE.risk, risk_pct=Decimal("0.01")))
    tape.kept.insert(middle, PolicyChanged(dear, "half the risk", tape.kept[middle].at))
    found = compare(tape)
    assert unexplained(found) == []
    later = [each for each in found.differences if each.made.position.entry.at > tape.kept[middle].at]
    assert later
    for each in later:
        risked = {held.position.risk_usd / held.position.entry_balance for held in (each.live, each.bars) if held}
        assert risked == {Decimal("0.01")}


@pytest.fixture
def pair() -> tuple[Evidence, Difference]:
    """A trade that both made, and nothing to explain by."""
    both = (each for each in compared(ModelRun, 3).differences if each.live and each.bars and each.bars.closed)
    found = next(each for each in both if each.live and each.live.closed)
    assert found.live
    assert found.bars
    course = Course()
    course.take((found.live.opened,))
    known = Known(switch=TUESDAY, until=TUESDAY + timedelta(days=3650))
    return Evidence(course, course, {}, known), found


def test_an_exit_that_nothing_speaks_for_is_not_explained(pair: tuple[Evidence, Difference]) -> None:
    seen, found = pair
    assert found.live
    assert found.live.closed
    other = _exited(found.live, ExitReason.STOP, found.live.position.plan.stop - 1)
    told = on_exit(seen, found.live, other)
    assert [reason.cause for reason in told] == [Cause.UNEXPLAINED]
    assert "in bar mode" in told[0].text


def test_a_size_that_does_not_follow_from_risk_and_balance_is_not_explained(pair: tuple[Evidence, Difference]) -> None:
    seen, found = pair
    assert found.live
    odd = replace(found.live.opened, position=replace(found.live.position, size=found.live.position.size * 2))
    assert [reason.cause for reason in on_entry(seen, found.live, Held(odd, found.live.closed))] == [Cause.UNEXPLAINED]


def test_two_that_are_alike_need_no_reason(pair: tuple[Evidence, Difference]) -> None:
    seen, found = pair
    assert found.live
    assert on_entry(seen, found.live, found.live) == []
    assert on_exit(seen, found.live, found.live) == []


def _exited(held: Held, reason: ExitReason, price: Decimal) -> Held:
    assert held.closed
    trade = replace(held.closed.trade, reason=reason, exit=replace(held.closed.trade.exit, price=price))
    return Held(held.opened, replace(held.closed, trade=trade, numbers=(("price", str(price)),)), held.funding)


def test_a_recording_without_a_whole_bar_cannot_be_compared() -> None:
    tape = ListTape()
    tape.kept = [DeskBegan(a_policy(), 0, TUESDAY), a_scan(at=after(5))]
    with pytest.raises(RecordingError, match="holds no whole 15m bar after its first scan: record for half an hour"):
        compare(tape)


def test_a_recording_in_which_the_ledger_was_put_back_is_no_one_session() -> None:
    life = lived([("word", 0, 1), ("stop", 0, 1), ("word", 0, 1), ("stop", 0, 1), ("word", 0, 1), ("back", 0, 1)])
    with pytest.raises(RecordingError, match="it is no one session; give --record another file from there on"):
        compare(life.tape)


def test_a_ledger_put_back_after_a_desk_had_ended_is_told_from_a_kill() -> None:
    life = lived([("word", 0, 1), ("word", 0, 1)])
    life.tape.take(DeskEnded(life.at))
    life.put_back(1)
    with pytest.raises(RecordingError, match="it is no one session"):
        compare(life.tape)
    killed = lived([("word", 0, 1), ("word", 0, 1), ("kill", 1, 1), ("stop", 0, 1)])
    with pytest.raises(RecordingError, match="no whole 15m bar"):
        compare(killed.tape)


def test_a_session_that_ended_amid_a_delivery_is_compared_up_to_where_all_have_candles() -> None:
    run = ModelRun(LOOSE, 3)
    run.run(timedelta(hours=5))
    until = known_of(run.tape).until
    assert until is not None
    torn = ListTape()
    torn.kept = [entry for entry in run.tape.kept if not _is_late(entry, until)]
    assert len(torn.kept) < len(run.tape.kept)
    found = compare(torn)
    assert found.until == until - timedelta(minutes=15)
    assert unexplained(found) == []


def _is_late(entry: Taped, until: datetime) -> bool:
    """Is it the last delivery of another symbol's 15m candles than the first one's?"""
    return isinstance(entry, SeriesLoaded) and entry.timeframe == M15 and entry.symbol != "BTC" and entry.at >= until


def test_the_span_begins_at_the_first_close_after_the_first_scan_and_ends_with_the_last_candle() -> None:
    run = ModelRun(LOOSE, 3)
    run.run(SPAN)
    found = compared(ModelRun, 3)
    scans = [entry.at for entry in run.tape.kept if isinstance(entry, ScanDone)]
    assert found.since == scans[0] + timedelta(minutes=15)
    assert found.until == scans[-1].replace(second=0)
