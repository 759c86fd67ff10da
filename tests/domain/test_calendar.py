"""New York's clock over daylight saving, deadlines and maintenance."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.calendar import NEW_YORK, MaintenanceWindow, TierWindow, new_york_midnight
from core.domain.timeframes import D1, H1, H4, M15, W1

INSTANTS = st.integers(1_704_067_200, 1_830_297_600).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
"""Any second of 2024 to 2027."""
WINDOW = TierWindow()
FRIDAYS = MaintenanceWindow()


@given(INSTANTS)
def test_the_next_deadline_is_within_a_day_and_shows_1555_in_new_york(at: datetime) -> None:
    deadline = WINDOW.next_deadline(at)
    assert at < deadline <= at + timedelta(hours=25)
    assert deadline.astimezone(NEW_YORK).strftime("%H:%M") == "15:55"


@given(INSTANTS)
def test_the_intraday_tier_is_closed_for_two_hours_of_every_day(at: datetime) -> None:
    assert WINDOW.is_intraday(at) is (WINDOW.seconds_to_close(at) > 0)
    if not WINDOW.is_intraday(at):
        assert WINDOW.next_change(at) - at <= timedelta(hours=2)


@given(INSTANTS)
def test_an_entry_is_never_intraday_when_the_clock_is_swing(at: datetime) -> None:
    assert WINDOW.is_intraday(at) or not WINDOW.is_intraday_for_entry(at)


@given(INSTANTS)
def test_maintenance_begins_on_a_friday_within_eight_days(at: datetime) -> None:
    begins = FRIDAYS.next_start(at)
    assert at < begins <= at + timedelta(days=7, hours=1)
    assert FRIDAYS.contains(begins) and not FRIDAYS.contains(begins + timedelta(hours=1))


@pytest.mark.parametrize(("timeframe", "flagged"), [(M15, True), (H1, True), (H4, False), (D1, False), (W1, False)])
def test_only_bars_of_an_hour_or_less_can_lie_in_the_maintenance(timeframe: object, flagged: bool) -> None:
    frame = next(each for each in (M15, H1, H4, D1, W1) if each == timeframe)
    start = frame.start_of(datetime(2026, 1, 9, 22, 0, tzinfo=UTC))
    assert FRIDAYS.flags_gap(start, frame) is flagged


def test_the_spring_night_shortens_the_intraday_window_by_an_hour() -> None:
    assert WINDOW.seconds_to_close(datetime(2026, 3, 7, 23, tzinfo=UTC)) == 21 * 3600
    assert WINDOW.seconds_to_close(datetime(2026, 10, 31, 22, tzinfo=UTC)) == 23 * 3600


@given(INSTANTS)
def test_new_yorks_midnight_is_at_most_a_day_back(at: datetime) -> None:
    midnight = new_york_midnight(at)
    assert midnight <= at < midnight + timedelta(hours=25)
    assert midnight.astimezone(NEW_YORK).strftime("%H:%M") == "00:00"
