from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from core.adapters.system_clock import (
    ClockReading,
    SystemClock,
    VenueClock,
    measured_clock,
    real_seconds,
    speed_between,
)

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class _Real:
    """Real seconds by hand."""

    def __init__(self) -> None:
        self.s = 1000.0

    def __call__(self) -> float:
        return self.s

    def wait(self, seconds: float) -> None:
        self.s += seconds


class _Venue:
    """A venue whose clock runs at a speed and shows steps of `step` seconds."""

    def __init__(self, speed: float, step: float, told: float | None = None) -> None:
        self.speed, self.step, self.told = speed, step, told

    def read_clock(self, real: Callable[[], float]) -> ClockReading:
        shown = real() * self.speed // self.step * self.step
        return ClockReading(NOON + timedelta(seconds=shown), real(), self.told)


def test_a_wall_clock_that_jumps_moves_nothing() -> None:
    real = _Real()
    wall = [NOON]
    clock = SystemClock(lambda: wall[0], real)
    wall[0] += timedelta(days=1)
    real.wait(2.5)
    assert clock.now() == NOON + timedelta(seconds=2.5)
    assert clock.real() == 1002.5
    assert clock.speed == 1.0


def test_the_machine_s_time_is_utc_and_only_goes_on() -> None:
    clock = SystemClock()
    readings = [clock.now() for _ in range(100)]
    assert readings == sorted(readings)
    assert readings[0].tzinfo is UTC
    assert real_seconds() <= clock.real()


def test_a_venue_s_clock_runs_at_its_speed() -> None:
    real = _Real()
    clock = VenueClock(NOON, 1000.0, 60.0, real)
    real.wait(1.5)
    assert clock.now() == NOON + timedelta(seconds=90)
    assert clock.real() == 1001.5


def test_a_speed_that_is_told_is_taken() -> None:
    real = _Real()
    clock = measured_clock(_Venue(60.0, 1e-6, told=60.0), real.wait, real)
    assert clock.speed == 60.0
    assert real.s == 1000.0


class _SlowAtFirst(_Venue):
    """Its first answer is long on its way back: a library is read meanwhile."""

    def read_clock(self, real: Callable[[], float]) -> ClockReading:
        asked, told = real(), super().read_clock(real)
        if asked == 1000.0:
            assert isinstance(real, _Real)
            real.wait(2.0)
        return ClockReading(told.at, (asked + real()) / 2, self.told, real() - asked)


def test_a_clock_is_set_by_the_promptest_of_a_few_readings() -> None:
    real = _Real()
    clock = measured_clock(_SlowAtFirst(60.0, 1e-6, told=60.0), real.wait, real)
    assert abs((clock.now() - (NOON + timedelta(seconds=real.s * 60))).total_seconds()) < 0.001


@pytest.mark.parametrize("step", [1e-3, 1.0])
@pytest.mark.parametrize("speed", [1.0, 5.0, 60.0, 300.0])
def test_a_speed_is_measured_even_when_time_is_told_in_whole_seconds(speed: float, step: float) -> None:
    real = _Real()
    venue = _Venue(speed, step)
    clock = measured_clock(venue, real.wait, real)
    assert clock.speed == speed
    assert real.s - 1000.0 <= 3.1
    true = NOON + timedelta(seconds=real.s * speed)
    assert abs((clock.now() - true).total_seconds()) <= step + 0.06 * speed


def test_a_venue_whose_time_stands_still_is_taken_at_speed_1() -> None:
    real = _Real()
    assert measured_clock(_Venue(0.0, 1.0), real.wait, real).speed == 1.0


@pytest.mark.parametrize(
    ("seconds", "speed"), [(60.9, 60.0), (0.97, 1.0), (47.0, 47.0), (-5.0, 1.0), (0.0, 1.0), (1e9, 1.0)]
)
def test_a_speed_near_an_obvious_one_is_that_one_and_nonsense_is_1(seconds: float, speed: float) -> None:
    later = ClockReading(NOON + timedelta(seconds=seconds), 1.0)
    assert speed_between(ClockReading(NOON, 0.0), later) == speed


def test_two_readings_at_one_moment_tell_no_speed() -> None:
    assert speed_between(ClockReading(NOON, 0.0), ClockReading(NOON + timedelta(seconds=9), 0.0)) == 1.0
