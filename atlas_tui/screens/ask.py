"""Two small questions: one of a few keys, and one line of text."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import Key

from atlas_tui.lines import Line, words
from atlas_tui.screens.question import QuestionWindow
from atlas_tui.screens.typing import TypingScreen
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.widgets.text_line import TextLine

WIDTH = 46


class ChoiceScreen(QuestionWindow[str | None]):
    """One key a choice: dismisses with its text, with None for any other key."""

    def __init__(self, question: str, options: Sequence[tuple[str, str]]) -> None:
        super().__init__(WIDTH, partial(choice_lines, question, options))
        self._options = tuple(options)

    def take(self, event: Key) -> bool:
        """Take the choice of this key, or leave."""
        self.dismiss(next((text for key, text in self._options if event.key == key), None))
        return True


def choice_lines(question: str, options: Sequence[tuple[str, str]], width: int) -> tuple[Line, ...]:
    """The question, one line a choice, and the way out."""
    found: list[Line] = [*words(question, width, "text bold"), ()]
    found += [(Cell(f" {key} ", "brand bold"), Cell(f" {text}")) for key, text in options]
    return (*found, (), (Cell("any other key leaves", "readable"),))


class PromptScreen(TypingScreen):
    """One line of text at the bottom; an empty one is None."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "leave", "Leave")]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """The question above the line."""
        with Vertical(id="command"):
            yield Lines(id="choices")
            yield TextLine(
                lambda text: None, self._entered, "line", "enter keeps it, an empty line leaves", longest=500
            )

    def on_mount(self) -> None:
        """Ask."""
        self.query_one("#choices", Lines).show([(Cell(self._question, "brand bold"),)])

    def _entered(self, text: str) -> None:
        """Give the text."""
        self.dismiss(text.strip() or None)

    def action_leave(self) -> None:
        """Nothing was written."""
        self.dismiss(None)
