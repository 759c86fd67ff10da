"""StratChart in a real, headless app: what it shows and what it repaints."""

from dataclasses import replace
from decimal import Decimal

from textual.app import App, ComposeResult
from textual.geometry import Region

from atlas_tui.chart import ChartModel
from atlas_tui.theming import load_themes
from atlas_tui.widgets.chart import StratChart
from tests.tui.chart_data import BARS, MODEL, kinds_of, text


class Recorded(StratChart):
    """Keeps the regions it was asked to repaint; None stands for the whole of it."""

    dirty: list[Region | None]

    def refresh(self, *regions: Region, **options: bool) -> "Recorded":
        self.__dict__.setdefault("dirty", []).extend(regions or [None])
        super().refresh(*regions, **options)
        return self


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
        app.chart.action_zoom(1)
        await pilot.pause()
        assert app.shown().strip() == "no bars yet"
