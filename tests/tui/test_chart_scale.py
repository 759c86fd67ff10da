"""Prices to rows: exact, whatever their size."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from atlas_tui.chart.scale import Scale, is_drawable, scale_of
from tests.tui.chart_data import BARS

prices = st.decimals(min_value="0.00000001", max_value="1000000", places=8)


def test_a_price_on_the_border_of_two_half_rows_belongs_to_the_lower() -> None:
    scale = Scale(Fraction(8), Fraction(0), 8)
    assert [scale.half(Decimal(text)) for text in ("8", "7.0000000000000000000000000000000001", "7", "0.1", "0")] == [
        0, 0, 1, 7, 7,
    ]  # fmt: skip


def test_prices_off_the_span_fall_on_its_edges() -> None:
    scale = Scale(Fraction(8), Fraction(4), 8)
    assert (scale.half(Decimal(100)), scale.half(Decimal(-100))) == (0, 7)
    assert [scale.side_of(Decimal(price)) for price in (9, 8, 4, 3)] == [1, 0, 0, -1]


@given(low=prices, span=prices, rows=st.integers(1, 60), one=prices, other=prices)
def test_a_higher_price_is_never_below_a_lower_one(
    low: Decimal, span: Decimal, rows: int, one: Decimal, other: Decimal
) -> None:
    scale = Scale(Fraction(low) + Fraction(span), Fraction(low), rows * 2)
    assert scale.half(max(one, other)) <= scale.half(min(one, other))
    assert 0 <= scale.row(one) < rows


@given(low=prices, span=prices, count=st.integers(1, 20), increment=st.sampled_from(["0.01", "1", "0.00001"]))
def test_ticks_are_round_prices_inside_the_span(low: Decimal, span: Decimal, count: int, increment: str) -> None:
    scale = Scale(Fraction(low) + Fraction(span), Fraction(low), 20)
    ticks = scale.ticks(count, Decimal(increment))
    assert all(scale.side_of(tick) == 0 for tick in ticks)
    assert len(ticks) <= count + 1
    gaps = {Fraction(high) - Fraction(lower) for high, lower in pairwise(ticks)}
    assert len(gaps) <= 1
    assert all(gap >= Fraction(increment) for gap in gaps)


def test_bars_are_always_whole_and_near_levels_are_too() -> None:
    scale = scale_of(BARS, [Decimal(120), Decimal(5000)], 10)
    assert scale is not None
    assert {scale.side_of(price) for bar in BARS for price in (bar.high, bar.low)} == {0}
    assert scale.side_of(Decimal(120)) == 0
    assert scale.side_of(Decimal(5000)) == 1


def test_one_price_alone_still_has_a_span() -> None:
    for price in ("0", "0.00001", "90000"):
        scale = scale_of([], [Decimal(price)], 10)
        assert scale is not None
        assert scale.bottom < Fraction(price) < scale.top


def test_nothing_to_show_has_no_scale() -> None:
    assert scale_of([], [Decimal("NaN"), Decimal("Infinity")], 10) is None


def test_what_is_no_price_is_not_drawn() -> None:
    assert [is_drawable(Decimal(text)) for text in ("1", "0", "1E+15", "1E+16", "1E-16", "NaN", "-Infinity")] == [
        True, True, True, False, False, False, False,
    ]  # fmt: skip
    assert not is_drawable(None)
