"""StratChart in a real, headless app: what it shows and what it repaints."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from textual.app import App, ComposeResult
from textual.geometry import Region

from atlas_tui.chart.drawing import ChartModel, FillKind, FillMark
from atlas_tui.theming import load_themes
from atlas_tui.widgets.chart import StratChart
from core.domain.timeframes import D1, M15, W1
from tests.tui.chart_data import BARS, MODEL, PRICES, bar, kinds_of, text

NOW = datetime(2025, 12, 14, 14, 32, 7, tzinfo=UTC)


class Recorded(StratChart):
    """Keeps the regions it was asked to repaint; None stands for the whole of it."""

    dirty: list[Region | None]

    def _set_dirty(self, *regions: Region) -> None:
        self.__dict__.setdefault("dirty", []).extend(regions or [None])
        super()._set_dirty(*regions)


class Bench(App[None]):
    """One chart."""

    def __init__(self) -> None:
        super().__init__()
        for theme in load_themes():
            self.register_theme(theme)
        self.theme = "atlas-dark"

    def compose(self) -> ComposeResult:
        yield Recorded(MODEL)

    @property
    def chart(self) -> Recorded:
        return self.query_one(Recorded)

    def shown(self) -> str:
        lines = (self.chart.render_line(y).text.rstrip() for y in range(self.chart.size.height))
        return "\n" + "\n".join(lines)


async def test_it_shows_the_chart_at_its_own_size_and_follows_a_resize() -> None:
    app = Bench()
    async with app.run_test(size=(64, 16)) as pilot:
        assert app.shown() == text(MODEL, 64, 16)
        await pilot.resize_terminal(40, 11)
        await pilot.pause()
        assert app.shown() == text(MODEL, 40, 11)


async def test_an_equal_model_repaints_nothing() -> None:
    app = Bench()
    async with app.run_test(size=(64, 16)) as pilot:
        await pilot.pause()
        app.chart.dirty = []
        app.chart.show(replace(MODEL))
        assert app.chart.dirty == []


async def test_a_moved_price_repaints_only_its_rows() -> None:
    app = Bench()
    async with app.run_test(size=(64, 16)) as pilot:
        app.shown()
        await pilot.pause()
        app.chart.dirty = []
        moved = replace(MODEL, last=Decimal(104))
        app.chart.show(moved)
        dirty = [region for region in app.chart.dirty if region is not None]
        assert [region.y for region in dirty] == [8, 9]
        assert all(region.width < 64 for region in dirty)
        assert app.shown() == text(moved, 64, 16)


async def test_another_theme_repaints_all_of_it() -> None:
    app = Bench()
    async with app.run_test(size=(64, 16)) as pilot:
        app.shown()
        app.theme = "mono"
        await pilot.pause()
        assert "░" in app.shown()


async def test_bars_are_marked_and_unmarked_and_the_mark_stays_on_its_bar() -> None:
    app = Bench()
    async with app.run_test(size=(64, 16)) as pilot:
        await pilot.pause()
        assert app.chart.cursor is None
        app.chart.action_bar(-1)
        assert app.chart.cursor == len(BARS) - 1
        app.chart.action_bar(-2)
        app.chart.show(replace(MODEL, bars=BARS[1:], kinds=kinds_of(BARS)[1:]))
        assert app.chart.cursor == len(BARS) - 4
        app.chart.action_bar(-100)
        assert app.chart.cursor == 0


async def test_unmarking_and_zooming_redraw_the_chart() -> None:
    app = Bench()
    async with app.run_test(size=(64, 16)) as pilot:
        await pilot.pause()
        app.chart.action_zoom(-1)
        assert app.shown() == text(replace(MODEL, pitch=3), 64, 16)
        app.chart.action_zoom(0)
        app.chart.action_bar(0)
        app.chart.action_unmark()
        assert app.shown() == text(MODEL, 64, 16)


async def test_a_chart_without_bars_takes_every_action() -> None:
    app = Bench()
    async with app.run_test(size=(64, 16)) as pilot:
        app.chart.show(ChartModel())
        app.chart.action_bar(1)
        app.chart.action_pan(-1)
        app.chart.action_edge("top")
        app.chart.action_zoom(1)
        assert app.chart.action_freeze(NOW) == "there are no bars to freeze"
        await pilot.pause()
        assert app.shown().strip() == "no bars yet"


async def test_a_frozen_chart_stands_still_until_it_follows_again() -> None:
    app = Bench()
    later = replace(MODEL, last=Decimal(104), bars=(*BARS, bar(8, PRICES[0])), kinds=kinds_of((*BARS, BARS[0])))
    async with app.run_test(size=(64, 16)) as pilot:
        await pilot.pause()
        assert app.chart.action_freeze(NOW) == "frozen at 14:32; prices elsewhere go on"
        frozen = app.shown()
        assert frozen == text(replace(MODEL, tag="FROZEN 14:32"), 64, 16)
        app.chart.show(later)
        assert (app.shown(), app.chart.is_frozen, app.chart.follows) == (frozen, True, False)
        assert app.chart.action_freeze(NOW) == "the chart follows the live price"
        assert (app.shown(), app.chart.is_frozen, app.chart.follows) == (text(later, 64, 16), False, True)


async def test_levels_and_fills_reach_a_frozen_chart_and_its_own_mark_stays_on_its_bar() -> None:
    app = Bench()
    fill = FillMark(BARS[2].start, Decimal(112), FillKind.SHORT, "entry SHORT 112.0")
    async with app.run_test(size=(64, 16)) as pilot:
        app.chart.show(replace(MODEL, cursor=3))
        app.chart.action_freeze(NOW)
        app.chart.show(replace(MODEL, bars=BARS[1:], kinds=kinds_of(BARS)[1:], cursor=2, fills=(fill,), levels=()))
        await pilot.pause()
        assert app.chart.model == replace(MODEL, cursor=3, fills=(fill,), levels=(), tag="FROZEN 14:32")


async def test_another_series_is_followed_and_keeps_the_zoom() -> None:
    app = Bench()
    async with app.run_test(size=(64, 16)) as pilot:
        await pilot.pause()
        app.chart.action_zoom(1)
        app.chart.action_bar(0)
        app.chart.action_freeze(NOW)
        other = replace(MODEL, symbol="ETH")
        app.chart.show(other)
        assert (app.chart.is_frozen, app.chart.cursor, app.chart.window.pitch) == (False, None, 6)
        assert app.shown() == text(replace(other, pitch=6), 64, 16)


async def test_panning_leaves_the_live_end_and_the_end_key_returns() -> None:
    app = Bench()
    run = tuple(bar(index, PRICES[index % len(PRICES)]) for index in range(60))
    async with app.run_test(size=(64, 16)) as pilot:
        app.chart.show(replace(MODEL, bars=run, kinds=kinds_of(run)))
        await pilot.pause()
        app.chart.action_pan(-1)
        assert not app.chart.follows
        assert "▶" in app.shown()
        app.chart.action_edge("bottom")
        assert app.chart.follows
        assert "▶" not in app.shown()


async def test_a_timeframe_is_chosen_for_one_row_and_forgotten_on_another() -> None:
    app = Bench()
    async with app.run_test(size=(64, 16)):
        assert app.chart.timeframe_for("row") is None
        assert app.chart.action_timeframe("row", 1) == ""
        assert app.chart.timeframe_for("row") == D1
        app.chart.show(replace(MODEL, timeframe=W1))
        assert app.chart.action_timeframe("row", 1) == "1w is the longest timeframe"
        app.chart.show(replace(MODEL, timeframe=M15))
        assert app.chart.action_timeframe("row", -1) == "15m is the shortest timeframe"
        assert app.chart.timeframe_for("other") is None
        assert app.chart.timeframe_for("row") is None


async def test_a_click_marks_the_bar_under_it() -> None:
    app = Bench()
    async with app.run_test(size=(64, 16)) as pilot:
        await pilot.pause()
        await pilot.click(Recorded, offset=(25, 5))
        assert app.chart.cursor == 2
        await pilot.click(Recorded, offset=(60, 5))
        assert app.chart.cursor == 2


async def test_moving_the_mark_repaints_less_than_the_whole() -> None:
    app = Bench()
    async with app.run_test(size=(64, 16)) as pilot:
        app.chart.action_bar(0)
        app.shown()
        await pilot.pause()
        app.chart.dirty = []
        app.chart.action_bar(-1)
        assert None not in app.chart.dirty
        assert sum(region.area for region in app.chart.dirty if region is not None) < 64 * 16 / 4
