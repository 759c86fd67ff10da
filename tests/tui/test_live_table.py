"""LiveTable in a real, headless app: what it shows, where its cursor stays, what it repaints."""

from collections.abc import Iterable

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from atlas_tui.theming import load_themes
from atlas_tui.widgets.live_table import Cell, Column, LiveTable, Row

COLUMNS = (Column("sym", "sym", 4), Column("price", "price", 8, "right"), Column("note", "note", 4, grow=True))


def row(key: str, price: str = "1.00", note: str = "-") -> Row:
    return Row(key, (Cell(key, "text bold"), Cell(price, "long"), Cell(note)))


class Recorded(LiveTable):
    """Keeps the regions it was asked to repaint; an empty list entry stands for the whole of it."""

    dirty: list[tuple[int, int, int, int] | None]

    def refresh(self, *regions: Region, **options: bool) -> "Recorded":
        self.__dict__.setdefault("dirty", []).extend(regions or [None])
        super().refresh(*regions, **options)
        return self

    def mark(self, *cells: Region) -> None:
        self.__dict__.setdefault("dirty", []).extend(cells)
        super().mark(*cells)


class Bench(App[None]):
    """One table, one list of its messages."""

    CSS = "Recorded { height: 6; }"

    def __init__(self, ascii_only: bool = False, theme_name: str = "atlas-dark") -> None:
        super().__init__()
        self.ascii_only = ascii_only
        self.heard: list[tuple[str, str | None]] = []
        for theme in load_themes():
            self.register_theme(theme)
        self.theme = theme_name

    def compose(self) -> ComposeResult:
        yield Recorded(COLUMNS, empty_text="No signals yet.")

    def on_live_table_highlighted(self, message: LiveTable.Highlighted) -> None:
        self.heard.append(("highlighted", message.key))

    def on_live_table_opened(self, message: LiveTable.Opened) -> None:
        self.heard.append(("opened", message.key))

    @property
    def table(self) -> Recorded:
        return self.query_one(Recorded)

    def lines(self) -> list[str]:
        return [self.table.render_line(y).text for y in range(self.table.size.height)]


def grounds(app: Bench) -> set[str]:
    """Backgrounds of the first row's segments."""
    styles = [segment.style for segment in app.table.render_line(1)]
    return {style.bgcolor.name for style in styles if style and style.bgcolor}


def rows(keys: Iterable[str]) -> list[Row]:
    return [row(key) for key in keys]


async def test_rows_stand_under_a_header_and_fill_the_width() -> None:
    app = Bench()
    async with app.run_test(size=(30, 8)) as pilot:
        app.table.set_rows([row("BTC", "90,610.0", "first"), row("ETH", "2,809.60", "a note that is far too long")])
        await pilot.pause()
        assert app.lines() == [
            "sym     price note            ",
            "BTC  90,610.0 first           ",
            "ETH  2,809.60 a note that is… ",
            "                              ",
            "                              ",
            "                              ",
        ]


async def test_an_empty_table_says_so_in_its_middle() -> None:
    app = Bench()
    async with app.run_test(size=(30, 8)) as pilot:
        await pilot.pause()
        assert [line.strip() for line in app.lines()] == ["sym     price note", "", "No signals yet.", "", "", ""]
        app.table.empty_text = "Flat."
        await pilot.pause()
        assert app.lines()[2].strip() == "Flat."


async def test_with_ascii_every_glyph_is_replaced() -> None:
    app = Bench(ascii_only=True)
    async with app.run_test(size=(30, 8)) as pilot:
        app.table.set_rows([row("● X", "▲ 1.00", "long enough to be cut off")])
        await pilot.pause()
        assert app.lines()[1] == "* X    ^ 1.00 long enough to~ "
        assert "".join(app.lines()).isascii()


async def test_the_cursor_starts_on_the_first_row_and_says_so() -> None:
    app = Bench()
    async with app.run_test(size=(30, 8)) as pilot:
        app.table.set_rows(rows("abc"))
        await pilot.pause()
        assert app.table.cursor_key == "a"
        assert app.heard == [("highlighted", "a")]


async def test_the_cursor_stays_on_its_key_when_rows_come_and_go() -> None:
    app = Bench()
    async with app.run_test(size=(30, 8)) as pilot:
        app.table.set_rows(rows("abc"))
        app.table.action_cursor_down()
        app.table.set_rows(rows("xyabc"))
        await pilot.pause()
        assert (app.table.cursor_key, app.table.cursor_row) == ("b", 3)
        app.table.set_rows(rows("xb"))
        await pilot.pause()
        assert (app.table.cursor_key, app.table.cursor_row) == ("b", 1)
        assert app.heard == [("highlighted", "a"), ("highlighted", "b")]


async def test_the_cursor_takes_the_place_of_a_row_that_is_gone() -> None:
    app = Bench()
    async with app.run_test(size=(30, 8)) as pilot:
        app.table.set_rows(rows("abc"))
        app.table.action_cursor_bottom()
        app.table.set_rows(rows("ab"))
        app.table.set_rows([])
        await pilot.pause()
        assert [key for _, key in app.heard] == ["a", "c", "b", None]
        assert app.table.cursor_key is None


async def test_one_changed_cell_repaints_one_cell() -> None:
    app = Bench()
    async with app.run_test(size=(30, 8)) as pilot:
        app.table.set_rows([row("a"), row("b"), row("c")])
        await pilot.pause()
        app.table.dirty = []
        app.table.set_rows([row("a"), row("b", "2.00"), row("c")])
        assert app.table.dirty == [Region(5, 2, 9, 1)]
        assert "2.00" in app.lines()[2]


