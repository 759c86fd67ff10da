"""Pictures share what has not changed, and show no less for it."""

from collections.abc import Sequence
from dataclasses import fields

from hypothesis import given, settings

from core.domain.bars import SeriesKey
from core.domain.snapshot import SeriesView
from core.domain.timeframes import M15
from core.trading.desk import Desk
from core.trading.picture import Painter
from tests.builders import a_desk, a_policy, a_setup, a_tick, after
from tests.trading.random_days import STEPS, Step, play

TWO = a_policy(symbols=("BTC", "ETH"))


@settings(max_examples=25)
@given(STEPS)
def test_a_picture_painted_after_every_event_is_the_one_painted_from_nothing(steps: Sequence[Step]) -> None:
    def paint(desk: Desk) -> None:
        desk.snapshot()

    desk = play(steps, paint).desk
    assert desk.snapshot() == Painter(desk.state).paint()
    for market in desk.state.markets.values():
        for series in market.series.values():
            fresh = SeriesView(series.closed, series.kinds, series.forming_bar(), series.forming_kind())
            assert series.view() == fresh


def test_a_tick_leaves_the_other_symbols_as_they_were() -> None:
    desk = a_desk(policy=TWO)
    before = desk.snapshot()
    desk.handle(a_tick(101, after(1), "BTC"))
    moved = desk.snapshot()
    assert moved.quotes[0].price == 101
    assert moved.quotes[1] is before.quotes[1]
    assert moved.standings["ETH"] is before.standings["ETH"]
    shared = [key for key, view in moved.series.items() if view is before.series[key]]
    assert {key.symbol for key in shared} == {"ETH"}


def test_what_no_event_touched_is_the_same_object() -> None:
    desk = a_desk(a_setup())
    before = desk.snapshot()
    desk.handle(a_tick(100, after(0.5)))
    now = desk.snapshot()
    changed = {part.name for part in fields(now) if getattr(now, part.name) is not getattr(before, part.name)}
    assert changed <= {"at", "quotes", "tier_seconds", "link"}
    assert now.quotes[0].at == after(0.5)


def test_a_bar_that_closes_is_seen() -> None:
    desk = a_desk()
    key = SeriesKey("BTC", M15)
    before = len(desk.snapshot().series[key].closed)
    desk.handle(a_tick(100, after(901)))
    assert len(desk.snapshot().series[key].closed) == before + 1
