"""The last resort for errors nobody caught: one line, no locals, and where it happened."""

import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from atlas_tui.cli.saying import say

Told = Callable[[str, BaseException], None]


def say_what_is_uncaught() -> None:
    """From here on such errors are one line on stderr, whatever thread they come from."""
    sys.excepthook = lambda kind, error, traceback: _say("stopped by an error of its own", error)
    _of_threads(_say)


def log_what_is_uncaught(logger: logging.Logger) -> None:
    """From here on those of threads and finalizers go to the log with their traceback: the screen is the console's."""
    _of_threads(lambda what, error: logger.error("%s", what, exc_info=error))


def _of_threads(tell: Told) -> None:
    def of_thread(found: threading.ExceptHookArgs) -> None:
        if found.exc_value is not None and found.exc_type is not SystemExit:
            tell(f"an error in the thread {found.thread.name if found.thread else '?'}", found.exc_value)

    def of_finalizer(found: "sys.UnraisableHookArgs") -> None:
        if found.exc_value is not None:
            tell("an error while something was tidied away", found.exc_value)

    threading.excepthook = of_thread
    sys.unraisablehook = of_finalizer


def _say(what: str, error: BaseException) -> None:
    say(f"atlas: {what}: {type(error).__name__}: {error}{_place(error.__traceback__)}")


def _place(traceback: TracebackType | None) -> str:
    """File and line at which it was raised."""
    place = ""
    while traceback is not None:
        place = f" ({Path(traceback.tb_frame.f_code.co_filename).name}:{traceback.tb_lineno})"
        traceback = traceback.tb_next
    return place
