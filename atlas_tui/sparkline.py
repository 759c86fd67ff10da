"""A run of values as a line of block characters, one value or bucket a cell."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

BLOCKS: Final = "▁▂▃▄▅▆▇█"
ASCII_BLOCKS: Final = "_.-=+*%#"


def bars(values: Sequence[Decimal], width: int, ascii_only: bool = False) -> str:
    """Exactly `width` cells, the newest value on the right.

    More values than cells are put into equal buckets, of which the newest value is drawn; fewer leave blanks on the
    left. A flat run is drawn at half height, a value that is not finite as a blank.

    Args:
        values: oldest first.
        width: cells, 0 or more.
        ascii_only: draw with ASCII.
    """
    shown = _thinned(values, max(0, width))
    finite = [value for value in shown if value.is_finite()]
    if not finite:
        return " " * max(0, width)
    glyphs = ASCII_BLOCKS if ascii_only else BLOCKS
    low, span = min(finite), max(finite) - min(finite)
    line = "".join(glyphs[_level(value, low, span)] if value.is_finite() else " " for value in shown)
    return line.rjust(width)


def _thinned(values: Sequence[Decimal], width: int) -> list[Decimal]:
    """The newest value of each of `width` buckets, or all where they fit."""
    count = len(values)
    if count <= width:
        return list(values)
    return [values[(cell + 1) * count // width - 1] for cell in range(width)]


def _level(value: Decimal, low: Decimal, span: Decimal) -> int:
    """0 to 7."""
    return 3 if span == 0 else min(7, int((value - low) / span * 8))
