"""How the console ends: by a signal or ctrl+c, or by its own fault, with one line and a traceback in the log."""

import asyncio
import logging
import signal
from typing import ClassVar, Final

from rich.console import RenderableType
from textual.app import App
from textual.binding import Binding, BindingType

from core.domain.text import one_line as text_of

_LOG: Final = logging.getLogger("atlas.console")
_LOG.addHandler(logging.NullHandler())  # without one, logging would write to the screen
_LONGEST: Final = 200
SIGNALS: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
LEAVE: Final = "ctrl+c"
"""Ends the console at once, whatever it is doing."""


def one_line(error: BaseException) -> str:
    """The error's kind and text, clean and cut; no locals, no traceback."""
    text = text_of(str(error), _LONGEST)
    return f"atlas: the console stopped ({type(error).__name__}{': ' if text else ''}{text})"


def report(error: BaseException) -> None:
    """The traceback, to the log file if there is one."""
    _LOG.error("the console stopped", exc_info=error)


class UprightApp(App[None]):
    """An app that always gives the terminal back; `crash` is one line when it ended by its own fault."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(LEAVE, "leave", "Quit", show=False, priority=True)]
    crash = ""
    leaving = False
    """Has the app been asked to end? What is pressed from then on means nothing any more."""

    def on_mount(self) -> None:
        """Signals end the app cleanly; they stay heard until somebody else takes them, so that none kills the desk."""
        for number in SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self.exit, None, 128 + number)

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """End, with what is pressed from now on left unheard: a window must not open on a console that closes."""
        self.leaving = True
        super().exit(result, return_code, message)

    def action_leave(self) -> None:
        """Quit at once."""
        self.exit()

    def _handle_exception(self, error: Exception) -> None:
        """One line for the person, the traceback for the log file; never any locals."""
        self.crash = self.crash or one_line(error)
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        report(error)
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """What Textual prints after a crash: our one line."""
        self._exit_renderables.clear()
        if self.crash:
            self.error_console.print(self.crash, markup=False, highlight=False)
