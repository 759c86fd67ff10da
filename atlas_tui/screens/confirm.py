"""One question with one consequence; anything but y is no."""

from functools import partial
from typing import ClassVar

from textual.binding import BindingType

from atlas_tui.lines import Line, words
from atlas_tui.screens.question import QuestionWindow
from atlas_tui.widgets.table_rows import Cell

WIDTH = 56


class ConfirmScreen(QuestionWindow[bool]):
    """Dismisses with True for y, with False for everything else."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("y", "answer(True)", "Yes"),
        ("n,q,escape,enter,ctrl+c", "answer(False)", "No"),
    ]

    def __init__(self, question: str, consequence: str) -> None:
        super().__init__(WIDTH, partial(question_lines, question, consequence))

    def action_answer(self, yes: bool) -> None:
        """Give the answer."""
        self.dismiss(yes)


def question_lines(question: str, consequence: str, width: int) -> tuple[Line, ...]:
    """The question, what follows from yes, and the keys."""
    keys = (Cell("y", "brand bold"), Cell(" yes     "), Cell("N", "brand bold"), Cell(" no (esc, q, enter)"))
    return (*words(question, width, "text bold"), *words(consequence, width, "readable"), (), keys)
