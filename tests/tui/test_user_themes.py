"""Themes of the user's own: taken, laid over one that ships, or refused in a sentence."""

from importlib.resources import files
from pathlib import Path

import pytest

from atlas_tui.cli.known import console_words
from atlas_tui.theme_choice import next_theme, take_theme, theme_names
from atlas_tui.user_themes import load_user_themes
from tests.tui.as_text import screen_text
from tests.tui.conftest import console_over
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import rich

SHIPPED = ("atlas-dark", "atlas-light", "colour-blind", "high-contrast", "mono")
WHOLE = (files("themes") / "atlas_dark.toml").read_text(encoding="utf-8")


def write(folder: Path, **texts: str) -> Path:
    """Theme files by stem, in a folder `themes`."""
    themes = folder / "themes"
    themes.mkdir(exist_ok=True)
    for name, text in texts.items():
        (themes / f"{name}.toml").write_text(text, encoding="utf-8")
    return themes


def test_an_absent_folder_has_no_themes_and_no_problems(tmp_path: Path) -> None:
    for folder in (None, tmp_path / "nowhere"):
        found = load_user_themes(folder)
        assert (found.themes, found.problems) == ((), ())


def test_a_whole_file_is_a_theme(tmp_path: Path) -> None:
    found = load_user_themes(write(tmp_path, mine=WHOLE.replace('"atlas-dark"', '"night"')), SHIPPED)
    assert [theme.name for theme in found.themes] == ["night"]
    assert found.problems == ()


@pytest.mark.parametrize("base", ["atlas-dark", "dark"])
def test_a_few_lines_over_a_base_are_a_theme_named_by_its_file(tmp_path: Path, base: str) -> None:
    (theme,) = load_user_themes(write(tmp_path, sea=f'base = "{base}"\n[ink]\nlong = "#00FFFF"\n')).themes
    assert (theme.name, theme.variables["long"], theme.variables["short"]) == ("sea", "#00FFFF", "#ff8787")


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    (theme,) = load_user_themes(write(tmp_path, odd='name = "a\\u001b[31m\\nb"\nbase = "mono"\n')).themes
    assert theme.name == "a[31m b"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dark = ", "mine.toml: "),
        ('base = "no-such"', "base: must be one of atlas-dark"),
        ('base = "mono"\n[ink]\nlong = "green"', "ink.long"),
        ('base = "mono"\n[ink]\nlung = "#ffffff"', "lung"),
        ('base = "mono"\nink = 3', "ink"),
        ("dark = true", "`mono`"),
        ('name = "mono"\nbase = "mono"', "there is a theme mono already"),
        ('name = " "\nbase = "mono"', "name: is empty"),
        ("name = 5\nbase = 'mono'", "name"),
        ("# " + "x" * 70_000, "larger than 64 kB"),
    ],
    ids=["not TOML", "base", "colour", "unknown key", "no table", "missing", "taken", "empty name", "kind", "large"],
)
def test_a_file_that_cannot_be_used_is_said_in_one_sentence(tmp_path: Path, text: str, told: str) -> None:
    found = load_user_themes(write(tmp_path, mine=text, good='base = "mono"'), SHIPPED)
    assert [theme.name for theme in found.themes] == ["good"]
    (problem,) = found.problems
    assert problem.startswith("theme mine.toml: ")
    assert problem.endswith("the file is left out")
    assert told in problem
    assert "\n" not in problem


def test_what_is_no_text_or_no_file_is_said_too(tmp_path: Path) -> None:
    themes = write(tmp_path)
    (themes / "a.toml").write_bytes(b"\xff\xfe")
    (themes / "b.toml").mkdir()
    problems = load_user_themes(themes).problems
    assert "not UTF-8" in problems[0]
    assert "cannot be read" in problems[1]


def test_the_settings_know_the_users_themes_by_name_and_by_file(tmp_path: Path) -> None:
    write(tmp_path, sea='name = "deep"\nbase = "dark"', broken="][")
    assert {"sea", "deep", "broken", "dark", "atlas-dark", "mono"} <= set(
        console_words(tmp_path / "config.toml").themes
    )


async def test_the_console_steps_through_shipped_and_own_themes(tmp_path: Path) -> None:
    themes = write(tmp_path, sea='base = "dark"\n[ink]\nlong = "#00ffff"')
    app = console_over(FakeDesk(rich()), themes_dir=themes, theme="sea")
    async with app.run_test() as pilot:
        assert app.theme_variables["long"] == "#00ffff"
        assert theme_names(app) == (*SHIPPED, "sea")
        assert next_theme(app) == "atlas-dark"
        assert next_theme(app, -1) == "sea"
        await pilot.pause()
        assert take_theme(app, "light")
        assert app.theme == "atlas-light"
        assert not take_theme(app, "textual-dark")
        assert app.theme == "atlas-light"


async def test_a_broken_theme_is_told_in_the_log_and_another_one_is_shown(tmp_path: Path) -> None:
    themes = write(tmp_path, mine='base = "mono"\n[ink]\nlong = "green"')
    app = console_over(FakeDesk(rich()), themes_dir=themes, theme="mine")
    async with app.run_test(size=(200, 50)) as pilot:
        assert app.theme == "atlas-dark"
        await pilot.press("7", "G")
        await pilot.pause()
        told = "theme mine.toml: Expected a color as in `#5fafd7` - at `ink.long`; the file is left out"
        assert any(told in line for line in screen_text(app))
