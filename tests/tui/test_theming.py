"""Themes: what ships, what can be read on what, and what is refused."""

from importlib.resources import files

import pytest
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.theme import Theme

from atlas_tui.theming import DEFAULT_THEME, ROLES, Palette, load_themes, palette_of, theme_of
from core.domain.errors import ConfigError
from tests.tui.conftest import console_over
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import failing

NAMES = ("atlas-dark", "atlas-light", "colour-blind", "high-contrast", "mono")
GROUNDS = {"background", "surface", "panel", "bar", "cursor-row", "grid", "zone-long", "zone-short"}
TINTS = {"zone-long", "zone-short"}
NOT_READ = {"dim", "tag-text", "badge-paper", "badge-live"}
"""Decoration, what is only written on a tag, and the tags' own grounds."""
CUBE = (0x00, 0x5F, 0x87, 0xAF, 0xD7, 0xFF)
XTERM = {(r, g, b) for r in CUBE for g in CUBE for b in CUBE} | {(grey, grey, grey) for grey in range(0x08, 0xEF, 10)}


def theme(name: str) -> Theme:
    return next(theme for theme in load_themes() if theme.name == name)


def colors(name: str) -> dict[str, Color]:
    """Every role of a theme."""
    found = theme(name)
    variables = {key: text for key, text in found.variables.items() if key in ROLES}
    plain = {"text": found.foreground, "background": found.background, "surface": found.surface, "panel": found.panel}
    return {role: Color.parse(text or "") for role, text in {**variables, **plain}.items()}


