"""Leaving a console, and ending a desk: where the desk runs decides what is asked."""

from collections.abc import Callable

import pytest

from atlas_tui.app import AtlasApp
from atlas_tui.options import ConsoleOptions
from atlas_tui.screens.confirm import ConfirmScreen
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import rich


def a_console(end_desk: Callable[[], None] | None = None) -> AtlasApp:
    """A console on a desk that holds positions."""
    assert rich().positions
    return AtlasApp(FakeDesk(rich()), ConsoleOptions(end_desk=end_desk))


async def test_a_console_that_the_desk_outlives_is_left_without_a_question() -> None:
    asked: list[str] = []
    app = a_console(lambda: asked.append("end"))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("q")
    assert (app.leaving, asked) == (True, [])


async def test_a_console_whose_desk_ends_with_it_asks_while_positions_are_open() -> None:
    app = a_console()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("q")
        assert isinstance(app.screen, ConfirmScreen)
        assert not app.leaving


@pytest.mark.parametrize(("answer", "ends"), [("y", 1), ("n", 0)])
async def test_a_desk_of_another_process_is_ended_once_that_is_confirmed(answer: str, ends: int) -> None:
    asked: list[str] = []
    app = a_console(lambda: asked.append("end"))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(":", *"shutdown", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmScreen)
        await pilot.press(answer)
        await pilot.pause()
        assert (len(asked), app.leaving) == (ends, False)


async def test_a_desk_of_this_process_ends_with_the_console_that_shuts_it_down() -> None:
    app = a_console()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press(":", *"shutdown", "enter")
        await pilot.pause()
        await pilot.press("y")
    assert app.leaving
