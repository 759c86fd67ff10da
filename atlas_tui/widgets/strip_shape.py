"""The room of the ticker strip, and its cells side by side; pure."""

from collections.abc import Sequence

from atlas_tui.lines import GAP, Line, padded, width_of
from atlas_tui.widgets.table_rows import Cell

_LEAST = 25
"""A symbol needs this many cells."""
PHONE = 70
"""Below this width the strip has a row a symbol."""


def strip_rows(height: int, width: int, symbols: int) -> int:
    """Rows the strip takes: one a symbol on a phone (three at most), two where the screen is high, otherwise one."""
    if width < PHONE:
        return max(1, min(3, symbols)) if height >= 24 else 1
    return 2 if height >= 36 else 1


def room_of(symbols: int, width: int) -> tuple[int, int, Line]:
    """How many symbols stand beside each other, how many cells each has, and the line that counts the others."""
    fit = max(1, (width - 5) // _LEAST) if symbols * _LEAST > width else max(1, symbols)
    shown = min(fit, symbols)
    tail: Line = (Cell(f" +{symbols - shown} ", "readable"),) if symbols > shown else ()
    return fit, (width - width_of(tail)) // max(1, shown), tail


def row_of(lines: Sequence[Line], each: int) -> Line:
    """One row of the strip: every line in so many cells, an edge between."""
    cells: list[Cell] = []
    for index, line in enumerate(lines):
        cells.extend((Cell("│", "grid") if index else GAP, *padded(line, each - 2), GAP))
    return tuple(cells)


def unpriced(symbol: str, listed: bool = True) -> Line:
    """`BTC no price yet`."""
    return (Cell(f"{symbol} ", "text bold"), Cell("no price yet" if listed else "not listed", "readable"))


def unpriced_strip(symbols: Sequence[str], width: int, height: int) -> tuple[Line, ...]:
    """The strip before the first price of any symbol."""
    rows = strip_rows(height, width, len(symbols))
    lines = [unpriced(symbol) for symbol in symbols]
    if width < PHONE and rows > 1:
        return tuple((GAP, *line) for line in lines[:rows])
    fit, each, tail = room_of(len(symbols), width)
    below = (row_of([()] * min(fit, len(symbols)), each),) if rows > 1 else ()
    return ((*row_of(lines[:fit], each), *tail), *below)
