"""The lines typed after `:`, kept over restarts in a small private file; losing it loses nothing."""

import os
from pathlib import Path

from core.domain.text import one_line

KEPT = 300
_LONGEST = 500


class History:
    """Lines, oldest first. Without a path, or where it cannot be written, they last as long as the console."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lines = _read(path) if path is not None else []
        self._at = len(self._lines)

    def add(self, line: str) -> None:
        """Remember a line; the same one twice in a row is one."""
        kept = one_line(line, _LONGEST)
        if kept and (not self._lines or self._lines[-1] != kept):
            self._lines = [*self._lines, kept][-KEPT:]
            self._write()
        self._at = len(self._lines)

    def older(self) -> str:
        """The line before, staying at the oldest; nothing where there are none."""
        self._at = max(0, self._at - 1)
        return self._lines[self._at] if self._lines else ""

    def newer(self) -> str:
        """The line after; nothing after the newest."""
        self._at = min(len(self._lines), self._at + 1)
        return self._lines[self._at] if self._at < len(self._lines) else ""

    def leave(self) -> None:
        """Begin at the newest again."""
        self._at = len(self._lines)

    def _write(self) -> None:
        if self._path is None:
            return
        try:
            new = self._path.with_suffix(".new")
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write("\n".join(self._lines) + "\n")
            new.replace(self._path)
        except OSError:
            self._path = None


def _read(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [kept for line in text.splitlines()[-KEPT:] if (kept := one_line(line, _LONGEST))]
