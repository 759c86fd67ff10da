"""What the terminal shows, as far as it is known, so that only the cells that differ are sent.

A price that moves changes a digit or two; over a slow connection the cells around them, their colours and the moves of
the cursor are most of the traffic.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cached_cell_len, get_character_cell_size
from rich.color import ColorSystem
from rich.segment import Segment
from textual.strip import Strip

_BRIDGE = 4
"""So many unchanged cells are cheaper to send again than to move over."""
_RESET = "\x1b[0m"

Look = tuple[str, str]
"""A character and the parameters of its SGR sequence, empty for the terminal's own colours."""


class Piece(NamedTuple):
    """Cells to be shown in row `y`: those from column `first` up to `last` of a strip that begins at column `x`.

    All from 0, as columns of the screen; a cut strip would have to be made, and its cells counted, for every change.
    """

    y: int
    x: int
    strip: Strip
    first: int
    last: int


class Mirror:
    """The terminal's cells by row and column; a cell that is not known is None."""

    def __init__(self) -> None:
        self._rows: dict[int, list[Look | None]] = {}

    def forget(self) -> None:
        """Something else was painted: nothing is known."""
        self._rows.clear()

    def sequence(self, pieces: Iterable[Piece], system: ColorSystem) -> str:
        """What to write so that the pieces are shown; empty when they are. Ends in the terminal's own colours."""
        pen = _Pen()
        for y, at, strip, first, last in pieces:
            row = self._rows.setdefault(y, [])
            row.extend([None] * (last - len(row)))
            for segment in strip:
                end = at + cached_cell_len(segment.text)
                if end > first:
                    _show(segment, (y, at, end), (first, last), row, system, pen)
                if end >= last:
                    break
                at = end
        return pen.done()


def _show(
    segment: Segment,
    place: tuple[int, int, int],
    window: tuple[int, int],
    row: list[Look | None],
    system: ColorSystem,
    pen: "_Pen",
) -> None:
    """Write what differs of a segment in this row, from this column up to that one, as far as the window shows it."""
    text, style, _ = segment
    codes = "" if style is None else Strip.render_ansi(style, system) if style._ansi is None else style._ansi
    (y, start, end), (first, last) = place, window
    looks = looks_of(text, codes)
    if looks is None:  # a character of another width than one: written as it is, and not remembered
        if start < first or end > last:
            text = segment.split_cells(max(0, first - start))[1].split_cells(last - max(start, first))[0].text
            start, end = max(start, first), min(end, last)
        pen.write(y, start, (text, codes))
        pen.lose()
        row[start:end] = [None] * (end - start)
        return
    if start < first or end > last:
        looks = looks[max(0, first - start) : last - start]
        start = max(start, first)
    if row[start : start + len(looks)] != list(looks):
        _replace(row, y, start, looks, pen)


def _replace(row: list[Look | None], y: int, at: int, looks: tuple[Look, ...], pen: "_Pen") -> None:
    """Write those of these cells that differ from what the row shows."""
    for x, look in enumerate(looks, at):
        if row[x] != look:
            pen.reach(y, x, row)
            pen.write(y, x, look)
            row[x] = look


class _Pen:
    """Where the cursor is and what it writes with, within one sequence."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._y = self._x = -1
        self._style = ""

    def lose(self) -> None:
        """The cursor's place is not certain any more."""
        self._x = self._y = -1

    def reach(self, y: int, x: int, row: list[Look | None]) -> None:
        """Go on to a cell of the same row over a few cells that are as they should be."""
        if y == self._y and 0 < x - self._x <= _BRIDGE:
            looks = [look for look in row[self._x : x] if look is not None and look[1] == self._style]
            if len(looks) == x - self._x:
                self._out.append("".join(look[0] for look in looks))
                self._x = x

    def write(self, y: int, x: int, look: Look) -> None:
        """Put one character."""
        if y != self._y:
            self._out.append(f"\x1b[{y + 1};{x + 1}H")
        elif x != self._x:
            steps = x - self._x
            self._out.append(f"\x1b[{steps if steps > 1 else ''}C" if steps > 0 else f"\x1b[{y + 1};{x + 1}H")
        if look[1] != self._style:
            self._out.append(turned(self._style, look[1]))
            self._style = look[1]
        self._out.append(look[0])
        self._y, self._x = y, x + 1

    def done(self) -> str:
        """Everything."""
        if self._style:
            self._out.append(_RESET)
        return "".join(self._out)


@lru_cache(maxsize=4096)
def looks_of(text: str, codes: str) -> tuple[Look, ...] | None:
    """Each cell of a text in one style; None where one of its characters is not one cell wide."""
    if text.isascii() or all(get_character_cell_size(char) == 1 for char in text):
        return tuple((char, codes) for char in text)
    return None


@lru_cache(maxsize=1024)
def turned(old: str, new: str) -> str:
    """The shortest SGR sequence from one style to another, both as parameters."""
    if not new:
        return _RESET
    before, after = parts_of(old), parts_of(new)
    if before[0] != after[0] and not (old == "" or before[0] == ""):
        return f"\x1b[0;{new}m"
    changes = [after[0]] if after[0] != before[0] else []
    for was, now, none in ((before[1], after[1], "39"), (before[2], after[2], "49")):
        if was != now:
            changes.append(now or none)
    return f"\x1b[{';'.join(changes)}m"


@lru_cache(maxsize=1024)
def parts_of(codes: str) -> tuple[str, str, str]:
    """Attributes, foreground and background of SGR parameters."""
    attributes: list[str] = []
    ground = {"3": "", "4": ""}
    numbers = codes.split(";") if codes else []
    at = 0
    while at < len(numbers):
        number = numbers[at]
        if number in ("38", "48"):
            length = 5 if numbers[at + 1] == "2" else 3
            ground[number[0]] = ";".join(numbers[at : at + length])
            at += length
            continue
        if len(number) == 2 and number[0] in "34" and number[1] in "012345679":
            ground[number[0]] = number
        elif len(number) in (2, 3) and number[0] in "91" and number[:-1] in ("9", "10"):
            ground["3" if number[:-1] == "9" else "4"] = number
        else:
            attributes.append(number)
        at += 1
    return ";".join(attributes), ground["3"], ground["4"]
