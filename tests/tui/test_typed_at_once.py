"""Keys that arrive in one burst: what follows a key that opens a line goes into that line, in order."""

import pytest
from textual.events import Key
from textual.widgets import Input

from atlas_tui.screens.ask import PromptScreen
from atlas_tui.screens.command import CommandScreen
from core.domain.commands import WriteNote
from tests.tui.driven import Console
from tests.tui.snapshots_data import empty

NAMES = {" ": "space", "=": "equals_sign", ":": "colon", "/": "slash", "\r": "enter", ">": "greater_than_sign"}


def burst(console: Console, text: str) -> None:
    """Hand over all keys before the app has looked at the first of them."""
    for character in text:
        printed = None if character == "\r" else character
        console.app.post_message(Key(NAMES.get(character, character), printed))


async def test_a_command_typed_in_one_burst_is_a_command_and_none_of_its_keys_acts() -> None:
    async with Console() as console:
        burst(console, ":filter tf=4h")
        await console.pilot.pause()
        assert isinstance(console.app.screen, CommandScreen)
        assert console.app.screen.line.value == "filter tf=4h"
        await console.press("enter")
        assert console.screen.order.filter == "tf=4h"
        assert (console.desk.sent, console.desk.scans) == ([], 0)


@pytest.mark.parametrize("before", ["jj", "2", "7"])
async def test_what_was_typed_before_the_colon_acts_first(before: str) -> None:
    async with Console() as console:
        burst(console, f"{before}:theme light\r")
        await console.pilot.pause()
        await console.pilot.pause()
        assert (console.app.theme, console.on_top) == ("atlas-light", "ConsoleScreen")


async def test_a_filter_and_a_note_take_the_keys_right_behind_theirs_too() -> None:
    async with Console() as console:
        burst(console, "/xas")
        await console.pilot.pause()
        assert console.screen.query_one("#filter", Input).value == "xas"
        await console.press("escape")
        burst(console, "nxas")
        await console.pilot.pause()
        assert isinstance(console.app.screen, PromptScreen)
        await console.press("enter")
        (written,) = console.desk.sent
        assert isinstance(written, WriteNote) and written.text == "xas"


async def test_a_filter_is_cleared_without_escape() -> None:
    async with Console() as console:
        await console.press("slash", *"eth", "enter", "backspace")
        assert console.screen.order.filter == ""
        await console.press("slash", *"eth", "enter", "slash", "backspace", "enter")
        assert console.screen.order.filter == ""
        assert console.app.focused is console.screen.table


@pytest.mark.parametrize("opens", ["Xcc", "oaa", "3xyy", "??", "\rqq", "2Eqq"])
async def test_a_window_closed_twice_does_not_take_the_console_with_it(opens: str) -> None:
    async with Console() as console:
        burst(console, opens)
        await console.pilot.pause()
        await console.pilot.pause()
        assert console.on_top in ("ConsoleScreen", "ReadScreen", "ConfirmScreen")
        assert console.screen.is_attached


@pytest.mark.parametrize("after", [":go eth", "\r", "2E", "x?", "q"])
async def test_what_is_typed_behind_the_key_that_quits_means_nothing(after: str) -> None:
    async with Console(empty()) as console:
        burst(console, f"qy{after}")
        await console.pilot.pause()
    assert (console.app.crash, console.app.return_code, console.desk.sent) == ("", 0, [])


async def test_what_follows_a_closed_window_is_for_the_console() -> None:
    async with Console() as console:
        await console.press("enter")
        assert console.on_top == "DetailScreen"
        burst(console, "q:filter eth")
        await console.pilot.pause()
        assert isinstance(console.app.screen, CommandScreen)
        assert console.app.screen.line.value == "filter eth"
        assert console.desk.sent == []
