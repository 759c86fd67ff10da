from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.candle_rows import BAD, DUPLICATE, OFF_GRID, UNREADABLE, bars_of
from core.domain.timeframes import D1, M15, W1

T0 = 1_775_260_800  # 2026-04-04T00:00Z


def _row(step: int, **changes: object) -> dict[str, object]:
    return {
        "start": str(T0 + step * 900),
        "open": "10",
        "high": "12",
        "low": "9",
        "close": "11",
        "volume": "3",
    } | changes


def test_rows_come_newest_first_and_leave_sorted() -> None:
    found = bars_of([_row(2), _row(1), _row(0)], M15)
    assert [bar.start.minute for bar in found.bars] == [0, 15, 30]
    assert found.bars[0].start == datetime(2026, 4, 4, tzinfo=UTC)
    assert found.bars[0].close == Decimal(11)
    assert found.faults == {}
    assert not any(bar.gap_before for bar in found.bars)


def test_an_absent_bucket_is_a_gap_and_is_not_filled() -> None:
    found = bars_of([_row(0), _row(3)], M15)
    assert [bar.gap_before for bar in found.bars] == [False, True]


def test_of_two_rows_with_one_start_the_later_wins_and_is_counted() -> None:
    found = bars_of([_row(0), _row(0, close="12")], M15)
    assert [bar.close for bar in found.bars] == [Decimal(12)]
    assert found.faults == {DUPLICATE: 1}


@pytest.mark.parametrize(
    "changes",
    [
        {"high": "NaN"},
        {"low": "0"},
        {"high": "8"},
        {"low": "10.5"},
        {"open": "13"},
        {"close": "8"},
        {"open": None},
        {"high": 12},
        {"volume": "-1"},
        {"volume": None},
        {"close": "1e1"},
        {"low": "-9"},
    ],
    ids=str,
)
def test_a_row_that_is_no_candle_stays_as_a_hole(changes: dict[str, object]) -> None:
    found = bars_of([_row(0), _row(1, **changes), _row(2)], M15)
    assert [bar.good for bar in found.bars] == [True, False, True]
    assert not found.bars[1].complete
    assert found.faults == {BAD: 1}


def test_a_row_off_the_grid_is_dropped() -> None:
    assert bars_of([_row(0, start=str(T0 + 60))], M15).faults == {OFF_GRID: 1}
    assert bars_of([_row(0)], W1).faults == {OFF_GRID: 1}
    assert len(bars_of([_row(0)], D1).bars) == 1


def test_rows_of_no_shape_are_counted() -> None:
    found = bars_of([None, [], "x", {}, {"start": "soon"}, {"start": "9" * 5000}], M15)
    assert found.bars == ()
    assert found.faults == {UNREADABLE: 6}


@given(st.lists(st.tuples(st.integers(0, 20), st.sampled_from(["12", "NaN", "", None, "11"])), max_size=40))
def test_bars_are_sorted_unique_on_the_grid_and_every_row_is_accounted_for(rows: list[tuple[int, object]]) -> None:
    found = bars_of([_row(step, high=high) for step, high in rows], M15)
    starts = [bar.start for bar in found.bars]
    assert starts == sorted(set(starts))
    assert len(starts) + found.faults.get(DUPLICATE, 0) == len(rows)
    for before, bar in zip(found.bars, found.bars[1:], strict=False):
        assert bar.gap_before == (bar.start - before.start > timedelta(minutes=15))
