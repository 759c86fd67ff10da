"""Children of the command that live for a while."""

import json
import os
import queue
import select
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from tests.cli.own_time import seconds_to_end


class Child:
    """A running `atlas ...`, or another module; its lines are read as they come. Killed when its context is left."""

    def __init__(self, root: Path, *arguments: object, module: str = "atlas_tui", alone: bool = False) -> None:
        """Start it; `alone` in a session of its own, so that it has no terminal even where the tests have one."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *(str(argument) for argument in arguments)],
            cwd=root,
            env=os.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=alone,
        )
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def line(self, timeout: float = 60) -> str:
        """The next line of stdout; fails with stderr when there is none."""
        try:
            line = self._lines.get(timeout=timeout)
        except queue.Empty:
            raise AssertionError(f"no line within {timeout} s") from None
        assert line is not None, self.errors()
        return line

    def hear(self, sentence: str) -> str:
        """The next line that has the sentence; what else is said before it depends on the market."""
        while sentence not in (line := self.line()):
            pass
        return line

    def json(self, timeout: float = 60) -> Any:
        """The next line as JSON."""
        return json.loads(self.line(timeout))

    def end(self, number: int) -> tuple[int, float]:
        """Send a signal; exit code, and the seconds of its own it took to end."""
        ended = os.pidfd_open(self.process.pid)
        try:
            took_s = seconds_to_end(
                self.process,
                lambda: self.process.send_signal(number),
                lambda: select.select([ended], [], [], 0.02),
            )
        finally:
            os.close(ended)
        return self.process.returncode, took_s

    def errors(self) -> str:
        """All of stderr, once the process has ended."""
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def __enter__(self) -> "Child":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join(5)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()
