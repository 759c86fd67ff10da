"""A question in a frame, laid out anew whenever the room changes."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ScreenResultType

from atlas_tui.lines import Line
from atlas_tui.screens.window import Window
from atlas_tui.widgets.lines import Lines


class QuestionWindow(Window[ScreenResultType]):
    """A framed block of lines; where the screen is short, empty ones are left out.

    Args:
        widest: cells of its lines at most.
        lines: what it says, in so many cells.
    """

    AUTO_FOCUS = None

    def __init__(self, widest: int, lines: Callable[[int], tuple[Line, ...]]) -> None:
        super().__init__()
        self._widest, self._lines = widest, lines

    def compose(self) -> ComposeResult:
        """The frame."""
        with Vertical(id="frame"):
            yield Lines(id="question")

    def on_mount(self) -> None:
        """Write it."""
        self.on_resize()

    def on_resize(self) -> None:
        """Lay it out for the room there is."""
        width = min(self._widest, self.size.width - 8)
        lines = self._lines(width)
        short = len(lines) + 4 > self.size.height
        self.set_class(short, "-short")
        if short:
            lines = tuple(line for line in lines if line)
        block = self.query_one(Lines)
        block.styles.width, block.styles.height = width, len(lines)
        block.show(lines)
