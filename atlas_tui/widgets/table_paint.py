"""The lines of a live table as strips."""

from collections.abc import Sequence
from textwrap import wrap

from rich.cells import cached_cell_len as cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from atlas_tui.theming import Palette
from atlas_tui.widgets.brush import Brush
from atlas_tui.widgets.table_rows import Column, Row, clip, places, printable


def header_strip(columns: Sequence[Column], width: int, brush: Brush) -> Strip:
    """The columns' titles."""
    style = brush.style("readable")
    return Strip(
        [
            Segment(clip(column.title, column.align, cells, brush.palette.ascii_only), style)
            for column, _, cells in places(columns, width)
        ]
    )


def row_strip(row: Row, columns: Sequence[Column], width: int, brush: Brush, ground: Style | None) -> Strip:
    """A row's cells; `ground` lies below them when the cursor is on the row, so that a badge keeps its own."""
    segments = []
    for (column, _, cells), cell in zip(places(columns, width), row.cells, strict=False):
        text = clip(cell.text, column.align, cells, brush.palette.ascii_only)
        segments.append(Segment(text, brush.style("readable" if row.dim else cell.role, ground)))
    filler = width - sum(segment.cell_length for segment in segments)
    return Strip([*segments, Segment(" " * max(0, filler), brush.base + ground if ground else brush.base)])


def cursor_style(palette: Palette, focused: bool) -> Style:
    """What marks the cursor's row; without colour it is reverse video, or a line below while the focus is elsewhere."""
    if palette.mono:
        return Style(color=palette.color("text"), reverse=True) if focused else Style(underline=True)
    return Style(bgcolor=palette.color("cursor-row" if focused else "panel"))


def empty_strip(text: str, y: int, height: int, width: int, brush: Brush) -> Strip:
    """Line `y` of a table without rows: a line of the text, centred, or nothing."""
    lines = wrap(printable(text, brush.palette.ascii_only), max(1, width - 2))
    at = y - max(1, (height - len(lines)) // 2)
    line = lines[at] if 0 <= at < len(lines) else ""
    left = max(0, (width - cell_len(line)) // 2)
    return Strip([Segment(" " * left, brush.base), Segment(line, brush.style("readable"))])
