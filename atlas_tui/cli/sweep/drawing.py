"""A heat map for a terminal: the number in every cell, so that no color is needed; as wide as there is room.

Only the eight named colors are used, as foreground or background, so that 16 colors are enough.
"""

import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from atlas_tui.cli.saying import tell
from core.domain.text import one_line
from core.research.sweep.grid import Measure
from core.research.sweep.heat import HeatMap

_STRONG: Final = 0.5
"""Part of the map's largest magnitude from which a cell is painted on its color."""
_NOTHING: Final = "-"
LEGEND: Final = (
    "Red is below 0, green above; painted from half of the map's largest on; - is where most runs have too few trades."
)
"""What the colors of maps say."""
_LABEL: Final = 16
"""Most cells a label may take."""


def put_lines(lines: Iterable[str]) -> None:
    """Print sentences to stdout; on a terminal they break between words."""
    for line in lines:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else len(line) + 1
        indent = " " * (len(line) - len(line.lstrip()))
        tell(textwrap.fill(line, width, subsequent_indent=indent + "  ", break_on_hyphens=False))


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
    yield Text(one_line(f"{title}: median {measure} of {found.most} runs a cell"), "bold")
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
                line.append(_padded(text, wide), _style(value, text, found.reach))
            yield line


def _text(value: float | None, measure: Measure) -> str:
    if value is None:
        return _NOTHING
    return f"{value:+z.0f}" if measure is Measure.NET else f"{value:+z.2f}"


def _style(value: float | None, text: str, reach: float) -> str:
    if value is None:
        return "dim"
    if float(text) == 0:
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
