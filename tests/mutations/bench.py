"""A copy of the project in which rules are broken, and tests are run against it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.mutations.mutation import Edit

_COPIED: Final = ("core", "atlas_tui", "themes", "tests")
_PASSED, _FAILED = 0, 1
_PATIENCE_S: Final = 300.0


class MutationLost(Exception):
    """The text to break is not there, or there more than once: the table must follow the code."""


class Bench:
    """The copied project. Nothing of the project itself is changed or imported by what runs here."""

    def __init__(self, root: Path, folder: Path) -> None:
        """
        Args:
            root: the folder that holds pyproject.toml.
            folder: an empty one, for the copy.
        """
        self._folder = folder
        self._edits = 0
        self.said = ""
        """The end of what the last tests printed."""
        passed_over = shutil.ignore_patterns("__snapshots__", "__pycache__", ".hypothesis")
        for name in _COPIED:
            shutil.copytree(root / name, folder / name, ignore=passed_over)
        shutil.copyfile(root / "pyproject.toml", folder / "pyproject.toml")

    @contextmanager
    def broken(self, edit: Edit) -> Iterator[None]:
        """The copy with this edit, inside the block.

        Raises:
            MutationLost: the text cannot be found, or not only once.
        """
        path = self._folder / edit.file
        text, written_s = path.read_text(encoding="utf-8"), int(path.stat().st_mtime)
        path.write_text(edited(text, edit), encoding="utf-8")
        self._edits += 1
        _stamp(path, written_s + self._edits)
        try:
            yield
        finally:
            path.write_text(text, encoding="utf-8")
            _stamp(path, written_s)

    def passes(self, tests: Sequence[str]) -> bool:
        """Do these tests pass in the copy? True where all of them do, False where one fails.

        Raises:
            RuntimeError: they could not be run: a node is not found, or nothing can be imported.
        """
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "--hypothesis-profile=noticing",
            *tests,
        ]
        environment = {**os.environ, "PYTHONPATH": str(self._folder)}
        done = subprocess.run(
            command, cwd=self._folder, env=environment, capture_output=True, text=True, timeout=_PATIENCE_S
        )
        self.said = done.stdout[-3000:]
        if done.returncode not in (_PASSED, _FAILED):
            raise RuntimeError(f"the tests did not run: {self.said}{done.stderr[-2000:]}")
        return done.returncode == _PASSED


def _stamp(path: Path, second: int) -> None:
    """Give the file a time of its own: compiled code is told from its source by the second and the size."""
    os.utime(path, (second, second))


def edited(text: str, edit: Edit) -> str:
    """The text with the edit made.

    Raises:
        MutationLost: what it changes is not there exactly once.
    """
    found = text.count(edit.old)
    if found != 1:
        raise MutationLost(f"{edit.file} holds {found} times what is to be broken: {edit.old!r}")
    return text.replace(edit.old, edit.new)
