"""Scans into the book: once for ever, reconciled with what ticks did meanwhile, aged by bars."""

from core.domain.commands import GiveVerdict, MarkReviewed
from core.domain.events import FoundSetup, InstrumentListed, SeriesLoaded
from core.domain.facts import EntryRefused, PositionOpened, SetupFound, SetupResolved
from core.domain.oversight import ItemReviewed
from core.domain.review import ReviewVerdict
from core.domain.signals import SetupStatus
from core.domain.sizing import Refusal
from core.domain.timeframes import M15
from tests.builders import TUESDAY, a_desk, a_scan, a_setup, a_tick, after, an_instrument, bars_of, facts_of


def test_the_same_setup_found_again_is_the_same_setup() -> None:
    desk = a_desk(a_setup())
    assert not facts_of(desk.handle(a_scan(a_setup(), at=after(60))), SetupFound)
    assert len(desk.snapshot().setups) == 1


def test_a_setup_broken_while_the_scanner_looked_is_historical() -> None:
    desk = a_desk()
    desk.handle(a_tick(103, after(1)))
    found = facts_of(desk.handle(a_scan(a_setup(), at=after(2))), SetupFound)
    assert [fact.status for fact in found] == [SetupStatus.HISTORICAL_TRIGGERED_LONG]
    assert not facts_of(desk.handle(a_tick(104, after(3))), PositionOpened)


def test_a_pending_setup_the_closed_candles_show_broken_is_resolved_by_them() -> None:
    desk = a_desk(a_setup())
    delivered = bars_of(M15, TUESDAY - 2 * M15.span, (150, 70), (102, 99), (101, 98))
    resolved = facts_of(desk.handle(SeriesLoaded("BTC", M15, delivered, after(901))), SetupResolved)
    assert [fact.status for fact in resolved] == [SetupStatus.HISTORICAL_TRIGGERED_SHORT]


def test_a_forming_candle_ahead_of_the_ticks_leaves_the_trigger_to_the_ticks() -> None:
    desk = a_desk(a_setup())
    ahead = bars_of(M15, TUESDAY - 2 * M15.span, (150, 70), (102, 99), (103, 100))
    assert not facts_of(desk.handle(SeriesLoaded("BTC", M15, ahead, after(60))), SetupResolved)
    found = FoundSetup(a_setup(), SetupStatus.HISTORICAL_TRIGGERED_LONG)
    assert not facts_of(desk.handle(a_scan(found, at=after(60))), SetupResolved)
    assert facts_of(desk.handle(a_tick("102.1", after(61))), PositionOpened)


def test_a_break_comes_before_an_expiry() -> None:
    desk = a_desk(a_setup())
    delivered = bars_of(M15, TUESDAY - 2 * M15.span, (150, 70), (102, 99), (105, 100), (104, 101), (103, 101))
    resolved = facts_of(desk.handle(SeriesLoaded("BTC", M15, delivered, after(2701))), SetupResolved)
    assert [fact.status for fact in resolved] == [SetupStatus.HISTORICAL_TRIGGERED_LONG]


def test_setups_of_a_listing_that_was_replaced_are_invalidated() -> None:
    desk = a_desk(a_setup())
    other = an_instrument(product_id="BIP-20DEC30-CDE")
    resolved = facts_of(desk.handle(InstrumentListed(other, after(60))), SetupResolved)
    assert [fact.status for fact in resolved] == [SetupStatus.INVALIDATED]


def test_a_setup_survives_two_more_inside_bars_and_expires_with_the_third() -> None:
    desk = a_desk(a_setup())
    for bar in (1, 2):
        outcomes = desk.handle(a_tick(100, after(bar * 900)))
        assert not facts_of(outcomes, SetupResolved)
    resolved = facts_of(desk.handle(a_tick(100, after(2700))), SetupResolved)
    assert [fact.status for fact in resolved] == [SetupStatus.EXPIRED]


def test_delivered_candles_replace_rolled_ones_and_resolved_setups_stay_resolved() -> None:
    desk = a_desk(a_setup())
    desk.handle(a_tick("102.1", after(5)))
    delivered = bars_of(M15, TUESDAY - 2 * M15.span, (150, 70), (102, 99), (101, 100))
    desk.handle(SeriesLoaded("BTC", M15, delivered, after(901)))
    assert desk.snapshot().setups[0].status is SetupStatus.TRIGGERED


def test_a_setup_rejected_by_hand_stays_pending_and_is_never_entered() -> None:
    desk = a_desk(a_setup())
    desk.handle(GiveVerdict(a_setup().id, ReviewVerdict.REJECTED, after(1)))
    view = desk.snapshot().setups[0]
    assert (view.pending, view.armed) == (True, False)
    outcomes = desk.handle(a_tick(103, after(2)))
    assert [fact.status for fact in facts_of(outcomes, SetupResolved)] == [SetupStatus.TRIGGERED]
    assert [fact.code for fact in facts_of(outcomes, EntryRefused)] == [Refusal.REJECTED]
    assert not facts_of(outcomes, PositionOpened)


def test_a_review_is_a_fact_and_can_be_taken_back() -> None:
    desk = a_desk(a_setup())
    marks = [facts_of(desk.handle(MarkReviewed(a_setup().id, after(i))), ItemReviewed)[0].reviewed for i in (1, 2)]
    assert marks == [True, False]


def test_an_unknown_signal_takes_no_verdict() -> None:
    verdict = GiveVerdict("BTC|15m|2D-2U|nowhere", ReviewVerdict.REJECTED, after(1))
    assert a_desk().handle(verdict) == ()
