"""Every key, pressed."""

from collections.abc import Sequence

import pytest
from textual.pilot import Pilot

from atlas_tui.app import AtlasApp
from atlas_tui.keymap import KEYS
from atlas_tui.screens.console import ConsoleScreen
from atlas_tui.screens.detail import DetailScreen
from atlas_tui.tabs import Tab
from atlas_tui.widgets.chart import StratChart
from core.domain.commands import ClosePosition, DisarmSetup, DismissSignal, MarkReviewed
from core.domain.snapshot import Snapshot
from tests.tui.conftest import console_over
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import empty, rich

ETH = "ETH|1d|2D-1-?|2025-12-13T00:00:00Z"


class Console:
    """A console in a test: press keys, look at what came of it."""

    def __init__(self, snapshot: Snapshot | None = None, size: tuple[int, int] = (80, 24)) -> None:
        self.desk = FakeDesk(snapshot or rich())
        self.app = console_over(self.desk)
        self.size = size
        self.copied: list[str] = []

    async def __aenter__(self) -> "Console":
        self._test = self.app.run_test(size=self.size)
        self.pilot: Pilot[None] = await self._test.__aenter__()
        setattr(self.app, "copy_to_clipboard", self.copied.append)  # noqa: B010  (mypy forbids the assignment)
        await self.pilot.pause()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._test.__aexit__(None, None, None)

    @property
    def screen(self) -> ConsoleScreen:
        found = self.app.screen_stack[1]
        assert isinstance(found, ConsoleScreen)
        return found

    @property
    def on_top(self) -> str:
        """What kind of screen has the keys."""
        return type(self.app.screen).__name__

    @property
    def tab(self) -> Tab:
        """The tab that is shown."""
        return self.screen.tab

    async def press(self, *keys: str) -> "Console":
        await self.pilot.press(*keys)
        await self.pilot.pause()
        return self

    async def go_to(self, key: str) -> None:
        assert self.screen.table.move_cursor(key)
        await self.pilot.pause()


@pytest.mark.parametrize("tab", list(Tab))
async def test_a_digit_goes_to_its_tab(tab: Tab) -> None:
    async with Console() as console:
        await console.press(tab.value)
        assert console.screen.tab is tab


async def test_brackets_turn_the_tabs_and_go_around_the_end() -> None:
    async with Console() as console:
        await console.press("left_square_bracket", "left_square_bracket")
        assert console.tab == "7"
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


async def test_enter_opens_the_detail_and_q_closes_it() -> None:
    async with Console() as console:
        await console.press("enter")
        assert console.on_top == "DetailScreen"
        await console.press("q")
        assert console.on_top == "ConsoleScreen"


@pytest.mark.parametrize("key", ["escape", "enter"])
async def test_the_detail_has_other_ways_out(key: str) -> None:
    async with Console() as console:
        await console.press("enter", key)
        assert console.on_top == "ConsoleScreen"


async def test_the_detail_marks_bars_zooms_and_changes_the_timeframe() -> None:
    async with Console() as console:
        await console.press("2", "enter", "h", "h")
        chart = console.app.screen.query_one(StratChart)
        assert chart.cursor == len(chart.model.bars) - 2
        await console.press("l", "plus", "minus")
        assert chart.cursor == len(chart.model.bars) - 1
        before = chart.model.timeframe
        await console.press("greater_than_sign")
        assert chart.model.timeframe is not None and before is not None
        assert chart.model.timeframe > before
        await console.press("less_than_sign")
        assert chart.model.timeframe == before


async def test_the_detail_follows_its_item() -> None:
    async with Console() as console:
        await console.press("0", "enter")
        console.desk.publish(empty())
        await console.pilot.pause()
        chart = console.app.screen.query_one(StratChart)
        assert chart.model.last is None


async def test_enter_on_a_note_shows_it_whole() -> None:
    async with Console() as console:
        await console.press("7", "enter")
        assert console.on_top == "ReadScreen"
        await console.press("q")
        assert console.on_top == "ConsoleScreen"


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
        assert console.desk.sent == [DisarmSetup(ETH, console.desk.snapshot.at)]


async def test_x_dismisses_a_signal() -> None:
    async with Console() as console:
        signal = console.desk.snapshot.signals[0].signal
        await console.go_to(signal.id)
        await console.press("x")
        assert console.desk.sent == [DismissSignal(signal.id, console.desk.snapshot.at)]


async def test_x_leaves_what_is_over_alone() -> None:
    async with Console() as console:
        await console.go_to(console.desk.snapshot.setups[-1].setup.id)
        await console.press("x")
        assert console.desk.sent == []
        assert "over" in console.screen.echo


@pytest.mark.parametrize("key", ["n", "escape", "enter", "q"])
async def test_anything_but_y_keeps_the_position(key: str) -> None:
    async with Console() as console:
        await console.press("3", "x")
        assert console.on_top == "ConfirmScreen"
        await console.press(key)
        assert console.on_top == "ConsoleScreen"
        assert console.desk.sent == []


async def test_y_closes_the_position() -> None:
    async with Console() as console:
        await console.press("3", "x", "y")
        held = console.desk.snapshot.positions[0].position
        assert console.desk.sent == [ClosePosition(held.id, console.desk.snapshot.at)]


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


async def test_question_mark_shows_the_keys_and_closes_them() -> None:
    async with Console() as console:
        await console.press("question_mark")
        assert console.on_top == "ReadScreen"
        await console.press("j", "k", "question_mark")
        assert console.on_top == "ConsoleScreen"


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


async def test_q_asks_while_positions_are_open() -> None:
    async with Console() as console:
        await console.press("q")
        assert console.on_top == "ConfirmScreen"
        await console.press("q")
        assert console.on_top == "ConsoleScreen"
        await console.press("q", "y")
        assert not console.app.is_running


async def test_q_just_quits_when_flat() -> None:
    async with Console(empty()) as console:
        await console.press("q")
        assert not console.app.is_running


async def test_ctrl_c_quits_at_once() -> None:
    async with Console() as console:
        await console.press("ctrl+c")
        assert not console.app.is_running
        assert (console.app.return_code, console.app.crash) == (0, "")


async def test_ctrl_z_does_nothing() -> None:
    async with Console() as console:
        await console.press("ctrl+z")
        assert console.app.is_running
        assert console.on_top == "ConsoleScreen"


async def test_every_action_of_the_table_exists() -> None:
    app: AtlasApp = console_over(FakeDesk(rich()))
    async with app.run_test():
        homes = (ConsoleScreen, DetailScreen)
        names = {key.action.split("(")[0] for key in KEYS}
        assert {name for name in names if not any(hasattr(home, f"action_{name}") for home in homes)} == set()


async def test_a_key_of_the_configuration_takes_the_place_of_the_default() -> None:
    desk = FakeDesk(rich())
    app = AtlasApp(desk, keys={"scan": "f5,s"})
    async with app.run_test() as pilot:
        await pilot.press("r")
        assert desk.scans == 0
        await pilot.press("s", "f5")
        assert desk.scans == 2
