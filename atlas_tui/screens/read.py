"""A text to read: the keys, or a note of the log in full."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.events import Key

from atlas_tui.acts.stage import GROUPS, Act
from atlas_tui.lines import GAP, Line, beside, words
from atlas_tui.screens.window import Window
from atlas_tui.tabs import TAB_IDS, Tab
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.table_rows import Cell
from core.domain.text import one_line

MAX_WIDTH = 76
_TWO_COLUMNS = 70


class ReadScreen(Window[None]):
    """Shows lines in a frame; scrolls where they are more than the screen holds."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("q,escape,enter,question_mark", "close", "Close"),
        ("j,down", "scroll(1)", "Down"),
        ("k,up", "scroll(-1)", "Up"),
        ("pagedown,space", "scroll(10)", "Page down"),
        ("pageup", "scroll(-10)", "Page up"),
        ("g,home", "scroll(-10000)", "Top"),
        ("G,end", "scroll(10000)", "Bottom"),
    ]
    AUTO_FOCUS = None

    def __init__(
        self,
        title: str,
        lines: Callable[[int], tuple[Line, ...]],
        closes: Sequence[str] = (),
        widest: int = MAX_WIDTH,
    ) -> None:
        """
        Args:
            title: on the frame.
            lines: the text in so many cells.
            closes: keys that close it besides its own: the one that opened it.
            widest: cells of the text at most.
        """
        super().__init__()
        self._heading = title
        self._lines = lines
        self._closes = closes
        self._widest = widest

    def compose(self) -> ComposeResult:
        """A frame with the lines."""
        with Vertical(id="frame"):
            yield Lines(id="text")

    def on_mount(self) -> None:
        """Write the heading; the text follows with the size."""
        frame = self.query_one("#frame")
        frame.border_title = one_line(self._heading).replace("[", "\\[")
        self.on_resize()

    def on_resize(self) -> None:
        """Lay it out for the room there is; a longer text leaves a cell to its scrollbar, and says how to go on."""
        most = max(3, self.size.height - 4)
        width = min(self._widest, self.size.width * 96 // 100 - 4)  # the frame takes 96 %, its edges 4 cells
        lines = self._lines(width)
        scrolls = len(lines) > most
        if scrolls:
            lines = self._lines(width - 1)
        self.query_one("#frame").border_subtitle = "j k scroll, q closes" if scrolls else "q closes"
        block = self.query_one(Lines)
        block.styles.width, block.styles.height = width, min(len(lines), most)
        block.show(lines)

    def take(self, event: Key) -> bool:
        """The key that opened it closes it too."""
        if event.key not in self._closes:
            return False
        self.dismiss()
        return True

    def action_close(self) -> None:
        """Back to the console."""
        self.dismiss()

    def action_scroll(self, rows: int) -> None:
        """So many rows on."""
        self.query_one(Lines).scroll_relative(y=rows, animate=False, force=True)


def help_lines(keys: tuple[Act, ...], width: int) -> tuple[Line, ...]:
    """Every key by group, in two columns where there is room."""
    columns = 2 if width >= _TWO_COLUMNS else 1
    each = width // columns
    found: list[Line] = []
    for group in GROUPS:
        members = _merged([key for key in keys if key.group == group and key.keys])
        if not members:
            continue
        found.append((Cell(group, "brand bold"),))
        half = -(-len(members) // columns)
        for row in range(half):
            pieces = [members[row + half * column] for column in range(columns) if row + half * column < len(members)]
            blocks = [_piece(*piece, each) for piece in pieces]
            found += beside(blocks[0], blocks[1], each, 0) if len(blocks) > 1 else blocks[0]
    return (*found, *_command_lines(keys, width))


def _command_lines(keys: tuple[Act, ...], width: int) -> tuple[Line, ...]:
    """What is typed after a colon: acts without a key, and what those with one take."""
    told = " after a colon; tab completes" if width >= 40 else " after a colon"
    found: list[Line] = [(Cell("Commands", "brand bold"), Cell(told, "readable"))]
    for act in keys:
        if not act.keys or act.takes:
            head = f" :{act.id} {act.takes}".rstrip()
            if len(head) + 2 + len(act.text) <= width:
                found.append((Cell(f"{head}  ", "text bold"), Cell(act.text, "readable")))
            else:
                found += [(GAP, *line) for line in words(head, width - 1, "text bold")]
                found += [(Cell("    "), *line) for line in words(act.text, width - 4, "readable")]
    return tuple(found)


def _piece(shown: str, text: str, width: int) -> tuple[Line, ...]:
    """`x        reject; close a position`, the text wrapped beside its key where it must be."""
    head = Cell(f" {shown:<8} ", "text bold")
    first, *rest = words(text, max(10, width - 11), "readable")
    return ((head, *first), *((Cell(" " * 10), *line) for line in rest))


def _merged(keys: list[Act]) -> list[tuple[str, str]]:
    """Keys and texts; the tabs share one line while their digits are the defaults."""
    digits = tuple(tab.value for tab in Tab)
    tabs = [key for key in keys if key.id in TAB_IDS]
    if tabs and all(key.keys == (digit,) for key, digit in zip(tabs, digits, strict=True)):
        keys = [key for key in keys if key not in tabs]
        return [(f"{digits[0]}-{digits[-1]}", "go to a tab"), *((key.shown, key.text) for key in keys)]
    return [(key.shown, key.text) for key in keys]
