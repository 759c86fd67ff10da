"""What the terminal shows, as far as it is known, so that only the cells that differ are sent.

A price that moves changes a digit or two; over a slow connection the cells around them, their colours and the moves of
the cursor are most of the traffic.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from rich.cells import get_character_cell_size
from rich.color import ColorSystem
from textual.strip import Strip

_BRIDGE = 4
"""So many unchanged cells are cheaper to send again than to move over."""
_RESET = "\x1b[0m"

Look = tuple[str, str]
"""A character and the parameters of its SGR sequence, empty for the terminal's own colours."""


class Piece(NamedTuple):
    """Cells to be shown from column `x` of row `y` on, both from 0."""

    y: int
    x: int
    strip: Strip


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
        for y, x, strip in pieces:
            row = self._rows.setdefault(y, [])
            end = x + strip.cell_length
            row.extend([None] * (end - len(row)))
            at = x
            for text, style, _ in strip:
                codes = (
                    "" if style is None else Strip.render_ansi(style, system) if style._ansi is None else style._ansi
                )
                looks = looks_of(text, codes)
                if looks is None:  # a character of another width than one: written as it is, and not remembered
                    pen.write(y, at, (text, codes))
                    pen.lose()
                    length = cells_of(text)
                    row[at : at + length] = [None] * length
                else:
                    length = len(looks)
                    if row[at : at + length] != list(looks):
                        _replace(row, y, at, looks, pen)
                at += length
        return pen.done()


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


def cells_of(text: str) -> int:
    """How many cells a text takes."""
    return sum(get_character_cell_size(char) for char in text)


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
