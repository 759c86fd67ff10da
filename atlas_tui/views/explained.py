"""An explanation as lines: the same for the reading screen, the detail and `atlas explain`."""

from datetime import datetime
from functools import lru_cache

from rich.cells import cached_cell_len as cell_len

from atlas_tui import formats
from atlas_tui.lines import Line, clip, rule, width_of, words
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.zones import DisplayZone
from core.domain.explaining.parts import Explanation, Mark, Number, Part, Row, Section, Text, Unit

_GLYPHS = {
    Mark.NONE: Cell("  "),
    Mark.PASS: Cell(f"{formats.OK} ", "live"),
    Mark.FAIL: Cell(f"{formats.BAD} ", "short bold"),
    Mark.UNASKED: Cell(f"{formats.DONE} ", "readable"),
}
_NAME, _VALUE = 16, 24
"""Cells a column of names or values takes at most."""
_ROOM = 22
"""Cells that must be left beside a value for its words; with less they go below."""


def explained(explanation: Explanation, width: int, zone: DisplayZone) -> tuple[Line, ...]:
    """Every section under its heading.

    Args:
        explanation: of one item.
        width: cells; 20 and up.
        zone: clock for its instants.
    """
    found: list[Line] = []
    for section in explanation.sections:
        found += [*([()] if found else []), rule(section.title, width, "brand bold")]
        found += section_lines(section, width, zone)
    return tuple(clip(line, width) for line in found)


def section_lines(section: Section, width: int, zone: DisplayZone) -> tuple[Line, ...]:
    """The rows of one section, names and values in columns; while prices move, most sections stay as they were."""
    return _laid_out(section, width, zone, formats.is_masked())


@lru_cache(maxsize=32)
def _laid_out(section: Section, width: int, zone: DisplayZone, masked: bool) -> tuple[Line, ...]:
    """Of one section. The mask is the texts' own business; asked for it, what is kept never shows what it hides."""
    named = [row for row in section.rows if row.name]
    names = min(_NAME, max((cell_len(row.name) for row in named), default=0))
    values = min(_VALUE, max((cell_len(_value(row, zone)) for row in named), default=0))
    found: list[Line] = []
    for row in section.rows:
        if row.name:
            found += _row_lines(row, (names, values), width, zone)
        else:
            found += ((Cell("  "), *line) for line in words(text_of_parts(row.how, zone), width - 2))
    return tuple(found)


def _row_lines(row: Row, columns: tuple[int, int], width: int, zone: DisplayZone) -> list[Line]:
    """`✓ leverage  3.66x  = …`; the words beside the value where that takes no more lines than below it."""
    names, values = columns
    value, how = _value(row, zone), text_of_parts(row.how, zone)
    if row.mark is Mark.UNASKED and not how:
        how = "not asked"
    glyph = _GLYPHS[row.mark]
    head: Line = (glyph, Cell(row.name.ljust(names), "readable"), Cell("  "), Cell(value.ljust(values), "text bold"))
    start = 2 + names + 2 + (values + 2 if values else 0)
    if not how:
        return _named(row, names, value, width)
    below = [(Cell("    "), *line) for line in words(how, width - 4, "readable")]
    if width - start >= _ROOM and cell_len(row.name) <= names and cell_len(value) <= values:
        first, *rest = words(how, width - start, "readable")
        gap = Cell("  ") if values else Cell("")
        if len(rest) < max(1, len(below)):
            return [(*head, gap, *first), *((Cell(" " * start), *line) for line in rest)]
    return [*_named(row, names, value, width), *below]


def _named(row: Row, names: int, value: str, width: int) -> list[Line]:
    """Name and value on a line; a value that has no room there goes below."""
    name: Line = (_GLYPHS[row.mark], Cell(row.name.ljust(names), "readable"))
    whole: Line = (*name, Cell("  "), Cell(value, "text bold"))
    if width_of(whole) <= width:
        return [whole]
    return [name, *((Cell("    "), *line) for line in words(value, width - 4, "text bold"))]


def _value(row: Row, zone: DisplayZone) -> str:
    return "" if row.value is None else part_text(row.value, zone)


def text_of_parts(text: Text, zone: DisplayZone) -> str:
    """A sentence."""
    return "".join(part_text(part, zone) for part in text)


def part_text(part: Part, zone: DisplayZone) -> str:
    """A word as it is, a number with its unit, an instant with its zone; seconds only where there are any."""
    if isinstance(part, datetime):
        whole = zone.full(part)
        return f"{whole[:-3] if part.second == 0 else whole} {zone.name(part)}"
    return number_text(part) if isinstance(part, Number) else part


def number_text(number: Number) -> str:
    """Exact, but for what no account books: at most 6 places of a dollar, 8 of a price or size, 4 of a ratio."""
    value = number.value
    match number.unit:
        case Unit.USD:
            return formats.exact_usd(value)
        case Unit.SIZE:
            return formats.size(value)
        case Unit.PRICE:
            return formats.exact(value, 8)
        case Unit.RATE:
            return f"{formats.exact(value * 100, 8)}%"
        case Unit.COUNT:
            return formats.exact(value, 8)
        case Unit.SECONDS:
            return f"{formats.exact(value, 1)} s"
        case Unit.PERCENT | Unit.TIMES | Unit.BP | Unit.R as unit:
            return f"{formats.exact(value, 4)}{unit.value}"