def contrast(one: Color, other: Color) -> float:
    """WCAG 2.1 contrast ratio, 1 to 21."""
    lights = sorted((_luminance(one), _luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(color: Color) -> float:
    parts = [part / 255 for part in color.rgb]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def source(name: str) -> str:
    return (files("themes") / f"{name}.toml").read_text(encoding="utf-8")


def test_the_default_theme_comes_first_and_all_have_names_of_their_own() -> None:
    names = [theme.name for theme in load_themes()]
    assert names[0] == DEFAULT_THEME
    assert sorted(names) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_colours_look_the_same_with_256_colours(name: str) -> None:
    off = {role: color.hex for role, color in colors(name).items() if role not in TINTS and color.rgb not in XTERM}
    assert off == {}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_can_be_read_on_the_ground(name: str) -> None:
    roles = colors(name)
    least = 7.0 if name == "high-contrast" else 4.5
    weak = {
        role: round(contrast(color, roles["background"]), 1)
        for role, color in roles.items()
        if role not in GROUNDS | NOT_READ and contrast(color, roles["background"]) < least
    }
    assert weak == {}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ground", ["surface", "panel", "bar", "cursor-row"])
def test_what_is_written_can_be_read_under_the_cursor_and_on_the_bars(name: str, ground: str) -> None:
    roles = colors(name)
    weak = {
        role: round(contrast(color, roles[ground]), 1)
        for role, color in roles.items()
        if role not in GROUNDS | NOT_READ and contrast(color, roles[ground]) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("name", NAMES)
def test_tags_and_badges_can_be_read(name: str) -> None:
    roles = colors(name)
    for role in ("setup", "stop", "target", "badge-paper", "badge-live"):
        assert contrast(roles["tag-text"], roles[role]) >= 4.5, role
    assert contrast(roles["last"], roles["grid"]) >= 4.5
    assert contrast(roles["stale"], roles["grid"]) >= 3.0


def test_the_colour_blind_theme_has_neither_red_nor_green() -> None:
    roles = colors("colour-blind")
    assert roles["long"].b > roles["long"].r
    assert roles["short"].r > roles["short"].b
    assert abs(_luminance(roles["long"]) - _luminance(roles["short"])) > 0.1


@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_on_a_tag_or_a_tint_can_be_read(name: str) -> None:
    roles = colors(name)
    tags = ("brand", "open", "setup", "failed", "badge-paper", "badge-live", "stop", "target")
    pairs = [("tag-text", tag) for tag in tags] + [("last", "grid"), ("stale", "panel")]
    pairs += [(ink, tint) for ink in ("long", "short", "inside", "outside", "readable") for tint in sorted(TINTS)]
    weak = {pair: round(contrast(roles[pair[0]], roles[pair[1]]), 1) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


def test_mono_has_greys_alone() -> None:
    assert {color.hex for color in colors("mono").values() if len(set(color.rgb)) > 1} == set()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('long = "#5faf87"', 'long = "green"', "ink.long"),
        ('long = "#5faf87"\n', "", "long"),
        ('long = "#5faf87"', 'long = "#5faf87"\nlung = "#5faf87"', "lung"),
        ("dark = true", 'dark = "yes"', "dark"),
        ("[ink]", "[ink", "line"),
    ],
    ids=["not a colour", "missing", "unknown", "wrong type", "not TOML"],
)
def test_a_bad_theme_is_refused_with_its_name_and_the_place(old: str, new: str, told: str) -> None:
    text = source("atlas_dark")
    assert text.count(old) == 1
    with pytest.raises(ConfigError, match=r"^theme mine\.toml: ") as refused:
        theme_of(text.replace(old, new), "mine.toml")
    assert told in str(refused.value)


def test_a_palette_gives_styles_by_role() -> None:
    palette = Palette.from_theme_variables({"foreground": "#d0d0d0", "long": "#5faf87", "badge-paper": "#5fafd7"})
    style = palette.style("long bold on badge-paper")
    assert (str(style.color and style.color.name), str(style.bgcolor and style.bgcolor.name)) == ("#5faf87", "#5fafd7")
    assert style.bold
    assert palette.style("underline").underline
    assert palette.color("never heard of") == palette.color("short") == "#d0d0d0"


def test_without_colour_a_ground_becomes_reverse_video_and_tints_are_off() -> None:
    palette = Palette.from_theme_variables({"foreground": "#d0d0d0", "tag-text": "#121212"}, no_color=True)
    assert (palette.mono, palette.tint) == (True, False)
    assert palette.style("tag-text on badge-live") == Style(color="#d0d0d0", reverse=True)
    assert not palette.style("long").reverse


async def test_an_app_takes_every_theme_and_says_what_it_paints_with() -> None:
    app: App[None] = App()
    for found in load_themes():
        app.register_theme(found)
    async with app.run_test() as pilot:
        for name in NAMES:
            app.theme = name
            await pilot.pause()
            palette = palette_of(app)
            wanted = {role: color.hex.lower() for role, color in colors(name).items()}
            assert {role: palette.color(role).lower() for role in wanted} == wanted
            assert palette.mono == (name == "mono")


@pytest.mark.parametrize(
    ("environment", "mono", "tint"),
    [
        ({"COLORTERM": "truecolor"}, False, True),
        ({"COLORTERM": ""}, False, False),
        ({"COLORTERM": "truecolor", "NO_COLOR": ""}, True, False),
    ],
    ids=["24 bit", "256 colours", "NO_COLOR"],
)
async def test_the_palette_knows_what_the_terminal_can_show(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], mono: bool, tint: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    app: App[None] = App()
    async with app.run_test():
        assert (palette_of(app).mono, palette_of(app).tint) == (mono, tint)


@pytest.mark.parametrize("no_color", [False, True], ids=["colour", "NO_COLOR"])
@pytest.mark.parametrize("name", NAMES)
async def test_trouble_can_be_read_in_every_theme_and_without_colour(
    monkeypatch: pytest.MonkeyPatch, name: str, no_color: bool
) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", "")
    app = console_over(FakeDesk(failing()), theme=name)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        strip = app.screen.query_one("#alert").region
        rows = app.screen._compositor.render_strips()[strip.y : strip.bottom]
    inks = [segment.style for row in rows for segment in row if segment.text.strip() and segment.style is not None]
    assert inks
    for ink in inks:
        assert ink.color is not None
        assert ink.bgcolor is not None
        ground, text = (Color.from_rich_color(color) for color in (ink.bgcolor, ink.color))
        assert contrast(ground, text) >= 4.5
