"""A table of any number of rows, made when they come into view."""

from collections.abc import Sequence

from atlas_tui.widgets.live_table import LiveTable
from atlas_tui.widgets.table_rows import Column, Row


class LongTable(LiveTable):
    """A `LiveTable` that takes its rows as they are, and compares none: they are shown whole, and then stay."""

    def show_rows(self, columns: Sequence[Column], rows: Sequence[Row], cursor: int = 0) -> None:
        """Show these rows, the cursor on one of them."""
        self.set_columns(columns)
        self._rows = rows
        self._cursor = min(max(0, cursor), len(rows) - 1)
        self._fit()
        self._reveal()
        self._repaint()

    def move_by(self, rows: int) -> None:
        """The cursor so many rows on, as far as there are any."""
        self._move_to(self._cursor + rows)
