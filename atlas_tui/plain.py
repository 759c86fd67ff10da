"""The border before a terminal that shows only ASCII: whatever is painted, frames and scrollbars too, is replaced."""

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from atlas_tui.formats import to_ascii


class AsciiFilter(LineFilter):
    """Every line of every widget in ASCII, in as many terminal cells as before."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments, each character replaced by its likeness."""
        return [
            segment if segment.text.isascii() else Segment(_plain(segment.text), segment.style, segment.control)
            for segment in segments
        ]


def _plain(text: str) -> str:
    """A character of two cells becomes two, and one without a cell none."""
    cells = cell_len(text)
    likeness = "".join(to_ascii(char) if cell_len(char) == 1 else "?" * cell_len(char) for char in text)
    return likeness[:cells].ljust(cells)
