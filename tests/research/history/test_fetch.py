"""Candles of a venue into the history: piece by piece, closed bars only, and on from where a kill left it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.bars import Bar, bad_bar
from core.domain.errors import FeedError, HistoryError
from core.domain.timeframes import D1, M15, Timeframe
from core.research.history.auditing import overview
from core.research.history.fetching import PIECE, Fetch, Step, fetch, series_of
from core.research.history.store import History

NAME = series_of("btc-usd", M15)
NOW = datetime(2026, 3, 1, 12, 7, tzinfo=UTC)
EVER = (0, 2**40)


def bar_at(start: datetime) -> Bar:
    """The one candle that begins then; its numbers tell the time."""
    low = Decimal(int(start.timestamp()) // 60) / 100
    return Bar(start, low + 1, low + 2, low, low + Decimal("1.5"), Decimal("0.25"))


@dataclass
class Market:
    """A venue with a candle every quarter hour since it was listed, that writes down what it was asked."""

    listed: datetime = datetime(2026, 1, 10, tzinfo=UTC)
    is_loopback: bool = False
    fails_after: int = 10**9
    twist: Callable[[Bar], Bar | None] = lambda bar: bar
    asked: list[tuple[Timeframe, datetime, datetime]] = field(default_factory=list)

    def candles(self, product_id: str, timeframe: Timeframe, start: datetime, end: datetime) -> tuple[Bar, ...]:
        """What is there, the forming bar included."""
        assert product_id == NAME.symbol
        if len(self.asked) >= self.fails_after:
            raise FeedError("the venue hangs")
        self.asked.append((timeframe, start, end))
        at, found = max(start, timeframe.start_of(self.listed)), []
        while at <= min(end, NOW):
            bar = self.twist(bar_at(at))
            found += [bar] if bar is not None else []
            at += timeframe.span
        return tuple(found)


def fetched(folder: Path, market: Market, since: datetime, now: datetime = NOW) -> tuple[Fetch, list[Step]]:
    """One run of a fetch, and its steps."""
    steps: list[Step] = []
    history = History(folder)
    with history.writing():
        return fetch(history, market, NAME, since, now, steps.append), steps


JANUARY = datetime(2026, 1, 20, tzinfo=UTC)


def closed_since(since: datetime) -> int:
    """Quarter hours that have closed since then."""
    return int((NOW - since) / M15.span)


def test_every_closed_bar_comes_once_and_the_forming_one_never(tmp_path: Path) -> None:
    done, steps = fetched(tmp_path, Market(), JANUARY)
    rows = History(tmp_path).rows(NAME, *EVER)
    assert (done.new, done.bad) == (closed_since(JANUARY), 0)
    assert rows.start.tolist() == list(range(int(JANUARY.timestamp()), int(NOW.timestamp()) // 900 * 900, 900))
    assert rows.values[2, 0] == rows.start[0] // 60 * 10 ** (rows.digits - 2)
    assert (steps[-1].done_s, sum(step.bars for step in steps)) == (steps[-1].whole_s, done.new)
    assert {step.month for step in steps} == {"2026-01", "2026-02", "2026-03"}


def test_no_piece_is_longer_than_two_pages_or_crosses_a_month(tmp_path: Path) -> None:
    market = Market()
    fetched(tmp_path, market, JANUARY)
    pieces = [(start, end) for timeframe, start, end in market.asked if timeframe == M15]
    assert all((end - start) / M15.span < PIECE and start.month == end.month for start, end in pieces)


@pytest.mark.parametrize("calls", [1, 2, 3, 5])
def test_after_a_failure_the_same_call_goes_on_where_it_ended(tmp_path: Path, calls: int) -> None:
    with pytest.raises(FeedError):
        fetched(tmp_path, Market(fails_after=calls), JANUARY)
    stored = len(History(tmp_path).rows(NAME, *EVER))
    market = Market()
    done, _ = fetched(tmp_path, market, JANUARY)
    assert done.new == closed_since(JANUARY) - stored
    asked = [start for timeframe, start, _ in market.asked if timeframe == M15]
    assert min(asked) == JANUARY + stored * M15.span


def test_what_is_stored_is_not_asked_for_again_only_what_has_closed_since(tmp_path: Path) -> None:
    fetched(tmp_path, Market(), JANUARY, NOW - timedelta(hours=1))
    market = Market()
    done, _ = fetched(tmp_path, market, JANUARY)
    assert done.new == 4
    assert [start for timeframe, start, _ in market.asked if timeframe == M15] == [NOW.replace(hour=11, minute=0)]


def test_years_before_a_listing_are_passed_over_by_daily_candles(tmp_path: Path) -> None:
    market = Market()
    done, _ = fetched(tmp_path, market, datetime(2016, 1, 1, tzinfo=UTC))
    assert done.new == closed_since(market.listed)
    assert [timeframe for timeframe, _, _ in market.asked].count(D1) == 1
    assert len(market.asked) < 12


def test_a_bar_the_venue_lacks_is_a_hole_that_is_not_asked_for_again(tmp_path: Path) -> None:
    absent = JANUARY + 5 * M15.span
    market = Market(twist=lambda bar: None if bar.start == absent else bar)
    fetched(tmp_path, market, JANUARY)
    hole = overview(History(tmp_path), NAME).holes
    assert [(each.since_s, each.bars, each.asked) for each in hole] == [(int(absent.timestamp()), 1, True)]
    assert fetched(tmp_path, market, JANUARY)[0].new == 0


def test_a_candle_that_cannot_be_is_counted_left_out_and_asked_for_again(tmp_path: Path) -> None:
    broken = JANUARY + 5 * M15.span
    done, _ = fetched(tmp_path, Market(twist=lambda bar: bad_bar(bar.start) if bar.start == broken else bar), JANUARY)
    assert (done.bad, done.new) == (1, closed_since(JANUARY) - 1)
    assert not overview(History(tmp_path), NAME).holes[0].asked
    assert fetched(tmp_path, Market(), JANUARY)[0].new == 1


def test_the_newest_bars_are_asked_for_again_where_the_venue_was_late(tmp_path: Path) -> None:
    late = NOW.replace(hour=10, minute=0)
    fetched(tmp_path, Market(twist=lambda bar: bar if bar.start < late else None), JANUARY)
    assert fetched(tmp_path, Market(), JANUARY)[0].new == 8


def test_other_numbers_than_stored_are_refused_and_nothing_is_changed(tmp_path: Path) -> None:
    fetched(tmp_path, Market(), JANUARY)
    _forget(tmp_path)
    kept = History(tmp_path).rows(NAME, *EVER)
    other = Market(twist=lambda bar: replace(bar, open=bar.open + Decimal("0.01")))
    with pytest.raises(HistoryError, match="the venue says other numbers for 600 stored bars of BTC-USD 15m"):
        fetched(tmp_path, other, JANUARY)
    assert (History(tmp_path).rows(NAME, *EVER).values == kept.values).all()


def _forget(folder: Path) -> None:
    """Take from the history what it knows of having asked."""
    history = History(folder)
    rows = history.rows(NAME, *EVER)
    for file in history.parts(NAME):
        file.path.unlink()
    with history.writing():
        history.keep(NAME, rows)


def test_candles_of_an_exchange_on_this_machine_never_mix_with_the_venues(tmp_path: Path) -> None:
    fetched(tmp_path, Market(), JANUARY)
    with pytest.raises(HistoryError, match="stored from the venue, and this would be from this machine"):
        fetched(tmp_path, Market(is_loopback=True), JANUARY)


@given(st.lists(st.integers(0, 30 * 96), min_size=1, max_size=6))
def test_however_often_it_is_cut_short_every_bar_is_there_in_the_end(
    tmp_path_factory: pytest.TempPathFactory, begins: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    for begin in begins:
        since = NOW.replace(minute=0) - begin * M15.span
        with pytest.raises(FeedError):
            fetched(folder, Market(fails_after=1), since)
            raise FeedError("was short enough to end")
    since = NOW.replace(minute=0) - max(begins) * M15.span
    fetched(folder, Market(), since)
    start = History(folder).rows(NAME, int(since.timestamp()), 2**40).start
    assert len(start) == closed_since(since)
    assert (np.diff(start) == 900).all()
