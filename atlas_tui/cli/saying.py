"""How the command line speaks: answers to stdout, what went wrong to stderr, both cleaned.

systemd's journal wants the loudness of a line before it, as `<4>`, and knows the time itself.
"""

import os
import sys
from collections.abc import Mapping
from typing import Final, TextIO

import click

from core.domain.text import clean, one_line

_VARIABLE: Final = "JOURNAL_STREAM"
_MARKS: Final = {"error": "<3>", "warn": "<4>"}
"""By `core.domain.events.Level`, as syslog counts; what has no mark is information."""
SENTENCE = 2000
"""Longest error sentence, characters."""
ANSWER = 200_000_000
"""Longest answer, characters: a bound, and beyond any ledger."""


def tell(text: object, nl: bool = True) -> None:
    """An answer to stdout, and a newline unless `nl` is False; nothing in it steers a terminal or is a secret."""
    click.echo(clean(str(text), ANSWER), nl=nl)


def say(text: str) -> None:
    """One line to stderr, cleaned."""
    click.echo(marked(one_line(text, SENTENCE), "error", sys.stderr), err=True)


def reaches_journal(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Is the stream the very one that the journal reads, and not a file or pipe it was sent to since?"""
    try:
        info = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return environ.get(_VARIABLE) == f"{info.st_dev}:{info.st_ino}"


def marked(line: str, level: str, stream: TextIO) -> str:
    """The line with its loudness where the journal reads it, else as it is."""
    return _MARKS.get(level, "") + line if reaches_journal(stream) else line
