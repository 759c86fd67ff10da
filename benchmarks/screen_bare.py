"""The least a Textual app can be: one line of text. `python -m benchmarks.screen_bare`"""

from textual.app import App, ComposeResult
from textual.widgets import Static


class BareApp(App[None]):
    """One line."""

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static("ready")


if __name__ == "__main__":
    BareApp().run()
