"""A line to type into, in a window of its own: no key is lost, however fast it follows the one that opened it."""

from typing import ClassVar

from textual.events import Key
from textual.widgets import Input

from atlas_tui.screens.window import Window


class TypingScreen(Window[str | None]):
    """Has one `Input` of the id `line`; dismisses with what was typed, or with None."""

    AUTO_FOCUS: ClassVar[str] = "#line"

    def __init__(self) -> None:
        super().__init__()
        self._early: list[Key] | None = []
        """Keys from before the line was there; None once it is."""

    @property
    def line(self) -> Input:
        """The line."""
        return self.query_one("#line", Input)

    def keeps(self, event: Key) -> bool:
        """Keep a key for the line while that is not there yet; False once it takes its keys itself."""
        if self._early is None:
            return False
        self._early.append(event)
        return True

    def on_mount(self) -> None:
        """The line is there: what was typed meanwhile comes first."""
        early, self._early = self._early or [], None
        for event in early:
            self.line.post_message(event)
