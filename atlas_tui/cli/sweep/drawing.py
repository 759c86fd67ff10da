"""A heat map for a terminal: the number in every cell, so that no color is needed; as wide as there is room.

Only the eight named colors are used, as foreground or background, so that 16 colors are enough.
"""

import sys
from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from core.domain.text import one_line
from core.research.sweep.grid import Measure
from core.research.sweep.heat import HeatMap

_STRONG: Final = 0.5
"""Part of the map's largest magnitude from which a cell is painted on its color."""
_NOTHING: Final = "-"
LEGEND: Final = "Red is below 0, green above; painted from half of the map's largest on; - has too few trades."
"""What the colors of maps say."""
_LABEL: Final = 16
"""Most cells a label may take."""


def put_map(title: str, found: HeatMap, measure: Measure) -> None:
    """Print it to stdout, colored where that is a terminal that wants colors."""
    console = Console(file=sys.stdout, highlight=False, soft_wrap=True)
    for line in map_lines(title, found, measure, console.width):
        console.print(line)


def map_lines(title: str, found: HeatMap, measure: Measure, width: int) -> Iterator[Text]:
    """The lines of a map.

    Args:
        title: whose it is.
        found: its numbers.
        measure: what they are, which decides their digits.
        width: cells there are; columns that do not fit stand below, under their own heads.
    """
    yield Text(one_line(f"{title}: median {measure} of {found.most} a cell"), "bold")
    if found.down:
        yield Text(one_line(f"rows: {found.down}"))
    yield Text(one_line(f"columns: {found.across}"))
    texts = [[_text(cell, measure) for cell in row] for row in found.cells]
    heads = [_cut(each) for each in found.columns]
    labels = [_cut(each) for each in found.rows]
    room = max(map(cell_len, labels))
    wide = max(cell_len(text) for text in (*heads, *(text for row in texts for text in row))) + 1
    fit = max(1, (width - room) // wide)
    for first in range(0, len(heads), fit):
        cut = slice(first, first + fit)
        yield Text(" " * room + "".join(_padded(head, wide) for head in heads[cut]))
        for label, cells, row in zip(labels, texts, found.cells, strict=True):
            line = Text(_padded(label, room))
            for text, value in zip(cells[cut], row[cut], strict=True):
                line.append(_padded(text, wide), _style(value, found.reach))
            yield line


def _text(value: float | None, measure: Measure) -> str:
    if value is None:
        return _NOTHING
    return f"{value:+.0f}" if measure is Measure.NET else f"{value:+.2f}"


def _style(value: float | None, reach: float) -> str:
    if value is None:
        return "dim"
    if value == 0:
        return ""
    strong = abs(value) >= _STRONG * reach
    if value < 0:
        return "white on red" if strong else "red"
    return "black on green" if strong else "green"


def _cut(text: str) -> str:
    plain = one_line(text)
    return plain if len(plain) <= _LABEL else plain[: _LABEL - 1] + "~"


def _padded(text: str, width: int) -> str:
    return " " * (width - cell_len(text)) + text
