"""Themes in a terminal of sixteen colours: hues stay apart, and nothing fades into its ground."""

import pytest
from rich.color import Color, ColorSystem

from atlas_tui.sixteen import ink_of
from atlas_tui.theming import Palette, load_themes
from tests.tui.conftest import console_over
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import rich

GROUNDS = ("background", "surface", "panel", "bar", "cursor-row")
INKS = ("text", "readable", "long", "short", "inside", "outside", "setup", "open", "live", "failed", "brand", "stale")
NAMES = ("atlas-dark", "atlas-light", "colour-blind", "high-contrast", "mono")


def palette(name: str) -> Palette:
    theme = next(theme for theme in load_themes(sixteen=True) if theme.name == name)
    grounds = {"background": theme.background, "surface": theme.surface, "panel": theme.panel}
    known = {role: text for role, text in grounds.items() if text}
    return Palette.from_theme_variables({"foreground": theme.foreground or "", **theme.variables, **known})


def number(color: str) -> int | None:
    """Which of the terminal's sixteen."""
    return Color.parse(color).downgrade(ColorSystem.STANDARD).number


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_written_in_the_colour_of_its_ground(name: str) -> None:
    found = palette(name)
    same = [
        (ink, ground) for ink in INKS for ground in GROUNDS if number(found.color(ink)) == number(found.color(ground))
    ]
    assert same == []


@pytest.mark.parametrize("name", [name for name in NAMES if name != "mono"])
def test_long_short_and_warning_keep_hues_of_their_own(name: str) -> None:
    found = palette(name)
    assert len({number(found.color(role)) for role in ("long", "short", "setup", "text")}) == 4


@pytest.mark.parametrize("name", NAMES)
def test_the_cursor_is_seen_on_the_list(name: str) -> None:
    found = palette(name)
    assert len({number(found.color(role)) for role in ("surface", "cursor-row", "panel")}) == 3


@pytest.mark.parametrize(
    ("color", "dark", "sixteen"),
    [("#5faf87", True, 10), ("#ff8787", True, 9), ("#d7af5f", True, 11), ("#5fafd7", True, 14), ("#af87ff", True, 13),
     ("#005f00", False, 2), ("#af0000", False, 1), ("#005f87", False, 4), ("#9e9e9e", True, 7), ("#121212", True, 0)],
)  # fmt: skip
def test_a_colour_becomes_its_nearest_hue(color: str, dark: bool, sixteen: int) -> None:
    assert number(ink_of(color, dark)) == sixteen


async def test_a_console_on_such_a_terminal_takes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLORTERM", "")
    app = console_over(FakeDesk(rich()))
    async with app.run_test():
        assert app.console.color_system == "standard"
        assert app.theme_variables["long"] == "#55ff55"
