"""Every key, pressed."""

from collections.abc import Sequence

import pytest

from atlas_tui.acts.registry import ACTS
from atlas_tui.app import AtlasApp
from atlas_tui.screens.detail import DetailScreen
from atlas_tui.tabs import Tab
from atlas_tui.widgets.chart import StratChart
from core.domain.commands import GiveVerdict, MarkReviewed
from core.domain.review import ReviewVerdict
from tests.tui.driven import Console
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import rich

ETH = "ETH|1d|2D-1-?|2025-12-13T00:00:00Z"


@pytest.mark.parametrize("tab", list(Tab))
async def test_a_digit_goes_to_its_tab(tab: Tab) -> None:
    async with Console() as console:
        await console.press(tab.value)
        assert console.screen.tab is tab


async def test_brackets_turn_the_tabs_and_go_around_the_end() -> None:
    async with Console() as console:
        await console.press("left_square_bracket", "left_square_bracket")
        assert console.tab == "8"
        await console.press("right_square_bracket")
        assert console.tab == "0"


@pytest.mark.parametrize(
    ("keys", "row"),
    [(["j"], 1), (["down", "down"], 2), (["j", "k"], 0), (["j", "up"], 0), (["G"], 12), (["end"], 12), (["G", "g"], 0),
     (["G", "home"], 0), (["pagedown"], 4), (["pagedown", "pageup"], 0)],
)  # fmt: skip
async def test_the_cursor_moves(keys: Sequence[str], row: int) -> None:
    async with Console() as console:
        await console.press(*keys)
        assert console.screen.table.cursor_row == row


async def test_the_cursor_of_a_tab_is_remembered() -> None:
    async with Console() as console:
        await console.press("j", "j", "2", "j", "1")
        assert console.screen.table.cursor_row == 2


async def test_slash_filters_while_typing_and_enter_keeps_the_filter() -> None:
    async with Console() as console:
        await console.press("slash", *"eth", "enter")
        assert {row.cells[3].text for row in console.screen.table._rows} == {"ETH"}
        assert console.screen.order.filter == "eth"
        await console.press("escape")
        assert console.screen.order.filter == ""
        assert console.screen.table.row_count == 13


async def test_keys_typed_into_the_filter_do_nothing_else() -> None:
    async with Console() as console:
        await console.press("slash", *"qxr2")
        assert (console.desk.sent, console.desk.scans, console.screen.tab) == ([], 0, Tab.SIGNALS)
        assert console.screen.order.filter == "qxr2"


async def test_escape_leaves_the_filter_it_is_typed_into() -> None:
    async with Console() as console:
        await console.press("slash", *"sol", "escape")
        assert console.screen.order.filter == ""
        assert console.app.focused is console.screen.table


async def test_comma_sorts_by_the_next_column_and_full_stop_reverses() -> None:
    async with Console() as console:
        await console.press("0", "comma", "comma")
        assert console.screen.order.column == "price"
        assert [row.key for row in console.screen.table._rows] == ["SOL", "ETH", "BTC"]
        await console.press("full_stop")
        assert [row.key for row in console.screen.table._rows] == ["BTC", "ETH", "SOL"]


async def test_r_scans_now() -> None:
    async with Console() as console:
        await console.press("r")
        assert console.desk.scans == 1


async def test_x_disarms_a_setup() -> None:
    async with Console() as console:
        await console.press("2")
        await console.go_to(f"{ETH}|LONG")
        await console.press("x")
        assert console.desk.sent == [GiveVerdict(ETH, ReviewVerdict.REJECTED, console.desk.snapshot.at)]


async def test_x_dismisses_a_signal() -> None:
    async with Console() as console:
        signal = console.desk.snapshot.signals[0].signal
        await console.go_to(signal.id)
        await console.press("x")
        assert console.desk.sent == [GiveVerdict(signal.id, ReviewVerdict.REJECTED, console.desk.snapshot.at)]


async def test_x_leaves_what_is_over_alone() -> None:
    async with Console() as console:
        await console.go_to(console.desk.snapshot.setups[-1].setup.id)
        await console.press("x")
        assert console.desk.sent == []
        assert "over" in console.screen.echo


async def test_space_marks_as_reviewed() -> None:
    async with Console() as console:
        await console.press("2")
        await console.go_to(f"{ETH}|LONG")
        await console.press("space")
        assert console.desk.sent == [MarkReviewed(ETH, console.desk.snapshot.at)]


async def test_y_copies_the_row_and_shows_what_it_copied() -> None:
    async with Console() as console:
        await console.press("0", "y")
        assert console.copied[0].split("\t")[:2] == ["BTC", "90,387.5"]
        assert console.screen.echo.startswith("copied: BTC")


async def test_t_goes_through_the_themes() -> None:
    async with Console() as console:
        seen = {console.app.theme}
        for _ in range(4):
            await console.press("t")
            seen.add(console.app.theme)
        assert {"atlas-dark", "atlas-light", "colour-blind"} <= seen


async def test_tab_goes_to_the_chart_where_j_and_k_mark_bars() -> None:
    async with Console() as console:
        await console.press("tab", "k", "k")
        chart = console.screen.query_one("#chart", StratChart)
        assert chart.cursor == len(chart.model.bars) - 2
        assert console.screen.table.cursor_row == 0
        await console.press("tab", "j")
        assert chart.cursor is None
        assert console.screen.table.cursor_row == 1


async def test_pages_scroll_with_the_same_keys() -> None:
    async with Console() as console:
        await console.press("6", "j", "j")
        page = console.screen.query_one("#page")
        assert page.scroll_offset.y == 2
        await console.press("g")
        assert page.scroll_offset.y == 0


def test_every_action_of_the_detail_exists() -> None:
    names = {act.action.split("(")[0] for act in ACTS if act.action}
    assert {name for name in names if not hasattr(DetailScreen, f"action_{name}")} == set()


async def test_a_key_of_the_configuration_takes_the_place_of_the_default() -> None:
    desk = FakeDesk(rich())
    app = AtlasApp(desk, keys={"scan": "f5,z"})
    async with app.run_test() as pilot:
        await pilot.press("r")
        assert desk.scans == 0
        await pilot.press("z", "f5")
        assert desk.scans == 2
