"""A grid of cells to draw on; what falls outside it is not drawn."""

from typing import Final, NamedTuple

from atlas_tui.formats import to_ascii
from atlas_tui.theming import Palette

_ASCII: Final = str.maketrans({"▀": "#", "▄": "#", "█": "#", "▒": "%", "░": "o", "╵": "|", "╷": "|", "◆": "$"})
"""Likenesses that hold in a chart only; the rest is `formats.to_ascii`."""


class ChartCell(NamedTuple):
    """One cell: a character one cell wide, its colours (None: the widget's own) and marks."""

    char: str
    fg: str | None = None
    bg: str | None = None
    bold: bool = False
    reverse: bool = False


BLANK: Final = ChartCell(" ")


class Canvas:
    """`width` x `height` cells, blank at first."""

    def __init__(self, width: int, height: int, palette: Palette) -> None:
        self.width = width
        self.height = height
        self.palette = palette
        self._rows = [[BLANK] * width for _ in range(height)]

    def put(self, x: int, y: int, char: str, role: str, bold: bool = False) -> None:
        """Write one character over the ground that is there."""
        if 0 <= x < self.width and 0 <= y < self.height:
            ground = self._rows[y][x].bg
            self._rows[y][x] = ChartCell(char, self.palette.color(role), ground, bold)

    def write(self, x: int, y: int, text: str, role: str, bold: bool = False) -> None:
        """Write a text of one-cell characters."""
        for offset, char in enumerate(text):
            self.put(x + offset, y, char, role, bold)

    def tag(self, x: int, y: int, text: str, role: str, ink: str = "tag-text") -> None:
        """Write a text in reverse video: on the role's colour, or by the terminal's own means where there is none."""
        mono = self.palette.mono
        fg = None if mono else self.palette.color(ink)
        bg = None if mono else self.palette.color(role)
        for offset, char in enumerate(text):
            if 0 <= x + offset < self.width and 0 <= y < self.height:
                self._rows[y][x + offset] = ChartCell(char, fg, bg, True, mono)

    def tint(self, left: int, right: int, y: int, role: str) -> None:
        """Colour the ground of a row's cells from `left` up to `right`, that one left out."""
        if 0 <= y < self.height:
            row, ground = self._rows[y], self.palette.color(role)
            blank = BLANK._replace(bg=ground)
            for x in range(max(0, left), min(right, self.width)):
                cell = row[x]
                row[x] = blank if cell is BLANK else ChartCell(cell.char, cell.fg, ground, cell.bold, cell.reverse)

    def is_free(self, x: int, y: int) -> bool:
        """Is there nothing in this cell but blank or grid?"""
        return 0 <= x < self.width and 0 <= y < self.height and self._rows[y][x].char in " ·"

    def rows(self) -> tuple[tuple[ChartCell, ...], ...]:
        """The cells, in ASCII where the palette asks for it."""
        if not self.palette.ascii_only:
            return tuple(tuple(row) for row in self._rows)
        return tuple(tuple(_plain(cell) for cell in row) for row in self._rows)


def _plain(cell: ChartCell) -> ChartCell:
    return cell if cell.char.isascii() else cell._replace(char=to_ascii(cell.char.translate(_ASCII)))
