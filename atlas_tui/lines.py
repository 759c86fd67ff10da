"""Lines of cells, and the few ways they are put side by side; pure, measured in terminal cells."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from atlas_tui.widgets.table_rows import Cell

Line = tuple[Cell, ...]
"""What one row of the screen shows, left to right."""

GAP = Cell(" ")


class Part(NamedTuple):
    """A piece of a bar that is left out when the room is short; the highest `rank` goes first."""

    rank: int
    line: Line


def width_of(line: Iterable[Cell]) -> int:
    """How many terminal cells the line takes."""
    return sum(cell_len(cell.text) for cell in line)


def clip(line: Line, width: int) -> Line:
    """The line cut to the width."""
    cut: list[Cell] = []
    room = width
    for cell in line:
        length = cell_len(cell.text)
        if length > room:
            if room > 0:
                cut.append(Cell(set_cell_size(cell.text, room), cell.role))
            break
        cut.append(cell)
        room -= length
    return tuple(cut)


def padded(line: Line, width: int) -> Line:
    """The line in exactly this width: cut, or filled with blanks."""
    cut = clip(line, width)
    return (*cut, Cell(" " * (width - width_of(cut)))) if width_of(cut) < width else cut


def spread(left: Line, right: Line, width: int) -> Line:
    """One line at each end; the right one gives way."""
    free = width - width_of(left) - width_of(right)
    return (*left, Cell(" " * free), *right) if free > 0 else clip(left, width)


def fitting(parts: Sequence[Part], width: int, separator: Line = (Cell("  "),)) -> Line:
    """The parts joined, those of the highest rank dropped until it fits."""
    kept = list(parts)
    while kept:
        line = joined((part.line for part in kept), separator)
        if width_of(line) <= width:
            return line
        kept.remove(max(kept, key=lambda part: part.rank))
    return ()


def joined(lines: Iterable[Line], separator: Line) -> Line:
    """The lines in one, the separator between them; empty ones leave none."""
    whole: list[Cell] = []
    for line in lines:
        if line:
            whole.extend((*separator, *line) if whole else line)
    return tuple(whole)


def rule(title: str, width: int, role: str = "readable", note: Line = ()) -> Line:
    """A heading on a rule: `title ─────`; a note that does not fit whole is left out."""
    head: Line = (Cell(title, role), GAP)
    if width_of((*head, *note)) <= width:
        head = (*head, *note)
    return clip((*head, Cell("─" * max(0, width - width_of(head)), "grid")), width)


def facts(pairs: Sequence[tuple[str, Cell]], width: int, columns: int = 2) -> tuple[Line, ...]:
    """Names and values in columns, the values flush right: `trigger 2,809.60   risk $10.00`."""
    columns = max(1, columns)
    gap = 2
    each = (width - gap * (columns - 1)) // columns
    height = -(-len(pairs) // columns)
    found: list[Line] = []
    for row in range(height):
        line: list[Cell] = []
        for column in range(columns):
            index = column * height + row
            if index >= len(pairs):
                continue
            name, value = pairs[index]
            room = each - cell_len(name) - 1
            text = value.text if cell_len(value.text) <= room else set_cell_size(value.text, max(0, room))
            blank = " " * (each - cell_len(name) - cell_len(text))
            line.extend((Cell(name, "readable"), Cell(blank), Cell(text, value.role)))
            if column + 1 < columns:
                line.append(Cell(" " * gap))
        found.append(tuple(line))
    return tuple(found)


def beside(left: Sequence[Line], right: Sequence[Line], left_width: int, gap: int = 2) -> tuple[Line, ...]:
    """Two blocks next to each other."""
    height = max(len(left), len(right))
    blank: Line = ()
    return tuple(
        (
            *padded(left[row] if row < len(left) else blank, left_width),
            Cell(" " * gap),
            *(right[row] if row < len(right) else blank),
        )
        for row in range(height)
    )


def words(text: str, width: int, role: str = "text") -> tuple[Line, ...]:
    """Text wrapped at blanks."""
    found, line = [], ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if cell_len(longer) > width and line:
            found.append(line)
            line = word
        else:
            line = longer
    return tuple((Cell(part, role),) for part in [*found, line])


def flow(pieces: Sequence[Line], width: int, first: Line = ()) -> tuple[Line, ...]:
    """Pieces one after another with commas, broken only between them; what follows a break is indented."""
    found: list[Line] = []
    line, bare = first, True
    for piece in pieces:
        longer = (*line, *piece) if bare else (*line, Cell(", "), *piece)
        if width_of(longer) > width - 1 and not bare:
            found.append((*line, Cell(",")))
            longer = (Cell("  "), *piece)
        line, bare = longer, False
    return (*found, line) if line else ()


def text_of(line: Iterable[Cell]) -> str:
    """The line without its colours."""
    return "".join(cell.text for cell in line)
