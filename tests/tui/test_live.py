"""What is painted when the desk publishes: the newest picture, and only what changed of it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from textual.geometry import Region
from textual.widget import Widget

from atlas_tui.app import AtlasApp
from atlas_tui.lines import text_of
from atlas_tui.options import ConsoleOptions
from atlas_tui.screens.console import ConsoleScreen
from atlas_tui.widgets.brush import Painted
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.live_table import LiveTable
from atlas_tui.zones import UTC_ZONE
from core.domain.leverage import Tier
from core.domain.snapshot import FeedState, Snapshot
from tests.tui.conftest import console_over
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import empty, failing, rich


def priced(snapshot: Snapshot, price: str) -> Snapshot:
    """BTC at another price."""
    first, *others = snapshot.quotes
    return replace(snapshot, quotes=(replace(first, price=Decimal(price), move=1), *others))


def shown(app: AtlasApp, name: str) -> str:
    """What a block of lines of the console shows."""
    return "\n".join(text_of(line) for line in console(app).query_one(f"#{name}", Lines).shown)


def console(app: AtlasApp) -> ConsoleScreen:
    found = app.screen_stack[1]
    assert isinstance(found, ConsoleScreen)
    return found


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Region]]:
    """Every region of a list or block that was asked to be painted again."""
    found: list[tuple[str, Region]] = []

    def watch(kind: type[Painted]) -> None:
        original = kind.refresh

        def refresh(self: Widget, *regions: Region, **options: Any) -> Widget:
            found.extend((self.id or "", region) for region in regions or (self.size.region,))
            return original(self, *regions, **options)

        mark_before = kind.mark

        def mark(self: Painted, *cells: Region) -> None:
            found.extend((self.id or "", region) for region in cells)
            mark_before(self, *cells)

        monkeypatch.setattr(kind, "refresh", refresh)
        monkeypatch.setattr(kind, "mark", mark)

    watch(Lines)
    watch(LiveTable)
    return found


async def test_a_new_price_is_on_the_screen_after_one_message() -> None:
    desk = FakeDesk(rich())
    app = console_over(desk)
    async with app.run_test() as pilot:
        desk.publish(priced(desk.snapshot, "90400.1"))
        await pilot.pause()
        assert "BTC 90,400.1" in shown(app, "tickers")


async def test_only_the_newest_of_many_waiting_pictures_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = FakeDesk(rich())
    app = console_over(desk)
    async with app.run_test() as pilot:
        await pilot.pause()
        seen: list[Snapshot] = []
        original = console(app).show

        def show(snapshot: Snapshot) -> None:
            seen.append(snapshot)
            original(snapshot)

        monkeypatch.setattr(console(app), "show", show)
        for cents in range(500):
            desk.publish(priced(desk.snapshot, f"90400.{cents}"))
        await pilot.pause()
        assert len(seen) < 20
        assert seen[-1] is desk.snapshot


async def test_one_price_dirties_a_few_cells_of_the_strip_and_of_the_list(painted: list[tuple[str, Region]]) -> None:
    desk = FakeDesk(rich())
    app = console_over(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("0")
        await pilot.pause()
        painted.clear()
        desk.publish(priced(desk.snapshot, "90387.6"))
        await pilot.pause()
        cells = {name: sum(region.area for at, region in painted if at == name) for name in ("tickers", "list")}
        assert 0 < cells["tickers"] <= 12
        assert 0 < cells["list"] <= 40
        assert {name for name, _ in painted} <= {"tickers", "list", "chart-title", "side"}


async def test_an_equal_picture_paints_nothing(painted: list[tuple[str, Region]]) -> None:
    desk = FakeDesk(rich())
    app = console_over(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        painted.clear()
        desk.publish(replace(rich()))
        await pilot.pause()
        assert painted == []


def _a_minute_later() -> Snapshot:
    """Another price, and every symbol's last tick 4.2 s old."""
    link = replace(rich().link, ages=dict.fromkeys(rich().link.ages, 4.2))
    return priced(replace(rich(), at=rich().at + timedelta(seconds=60), link=link), "90999.9")


async def test_clocks_and_ages_stand_still_between_two_slow_paints() -> None:
    desk = FakeDesk(rich())
    app = AtlasApp(desk, ConsoleOptions(zone=UTC_ZONE, slow_s=3600, list_s=0, chart_s=0, flash=False))
    async with app.run_test(size=(120, 40)) as pilot:
        desk.publish(replace(rich(), at=rich().at + timedelta(seconds=1)))
        await pilot.pause()
        before = shown(app, "status")
        desk.publish(_a_minute_later())
        await pilot.pause(0.1)
        assert "BTC-PERP 90,999.9" in shown(app, "tickers")
        assert shown(app, "status") == before
        assert "4.2s" not in shown(app, "tickers")


