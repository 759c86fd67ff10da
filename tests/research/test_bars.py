"""Bars as integers: nothing is lost on the way in, and what is not a series of bars is refused."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from core.domain.bars import Bar, bad_bar
from core.domain.timeframes import M15, W1
from core.research.backtest.bars import Bars, SymbolBars, of_bars, unit_of
from tests.builders import TUESDAY, a_bar

FINE = a_bar(TUESDAY, "100.5", "101.25", "99", "100.125")


def series_of(*starts: int, high: int = 2, low: int = 1) -> SymbolBars:
    """Flat 15m rows at these epoch seconds."""
    rows = len(starts)
    columns = [np.full(rows, price, np.int64) for price in (low, high, low, high)]
    return SymbolBars("BTC", M15, Decimal(1), np.array(starts, np.int64), *columns)


def test_bars_come_back_as_they_went_in() -> None:
    hole = bad_bar(TUESDAY + M15.span)
    bars = of_bars("BTC", M15, [FINE, hole], Decimal("0.1"))
    back = bars.bar(0)
    assert (back.start, back.open, back.high, back.low, back.close) == (
        FINE.start, FINE.open, FINE.high, FINE.low, FINE.close,
    )  # fmt: skip
    assert bars.unit == Decimal("0.001")
    assert not bars.bar(1).good
    assert bars.bar(1).start == hole.start


def test_the_unit_is_exact_for_the_increment_too() -> None:
    assert of_bars("BTC", M15, [a_bar(TUESDAY, 1, 2, 1, 2)], Decimal("0.05")).unit == Decimal("0.01")


def test_the_unit_of_whole_hundreds_is_a_hundred() -> None:
    assert unit_of([Decimal(1200), Decimal(300)]) == 100


def test_a_good_range_without_a_usable_open_is_a_bad_row() -> None:
    odd = Bar(TUESDAY, Decimal("NaN"), Decimal(2), Decimal(1), Decimal(2), Decimal(0))
    assert not of_bars("BTC", M15, [odd], Decimal(1)).bar(0).good


def test_a_cut_keeps_the_bars_that_lie_in_it_whole() -> None:
    bars = series_of(0, 900, 1800, 2700)
    assert bars.between(900, 2700).start.tolist() == [900, 1800]
    assert bars.between(901, 2699).start.tolist() == []
    assert Bars((bars, series_of())).between(0, 900).span_s == (0, 900)


@pytest.mark.parametrize(
    ("starts", "why"), [((900, 0), "not in order"), ((0, 0), "not in order"), ((0, 901), "15m grid")]
)
def test_rows_out_of_place_are_refused(starts: tuple[int, ...], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        series_of(*starts)


@pytest.mark.parametrize(("high", "low"), [(1, 2), (2, 0), (2**53, 1)])
def test_a_row_must_be_good_or_marked_as_bad(high: int, low: int) -> None:
    with pytest.raises(ValueError, match="neither good nor marked"):
        series_of(0, high=high, low=low)


def test_prices_of_too_many_digits_are_refused() -> None:
    with pytest.raises(ValueError, match="more digits"):
        of_bars("BTC", M15, [a_bar(TUESDAY, 90_000, 90_000, 90_000, 90_000)], Decimal("1e-13"))


def test_weeks_begin_on_a_monday() -> None:
    monday = datetime(2026, 1, 5, tzinfo=UTC)
    assert len(of_bars("BTC", W1, [a_bar(monday, 1, 1, 1, 1)], Decimal(1))) == 1
    with pytest.raises(ValueError, match="1w grid"):
        of_bars("BTC", W1, [a_bar(monday + timedelta(days=1), 1, 1, 1, 1)], Decimal(1))
