"""Windows of a walk forward: no bar is tested twice, and no choice sees what it is tried on."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.research.sweep.windows import WalkForward, Window, windows_of

LENGTHS = st.integers(1, 50)


@st.composite
def walks(draw: st.DrawFn) -> WalkForward:
    test = draw(LENGTHS)
    return WalkForward(draw(LENGTHS), test, test + draw(st.integers(0, 30)), draw(st.integers(0, 40)))


def _windows(walk: WalkForward, since: int, length: int) -> tuple[Window, ...]:
    return windows_of(walk, since, since + length)


@given(walks(), st.integers(-100, 100), st.integers(0, 500))
def test_every_bar_is_tested_at_most_once(walk: WalkForward, since: int, length: int) -> None:
    tested = [bar for each in _windows(walk, since, length) for bar in range(each.test.since_s, each.test.until_s)]
    assert len(tested) == len(set(tested))


@given(walks(), st.integers(-100, 100), st.integers(0, 500))
def test_no_choice_sees_the_bars_it_is_tried_on_or_later_ones(walk: WalkForward, since: int, length: int) -> None:
    for each in _windows(walk, since, length):
        assert each.train.warm_s <= each.train.since_s < each.train.until_s
        assert each.train.until_s == each.test.since_s < each.test.until_s


@given(walks(), st.integers(-100, 100), st.integers(0, 500))
def test_windows_are_whole_with_all_their_bars_before_them_and_none_more_would_fit(
    walk: WalkForward, since: int, length: int
) -> None:
    found = _windows(walk, since, length)
    for each in found:
        assert since <= each.train.warm_s == each.train.since_s - walk.warm_s
        assert each.test.warm_s == each.test.since_s - walk.warm_s
        assert (each.train.until_s - each.train.since_s, each.test.until_s - each.test.since_s) == (
            walk.train_s, walk.test_s,
        )  # fmt: skip
        assert each.test.until_s <= since + length
    assert all(later.train.since_s - each.train.since_s == walk.step_s for each, later in pairwise(found))
    next_end = since + walk.warm_s + len(found) * walk.step_s + walk.train_s + walk.test_s
    assert next_end > since + length


def test_a_step_shorter_than_the_test_is_refused_for_it_would_test_bars_twice() -> None:
    with pytest.raises(ValueError, match="tested twice"):
        WalkForward(10, 5, 4)


def test_more_windows_than_anyone_means_are_refused_by_their_number() -> None:
    with pytest.raises(ValueError, match="19,990 windows"):
        windows_of(WalkForward(10, 1, 1, 0), 0, 20_000)