async def test_clocks_and_ages_go_on_with_the_next_slow_paint() -> None:
    desk = FakeDesk(rich())
    app = AtlasApp(desk, ConsoleOptions(zone=UTC_ZONE, slow_s=0.05, list_s=0, chart_s=0, flash=False))
    async with app.run_test(size=(120, 40)) as pilot:
        before = shown(app, "status")
        desk.publish(_a_minute_later())
        async with asyncio.timeout(20):
            while shown(app, "status") == before or "4.2s" not in shown(app, "tickers"):
                desk.publish(replace(desk.snapshot))
                await pilot.pause(0.05)


async def test_a_lost_feed_does_not_wait_for_the_next_second() -> None:
    desk = FakeDesk(rich())
    app = AtlasApp(desk, ConsoleOptions(slow_s=60, chart_s=60, flash=False))
    async with app.run_test() as pilot:
        desk.publish(replace(rich(), link=replace(rich().link, state=FeedState.DOWN)))
        await pilot.pause()
        assert "DOWN" in shown(app, "top")
        assert "!" in shown(app, "tickers").split("│")[0]


async def test_a_price_that_changed_stands_out_for_a_moment() -> None:
    desk = FakeDesk(rich())
    app = AtlasApp(desk, ConsoleOptions(flash=True))
    async with app.run_test() as pilot:
        desk.publish(priced(rich(), "90400.0"))
        await pilot.pause()
        line = console(app).query_one("#tickers", Lines).shown[0]
        assert next(cell.role for cell in line if "90,400.0" in cell.text) == "long bold"
        await asyncio.sleep(0.6)
        line = console(app).query_one("#tickers", Lines).shown[0]
        assert next(cell.role for cell in line if "90,400.0" in cell.text) == "text bold"


async def test_the_red_strip_comes_and_goes_with_the_trouble() -> None:
    desk = FakeDesk(rich())
    app = console_over(desk)
    async with app.run_test() as pilot:
        desk.publish(failing())
        await pilot.pause()
        assert console(app).query_one("#alert").display
        assert "disk full" in shown(app, "alert")
        desk.publish(rich())
        await pilot.pause()
        assert not console(app).query_one("#alert").display


async def test_an_entry_is_told_in_the_status_bar_of_a_narrow_screen() -> None:
    before = replace(rich(), positions=rich().positions[:1])
    desk = FakeDesk(before)
    app = console_over(desk)
    async with app.run_test() as pilot:
        desk.publish(rich())
        await pilot.pause()
        assert console(app).echo.startswith("▲ ENTRY BTC 1h LONG 0.011 @ 90,120.0")


async def test_an_exit_and_a_tier_change_are_toasts_where_there_is_room() -> None:
    desk = FakeDesk(replace(rich(), trades=rich().trades[:-1]))
    app = console_over(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        desk.publish(replace(rich(), tier=Tier.SWING))
        await pilot.pause()
        told = [(note.title, note.message) for note in app._notifications]
        assert ("EXIT", "ETH SHORT @ 3,070.00: +$21.86 +2.28R, target reached") in told
        assert ("TIER", "the swing tier holds now") in told


async def test_the_list_keeps_its_row_when_rows_arrive_above_it() -> None:
    desk = FakeDesk(replace(rich(), signals=()))
    app = console_over(desk)
    async with app.run_test() as pilot:
        await pilot.press("j", "j")
        key = console(app).table.cursor_key
        desk.publish(rich())
        await pilot.pause()
        assert console(app).table.cursor_key == key


async def test_growing_and_shrinking_the_terminal_keeps_row_and_tab() -> None:
    app = console_over(FakeDesk(rich()))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("j", "j")
        key = console(app).table.cursor_key
        for size in ((39, 11), (50, 30), (200, 50), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause(0.05)
            assert console(app).has_class("-tiny") == (size == (39, 11))
        assert console(app).table.cursor_key == key


async def test_an_empty_desk_fills_without_a_crash_on_every_tab() -> None:
    for tab in "01234567":
        desk = FakeDesk(empty())
        app = console_over(desk)
        async with app.run_test(size=(200, 50)) as pilot:
            await pilot.press(tab)
            for snapshot in (rich(), failing(), empty()):
                desk.publish(snapshot)
                await pilot.pause()
