"""Lines of cells, and the few ways they are put side by side; pure, measured in terminal cells."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from rich.cells import cached_cell_len as cell_len
from rich.cells import set_cell_size

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
    """Names and values in columns, the values flush right and whole: `trigger 2,809.60   risk $10.00`.

    Columns share the width alike where every value fits, by their need where it does not, and are fewer where even
    that does not: a number without its end is another number. A value wider than the whole line is a `…`.
    """
    for count in range(max(1, columns), 0, -1):
        height = -(-len(pairs) // count)
        blocks = [pairs[start : start + height] for start in range(0, len(pairs), max(1, height))]
        shares = _shares([max(_need(*pair) for pair in block) for block in blocks], width, count)
        if shares or count == 1:
            return tuple(_facts_line(blocks, shares or [width], row) for row in range(height))
    return ()


_BETWEEN: Final = 2


def _need(name: str, value: Cell) -> int:
    return cell_len(name) + 1 + cell_len(value.text)


def _shares(needs: Sequence[int], width: int, columns: int) -> list[int]:
    """Cells of each column; none where they do not fit."""
    each = (width - _BETWEEN * (columns - 1)) // columns
    if all(need <= each for need in needs):
        return [each] * len(needs)
    spare = width - _BETWEEN * (len(needs) - 1) - sum(needs)
    if spare < 0:
        return []
    return [need + spare // len(needs) for need in needs]


def _facts_line(blocks: Sequence[Sequence[tuple[str, Cell]]], shares: Sequence[int], row: int) -> Line:
    line: list[Cell] = []
    for block, share in zip(blocks, shares, strict=True):
        if row < len(block):
            name, value = block[row]
            text = value.text if _need(name, value) <= share else "…"
            blank = " " * (share - cell_len(name) - cell_len(text))
            gap = (Cell(" " * _BETWEEN),) if line else ()
            line.extend((*gap, Cell(name, "readable"), Cell(blank), Cell(text, value.role)))
    return tuple(line)


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
    """Text wrapped at blanks; a word wider than the line goes on in the next one."""
    found, line = [], ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if cell_len(longer) > width and line:
            found.append(line)
            line = word
        else:
            line = longer
        while cell_len(line) > width > 0:
            found.append(set_cell_size(line, width))
            line = line[len(found[-1].rstrip()) :]
    return tuple((Cell(part, role),) for part in [*found, line])


def flow(
    pieces: Sequence[Line], width: int, first: Line = (), mark: Cell = Cell(","), indent: str = "  "
) -> tuple[Line, ...]:
    """Pieces one after another with commas, broken only between them; what follows a break is indented."""
    found: list[Line] = []
    line, bare = first, True
    for piece in pieces:
        longer = (*line, *piece) if bare else (*line, mark, GAP, *piece)
        if width_of(longer) > width - 1 and not bare:
            found.append((*line, mark))
            longer = (Cell(indent), *piece)
        line, bare = longer, False
    return (*found, line) if line else ()


def ended(text: str, width: int) -> str:
    """The text, cut after a word and ended with `…` where it is too long."""
    if cell_len(text) <= width:
        return text
    cut = set_cell_size(text, max(0, width - 1)).rstrip()
    head, blank, _ = cut.rpartition(" ") if len(cut) < len(text) and text[len(cut)] != " " else (cut, " ", "")
    return f"{(head if blank else cut).rstrip()}…" if width > 0 else ""


def at_most(lines: Sequence[Line], rows: int, width: int) -> tuple[Line, ...]:
    """The first lines; where some are left out, the last one says so with `…`."""
    if len(lines) <= rows:
        return tuple(lines)
    kept = list(lines[: max(0, rows)])
    if kept:
        *head, last = kept[-1]
        kept[-1] = (*head, Cell(ended(f"{last.text.rstrip()} …", max(1, width - width_of(head))), last.role))
    return tuple(kept)


def text_of(line: Iterable[Cell]) -> str:
    """The line without its colours."""
    return "".join(cell.text for cell in line)
