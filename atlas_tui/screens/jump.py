"""Letters over the rows: one key goes to any of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.events import Key

from atlas_tui.screens.window import Window
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.table_rows import Cell

LETTERS = "asdfghjklqwertyuiopzxcvbnm"
"""In the order of the fingers."""


@dataclass(frozen=True, slots=True)
class Target:
    """A place a letter stands at, in cells of the screen, and what it stands for."""

    x: int
    y: int
    key: str


class JumpScreen(Window[str | None]):
    """Dismisses with the target's key; with None for any other key."""

    AUTO_FOCUS = None

    def __init__(self, targets: Sequence[Target]) -> None:
        super().__init__()
        self._targets = dict(zip(LETTERS, targets, strict=False))

    def compose(self) -> ComposeResult:
        """A letter over each target."""
        for letter, target in self._targets.items():
            label = Lines(id=f"jump-{letter}")
            label.styles.offset = (target.x, target.y)
            label.styles.width, label.styles.height = 3, 1
            yield label

    def on_mount(self) -> None:
        """Write the letters."""
        for letter in self._targets:
            self.query_one(f"#jump-{letter}", Lines).show([(Cell(f" {letter} ", "tag-text on setup bold"),)])

    def take(self, event: Key) -> bool:
        """Go there, or leave."""
        target = self._targets.get(event.key)
        self.dismiss(target.key if target is not None else None)
        return True
