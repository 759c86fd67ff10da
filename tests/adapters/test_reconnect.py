from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.reconnect import Backoff


def _tries(seconds: float, jitter: float, lasts_s: float = 0.0) -> list[float]:
    """When tries begin that each last `lasts_s` and fail."""
    backoff = Backoff(lambda: jitter)
    now, begun = 0.0, []
    while now < seconds:
        now += backoff.wait_s(now)
        backoff.note_try(now)
        begun.append(now)
        now += lasts_s
    return begun


def test_the_first_try_is_made_at_once() -> None:
    assert _tries(1.0, 0.5)[0] == 0.0


def test_delays_double_from_half_a_second_to_eight() -> None:
    begun = _tries(40.0, 1.0)
    assert [round(later - earlier, 3) for earlier, later in pairwise(begun)] == [
        0.5,
        1,
        2,
        4,
        8,
        8,
        8,
        8,
        8,
    ]


@pytest.mark.parametrize("lasts_s", [0.0, 0.3, 3.0, 10.0])
@given(jitter=st.floats(0, 1))
def test_after_the_first_minute_there_are_at_most_eight_tries_in_any_minute(jitter: float, lasts_s: float) -> None:
    begun = [at for at in _tries(600.0, jitter, lasts_s) if at > 60]
    assert all(sum(start <= at < start + 60 for at in begun) <= 8 for start in begun)
    assert all(later - earlier <= 10.2 for earlier, later in pairwise(begun))


def test_a_try_that_hung_is_followed_quickly() -> None:
    backoff = Backoff(lambda: 1.0)
    for at in (0.0, 10.0, 20.0, 30.0, 40.0):
        backoff.note_try(at)
    assert backoff.wait_s(50.0) < 0.2


def test_a_link_that_held_for_long_is_tried_again_within_half_a_second() -> None:
    backoff = Backoff(lambda: 1.0)
    backoff.note_try(0.0)
    assert 0 < backoff.wait_s(3600.0) <= 0.5


def test_a_link_that_flaps_is_slowed_down_like_one_that_is_down() -> None:
    assert len([at for at in _tries(180.0, 0.5, lasts_s=0.2) if 60 < at <= 180]) <= 16
