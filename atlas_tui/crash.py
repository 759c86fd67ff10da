"""What is said of a console that ended by its own fault: one line on the screen, the traceback in the log file."""

import logging
from typing import Final

_LOG: Final = logging.getLogger("atlas.console")
_LOG.addHandler(logging.NullHandler())  # without one, logging would write to the screen
_LONGEST: Final = 200


def one_line(error: BaseException) -> str:
    """The error's kind and text, printable and cut; no locals, no traceback."""
    text = " ".join("".join(char if char.isprintable() else " " for char in str(error)).split())
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    return f"atlas: the console stopped ({type(error).__name__}{': ' if text else ''}{text})"


def report(error: BaseException) -> None:
    """The traceback, to the log file if there is one."""
    _LOG.error("the console stopped", exc_info=error)
