"""A line to type into, in a window of its own."""

from typing import ClassVar

from atlas_tui.screens.window import Window
from atlas_tui.widgets.text_line import TextLine


class TypingScreen(Window[str | None]):
    """Has one `TextLine` of the id `line`; dismisses with what was typed, or with None."""

    AUTO_FOCUS: ClassVar[str] = "#line"

    @property
    def line(self) -> TextLine:
        """The line."""
        return self.query_one("#line", TextLine)
