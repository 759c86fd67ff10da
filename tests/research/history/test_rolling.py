"""Candles of a timeframe the venue has not: the desk's own roll of its own ones, whole bars only."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.bars import Bar, bad_bar
from core.domain.calendar import MaintenanceWindow
from core.domain.errors import FeedError
from core.domain.timeframes import D1, H1, H4, M1, Timeframe
from core.research.history.auditing import overview
from core.research.history.fetching import PIECE, Fetch, fetch, series_of
from core.research.history.rolling import RolledCandles
from core.research.history.store import History
from core.strat.resample import resample
from tests.research.history.test_fetch import EVER, bar_at

WINDOW = MaintenanceWindow()
LISTED = datetime(2026, 1, 10, 5, tzinfo=UTC)
NOW = datetime(2026, 2, 20, 13, 7, tzinfo=UTC)
LATE_NIGHT = Timeframe(180)


@dataclass
class Natives:
    """A venue that has nothing but its own timeframes, from a listing on, without some and with bad ones."""

    absent: Collection[datetime] = ()
    bad: Collection[datetime] = ()
    fails_after: int = 10**9
    is_loopback: bool = False
    asked: list[tuple[Timeframe, datetime, datetime]] = field(default_factory=list)

    def candles(self, product_id: str, timeframe: Timeframe, start: datetime, end: datetime) -> tuple[Bar, ...]:
        """What is there; the forming bar is told too."""
        assert timeframe in (M1, H1, D1)
        if len(self.asked) >= self.fails_after:
            raise FeedError("the venue hangs")
        self.asked.append((timeframe, start, end))
        at, found = max(start, timeframe.start_of(LISTED)), []
        while at <= min(end, NOW):
            if at not in self.absent:
                found.append(bad_bar(at) if at in self.bad else bar_at(at))
            at += timeframe.span
        return tuple(found)


def fetched(folder: Path, venue: Natives, timeframe: Timeframe, native: Timeframe, since: datetime = LISTED) -> Fetch:
    """One run of a fetch."""
    history = History(folder)
    with history.writing():
        name = series_of("BTC-USD", timeframe)
        return fetch(history, RolledCandles(venue, timeframe, native, WINDOW), name, since, NOW, lambda step: None)


def starts(folder: Path, timeframe: Timeframe) -> list[datetime]:
    """When the stored bars begin."""
    rows = History(folder).rows(series_of("BTC-USD", timeframe), *EVER)
    return [datetime.fromtimestamp(at, UTC) for at in rows.start.tolist()]


def whole(children: Natives, timeframe: Timeframe, native: Timeframe) -> tuple[Bar, ...]:
    """The whole bars of all children at once, as the desk rolls them."""
    there = children.candles("BTC-USD", native, LISTED, NOW)
    return tuple(bar for bar in resample(there, native, timeframe, NOW, WINDOW) if bar.complete)


@pytest.mark.parametrize(
    ("timeframe", "native", "since"), [(H4, H1, LISTED), (Timeframe(3), M1, NOW - timedelta(days=2))]
)
def test_stored_are_the_whole_bars_of_the_desks_own_roll(
    tmp_path: Path, timeframe: Timeframe, native: Timeframe, since: datetime
) -> None:
    fetched(tmp_path, Natives(), timeframe, native, since)
    rows = History(tmp_path).rows(series_of("BTC-USD", timeframe), *EVER)
    expected = [bar for bar in whole(Natives(), timeframe, native) if bar.start >= since]
    assert starts(tmp_path, timeframe) == [bar.start for bar in expected]
    for column, name in enumerate(("open", "high", "low", "close")):
        assert rows.values[column].tolist() == [int(getattr(bar, name).scaleb(rows.digits)) for bar in expected]
    assert rows.volume.tolist() == [float(bar.volume) for bar in expected]


def test_a_day_without_its_first_hour_is_whole_also_where_a_fetch_begins_with_it(tmp_path: Path) -> None:
    day = Timeframe(1500)
    begin = day.end_of(LISTED)
    fetched(tmp_path, Natives({begin}), day, H1, begin)
    assert starts(tmp_path, day)[0] == begin
    assert starts(tmp_path, day) == [bar.start for bar in whole(Natives({begin}), day, H1)]


@settings(max_examples=12)
@given(st.sets(st.integers(0, 20 * 24), max_size=30), st.sampled_from([H4, LATE_NIGHT, Timeframe(1500)]))
def test_a_bar_that_is_not_whole_is_a_hole_wherever_the_pieces_are_cut(
    tmp_path_factory: pytest.TempPathFactory, hours: set[int], timeframe: Timeframe
) -> None:
    folder = tmp_path_factory.mktemp("holes")
    absent = {LISTED + hour * H1.span for hour in hours}
    for since in (NOW - timedelta(days=30), NOW - timedelta(days=37), LISTED):
        fetched(folder, Natives(absent), timeframe, H1, since)
    assert starts(folder, timeframe) == [bar.start for bar in whole(Natives(absent), timeframe, H1)]


def test_a_child_missing_in_the_maintenance_counts_as_there(tmp_path: Path) -> None:
    friday = datetime(2026, 1, 16, 22, tzinfo=UTC)
    fetched(tmp_path, Natives({friday, friday + timedelta(days=1)}), H4, H1)
    found = starts(tmp_path, H4)
    assert friday - timedelta(hours=2) in found
    assert friday + timedelta(hours=22) not in found


def test_a_bar_with_a_bad_child_is_asked_for_again_and_one_with_an_absent_child_is_not(tmp_path: Path) -> None:
    first = datetime(2026, 1, 12, tzinfo=UTC)
    venue = Natives(absent={first + timedelta(hours=9)}, bad={first + timedelta(hours=1)})
    assert fetched(tmp_path, venue, H4, H1).bad == 1
    holes = overview(History(tmp_path), series_of("BTC-USD", H4)).holes
    assert [hole.asked for hole in holes] == [False, True]
    assert fetched(tmp_path, Natives(), H4, H1).new == 1
    assert [hole.asked for hole in overview(History(tmp_path), series_of("BTC-USD", H4)).holes] == [True]


def test_no_question_is_for_more_than_the_venue_tells_without_a_gap(tmp_path: Path) -> None:
    venue = Natives()
    fetched(tmp_path, venue, Timeframe(3), M1, NOW - timedelta(days=4))
    pieces = [(start, end) for timeframe, start, end in venue.asked if timeframe == M1]
    assert all((end - start) / M1.span < PIECE for start, end in pieces)
    assert len(pieces) > 5


@pytest.mark.parametrize("calls", [1, 3, 5])
def test_after_a_failure_the_same_call_goes_on(tmp_path: Path, calls: int) -> None:
    since = NOW.replace(day=18)
    with pytest.raises(FeedError):
        fetched(tmp_path, Natives(fails_after=calls), Timeframe(3), M1, since)
    before = starts(tmp_path, Timeframe(3))
    fetched(tmp_path, Natives(), Timeframe(3), M1, since)
    found = starts(tmp_path, Timeframe(3))
    assert found[: len(before)] == before
    assert found == [bar.start for bar in whole(Natives(), Timeframe(3), M1) if bar.start >= since]
