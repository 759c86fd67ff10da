"""Candles of a listing: what is fetched, what counts as delivered, what is rolled."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.calendar import MaintenanceWindow
from core.domain.errors import FeedError
from core.domain.timeframes import D1, H1, H4, M1, M15, W1
from core.session.candles import Candles
from tests.builders import TUESDAY
from tests.fakes import ManualClock, ScriptedVenue

HALF_PAST = TUESDAY + timedelta(minutes=30)


def loaded() -> tuple[Candles, ScriptedVenue, ManualClock]:
    """Everything up to half past the hour."""
    clock = ManualClock(HALF_PAST + timedelta(seconds=5))
    venue = ScriptedVenue(clock)
    candles = Candles("BTC-PERP-INTX", MaintenanceWindow())
    candles.load(venue, clock.now())
    return candles, venue, clock


def test_only_native_timeframes_are_asked_for_and_4h_and_1w_are_rolled() -> None:
    candles, venue, clock = loaded()
    assert {timeframe for timeframe, _, _ in venue.asked} == {M15, H1, D1}
    assert set(candles.series(clock.now())) == {M15, H1, H4, D1, W1}


def test_the_last_bar_of_every_series_is_the_forming_one() -> None:
    candles, _, clock = loaded()
    for timeframe, bars in candles.series(clock.now()).items():
        assert bars[-1].start == timeframe.start_of(clock.now())
        assert not bars[-1].complete and bars[-2].complete


def test_a_refresh_asks_only_for_what_has_closed_since() -> None:
    candles, venue, clock = loaded()
    venue.asked.clear()
    candles.refresh(venue, clock.now())
    assert venue.asked == []
    clock.move(900)
    candles.refresh(venue, clock.now())
    assert [timeframe for timeframe, _, _ in venue.asked] == [M15]


def test_a_bar_last_seen_while_it_formed_is_left_out_once_its_time_is_over() -> None:
    candles, _, clock = loaded()
    clock.move(1800)
    series = candles.series(clock.now())
    assert series[M15][-1].start == HALF_PAST - M15.span
    assert series[H1][-1].start == TUESDAY - H1.span
    assert candles.overdue(clock.now()) == (M15, H1)


def test_a_short_outage_is_asked_for_in_minutes_and_a_long_one_in_quarters() -> None:
    candles, venue, clock = loaded()
    now = clock.now()
    assert candles.outage(venue, now - timedelta(minutes=5), now)[0] == M1
    assert candles.outage(venue, now - timedelta(days=3), now)[0] == M15


def test_an_outage_without_a_single_candle_is_not_known() -> None:
    candles, venue, clock = loaded()
    now = clock.now()
    venue.missing = {HALF_PAST - minute * M1.span for minute in range(6)}
    with pytest.raises(FeedError, match="no candles of the outage"):
        candles.outage(venue, now - timedelta(minutes=5), now)


def test_history_is_kept_to_a_bound() -> None:
    candles, venue, clock = loaded()
    for _ in range(3):
        clock.move(86_400)
        candles.load(venue, clock.now())
    assert len(candles.native[M15]) == 400


def test_the_same_bars_are_given_until_something_is_delivered_or_the_quarter_is_over() -> None:
    candles, venue, clock = loaded()
    first = candles.series(clock.now())
    clock.move(60)
    assert all(bars is first[timeframe] for timeframe, bars in candles.series(clock.now()).items())
    clock.move(840)
    later = candles.series(clock.now())
    assert later[M15] != first[M15]
    candles.refresh(venue, clock.now())
    assert candles.series(clock.now())[M15][-2].start == HALF_PAST


def test_a_bar_that_is_delivered_or_rolled_again_is_the_same_object() -> None:
    candles, venue, clock = loaded()
    first = candles.series(clock.now())
    clock.move(900)
    candles.load(venue, clock.now())
    later = candles.series(clock.now())
    for timeframe, bars in first.items():
        ids = {id(bar) for bar in later[timeframe]}
        assert all(id(bar) in ids for bar in bars[2:-1])


def test_a_bar_that_the_venue_has_corrected_is_the_new_one() -> None:
    candles, _, clock = loaded()
    bar = candles.series(clock.now())[H1][-10]
    corrected = candles.native[H1][bar.start] = replace(bar, high=Decimal(200_000))
    clock.move(900)
    later = candles.series(clock.now())
    assert corrected in later[H1] and bar not in later[H1]
    assert max(rolled.high for rolled in later[H4]) == corrected.high


def test_a_bar_whose_children_are_not_all_there_is_not_complete() -> None:
    candles, venue, clock = loaded()
    hour = TUESDAY - 2 * H1.span
    del candles.native[M15][hour + M15.span]
    candles.load(venue, clock.now())
    complete = {bar.start: bar.complete for bar in candles.series(clock.now())[H1]}
    assert not complete[hour]
    assert complete[hour - H1.span] and complete[hour + H1.span]
    assert complete[H1.start_of(min(candles.native[M15])) - H1.span]
