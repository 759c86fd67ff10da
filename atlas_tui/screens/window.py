"""A window over the console: takes its keys in their order, and closes once."""

from textual.await_complete import AwaitComplete
from textual.events import Key
from textual.screen import ModalScreen, ScreenResultType

from core.domain.snapshot import Snapshot


class Window(ModalScreen[ScreenResultType]):
    """What every window of the console is.

    A second press of the key that closes it may be under way already; it must not close what is behind as well.
    """

    def show(self, snapshot: Snapshot) -> None:
        """There is a newer picture; what shows something of it follows."""

    def take(self, event: Key) -> bool:
        """Do what a key means here, if it means anything besides the bindings; asked for every key in its order."""
        return False

    def on_key(self, event: Key) -> None:
        """A key from before the window was there."""
        if self.take(event):
            event.stop()

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close with a result; a window that is closed already stays so."""
        return super().dismiss(result) if self.is_current else AwaitComplete()
