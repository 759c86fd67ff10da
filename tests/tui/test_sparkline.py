"""Sparklines."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from atlas_tui.sparkline import bars


def run(*values: float) -> list[Decimal]:
    return [Decimal(str(value)) for value in values]


def test_the_lowest_and_the_highest_value_use_the_whole_height() -> None:
    assert bars(run(1, 2, 3, 4, 5, 6, 7, 8), 8) == "▁▂▃▄▅▆▇█"
    assert bars(run(10, 20), 2) == "▁█"


def test_few_values_stand_on_the_right() -> None:
    assert bars(run(1, 2), 5) == "   ▁█"


def test_many_values_are_put_into_buckets_that_end_with_the_newest() -> None:
    assert bars(run(*range(60)), 4) == "▁▃▆█"


def test_a_flat_run_is_drawn_at_half_height_and_a_hole_as_a_blank() -> None:
    assert bars(run(5, 5, 5), 3) == "▄▄▄"
    assert bars([Decimal(1), Decimal("NaN"), Decimal(2)], 3) == "▁ █"


def test_ascii_has_eight_heights_too() -> None:
    assert bars(run(1, 2, 3, 4, 5, 6, 7, 8), 8, ascii_only=True) == "_.-=+*%#"


def test_no_values_are_blank() -> None:
    assert (bars([], 4), bars(run(1), 0)) == ("    ", "")


@given(values=st.lists(st.decimals(min_value="0.00001", max_value="1000000"), max_size=80), width=st.integers(0, 60))
def test_a_line_is_exactly_as_wide_as_told(values: list[Decimal], width: int) -> None:
    assert len(bars(values, width)) == width
