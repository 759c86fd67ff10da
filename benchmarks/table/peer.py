"""A peer as seen from here: a process under its own Python that does one work after the other when it is asked."""

import json
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.peers.install import python_of, why_absent
from benchmarks.table.rounds import Work

ROOT = Path(__file__).parents[2]
_KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "LD_LIBRARY_PATH", "NUMBA_CACHE_DIR")


class MissingPeer(Exception):
    """The peer cannot be asked, or could not do it; the text says why."""


class Peer:
    """`benchmarks/peers/NAME/peer.py`, running.

    Args:
        name: of its folder.

    Raises:
        MissingPeer: it is not installed, or does not start.
    """

    def __init__(self, name: str) -> None:
        if reason := why_absent(name):
            raise MissingPeer(reason)
        self.name = name
        self._child = subprocess.Popen(
            [str(python_of(name)), "-m", f"benchmarks.peers.{name}.peer"],
            cwd=ROOT,
            env={key: os.environ[key] for key in _KEPT if key in os.environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            self.versions: dict[str, str] = self._answer()["versions"]
        except MissingPeer:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def called(self, what: str = "", package: str = "") -> str:
        """Its name and version, or those of one of its packages, and what it does."""
        shown = {name: version for name, version in self.versions.items() if package in ("", name)}
        told = " ".join(f"{name} {version}" for name, version in shown.items())
        return f"{told}, {what}" if what else told

    def ask(self, work: str, repeats: int = 1, warmed: bool = False, **arguments: object) -> dict[str, Any]:
        """Let it do its work; `seconds` of one, and what it `found`. Raises MissingPeer where it fails.

        `warmed` is that of `rounds.timed`.
        """
        assert self._child.stdin is not None
        try:
            asked = {"work": work, "repeats": repeats, "warmed": warmed, "arguments": arguments}
            self._child.stdin.write(json.dumps(asked) + "\n")
            self._child.stdin.flush()
        except OSError as error:
            raise MissingPeer(f"{self.name} has ended") from error
        return self._answer()

    def timed(self, work: str, repeats: int = 1, warmed: bool = False, **arguments: object) -> Work:
        """Its work as a part of interleaved rounds."""
        return lambda: float(self.ask(work, repeats, warmed, **arguments)["seconds"])

    def close(self) -> None:
        """End it."""
        assert self._child.stdin is not None and self._child.stdout is not None
        self._child.kill()
        self._child.wait()
        self._child.stdin.close()
        self._child.stdout.close()

    def _answer(self) -> dict[str, Any]:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            raise MissingPeer(f"{self.name} ended without an answer")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise MissingPeer(f"{self.name} failed: {answer['error'][:160]}")
        return answer
