"""Snapshots at the edge of what a desk may publish: nothing may stop the console."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.snapshot import FeedState, LinkView, Snapshot
from tests.tui.conftest import console_over
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import rich

BASE = rich()
NOTHING = Decimal(0)
MINUS = Decimal(-2000)
UNKNOWN = tuple(replace(quote, instrument=None, reason="the venue lists no [BTC]") for quote in BASE.quotes)
LONG_NAMES = tuple(replace(quote, symbol=quote.symbol * 9) for quote in BASE.quotes)
CROSSED = tuple(replace(quote, bid=quote.ask, ask=quote.bid) for quote in BASE.quotes)
HUGE = tuple(replace(quote, price=Decimal("1e30"), recent=(Decimal(1), Decimal("1e30"))) for quote in BASE.quotes)
ODD = {
    "no symbols at all": replace(BASE, quotes=(), caps=()),
    "symbols that are gone from the venue": replace(BASE, quotes=UNKNOWN, caps=()),
    "names far too long": replace(BASE, quotes=LONG_NAMES),
    "a crossed book": replace(BASE, quotes=CROSSED),
    "prices beyond reason": replace(BASE, quotes=HUGE),
    "an account at zero": replace(BASE, account=replace(BASE.account, balance=NOTHING, start=NOTHING)),
    "an account below zero": replace(BASE, account=replace(BASE.account, balance=MINUS, unrealised=MINUS)),
    "series without standings": replace(BASE, standings={}, scores={}),
    "bars that are missing": replace(BASE, series={}),
    "a link that knows nothing": replace(BASE, link=LinkView()),
    "a maintenance window": replace(BASE, in_maintenance=True, link=replace(BASE.link, state=FeedState.MAINT)),
    "outside text with markup": replace(BASE, link=replace(BASE.link, problem="[/b] [red]x\x1b[2J\nsecond line")),
}


@pytest.mark.parametrize("name", ODD)
async def test_the_console_shows(name: str) -> None:
    snapshot: Snapshot = ODD[name]
    desk = FakeDesk(snapshot)
    app = console_over(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"023", "enter", "escape", *"4567", "1", "enter")
        desk.publish(BASE)
        desk.publish(snapshot)
        await pilot.resize_terminal(200, 50)
        await pilot.pause(0.05)
        assert app.is_running
        assert app.crash == ""
