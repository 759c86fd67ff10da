"""A window over the console: takes its keys in their order, and closes once."""

from collections.abc import Callable
from typing import Self

from textual.await_complete import AwaitComplete
from textual.events import Key
from textual.message import Message
from textual.screen import ModalScreen, ScreenResultType

from core.domain.snapshot import Snapshot


class Window(ModalScreen[ScreenResultType]):
    """What every window of the console is.

    A second press of the key that closes it may be under way already; it must not close what is behind as well.

    Attributes:
        ready: is everything in it there? Keys wait until then.
    """

    class Ready(Message):
        """The window takes keys from now on."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = False
        self._answered: Callable[[ScreenResultType | None], None] = lambda result: None

    def then(self, answered: Callable[[ScreenResultType | None], None]) -> Self:
        """Call this with the result once the window is closed.

        It is called before the next key is looked at; what Textual is given with the window to call, it calls later.
        """
        self._answered = answered
        return self

    def on_mount(self) -> None:
        """Everything in it is there; what a kind of window does on mounting, it has done before."""
        self.ready = True
        self.post_message(self.Ready())

    def show(self, snapshot: Snapshot) -> None:
        """There is a newer picture; what shows something of it follows."""

    def take(self, event: Key) -> bool:
        """Do what a key means here, if it means anything besides the bindings; asked for every key in its order."""
        return False

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close with a result; a window that is closed already stays so."""
        if not self.is_current:
            return AwaitComplete()
        closed = super().dismiss(result)
        self._answered(result)
        return closed
