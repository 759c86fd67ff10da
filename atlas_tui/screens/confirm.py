"""One question with one consequence; anything but y is no."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical

from atlas_tui.lines import Line, words
from atlas_tui.screens.window import Window
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.table_rows import Cell

WIDTH = 56


class ConfirmScreen(Window[bool]):
    """Dismisses with True for y, with False for everything else."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("y", "answer(True)", "Yes"),
        ("n,q,escape,enter,ctrl+c", "answer(False)", "No"),
    ]
    AUTO_FOCUS = None

    def __init__(self, question: str, consequence: str) -> None:
        super().__init__()
        self.question = question
        self.consequence = consequence

    def compose(self) -> ComposeResult:
        """A frame with the question and the two keys."""
        with Vertical(id="frame"):
            yield Lines(id="question")

    def on_mount(self) -> None:
        """Write it."""
        self.on_resize()

    def on_resize(self) -> None:
        """Wrap it to the room there is."""
        width = min(WIDTH, self.size.width - 8)
        lines = question_lines(self.question, self.consequence, width)
        short = len(lines) + 4 > self.size.height
        self.set_class(short, "-short")
        if short:
            lines = tuple(line for line in lines if line)
        block = self.query_one(Lines)
        block.styles.width, block.styles.height = width, len(lines)
        block.show(lines)

    def action_answer(self, yes: bool) -> None:
        """Give the answer."""
        self.dismiss(yes)


def question_lines(question: str, consequence: str, width: int) -> tuple[Line, ...]:
    """The question, what follows from yes, and the keys."""
    keys = (Cell("y", "brand bold"), Cell(" yes     "), Cell("N", "brand bold"), Cell(" no (esc, q, enter)"))
    return (*words(question, width, "text bold"), *words(consequence, width, "readable"), (), keys)
