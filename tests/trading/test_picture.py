"""Pictures share what has not changed, and show no less for it."""

from collections.abc import Sequence
from dataclasses import fields
from decimal import Decimal

from hypothesis import given, settings

from core.domain.bars import BarKind, SeriesKey, classify
from core.domain.snapshot import SeriesView
from core.domain.timeframes import M15
from core.trading.desk import Desk
from core.trading.market import Series
from core.trading.picture import Painter
from tests.builders import a_desk, a_policy, a_setup, a_tick, after, bars_of
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
            forming, previous = series.forming_bar(), series.closed[-1] if series.closed else None
            kind = BarKind.UNKNOWN if forming is None else classify(previous, forming)
            fresh = SeriesView(series.closed, series.kinds, forming, kind)
            assert series.view() == fresh


def test_the_newest_bars_class_follows_its_range_and_the_bar_before_it() -> None:
    series = Series(M15)
    for before, classes in (((102, 98), "1 2 3"), ((101, 100), "3 3 3"), ((110, 90), "1 1 1")):
        series.load(bars_of(M15, after(-900), before), after(1))
        seen = []
        for price in (100, 103, 97) if before == (102, 98) else (98, 99, 98):
            series.take(Decimal(price), after(2))
            assert series.view().forming_kind is series.standing().kind
            seen.append(series.forming_kind().value)
        assert " ".join(map(str, seen)) == classes


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
