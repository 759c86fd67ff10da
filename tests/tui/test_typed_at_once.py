"""Keys that arrive in one burst: what follows a key that opens a line goes into that line, in order."""

import pytest
from textual.events import Key, Paste
from textual.widgets import Input

from atlas_tui.screens.ask import PromptScreen
from atlas_tui.screens.command import CommandScreen
from atlas_tui.tabs import Tab
from core.domain.commands import ClosePosition, WriteNote
from tests.tui.driven import Console
from tests.tui.snapshots_data import empty

NAMES = {
    " ": "space", "=": "equals_sign", ":": "colon", "/": "slash", "\r": "enter", ">": "greater_than_sign",
    "\x1b": "escape", "\x7f": "backspace", "\x10": "ctrl+p", "?": "question_mark",
}  # fmt: skip


def burst(console: Console, text: str) -> None:
    """Hand over all keys before the app has looked at the first of them."""
    for character in text:
        printed = character if character.isprintable() else None
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


@pytest.mark.parametrize(
    "keys",
    [":scan\r", ":\r", ":\x7f", ":x\x7f\x7f", ":theme li\x1b", "\x10scan\r", "/eth\r", "/eth\x1b", "/\r", "nwhy\r",
     "n\x1b", "nwhy\rnwhy not\r", "?q", "??", "\rq", "\req\x7f", "eq", "Xc", "X\x1b", "oz", "qn", "9q", "9\x1b"],
)  # fmt: skip
async def test_what_is_typed_behind_the_key_that_closes_a_window_moves_the_list_below_once(keys: str) -> None:
    async with Console() as console:
        burst(console, f"{keys}j")
        await console.pilot.pause()
        await console.pilot.pause()
        assert console.on_top == "ConsoleScreen"
        assert console.screen.table.cursor_key == console.screen.table.keys_in_view[1]


async def test_a_line_is_done_before_the_key_behind_it() -> None:
    async with Console() as console:
        burst(console, ":go trades\rj:go eth 1d\rq3xyj")
        await console.pilot.pause()
        await console.pilot.pause()
        assert (console.tab, console.on_top) == (Tab.POSITIONS, "ConsoleScreen")
        assert [type(command) for command in console.desk.sent] == [ClosePosition]
        assert console.screen.table.cursor_key == console.screen.table.keys_in_view[1]
        await console.press("4")
        assert console.screen.table.cursor_key == console.screen.table.keys_in_view[1]


async def test_a_choice_in_the_palette_is_of_what_was_typed_up_to_its_enter() -> None:
    async with Console() as console:
        burst(console, "\x10reverse\r\x10export\rj")
        await console.pilot.pause()
        assert console.screen.order.reverse
        assert isinstance(console.app.screen, CommandScreen)
        assert console.app.screen.line.value == "export j"


async def test_a_pasted_line_is_there_for_the_enter_behind_it() -> None:
    async with Console() as console:
        burst(console, ":filter ")
        console.app.post_message(Paste("eth\nignored"))
        burst(console, "\rj")
        await console.pilot.pause()
        await console.pilot.pause()
        assert (console.screen.order.filter, console.on_top) == ("eth", "ConsoleScreen")
        assert console.screen.table.cursor_key == console.screen.table.keys_in_view[1]


async def test_a_terminal_that_says_it_has_no_focus_and_sends_keys_is_typed_into() -> None:
    async with Console() as console:
        console.app.app_focus = False
        burst(console, ":theme light\rj")
        await console.pilot.pause()
        await console.pilot.pause()
        assert (console.app.theme, console.on_top) == ("atlas-light", "ConsoleScreen")
        assert console.screen.table.cursor_key == console.screen.table.keys_in_view[1]


async def test_ctrl_c_does_not_wait_for_a_window() -> None:
    async with Console() as console:
        burst(console, ":")
        console.app.post_message(Key("ctrl+c", None))
        await console.pilot.pause()
        assert console.app.leaving


async def test_what_follows_a_closed_window_is_for_the_console() -> None:
    async with Console() as console:
        await console.press("enter")
        assert console.on_top == "DetailScreen"
        burst(console, "q:filter eth")
        await console.pilot.pause()
        assert isinstance(console.app.screen, CommandScreen)
        assert console.app.screen.line.value == "filter eth"
        assert console.desk.sent == []
