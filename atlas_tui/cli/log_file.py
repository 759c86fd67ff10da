"""The log file itself: rotating, for its owner alone, redacted, and safe to show in a terminal."""

import logging
import os
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

from core.domain.hiding import MASK, hidden
from core.domain.text import clean, one_line

_KEPT = 3
_MESSAGE = 4_000
_TRACEBACK = 40_000
_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
_SECRETS = (
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
    re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"),
    re.compile(r"(?i)(?<=/api/webhooks/)[^\s\"']+"),
    re.compile(r"(?i)(?<=authorization)([\"']?\s*[:=]\s*)(?:bearer\s+|basic\s+)?[^\s,;\"']+"),
    re.compile(r"(?i)\bbearer\s+[^\s,;\"']+"),
    re.compile(r"(?i)(?<=api.(?:key|sec))(ret)?([\"']?\s*[:=]\s*)[^\s,;]+"),
)


def redacted(text: str) -> str:
    """The text with *** for the secrets of this process, and for what looks like one.

    That is private keys, tokens, webhook paths and authorization values.
    """
    text = hidden(text)
    for pattern in _SECRETS:
        text = pattern.sub(MASK, text)
    return text


class Redaction(logging.Filter):
    """Rewrites every record, its traceback included, before it is written: one line, the traceback below it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact and clean in place; never drops a record."""
        record.msg, record.args = one_line(redacted(_message_of(record)), _MESSAGE), None
        if record.exc_info:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.exc_info = None
        for name in ("exc_text", "stack_info"):
            if told := getattr(record, name):
                setattr(record, name, clean(redacted(told), _TRACEBACK))
        return True


def _message_of(record: logging.LogRecord) -> str:
    """What is said; a message that does not fit its values is told without them."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return str(record.msg)


class PrivateFile(RotatingFileHandler):
    """A rotating log file that only its owner may read (0600)."""

    def _open(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - the library's own hook
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.fchmod(descriptor, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8")


def log_file(path: Path, budget_mb: int) -> logging.Handler:
    """The handler of the file, with its older parts within the budget; it is opened with the first record."""
    largest = budget_mb * 1_000_000 // (_KEPT + 1)
    file = PrivateFile(path, maxBytes=largest, backupCount=_KEPT, encoding="utf-8", delay=True)
    file.setFormatter(logging.Formatter(_FORMAT))
    file.addFilter(Redaction())
    return file
