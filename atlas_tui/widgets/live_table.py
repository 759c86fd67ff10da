"""A table of live cells: it repaints the cells that changed and nothing else.

Textual's DataTable repaints the whole table for one changed cell; over a slow link that is felt. Here every set of
rows is compared with what is on the screen, and only the differing cells are marked dirty.
"""

from collections.abc import Sequence

from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.theme import Theme

from atlas_tui.widgets.brush import Painted
from atlas_tui.widgets.row_message import RowMessage
from atlas_tui.widgets.table_paint import cursor_style, empty_strip, header_strip, row_strip
from atlas_tui.widgets.table_rows import Cell, Column, Row
from atlas_tui.widgets.table_shape import TableShape

__all__ = ["Cell", "Column", "LiveTable", "Row"]


class LiveTable(Painted, can_focus=True, inherit_bindings=False):
    """Rows under a fixed header, with a cursor that stays on its row's key (or, while `follows_top`, on the first row).

    It binds no key: the screen's keymap calls its actions.
    """

    DEFAULT_CSS = """
    LiveTable {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
    }
    """

    class Highlighted(RowMessage):
        """The cursor came to rest on another row; `key` is None when there are no rows."""

    class Opened(RowMessage):
        """The row under the cursor was opened."""

    def __init__(
        self,
        columns: Sequence[Column] = (),
        *,
        empty_text: str = "",
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own name for it)
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._shape = TableShape(tuple(columns))
        self._rows: Sequence[Row] = ()
        self._cursor = -1
        self.follows_top = self._moved = False
        self._empty_text = empty_text
        self._strips: dict[int, Strip] = {}
        self._painted_width = 0

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns shown, of cards those of both lines."""
        return self._shape.columns

    @property
    def cursor_key(self) -> str | None:
        """Key of the row under the cursor; None when there are no rows."""
        return self._rows[self._cursor].key if self._rows else None

    @property
    def cursor_row(self) -> int:
        """Index of the row under the cursor; -1 when there are no rows."""
        return self._cursor

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of all rows, from the top."""
        return tuple(row.key for row in self._rows)

    @property
    def keys_in_view(self) -> tuple[str, ...]:
        """Keys of the rows that are on the screen, from the top."""
        return self._shape.in_view(self._rows, self.scroll_offset.y, self.size.height - 1)

    @property
    def row_height(self) -> int:
        """Lines a row takes."""
        return self._shape.height

    @property
    def empty_text(self) -> str:
        """What is shown in the middle while there are no rows."""
        return self._empty_text

    @empty_text.setter
    def empty_text(self, text: str) -> None:
        if text != self._empty_text:
            self._empty_text = text
            if not self._rows:
                self.refresh()

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show these columns, on one line or two; the rows that fit them are to be set next."""
        if tuple(columns) != self._shape.columns:
            self._shape = TableShape(tuple(columns))
            self._fit()
            self._repaint()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows; the cursor stays on its key, or near its place when the key is gone."""
        before, key, at = self._rows, self.cursor_key, self._cursor
        was_visible = self._is_visible(at)
        self._rows = tuple(rows)
        follow = self.follows_top and not self._moved and bool(rows)
        self._cursor = 0 if follow else self._index_of(key, at)
        for index in range(max(len(before), len(self._rows))):
            self._compare(index, before, at)
        if len(before) != len(self._rows):
            self._fit()
            if not before or not self._rows:
                self.refresh()
        if self._cursor != at and was_visible:
            self._reveal()
        if self.cursor_key != key:
            self.post_message(self.Highlighted(self, self.cursor_key))

    def move_cursor(self, key: str) -> bool:
        """Put the cursor on the row of this key and bring it into view; False when there is no such row."""
        index = next((index for index, row in enumerate(self._rows) if row.key == key), None)
        if index is not None:
            self._move_to(index)
        return index is not None

    def action_cursor_down(self) -> None:
        """One row down."""
        self._move_to(self._cursor + 1)

    def action_cursor_up(self) -> None:
        """One row up."""
        self._move_to(self._cursor - 1)

    def action_cursor_top(self) -> None:
        """To the first row."""
        self._move_to(0)

    def action_cursor_bottom(self) -> None:
        """To the last row."""
        self._move_to(len(self._rows) - 1)

    def action_page(self, halves: int) -> None:
        """By so many half pages, down when above 0."""
        self._move_to(self._cursor + halves * max(1, (self.size.height - 1) // 2 // self._shape.height))

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self.cursor_key is not None:
            self.post_message(self.Opened(self, self.cursor_key))

    def on_mount(self) -> None:
        """Repaint with every new theme."""
        self.app.theme_changed_signal.subscribe(self, self._on_theme)

    def on_resize(self) -> None:
        """Columns depend on the width."""
        self._fit()
        self._repaint()

    def on_focus(self) -> None:
        """The cursor row tells whether the table has the focus."""
        self._repaint_row(self._cursor)

    on_blur = on_focus

    def on_click(self, event: events.Click) -> None:
        """A click takes the cursor there; on the row under the cursor it opens it."""
        index = (event.y - 1 + self.scroll_offset.y) // self._shape.height
        if event.y >= 1 and 0 <= index < len(self._rows):
            if index == self._cursor:
                self.action_open()
            else:
                self._move_to(index)

    def render_line(self, y: int) -> Strip:
        """Line `y` of the widget: header, row, or the text of an empty table."""
        brush, width = self.brush, self._width
        if y == 0:
            strip = header_strip(self._shape.lines[0], width, brush)
        elif not self._rows:
            strip = empty_strip(self._empty_text, y, self.size.height, width, brush)
        else:
            return self._row_line(y - 1 + self.scroll_offset.y)
        return strip.adjust_cell_length(width, brush.base)

    def _row_line(self, line: int) -> Strip:
        brush, width, shape = self.brush, self._width, self._shape
        index, part = divmod(line, shape.height)
        if index >= len(self._rows):
            return Strip.blank(width, brush.base)
        if width != self._painted_width:
            self._painted_width = width
            self._strips.clear()
        if line not in self._strips:
            ground = cursor_style(brush.palette, self.has_focus) if index == self._cursor else None
            strip = row_strip(shape.part(self._rows[index], part), shape.lines[part], width, brush, ground)
            self._strips[line] = strip.adjust_cell_length(width, brush.base)
        return self._strips[line]

    @property
    def _width(self) -> int:
        """Cells a row has, the scrollbar left out."""
        return self.scrollable_content_region.width

    def _compare(self, index: int, before: Sequence[Row], cursor_before: int) -> None:
        """Mark dirty what differs between the row shown at `index` and the one that is to be shown there."""
        old = before[index] if index < len(before) else None
        new = self._rows[index] if index < len(self._rows) else None
        same_cursor = (index == cursor_before) == (index == self._cursor)
        if old == new and same_cursor:
            return
        if old is None or new is None or old.dim != new.dim or len(old.cells) != len(new.cells) or not same_cursor:
            self._repaint_row(index)
            return
        for place, was, now in zip(self._shape.cells(index, self._width), old.cells, new.cells, strict=False):
            if was != now:
                self._strips.pop(place.y, None)
                self._dirty(place)

    def _dirty(self, cells: Region) -> None:
        """Refresh these cells of the rows, where they are in view."""
        shown = cells.translate((0, 1 - self.scroll_offset.y))
        if 1 <= shown.y < self.size.height:
            self.mark(shown)

    def _repaint_row(self, index: int) -> None:
        for line in range(index * self._shape.height, (index + 1) * self._shape.height):
            self._strips.pop(line, None)
            self._dirty(Region(0, line, self._width, 1))

    def _repaint(self) -> None:
        self.forget_brush()
        self.refresh()

    def forget_brush(self) -> None:
        """Whatever was painted is to be painted anew."""
        super().forget_brush()
        self._strips.clear()

    def _on_theme(self, _theme: Theme) -> None:
        self._repaint()

    def _index_of(self, key: str | None, fallback: int) -> int:
        if not self._rows:
            return -1
        found = next((index for index, row in enumerate(self._rows) if row.key == key), None)
        return found if found is not None else min(max(0, fallback), len(self._rows) - 1)

    def _move_to(self, wanted: int) -> None:
        index = min(max(0, wanted), len(self._rows) - 1)
        self._moved = index > 0
        if index == self._cursor:
            return
        before, self._cursor = self._cursor, index
        self._repaint_row(before)
        self._repaint_row(index)
        self._reveal()
        self.post_message(self.Highlighted(self, self.cursor_key))

    def _is_visible(self, index: int) -> bool:
        return self._shape.is_visible(index, self.scroll_offset.y, self.size.height - 1)

    def _reveal(self) -> None:
        """Scroll as little as needed for the cursor's row to be in view."""
        top, room = self.scroll_offset.y, max(1, self.size.height - 1)
        wanted = self._shape.scrolled(self._cursor, top, room)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, force=True)

    def _fit(self) -> None:
        self.span(len(self._rows) * self._shape.height + 1)
