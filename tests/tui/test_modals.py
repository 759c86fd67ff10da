"""Detail, help, questions and the ways out, by their keys."""

from dataclasses import replace

import pytest

from atlas_tui.acts.system import what_stops
from atlas_tui.widgets.chart import StratChart
from core.domain.commands import ClosePosition
from core.domain.snapshot import Snapshot
from tests.tui.driven import Console
from tests.tui.snapshots_data import empty, rich

ETH = "ETH|1d|2D-1-?|2025-12-13T00:00:00Z"


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


async def test_question_mark_shows_the_keys_and_closes_them() -> None:
    async with Console() as console:
        await console.press("question_mark")
        assert console.on_top == "ReadScreen"
        await console.press("j", "k", "question_mark")
        assert console.on_top == "ConsoleScreen"


async def test_q_asks_while_positions_are_open() -> None:
    async with Console() as console:
        await console.press("q")
        assert console.on_top == "ConfirmScreen"
        await console.press("q")
        assert console.on_top == "ConsoleScreen"
        await console.press("q", "y")
        assert not console.app.is_running


@pytest.mark.parametrize(
    ("snapshot", "told"),
    [
        (rich(), "2 open positions: the desk stops with the console, and watches no stop until it is started again."),
        (replace(rich(), positions=rich().positions[:1]), "1 open position: the desk stops"),
        (replace(rich(), positions=()), "Flat, 3 setups armed: the desk stops with the console, and takes none until"),
        (empty(), "Flat, no setup armed: the desk stops with the console, and looks for none until"),
    ],
    ids=["two open", "one open", "armed", "nothing"],
)
def test_the_question_says_what_goes_unwatched(snapshot: Snapshot, told: str) -> None:
    assert what_stops(snapshot).startswith(told)


async def test_q_asks_when_flat_too_for_the_desk_stops_with_the_console() -> None:
    async with Console(empty()) as console:
        await console.press("q")
        assert console.on_top == "ConfirmScreen"
        await console.press("y")
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
