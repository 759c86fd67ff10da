"""The desk's log file: rotating, ours alone, nothing secret in it, and never the screen."""

import importlib
import logging
import os
from pathlib import Path

LOG_NAME = "atlas.log"
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


def log_to(root: Path) -> Path:
    """Send every log record of warning and above (ours from info on) to the state directory; returns the file.

    From here on every file of this process is made for its owner alone.
    """
    os.umask(0o077)
    path = root / LOG_NAME
    file = LateFile(path)
    top = logging.getLogger()
    for old in list(top.handlers):
        top.removeHandler(old)
        old.close()
    top.addHandler(file)
    top.setLevel(logging.WARNING)
    logging.getLogger("atlas").setLevel(logging.INFO)
    logging.raiseExceptions = False  # a full disk must not print on the screen
    for name in ("coinbase.RESTClient", "coinbase.WSClient"):
        sdk = logging.getLogger(name)
        sdk.handlers = [file]
        sdk.propagate = False
        sdk.setLevel(logging.WARNING)
    return path
