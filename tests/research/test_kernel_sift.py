"""Looking at the promising setups alone leaves out none that could be entered."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.research.backtest import kernel_setups as setups
from core.research.backtest.bars import MOST_UNITS
from core.research.backtest.kernel_legs import OK, both_legs
from core.research.backtest.kernel_loop import Laid, Loop
from core.research.backtest.kernel_sift import FIRST_SETUP_CODE, OUTSIDE_BITS, sift_legs
from core.research.backtest.kernel_terms import TooWideError
from tests.research.random_rules import wild_case

OTHER = 5
"""Class bits of a bar that is not an outside one."""


@pytest.mark.parametrize("seed", range(60))
def test_the_setups_that_may_be_entered_are_those_of_the_whole_list_whose_broken_leg_is_good(seed: int) -> None:
    bars, rules = wild_case(seed, 200)
    try:
        loop = Loop(Laid(bars), rules)
    except TooWideError:
        return
    whole = loop.table(armed_only=False)
    entered = (whole[:, setups.BAR] >= 0) & (whole[:, setups.VERDICT] == OK)
    assert np.array_equal(loop.table(armed_only=True), whole[entered])


@given(
    st.integers(1, MOST_UNITS - 1), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6),
    st.fractions(0, 3, max_denominator=10**9), st.fractions(0, 5, max_denominator=10**9), st.booleans(), st.booleans(),
)  # fmt: skip
@settings(max_examples=300, deadline=None, derandomize=True)
def test_a_leg_that_passes_exactly_is_flagged_at_any_price(
    low: int, height: int, above: int, below: int, least: Fraction, reward: Fraction, outer: bool, exact: bool
) -> None:
    high, before = low + height, (low + height + above, max(1, low - below))
    if exact:
        # Limits that the long leg meets to the last digit.
        least, reward = Fraction(above, high), Fraction(above, max(1, high - (before[1] if outer else low)))
    limits = (least.denominator, least.numerator, reward.denominator, reward.numerator, 1)
    legs = both_legs((high, low), before, outer, limits)
    bars = tuple(np.array([each], np.int64) for each in (high, before[0], low, before[1]))
    now, last = np.array([FIRST_SETUP_CODE], np.uint8), np.array([OUTSIDE_BITS if outer else OTHER], np.uint8)
    flags = np.zeros(1, np.uint8)
    sift_legs((bars[0], bars[1], bars[2], bars[3]), now, last, (False, True), limits, flags)
    assert flags[0] or OK not in (legs[0][3], legs[1][3])
