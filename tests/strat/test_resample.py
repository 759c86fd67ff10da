"""Bars rolled into longer ones: buckets, holes, completeness."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.bars import Bar, bad_bar, classify
from core.domain.timeframes import D1, H1, H4, M1, M15, W1, Timeframe
from core.strat.candle_file import read_candles
from core.strat.resample import last_known_time, resample
from tests.strat.bars_data import START, bars_from

LATER = START + timedelta(days=60)


def quarters(count: int, start: datetime = START) -> list[Bar]:
    return list(bars_from([(101 + i % 3, 99 - i % 2) for i in range(count)], M15, start))


def test_order_of_delivery_does_not_matter_and_the_later_of_two_rows_wins() -> None:
    bars = quarters(8)
    newer = replace(bars[2], high=Decimal(500))
    rolled = resample([*reversed(bars), newer], M15, H1, LATER)
    assert rolled == resample([*bars[:2], newer, *bars[3:]], M15, H1, LATER)
    assert rolled[0].high == 500
    assert rolled[0].children == 4


def test_a_partial_first_bucket_is_dropped() -> None:
    assert [bar.start for bar in resample(quarters(8)[1:], M15, H1, LATER)] == [START + H1.span]
    assert resample(quarters(3)[1:], M15, H1, LATER) == ()


def test_a_bucket_still_open_is_the_last_row_and_not_complete() -> None:
    rolled = resample(quarters(6), M15, H1, START + timedelta(minutes=90))
    assert [bar.complete for bar in rolled] == [True, False]


def test_an_empty_bucket_is_absent_and_the_next_row_says_so() -> None:
    bars = quarters(12)
    rolled = resample(bars[:4] + bars[8:], M15, H1, LATER)
    assert [bar.start for bar in rolled] == [START, START + 2 * H1.span]
    assert [bar.gap_before for bar in rolled] == [False, True]


def test_a_missing_child_makes_an_hour_incomplete() -> None:
    bars = quarters(4)
    rolled = resample(bars[:2] + bars[3:], M15, H1, LATER)
    assert (rolled[0].children, rolled[0].complete) == (3, False)


def test_a_bad_child_is_a_hole_in_its_bucket() -> None:
    bars = quarters(8)
    bars[1] = bad_bar(bars[1].start)
    rolled = resample(bars, M15, H1, LATER)
    assert rolled[0].good
    assert (rolled[0].children, rolled[0].complete) == (3, False)


def test_a_bucket_of_nothing_but_bad_children_stays_as_a_bad_bar() -> None:
    bars = quarters(12)
    bars[4:8] = [bad_bar(bar.start) for bar in bars[4:8]]
    rolled = resample(bars, M15, H1, LATER)
    assert [bar.good for bar in rolled] == [True, False, True]
    assert (rolled[1].children, rolled[1].complete) == (0, False)
    assert not rolled[2].gap_before


@pytest.mark.parametrize(("missing", "complete"), [(0, True), (4, True), (5, False)])
def test_a_day_is_complete_with_ninety_five_percent_of_its_children(missing: int, complete: bool) -> None:
    bars = quarters(96)
    assert resample(bars[: 96 - missing], M15, D1, LATER)[0].complete is complete


def test_children_missing_in_the_maintenance_window_count_as_there() -> None:
    friday = datetime(2026, 3, 6, tzinfo=UTC)
    bars = [bar for bar in quarters(96, friday) if bar.start.hour != 22]
    assert resample(bars, M15, H4, LATER)[5].complete
    assert resample(bars, M15, D1, LATER)[0].complete
    thinner = [bar for bar in bars if bar.start.hour != 3]
    assert resample(thinner, M15, D1, LATER)[0].complete
    assert not resample([bar for bar in thinner if bar.start.hour != 4], M15, D1, LATER)[0].complete


def test_weeks_begin_on_monday_and_four_hours_at_midnight_utc() -> None:
    bars = bars_from([(101, 99)] * (24 * 14), H1, START)
    assert {bar.start.weekday() for bar in resample(bars, H1, W1, LATER)} == {0}
    assert {bar.start.hour for bar in resample(bars, H1, H4, LATER)} == {0, 4, 8, 12, 16, 20}


def test_the_same_timeframe_only_sorts_and_flags() -> None:
    bars = quarters(4)
    assert resample([bars[3], bars[0], bars[1]], M15, M15, LATER) == (
        bars[0],
        bars[1],
        replace(bars[3], gap_before=True),
    )


def test_an_odd_multiple_is_refused() -> None:
    with pytest.raises(ValueError, match="20m cannot be rolled into 45m"):
        resample([], Timeframe(20), Timeframe(45), LATER)


def test_nothing_rolls_into_nothing() -> None:
    assert resample([], M15, H1, LATER) == ()


@given(st.sets(st.integers(0, 200), min_size=1), st.sampled_from([5, 15, 45, 60, 240]))
def test_rolled_bars_hold_exactly_their_children(minutes: set[int], size: int) -> None:
    bars = [bars_from([(100 + m % 7, 90 - m % 5)], M1, START + m * M1.span)[0] for m in sorted(minutes)]
    to = Timeframe(size)
    rolled = resample(bars, M1, to, LATER)
    kept = [bar for bar in bars if bar.start >= (rolled[0].start if rolled else LATER)]
    assert sum(bar.children for bar in rolled) == len(kept)
    assert sum((bar.volume for bar in rolled), Decimal(0)) == len(kept)
    for bar in rolled:
        inside = [each for each in kept if bar.start <= each.start < bar.start + to.span]
        assert (bar.open, bar.close) == (inside[0].open, inside[-1].close)
        assert (bar.high, bar.low) == (max(each.high for each in inside), min(each.low for each in inside))
        assert bar.complete == (len(inside) == size)


@given(st.sets(st.integers(0, 95), min_size=1))
def test_rolling_in_two_steps_is_rolling_in_one(rows: set[int]) -> None:
    bars = [bar for i, bar in enumerate(quarters(96)) if i in rows | {0}]
    direct = resample(bars, M15, H4, LATER)
    stepwise = resample(resample(bars, M15, H1, LATER), H1, H4, LATER)
    levels = [(bar.start, bar.open, bar.high, bar.low, bar.close, bar.volume) for bar in direct]
    # A first hour without its first quarter is dropped in the first step, so only whole histories compare.
    assert [(b.start, b.open, b.high, b.low, b.close, b.volume) for b in stepwise] == levels


def test_a_year_and_a_half_of_quarters_is_classed_and_rolled(data_dir: Path) -> None:
    file = read_candles(data_dir / "candles" / "COINBASE_BTC-USD_15m.csv.gz")
    bars = file.bars
    kinds = Counter(classify(a, b).text for a, b in zip((None, *bars), bars, strict=False))
    assert kinds == {"1": 8016, "2U": 20280, "2D": 20207, "3": 5351, "?": 1}
    assert sum(bar.gap_before for bar in bars) == 3
    assert (file.timeframe, file.rows, file.problems) == (M15, 53_855, ())
    now = last_known_time(bars, M15)
    assert now is not None
    rolled = {timeframe: resample(bars, M15, timeframe, now) for timeframe in (H1, H4, D1, W1)}
    assert {str(timeframe): len(each) for timeframe, each in rolled.items()} == {
        "1h": 13_466,
        "4h": 3_366,
        "1d": 561,
        "1w": 80,
    }
    assert rolled[W1][0].start == datetime(2024, 4, 22, tzinfo=UTC)
    assert not rolled[W1][-1].complete


def test_native_hours_agree_with_hours_rolled_from_quarters(data_dir: Path) -> None:
    quarter = read_candles(data_dir / "candles" / "COINBASE_SOL-USD_15m.csv.gz").bars[:4_000]
    native = {b.start: b for b in read_candles(data_dir / "candles" / "COINBASE_SOL-USD_1h.csv.gz").bars}
    rolled = [bar for bar in resample(quarter, M15, H1, quarter[-1].start) if bar.complete]
    assert len(rolled) > 900
    same = [native[bar.start].high == bar.high and native[bar.start].low == bar.low for bar in rolled]
    assert sum(same) >= 0.99 * len(same)
