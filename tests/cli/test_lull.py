"""What ended connections leave is freed when the feed is lost, and not walked for before the start is set aside."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from atlas_tui.cli.lull import Lull
from tests.tui.snapshots_data import rich, stale


class Circle:
    """Something that only the collector can free."""

    def __init__(self) -> None:
        self.me = self


def left() -> "weakref.ref[Circle]":
    return weakref.ref(Circle())


@pytest.fixture(autouse=True)
def collector_by_hand() -> Iterator[None]:
    gc.disable()
    yield
    gc.unfreeze()
    gc.enable()


def test_what_is_left_is_freed_each_time_the_feed_is_lost() -> None:
    gc.freeze()
    lull = Lull()
    for _ in range(2):
        cycle = left()
        lull.hear(rich())
        assert cycle() is not None
        lull.hear(stale())
        assert cycle() is None


def test_a_feed_that_stays_lost_is_no_second_lull() -> None:
    gc.freeze()
    lull = Lull()
    lull.hear(stale())
    cycle = left()
    lull.hear(stale())
    assert cycle() is not None


def test_nothing_is_walked_for_before_the_start_is_set_aside() -> None:
    cycle = left()
    Lull().hear(stale())
    assert cycle() is not None