async def test_equal_rows_repaint_nothing() -> None:
    app = Bench()
    async with app.run_test(size=(30, 8)) as pilot:
        app.table.set_rows(rows("abc"))
        await pilot.pause()
        app.table.dirty = []
        app.table.set_rows(rows("abc"))
        assert app.table.dirty == []


async def test_a_change_out_of_view_repaints_nothing() -> None:
    app = Bench()
    async with app.run_test(size=(30, 8)) as pilot:
        app.table.set_rows(rows("abcdefghij"))
        await pilot.pause()
        app.table.dirty = []
        app.table.set_rows([*rows("abcdefghi"), row("j", "9.99")])
        assert app.table.dirty == []


async def test_moving_the_cursor_scrolls_only_as_far_as_needed() -> None:
    app = Bench()
    async with app.run_test(size=(30, 8)) as pilot:
        app.table.set_rows(rows("abcdefghij"))
        await pilot.pause()
        app.table.action_page(4)
        await pilot.pause()
        assert app.table.cursor_key == "i"
        assert [line[:1] for line in app.lines()] == ["s", "e", "f", "g", "h", "i"]
        app.table.action_cursor_up()
        await pilot.pause()
        assert [line[:1] for line in app.lines()] == ["s", "e", "f", "g", "h", "i"]
        app.table.action_cursor_top()
        await pilot.pause()
        assert [line[:1] for line in app.lines()] == ["s", "a", "b", "c", "d", "e"]


async def test_the_scrolled_table_leaves_one_column_to_the_scrollbar() -> None:
    app = Bench()
    async with app.run_test(size=(30, 8)) as pilot:
        app.table.set_rows(rows("abcdefghij"))
        await pilot.pause()
        assert {len(line) for line in app.lines()} == {29}


async def test_opening_names_the_row_and_an_empty_table_opens_nothing() -> None:
    app = Bench()
    async with app.run_test(size=(30, 8)) as pilot:
        app.table.action_open()
        app.table.set_rows(rows("ab"))
        assert app.table.move_cursor("b")
        assert not app.table.move_cursor("nowhere")
        app.table.action_open()
        await pilot.pause()
        assert app.heard == [("highlighted", "a"), ("highlighted", "b"), ("opened", "b")]


async def test_a_click_selects_and_a_second_click_opens() -> None:
    app = Bench()
    async with app.run_test(size=(30, 8)) as pilot:
        app.table.set_rows(rows("abc"))
        await pilot.pause()
        await pilot.click(Recorded, offset=(2, 3))
        assert app.heard[-1] == ("highlighted", "c")
        await pilot.click(Recorded, offset=(2, 3))
        assert app.heard[-1] == ("opened", "c")


async def test_the_cursor_row_lies_on_the_themes_own_ground() -> None:
    app = Bench()
    async with app.run_test(size=(30, 8)) as pilot:
        app.table.set_rows(rows("ab"))
        app.table.focus()
        await pilot.pause()
        assert grounds(app) == {"#303030"}
        app.theme = "atlas-light"
        await pilot.pause()
        assert grounds(app) == {"#d7d7ff"}


@pytest.mark.parametrize("focused", [True, False], ids=["focused", "blurred"])
async def test_without_colour_the_cursor_row_is_still_told(focused: bool) -> None:
    app = Bench(theme_name="mono")
    async with app.run_test(size=(30, 8)) as pilot:
        app.table.set_rows(rows("ab"))
        if focused:
            app.table.focus()
        else:
            app.set_focus(None)
        await pilot.pause()
        style = next(iter(app.table.render_line(1))).style
        assert style is not None
        assert (style.reverse, style.underline) == ((True, None) if focused else (None, True))


async def test_outside_text_is_never_markup_and_never_breaks_a_line() -> None:
    app = Bench()
    async with app.run_test(size=(30, 8)) as pilot:
        app.table.set_rows([row("a", note="[red]x[/foo]\n\x1b")])
        await pilot.pause()
        assert app.lines()[1] == "a        1.00 [red]x[/foo]    "


async def test_a_badge_keeps_its_ground_under_the_cursor() -> None:
    app = Bench()
    async with app.run_test(size=(30, 8)) as pilot:
        app.table.set_rows([Row("a", (Cell("LIVE", "tag-text on badge-live"), Cell("1.00", "long"), Cell("x")))])
        app.table.focus()
        await pilot.pause()
        assert grounds(app) == {"#ff5f5f", "#303030"}


async def test_rows_set_before_the_table_is_on_the_screen_are_shown() -> None:
    app = Bench()
    async with app.run_test(size=(30, 16)) as pilot:
        early = LiveTable(COLUMNS)
        early.set_rows(rows("ab"))
        await app.mount(early)
        await pilot.pause()
        assert early.render_line(2).text.startswith("b")
        assert app.heard == [("highlighted", "a")]


async def test_other_columns_are_shown_with_the_rows_set_after_them() -> None:
    app = Bench()
    async with app.run_test(size=(30, 8)) as pilot:
        app.table.set_rows(rows("ab"))
        app.table.set_columns((Column("sym", "symbol", 6), Column("mid", "mid", 7, "center")))
        app.table.set_rows([Row("b", (Cell("b"), Cell("x")))])
        await pilot.pause()
        assert [line.rstrip() for line in app.lines()[:3]] == ["symbol   mid", "b         x", ""]
        assert app.table.cursor_key == "b"
