"""The deflated Sharpe ratio, against the example of its paper and figures made by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.research.sweep.honesty import Moments, deflated, luckiest, moments_of

STRATEGY = Moments(count=1250, mean=2.5 / math.sqrt(250), deviation=1.0, skew=-3.0, kurtosis=10.0)
"""The paper's example: five years of days, a yearly ratio of 2.5, returns far from normal."""
SPREAD = math.sqrt(0.5 / 250 / 2)
TRIES = (SPREAD, -SPREAD)
"""Ratios with the example's variance: one half a year, a day's part of it."""


def test_the_example_of_bailey_and_lopez_de_prado_comes_to_what_the_paper_says() -> None:
    lucky = luckiest(TRIES, 100)
    assert lucky == pytest.approx(0.1132, abs=5e-5)
    chance = deflated(STRATEGY, lucky)
    assert chance == pytest.approx(0.9004, abs=5e-4)


def test_the_same_strategy_found_in_46_tries_is_told_apart_from_luck() -> None:
    chance = deflated(STRATEGY, luckiest(TRIES, 46))
    assert chance == pytest.approx(0.9505, abs=5e-4)


def test_moments_by_hand() -> None:
    found = moments_of([1.0, 1.0, 1.0, -1.0])
    assert (found.count, found.mean, found.deviation) == (4, 0.5, 1.0)
    assert found.sharpe == 0.5 and found.error == 0.5
    # Deviations .5 .5 .5 -1.5: squares sum to 3, cubes to -3, fourth powers to 5.25.
    assert found.skew == pytest.approx(-0.75 / 0.75**1.5)
    assert found.kurtosis == pytest.approx(1.3125 / 0.5625)


def test_one_try_has_no_luck_to_take_off() -> None:
    assert luckiest([0.3], 1) == 0.0
    assert deflated(moments_of([1.0, -1.0]), 0.0) == 0.5


@pytest.mark.parametrize("values", [[], [1.0], [0.5, 0.5]])
def test_without_a_spread_there_is_no_ratio(values: list[float]) -> None:
    assert moments_of(values).sharpe is None
    assert deflated(moments_of(values), 0.1) is None


@given(st.lists(st.floats(-5, 5), min_size=3, max_size=40), st.integers(2, 1000), st.integers(1, 1000))
def test_more_tries_never_make_the_same_result_worth_more(values: list[float], tried: int, more: int) -> None:
    moments = moments_of(values)
    few, many = (deflated(moments, luckiest(TRIES, count)) for count in (tried, tried + more))
    if few is not None and many is not None:
        assert many <= few
