"""One thumb on a phone: nothing needs Esc, Ctrl, Alt or a function key."""

import re

import pytest

from atlas_tui.acts.registry import ACTS
from tests.tui.driven import Console

FAR = re.compile(r"escape|f\d+|(ctrl|alt|super|meta)\+.*")
"""Keys that a phone's keyboard lacks or hides."""
WAYS_OUT = {
    "help": ("question_mark", "q"),
    "detail": ("enter", "q"),
    "a note of the log": ("7 enter", "q"),
    "the command line": ("colon", "enter"),
    "a command half typed": ("colon t h", "backspace backspace backspace"),
    "the palette": ("P", "backspace"),
    "the filter": ("slash", "enter"),
    "a filter that is set": ("slash e t h enter", "backspace"),
    "a reason to reject": ("1 X", "z"),
    "a note to write": ("1 n", "enter"),
    "closing a position": ("3 x", "n"),
    "an entry by hand": ("2 E", "n"),
    "quitting": ("q", "n"),
    "jump letters": ("1 o", "Z"),
}


def test_every_act_has_a_key_within_reach_or_a_command() -> None:
    keyed = [act for act in ACTS if act.keys]
    assert [act.id for act in keyed if all(FAR.fullmatch(key) for key in act.keys)] == []


@pytest.mark.parametrize("name", WAYS_OUT)
async def test_every_window_is_left_by_a_key_within_reach(name: str) -> None:
    into, out = WAYS_OUT[name]
    assert [key for key in (*into.split(), *out.split()) if FAR.fullmatch(key)] == []
    async with Console() as console:
        await console.press(*into.split())
        await console.press(*out.split())
        assert (console.on_top, console.screen.order.filter) == ("ConsoleScreen", "")
        assert not console.screen.query_one("#filter").display
        assert console.desk.sent == []
