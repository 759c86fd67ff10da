"""The desk's log file: rotating, ours alone, nothing secret in it, and never the screen."""

import faulthandler
import importlib
import logging
from pathlib import Path

from atlas_tui.cli.hooks import log_what_is_uncaught

LOG_NAME = "atlas.log"
CONSOLE_LOG = "console.log"
"""Of consoles that look at a desk of another process, which has the other file to itself."""
BUDGET_MB = 8
"""Of the log with its older parts, until the settings are known."""
_FILE = "atlas_tui.cli.log_file"  # rotation and redaction: not before there is something to write


class LateFile(logging.Handler):
    """Writes to the log file, which is made with the first record."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self.budget_mb = BUDGET_MB
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """To the file, redacted."""
        if self._file is None:
            file: logging.Handler = importlib.import_module(_FILE).log_file(self._path, self.budget_mb)
            self._file = file
        self._file.handle(record)

    def close(self) -> None:
        """The file, too."""
        if self._file is not None:
            self._file.close()
        super().close()


def limit_log(budget_mb: int) -> None:
    """From the first record on, keep the log within so many MB; one that is open already keeps its limit."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, LateFile):
            handler.budget_mb = budget_mb


def log_to(root: Path, name: str = LOG_NAME) -> Path:
    """Send every log record of warning and above (ours from info on) to the state directory; returns the file.

    Errors that nobody caught, in threads and finalizers, go to the file, too. The interpreter's own last words after a
    fatal signal do not: `PYTHONFAULTHANDLER` would write them over the console.
    """
    faulthandler.disable()
    log_what_is_uncaught(logging.getLogger("atlas"))
    path = root / name
    file = LateFile(path)
    top = logging.getLogger()
    for old in list(top.handlers):
        top.removeHandler(old)
        old.close()
    top.addHandler(file)
    top.setLevel(logging.WARNING)
    logging.getLogger("atlas").setLevel(logging.INFO)
    logging.raiseExceptions = False  # a full disk must not print on the screen
    return path
