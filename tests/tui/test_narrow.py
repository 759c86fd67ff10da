"""What goes down the line for changed cells."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip

from atlas_tui.glass.mirror import Mirror, Piece, parts_of, turned
from atlas_tui.glass.narrow import NarrowCompositor, NarrowUpdate, narrowed
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.table_rows import Cell
from benchmarks.glass import Glass

LEFT, RIGHT = Strip([Segment("BTC 90,387.5")]), Strip([Segment("ETH 3,121.40")])
LONG, SHORT = Style.parse("#5faf87 on #121212"), Style.parse("#ff5f5f on #121212")
BOLD = Style.parse("bold #ff5f5f on #121212")


def sent(*spans: tuple[int, int, int], mirror: Mirror | None = None) -> str:
    """What two widgets side by side in the second row send for these spans."""
    chops: list[dict[int, Strip | None]] = [{}, {0: LEFT, 12: RIGHT}]
    update = narrowed(ChopsUpdate(chops, list(spans), [[], [12, 24]]), mirror or Mirror())
    assert isinstance(update, NarrowUpdate)
    return update.render_segments(Console(color_system=None))


def painted(mirror: Mirror, text: str, style: Style | None = None, x: int = 0, y: int = 0) -> str:
    """What the mirror sends so that this text is shown."""
    return mirror.sequence([whole(y, x, text, style)], ColorSystem.TRUECOLOR)


def whole(y: int, x: int, text: str, style: Style | None) -> Piece:
    """A piece that shows all of a text."""
    strip = Strip([Segment(text, style)])
    return Piece(y, x, strip, x, x + strip.cell_length)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        ((1, 11, 12), "\x1b[2;12H5"),
        ((1, 0, 12), "\x1b[2;1HBTC 90,387.5"),
        ((1, 4, 6), "\x1b[2;5H90"),
        ((1, 16, 24), "\x1b[2;17H3,121.40"),
        ((1, 10, 15), "\x1b[2;11H.5ETH"),
    ],
)
def test_a_span_sends_its_own_cells_only(span: tuple[int, int, int], text: str) -> None:
    assert sent(span) == text


def test_a_gap_in_a_row_is_a_step_to_the_right() -> None:
    assert sent((1, 0, 3), (1, 12, 15)) == "\x1b[2;1HBTC\x1b[9CETH"


def test_a_widget_that_is_not_to_be_painted_sends_nothing() -> None:
    update = narrowed(ChopsUpdate([{0: None}], [(0, 0, 4)], [[12]]), Mirror())
    assert isinstance(update, NarrowUpdate)
    assert update.render_segments(Console(color_system=None)) == ""


def test_a_whole_screen_is_left_as_it_is_and_nothing_is_known_after_it() -> None:
    mirror = Mirror()
    whole = LayoutUpdate([[LEFT]], Region(0, 0, 12, 1))
    sent((1, 0, 3), mirror=mirror)
    assert sent((1, 0, 3), mirror=mirror) == ""
    assert narrowed(whole, mirror) is whole
    assert narrowed(None, mirror) is None
    assert sent((1, 0, 3), mirror=mirror) == "\x1b[2;1HBTC"


def test_of_a_new_price_only_the_digits_that_changed_are_sent() -> None:
    mirror = Mirror()
    painted(mirror, "90,387.5", LONG)
    assert painted(mirror, "90,389.5", LONG) == "\x1b[1;6H\x1b[38;2;95;175;135;48;2;18;18;18m9\x1b[0m"
    assert painted(mirror, "90,389.5", LONG) == ""


def test_a_cell_of_another_colour_is_another_cell() -> None:
    mirror = Mirror()
    painted(mirror, "5", LONG)
    assert painted(mirror, "5", SHORT) == "\x1b[1;1H\x1b[38;2;255;95;95;48;2;18;18;18m5\x1b[0m"


def test_a_few_equal_cells_are_sent_again_rather_than_stepped_over() -> None:
    mirror = Mirror()
    painted(mirror, "1234567", LONG)
    assert "9" + "23" + "9" in painted(mirror, "9239567", LONG)


@pytest.mark.parametrize(
    ("before", "after", "sequence"),
    [
        ("38;2;1;2;3;48;5;16", "38;2;9;9;9;48;5;16", "\x1b[38;2;9;9;9m"),
        ("1;31;42", "31;42", "\x1b[0;31;42m"),
        ("31", "1;31", "\x1b[1m"),
        ("97;100", "100", "\x1b[39m"),
        ("1;31", "", "\x1b[0m"),
        ("", "1;31", "\x1b[1;31m"),
    ],
)
def test_a_style_is_turned_into_another_by_what_differs(before: str, after: str, sequence: str) -> None:
    assert turned(before, after) == sequence


def test_the_parts_of_a_style_are_told_apart() -> None:
    assert parts_of("1;4;38;5;72;48;2;18;18;18") == ("1;4", "38;5;72", "48;2;18;18;18")
    assert parts_of("7;91;103") == ("7", "91", "103")


def test_characters_of_two_cells_are_sent_whole_and_not_remembered() -> None:
    mirror = Mirror()
    assert painted(mirror, "漢字") == "\x1b[1;1H漢字"
    assert painted(mirror, "漢字") == "\x1b[1;1H漢字"
    assert painted(mirror, "abcd") == "\x1b[1;1Habcd"


@given(st.text("a1漢字", min_size=1, max_size=6), st.integers(0, 9), st.integers(1, 6), st.sampled_from([LONG, None]))
def test_of_a_strip_only_the_window_is_shown_and_half_a_character_is_a_blank(
    text: str, first: int, cells: int, style: Style | None
) -> None:
    strip = Strip([Segment("<", BOLD), Segment(text, style), Segment(">", BOLD)])
    last = min(first + cells, strip.cell_length)
    written = Mirror().sequence([Piece(0, 3, strip, 3 + first, 3 + last)], ColorSystem.TRUECOLOR)
    shown = strip.crop(first, last).text if first < last else ""
    assert re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", written) == shown
    assert not shown or written.startswith(f"\x1b[1;{3 + first + 1}H")


TEXTS = st.text("ab19.", min_size=1, max_size=8)
PIECES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 12), TEXTS, st.sampled_from([LONG, BOLD, None])), max_size=6
)


@given(st.lists(PIECES, max_size=6))
def test_whatever_is_painted_the_terminal_shows_it(frames: list[list[tuple[int, int, str, Style | None]]]) -> None:
    glass, mirror, wanted = Glass(24, 4), Mirror(), [[" "] * 24 for _ in range(4)]
    for frame in frames:
        pieces = [whole(y, x, text, style) for y, x, text, style in frame]
        glass.feed(mirror.sequence(pieces, ColorSystem.TRUECOLOR))
        for y, x, text, _ in frame:
            wanted[y][x : x + len(text)] = text
    assert glass.text() == "\n".join("".join(row) for row in wanted)


class Blocks(App[None]):
    """Two blocks side by side, one half hidden by a third."""

    CSS = """
    #left { width: 10; height: 2; } #right { width: 10; height: 2; offset: 10 -2; }
    #over { width: 6; height: 1; offset: 7 -4; layer: top; } Screen { layers: default top; }
    """

    def compose(self) -> ComposeResult:
        yield Lines(id="left")
        yield Lines(id="right")
        yield Lines(id="over")


async def test_each_cell_is_rendered_by_the_widget_on_top() -> None:
    app = Blocks()
    async with app.run_test(size=(24, 6)) as pilot:
        for name, char in (("left", "l"), ("right", "r"), ("over", "o")):
            app.query_one(f"#{name}", Lines).show([(Cell(char * 10),)] * 2)
        await pilot.pause()
        app.screen._compositor._dirty_regions.clear()
        whole = [strip.text for strip in app.screen._compositor.render_strips()]
        narrow = NarrowCompositor()
        narrow.reflow(app.screen, app.screen.size)
        narrow._dirty_regions = {Region(3, 0, 18, 2)}
        update = narrow.render_partial_update()
        assert isinstance(update, NarrowUpdate)
        shown = [list(row) for row in (" " * 24, " " * 24)]
        for y, x, strip, first, last in update.pieces:
            shown[y][first:last] = strip.crop(first - x, last - x).text
        assert ["".join(row)[3:21] for row in shown] == [row[3:21] for row in whole[:2]]
        assert narrow.render_partial_update() is None


def test_no_sequence_leaves_a_colour_behind() -> None:
    text = painted(Mirror(), "x", BOLD)
    assert re.findall(r"\x1b\[0m$", text)
