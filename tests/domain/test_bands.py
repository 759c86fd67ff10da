"""How sure a result is."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.performance import drawdown_curve, mean_band, rolling_mean, win_band


def test_wilsons_interval_of_eight_wins_in_ten() -> None:
    assert win_band(8, 10) == pytest.approx((49.02, 94.33), abs=0.01)


def test_no_trade_leaves_everything_possible() -> None:
    assert win_band(0, 0) == (0.0, 100.0)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_band_holds_the_rate_and_stays_within_bounds(result: tuple[int, int]) -> None:
    wins, count = result
    low, high = win_band(wins, count)
    assert 0 <= low <= 100 * wins / count + 1e-9
    assert 100 * wins / count - 1e-9 <= high <= 100


def test_a_mean_of_one_value_has_no_band() -> None:
    assert mean_band([Decimal(1)]) is None
    assert mean_band([Decimal(1), Decimal(3)]) == pytest.approx((2 - 1.96, 2 + 1.96))


def test_the_rolling_mean_begins_with_what_there_is() -> None:
    assert rolling_mean([Decimal(3), Decimal(1), Decimal(5)], 2) == (Decimal(3), Decimal(2), Decimal(3))


def test_a_drawdown_is_counted_from_the_highest_so_far() -> None:
    assert drawdown_curve([Decimal(100), Decimal(120), Decimal(90)]) == (Decimal(0), Decimal(0), Decimal(-25))
