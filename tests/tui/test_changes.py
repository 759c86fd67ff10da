"""What a newer picture changes on the screen, so that the rest is not painted again."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from atlas_tui.screens.changes import is_same_market
from tests.tui.snapshots_data import rich

RICH = rich()


def test_time_that_passes_and_a_price_heard_again_change_nothing_but_ages() -> None:
    quote = RICH.quotes[0]
    heard = replace(quote, at=RICH.at + timedelta(seconds=1), real_s=7.0)
    later = replace(RICH, at=RICH.at + timedelta(seconds=1), quotes=(heard, *RICH.quotes[1:]))
    assert is_same_market(RICH, replace(later, link=replace(RICH.link, age_s=3.0)))


def test_a_price_a_bid_and_a_day_that_moves_are_changes() -> None:
    quote = RICH.quotes[0]
    assert quote.price is not None
    for moved in (
        replace(quote, price=quote.price + 1),
        replace(quote, bid=Decimal(1)),
        replace(quote, day=replace(quote.day, volume=Decimal(1))),
        replace(quote, suspended=not quote.suspended),
    ):
        assert not is_same_market(RICH, replace(RICH, quotes=(moved, *RICH.quotes[1:])))


def test_a_list_that_was_built_anew_is_a_change() -> None:
    assert not is_same_market(RICH, replace(RICH, setups=RICH.setups[1:]))
    assert not is_same_market(RICH, replace(RICH, inbox=("another",)))
    assert not is_same_market(RICH, replace(RICH, quotes=RICH.quotes[1:]))
