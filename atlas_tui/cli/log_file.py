"""The log file itself: rotating, for its owner alone, and redacted."""

import logging
import os
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

_KEPT = 3
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
    """The text with private keys, tokens, webhook paths and authorization values replaced by ***."""
    for pattern in _SECRETS:
        text = pattern.sub("***", text)
    return text


class Redaction(logging.Filter):
    """Rewrites every record, its traceback included, before it is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact in place; never drops a record."""
        record.msg, record.args = redacted(record.getMessage()), None
        if record.exc_info:
            record.exc_text = redacted(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True


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
