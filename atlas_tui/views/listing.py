"""What every list has in common: entries that can be filtered and sorted, and columns chosen by room."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from atlas_tui.views.query import Term, matches, terms_of
from atlas_tui.widgets.table_rows import Cell, Column, Row

Value = Decimal | float | str | datetime | None
"""What a column is sorted by."""

_REMEMBERED = 5000

BLANK = Cell("")
MARGIN = Column("", "", 0)
"""One blank cell at the left edge."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row before a choice of columns.

    Attributes:
        key: unique in its list, and stable.
        cells: by column key.
        values: what to sort by, where that is not the text.
        dim: in the past, or not armed.
    """

    key: str
    cells: Mapping[str, Cell]
    values: Mapping[str, Value]
    dim: bool = False

    def value(self, column: str) -> Value:
        """What this entry is sorted by in a column."""
        if column in self.values:
            return self.values[column]
        return self.cells.get(column, BLANK).text

    def meets(self, terms: Sequence[Term]) -> bool:
        """Does the row meet every condition of a filter?"""
        return matches({key: cell.text for key, cell in self.cells.items()}, self.values, terms)


GREATEST_FIRST = ("time", "closed")
"""Columns that begin with the greatest when they are sorted by."""


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is filtered and sorted; `column` empty is the list's own order."""

    column: str = ""
    reverse: bool = False
    filter: str = ""

    def turned(self, columns: Sequence[Column]) -> "Order":
        """Sorted by the next column, times newest first; after the last one the list's own order again."""
        keys = ["", *(column.key for column in columns if column.title)]
        at = keys.index(self.column) if self.column in keys else 0
        column = keys[(at + 1) % len(keys)]
        return Order(column, column in GREATEST_FIRST, self.filter)


class Memo:
    """Entries and rows of what no longer changes, so that a tick costs only what it touches.

    An entry is built again when one of the things it shows is another object (or another text).
    """

    def __init__(self) -> None:
        self._entries: dict[str, tuple[tuple[object, ...], Entry]] = {}
        self._rows: dict[str, tuple[Entry, tuple[str, ...], Row]] = {}

    def entry(self, key: str, inputs: tuple[object, ...], build: Callable[[], Entry]) -> Entry:
        """The entry of this key, from memory while its inputs are the same."""
        kept = self._entries.get(key)
        if kept is not None and _same(kept[0], inputs):
            return kept[1]
        if len(self._entries) > _REMEMBERED:
            self._entries.clear()
        made = build()
        self._entries[key] = (inputs, made)
        return made

    def row(self, entry: Entry, keys: tuple[str, ...]) -> Row:
        """The row of an entry, from memory while both are the same."""
        kept = self._rows.get(entry.key)
        if kept is not None and kept[0] is entry and kept[1] == keys:
            return kept[2]
        if len(self._rows) > _REMEMBERED:
            self._rows.clear()
        made = Row(entry.key, tuple(_cell(entry, key) for key in keys), entry.dim)
        self._rows[entry.key] = (entry, keys, made)
        return made


def arranged(entries: Sequence[Entry], columns: Sequence[Column], order: Order, memo: Memo | None = None) -> list[Row]:
    """The rows to show."""
    rows = memo or Memo()
    terms = terms_of(order.filter)
    found = [entry for entry in entries if entry.meets(terms)] if terms else list(entries)
    if order.column:
        known = [entry for entry in found if entry.value(order.column) is not None]
        known.sort(key=lambda entry: _comparable(entry.value(order.column)), reverse=order.reverse)
        found = [*known, *(entry for entry in found if entry.value(order.column) is None)]
    elif order.reverse:
        found.reverse()
    keys = tuple(column.key for column in columns)
    return [rows.row(entry, keys) for entry in found]


def titled(columns: Sequence[Column], order: Order) -> tuple[Column, ...]:
    """The columns, the sorted one marked."""
    mark = "▼" if order.reverse else "▲"
    return tuple(
        replace(column, title=f"{column.title}{mark}") if column.key == order.column and column.title else column
        for column in columns
    )


Widths = Mapping[str, int]
"""Cells that the values of a column need, by its key."""


def needed(entries: Sequence[Entry], columns: Iterable[Column]) -> Widths:
    """What the values that must stand whole need: numbers, for one without its end is another one, names and marks."""
    keys = [column.key for column in columns if column.align == "right" or column.key in ("symbol", "mark")]
    return {key: max((len(entry.cells.get(key, BLANK).text) for entry in entries), default=0) for key in keys}


def widened(columns: Iterable[Column], widths: Widths) -> tuple[Column, ...]:
    """The columns, as wide as their values need."""
    return tuple(
        column if widths.get(column.key, 0) <= column.width else replace(column, width=widths[column.key])
        for column in columns
    )


def chosen(sets: Sequence[tuple[Column, ...]], width: int, widths: Widths | None = None) -> tuple[Column, ...]:
    """The first set of columns that fits with its values whole, widest first; of the last one what fits."""
    wide = [widened(columns, widths or {}) for columns in sets]
    return next((columns for columns in wide if total_of(columns) <= width), fitted(wide[-1], width))


def fitted(columns: Sequence[Column], width: int) -> tuple[Column, ...]:
    """The columns without the last ones that have no room."""
    found = list(columns)
    while len(found) > 1 and total_of(found) > width:
        found.pop()
    return tuple(found)


def total_of(columns: Iterable[Column]) -> int:
    """Cells of the columns, the blank after each included."""
    return sum(column.width + 1 for column in columns)


def picked(catalogue: Mapping[str, Column], keys: str) -> tuple[Column, ...]:
    """Columns by their keys, written with blanks between."""
    return (MARGIN, *(catalogue[key] for key in keys.split()))


def _same(before: tuple[object, ...], after: tuple[object, ...]) -> bool:
    return len(before) == len(after) and all(
        was is now or (isinstance(now, str) and was == now) for was, now in zip(before, after, strict=True)
    )


def _cell(entry: Entry, key: str) -> Cell:
    """The entry's cell; a key in quotes is a word of its own."""
    return Cell(key[1:], "readable") if key.startswith("'") else entry.cells.get(key, BLANK)


def _comparable(value: Value) -> tuple[int, float, str]:
    """Numbers by size, text by letters; never an error on a mixture."""
    if isinstance(value, datetime):
        return (0, value.timestamp(), "")
    if isinstance(value, Decimal | float | int):
        return (0, float(value), "")
    return (1, 0.0, value or "")
