"""The clock of a play, turned by hand."""

from datetime import timedelta
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.session.pacing import FASTEST, SLOWEST, Pacing
from tests.builders import TUESDAY, after


def test_a_minute_of_the_desk_is_due_after_a_second_at_speed_60() -> None:
    pacing = Pacing(TUESDAY, 60, 100.0)
    assert pacing.due(100.0) == TUESDAY
    assert pacing.due(101.0) == after(60)
    assert pacing.wait_s(after(90), 101.0) == 0.5


def test_nothing_becomes_due_while_it_is_paused_and_what_went_by_is_not_made_up_for() -> None:
    pacing = Pacing(TUESDAY, 10, 0.0)
    pacing.pause(2.0)
    assert pacing.due(50.0) == after(20)
    assert pacing.wait_s(after(30), 50.0) == inf
    pacing.go_on(50.0)
    assert pacing.due(51.0) == after(30)


def test_going_on_twice_is_going_on_once() -> None:
    pacing = Pacing(TUESDAY, 10, 0.0)
    pacing.go_on(5.0)
    assert pacing.due(6.0) == after(60)


def test_another_speed_leaves_the_moment_where_it_is() -> None:
    pacing = Pacing(TUESDAY, 60, 0.0)
    pacing.run_at(1, 2.0)
    assert pacing.due(2.0) == after(120)
    assert pacing.due(12.0) == after(130)


def test_faster_and_slower_step_through_the_speeds_and_stop_at_their_ends() -> None:
    pacing = Pacing(TUESDAY, 45, 0.0)
    pacing.faster(0.0)
    assert pacing.speed == 60
    pacing.slower(0.0)
    pacing.slower(0.0)
    assert pacing.speed == 10
    for _ in range(20):
        pacing.slower(0.0)
    assert pacing.speed == 1
    for _ in range(20):
        pacing.faster(0.0)
    assert pacing.speed == 14400


@pytest.mark.parametrize(("asked", "had"), [(0.0, SLOWEST), (-5.0, SLOWEST), (1e9, FASTEST), (2.5, 2.5)])
def test_a_speed_beyond_the_ends_is_taken_as_the_end(asked: float, had: float) -> None:
    assert Pacing(TUESDAY, asked, 0.0).speed == had


@given(st.lists(st.tuples(st.sampled_from(("wait", "pause", "on", "fast", "slow")), st.floats(0, 100)), max_size=30))
def test_time_never_runs_back_unless_it_is_set_back(acts: list[tuple[str, float]]) -> None:
    pacing, real_s, last = Pacing(TUESDAY, 30, 0.0), 0.0, TUESDAY
    for act, seconds in acts:
        match act:
            case "wait":
                real_s += seconds
            case "pause":
                pacing.pause(real_s)
            case "on":
                pacing.go_on(real_s)
            case "fast":
                pacing.faster(real_s)
            case _:
                pacing.slower(real_s)
        assert pacing.due(real_s) >= last - timedelta(microseconds=1)
        last = pacing.due(real_s)
    pacing.move_to(TUESDAY, real_s)
    assert pacing.due(real_s) == TUESDAY
