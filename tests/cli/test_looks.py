"""The looks of the console by options of the command line, over the settings file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from atlas_tui.cli.screen import screen_for
from core.config import Bell, Known, Request, load_settings
from tests.cli.said import Said
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import empty

Run = Callable[..., Said]


@pytest.mark.parametrize(
    ("option", "line"),
    [
        (("--ascii",), "ascii = true  # --ascii"),
        (("--mask",), "mask = true  # --mask"),
        (("--no-mouse",), "mouse = false  # --no-mouse"),
        (("--fps", "12"), "fps = 12  # --fps"),
        (("--theme", "mono"), 'theme = "mono"  # --theme'),
    ],
)
def test_an_option_lays_itself_over_the_settings_file(
    option: tuple[str, ...], line: str, tmp_path: Path, atlas: Run
) -> None:
    file = tmp_path / "looks.toml"
    file.write_text('[ui]\nascii = false\nmouse = true\nfps = 5\ntheme = "light"\nmask = false\n', encoding="utf-8")
    said = atlas(*option, "--config", file, "config", "show")
    assert line in said.out.splitlines()


@pytest.mark.parametrize("wrong", [("--fps", "0"), ("--fps", "99"), ("--theme", "no-such-theme")])
def test_a_value_that_is_not_allowed_is_named_with_its_option(wrong: tuple[str, str], atlas: Run) -> None:
    said = atlas(*wrong, "config", "show")
    assert said.code == 2
    assert said.sentence.startswith(f"atlas: {wrong[0]}: ui.")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('scan = "f5"\nwatch = "x"\n', "line 3: [keys] 'x' would do two things: drop (reject; close a position) and"),
        ('scan = "f5"\ntheme = "r"\nwatch = "f5"\n', "lines 2 and 4: [keys] 'f5' would do two things"),
        ('scan = "ctrl+z"\n', "line 2: [keys] scan = 'ctrl+z': this key cannot be given away"),
    ],
)
def test_a_key_that_cannot_be_had_is_refused_with_names_file_and_line(
    text: str, says: str, tmp_path: Path, atlas: Run
) -> None:
    file = tmp_path / "keys.toml"
    file.write_text(f"[keys]\n{text}", encoding="utf-8")
    said = atlas("--config", file, "config", "show")
    assert (said.code, said.sentence.startswith(f"atlas: {file}, ")) == (2, True)
    assert says in said.sentence


def test_every_look_of_the_settings_reaches_the_console() -> None:
    wanted = {"theme": "mono", "ascii": True, "mask": True, "fps": 7, "bell": "always", "osc9": True, "flash": False}
    request = Request(options={f"ui.{key}": ("test", value) for key, value in wanted.items()})
    app = screen_for(FakeDesk(empty()), load_settings(request, {}, Known()))
    options = app.options
    assert (app.theme, app.ascii_only, options.masked, options.fps) == ("mono", True, True, 7)
    assert (options.bell, options.osc9, options.flash) == (Bell.ALWAYS, True, False)
