"""Which prices stand out: those that change after a rest."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from atlas_tui.flash import FLASH_S, Flash
from core.domain.snapshot import QuoteView
from tests.tui.hand_clock import HandClock
from tests.tui.snapshots_data import rich


def at(*prices: int) -> list[QuoteView]:
    """The first symbols at these prices."""
    return [replace(quote, price=Decimal(price)) for quote, price in zip(rich().quotes, prices, strict=False)]


def test_a_price_that_changes_after_a_rest_stands_out_and_no_other() -> None:
    flash, (btc, _) = Flash(HandClock()), at(1, 1)
    assert flash.changed(at(1, 1), at(2, 1))
    assert flash.flashing == {btc.symbol}
    flash.over()
    assert flash.flashing == frozenset()


def test_a_price_that_flows_does_not_stand_out_until_it_has_rested() -> None:
    clock = HandClock()
    flash = Flash(clock)
    assert flash.changed(at(1), at(2))
    flash.over()
    clock.now_s += FLASH_S * 0.9
    assert not flash.changed(at(2), at(3))
    clock.now_s += FLASH_S * 0.9
    assert not flash.changed(at(3), at(4))
    assert flash.flashing == frozenset()
    clock.now_s += FLASH_S
    assert flash.changed(at(4), at(5))


def test_a_second_flash_begins_with_the_first_one_and_the_first_price_ever_with_none() -> None:
    flash, quotes = Flash(HandClock()), at(1, 1)
    assert flash.changed(quotes, at(2, 1))
    assert not flash.changed(at(2, 1), at(2, 2))
    assert flash.flashing == {quote.symbol for quote in quotes}
    nothing = [replace(quote, price=None) for quote in quotes]
    assert not Flash(HandClock()).changed(nothing, quotes)


@given(st.lists(st.tuples(st.floats(0.01, 1.0), st.integers(1, 3)), max_size=30))
def test_flashes_of_one_price_begin_at_least_a_flash_apart(steps: Sequence[tuple[float, int]]) -> None:
    clock, shown = HandClock(), 1
    flash, begun = Flash(clock), list[float]()
    for wait_s, price in steps:
        clock.now_s += wait_s
        if flash.changed(at(shown), at(price)):
            begun.append(clock.now_s)
        flash.over()
        shown = price
    assert all(later - earlier >= FLASH_S for earlier, later in pairwise(begun))
