"""What a live table is made of, and how a text is cut to its cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rich.cells import cached_cell_len as cell_len  # a line at most: `cell_len` only asks first how long it is
from rich.cells import set_cell_size

from atlas_tui.formats import to_ascii

Align = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `width` in cells, one blank cell follows it; a `grow` column also takes what is left over.

    `line` is 1 for what stands on the second line of a card.
    """

    key: str
    title: str
    width: int
    align: Align = "left"
    grow: bool = False
    line: int = 0


class Cell(NamedTuple):
    """Text in a role of the palette, e.g. `long`, `setup bold`; a tuple, for cells are compared by the thousand."""

    text: str
    role: str = "text"


class Row(NamedTuple):
    """One row; `key` is unique in the table. A dim row is written in the role `readable`, whatever its cells say."""

    key: str
    cells: tuple[Cell, ...]
    dim: bool = False


def places(columns: Sequence[Column], width: int) -> list[tuple[Column, int, int]]:
    """Each column, its first cell, and its cells including the blank one after it, in a table of `width` cells."""
    spare = max(0, width - sum(column.width + 1 for column in columns))
    found, x = [], 0
    for column in columns:
        cells = column.width + 1 + (spare if column.grow else 0)
        spare = 0 if column.grow else spare
        found.append((column, x, cells))
        x += cells
    return found


def clip(text: str, align: Align, width: int, ascii_only: bool = False) -> str:
    """The text in `width - 1` cells and one blank; what is too long is cut and ends in an ellipsis.

    What stands at the right is a number: cut it would be another one, so the ellipsis takes the place of all of it.
    """
    room, text = max(0, width - 1), printable(text, ascii_only)
    length = cell_len(text)
    if length > room:
        mark = "~" if ascii_only else "…"
        if align == "right" and room:
            return f"{mark:>{room}} "
        return (set_cell_size(text, room - 1) + mark if room > 1 else set_cell_size(text, room)) + " "
    left = {"left": 0, "right": room - length, "center": (room - length) // 2}[align]
    return f"{' ' * left}{text}{' ' * (room - length - left)} "


def printable(text: str, ascii_only: bool = False) -> str:
    """The text on one line, without control characters."""
    clean = text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)
    return to_ascii(clean) if ascii_only else clean
