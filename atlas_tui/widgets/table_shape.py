"""Where the cells of a table's rows are: rows of one line, or cards of two; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from textual.geometry import Region

from atlas_tui.widgets.table_rows import Column, Row, places


@dataclass(frozen=True)
class TableShape:
    """The columns of a table by the line of a row they stand on.

    Attributes:
        columns: those of the first line, then those of the second.
    """

    columns: tuple[Column, ...] = ()

    @cached_property
    def lines(self) -> tuple[tuple[Column, ...], ...]:
        """Columns of each line of a row."""
        first = tuple(column for column in self.columns if not column.line)
        second = tuple(column for column in self.columns if column.line)
        return (first, second) if second else (first,)

    @property
    def height(self) -> int:
        """Lines a row takes."""
        return len(self.lines)

    def part(self, row: Row, line: int) -> Row:
        """The row with only the cells of one of its lines."""
        start = sum(len(columns) for columns in self.lines[:line])
        return row if self.height == 1 else row._replace(cells=row.cells[start : start + len(self.lines[line])])

    def cells(self, index: int, width: int) -> list[Region]:
        """Where each cell of the row at `index` is, counted in lines from the first row."""
        return [
            Region(x, index * self.height + line, cells, 1)
            for line, columns in enumerate(self.lines)
            for _, x, cells in places(columns, width)
        ]

    def is_visible(self, index: int, top: int, room: int) -> bool:
        """Is the whole row between line `top` and `room` lines below?"""
        return top <= index * self.height and (index + 1) * self.height <= top + max(self.height, room)

    def scrolled(self, index: int, top: int, room: int) -> int:
        """The line to scroll to so that the row is in view, as near to `top` as can be."""
        return min(max(top, (index + 1) * self.height - room), max(0, index * self.height))

    def in_view(self, rows: Sequence[Row], top: int, room: int) -> tuple[str, ...]:
        """Keys of the rows of which the first line is in view."""
        first = -(-top // self.height)
        return tuple(row.key for row in rows[first : -(-(top + max(0, room)) // self.height)])
