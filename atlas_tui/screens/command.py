"""The command line and the palette: one window over one registry."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import Key

from atlas_tui.acts.commandline import Choice
from atlas_tui.history import History
from atlas_tui.lines import Line, ended, padded, width_of, words
from atlas_tui.screens.typing import TypingScreen
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.widgets.text_line import TextLine

_LINE_ROWS, _PALETTE_ROWS = 6, 16
_ROOMY, _LEAST_TOLD = 60, 8
"""Cells of a line from which acts tell what they take, and of a help below which it tells nothing."""


class CommandScreen(TypingScreen):
    """Asks for a line; dismisses with it, or with None where nothing was asked for.

    As a palette the arrows choose among the acts and enter takes the chosen one; as a command line they go through the
    history. Tab completes, and once more takes the next that fits. An empty line, or a backspace in one, closes.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "leave", "Leave"),
        ("tab", "complete", "Complete"),
        ("up", "turn(-1)", "Up"),
        ("down", "turn(1)", "Down"),
    ]

    def __init__(self, choose: Callable[[str], list[Choice]], history: History, palette: bool = False) -> None:
        super().__init__()
        self._choose = choose
        self._history = history
        self._palette = palette
        self._choices: list[Choice] = []
        self._at = 0
        self._completed: str | None = None
        """The line as tab left it; its choices stay until something else is typed."""
        self.look: Callable[[str], None] = lambda line: None
        """Told of the line that enter would take, with every change of it."""

    def compose(self) -> ComposeResult:
        """The choices above the line."""
        with Vertical(id="command"):
            yield Lines(id="choices")
            yield TextLine(self._edited, self._entered, "line", "a command; an empty line leaves")

    def on_mount(self) -> None:
        """Everything that can be done."""
        self._look("")

    def on_resize(self) -> None:
        """Lay the choices out for the room there is."""
        self._paint()

    def take(self, event: Key) -> bool:
        """A backspace in an empty line leaves: no key far away is needed."""
        leaves = event.key == "backspace" and not self.line.value
        if leaves:
            self.dismiss(None)
        return leaves

    def _edited(self, text: str) -> None:
        """Other choices with every letter."""
        if text == self._completed:
            self._tell()
        else:
            self._completed = None
            self._look(text)

    def _entered(self, text: str) -> None:
        """Take the line, or in the palette the chosen act."""
        line = text.strip()
        chosen = self._choices[self._at] if self._choices else None
        if self._palette and chosen is not None:
            if chosen.act.takes and not chosen.act.keys and not text.startswith(chosen.line):
                self._put(chosen.line)
                return
            line = chosen.line if not line.startswith(chosen.act.id) else line
        self.dismiss(line.strip() or None)

    def action_leave(self) -> None:
        """Nothing is asked for."""
        self.dismiss(None)

    def action_complete(self) -> None:
        """Put the chosen line in; again, the next one, around the end. A name that takes more offers what it takes."""
        if not self._choices:
            return
        if self.line.value == self._completed:
            self._at = (self._at + 1) % len(self._choices)
        line = self._choices[self._at].line
        self._completed = None if line.endswith(" ") else line
        self._put(line)

    def action_turn(self, by: int) -> None:
        """Another choice, or another line of the history."""
        if self._palette:
            self._at = min(max(0, self._at + by), max(0, len(self._choices) - 1))
            self._tell()
        else:
            self._put(self._history.older() if by < 0 else self._history.newer())

    def _put(self, text: str) -> None:
        self.line.value = text
        self.line.cursor_position = len(text)

    def _look(self, text: str) -> None:
        self._choices, self._at = self._choose(text), 0
        self._tell()

    def _tell(self) -> None:
        """Show the choices, and what the chosen one would look like: in a command line once its argument has begun."""
        _, _, argument = self.line.value.strip().partition(" ")
        chosen = self._choices[self._at].line if self._choices else ""
        self.look(chosen if self._palette or argument else "")
        self._paint()

    def _paint(self) -> None:
        width, height = self.size.width, self.size.height
        if not width:
            return
        room = max(1, min(_PALETTE_ROWS if self._palette else _LINE_ROWS, height - 6))
        first = max(0, min(self._at - room + 1, len(self._choices) - room))
        block = self.query_one("#choices", Lines)
        shown = self._choices[first : first + room]
        lines = choice_lines(shown, width - 2, self._at - first) or [
            *words("nothing fits: enter says why", width - 2, "readable")
        ]
        block.styles.height = len(lines)
        block.show(lines)


def choice_lines(choices: Sequence[Choice], width: int, chosen: int) -> list[Line]:
    """`▶ filter TEXT   filter this list   /`, with what stands against it where something does.

    What an act takes, once that is being typed, stands by itself: the help and the key are those of the bare act.
    Names stand in a column as wide as they need; what an act takes is left out where the line is narrow.
    """
    keys = max((len(choice.act.shown) + 1 for choice in choices), default=0)
    names = [_name(choice, width, width - 2 - keys) for choice in choices]
    head = max((width_of(name) for name in names), default=0)
    room = width - 2 - head - 2 - keys
    found: list[Line] = []
    for at, (choice, name) in enumerate(zip(choices, names, strict=True)):
        mark = Cell("▶ " if at == chosen else "  ", "open bold")
        first = Cell(name[0].text, "brand bold" if at == chosen else "text bold")
        text, key = (choice.act.text, choice.act.shown) if choice.names_act else ("", "")
        told = ended(f"not now: {choice.refusal}" if choice.refusal else text, room)
        role = "stale" if choice.refusal else "readable"
        line = (mark, *padded((first, *name[1:]), head), Cell("  "), Cell(told if room >= _LEAST_TOLD else "", role))
        found.append((*padded(line, width - keys), Cell(f"{key:>{keys}}", "readable")))
    return found


def _name(choice: Choice, width: int, room: int) -> Line:
    """The act's name and what it takes, or the line as it would go on."""
    act = choice.act
    if not choice.names_act:
        return (Cell(ended(choice.line.strip(), room)),)
    named = (Cell(act.id), Cell(f" {act.takes}" if act.takes else "", "setup"))
    return named if width >= _ROOMY and width_of(named) <= width // 2 else (Cell(ended(act.id, room)),)
