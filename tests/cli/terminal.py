"""The command in a terminal of its own, as a person would start it."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.cli.own_time import seconds_to_end

_STEERING = re.compile(r"\x1b(?:\[[0-9;?<>=]*[ -/]*[@-~]|[()][0-9A-Za-z]|[=>78cM]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
COLUMNS, ROWS = 120, 40
_ON = ("7", "25")
"""Modes that are on in a terminal at rest: lines wrap, the cursor is shown."""


class Terminal:
    """`atlas ...` on a pseudo-terminal; everything it wrote is kept. Killed when its context is left."""

    def __init__(
        self,
        root: Path,
        *arguments: object,
        size: tuple[int, int] = (COLUMNS, ROWS),
        program: Sequence[str] = ("-m", "atlas_tui"),
    ) -> None:
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.before = termios.tcgetattr(theirs)
        self._theirs = theirs
        self.process = subprocess.Popen(
            [sys.executable, *program, *(str(argument) for argument in arguments)],
            cwd=root,
            env={**os.environ, "TERM": "xterm-256color"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        self.raw = ""

    def wait_for(self, text: str, timeout: float = 60) -> None:
        """Read until the text was written somewhere on the screen."""
        deadline = time.monotonic() + timeout
        while text not in self.text:
            assert time.monotonic() < deadline, f"{text!r} did not appear: {self.text[-2000:]}"
            self.read(0.2)

    def until(self, met: Callable[[], bool], timeout: float = 60) -> None:
        """Read on until something has become true outside, such as in the ledger."""
        deadline = time.monotonic() + timeout
        while not met():
            assert time.monotonic() < deadline, self.text[-2000:]
            self.read()

    def end(self, *how: int | str) -> tuple[int, float]:
        """Send signals, or type keys; exit code and the seconds of its own it took to end."""

        def tell() -> None:
            for each in how:
                if isinstance(each, str):
                    self.press(each)
                else:
                    self.process.send_signal(each)

        took_s = seconds_to_end(self.process, tell, lambda: self.read(0.02))
        while self.read(0):
            pass
        return self.process.returncode, took_s

    def hang_up(self) -> tuple[int, float]:
        """Drop the link, which ends the process; exit code, and seconds to end."""
        took_s = seconds_to_end(self.process, self.drop, lambda: select.select([], [], [], 0.02))
        return self.process.returncode, took_s

    def drop(self) -> None:
        """The link is gone: our end of the terminal is closed, and the kernel says so."""
        os.close(self._ours)
        self._ours = -1

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._ours, keys.encode())

    def wait(self) -> int:
        """The exit code, reading on so that nobody waits for us."""
        deadline = time.monotonic() + 20
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "it does not end"
            self.read(0.05)
        self.read(0.2)
        return self.process.returncode

    @property
    def text(self) -> str:
        """What was written, without what steers the terminal."""
        return _STEERING.sub("", self.raw)

    @property
    def restored(self) -> bool:
        """Are the terminal's settings as before, and is the alternate screen left?"""
        left = self.raw.rfind("\x1b[?1049l") > self.raw.rfind("\x1b[?1049h")
        return left and termios.tcgetattr(self._theirs) == self.before

    @property
    def left_on(self) -> set[str]:
        """Private modes and key protocols the program switched and did not switch back."""
        modes = dict(re.findall(r"\x1b\[\?(\d+)([hl])", self.raw))
        left = {f"?{number}" for number, end in modes.items() if end != ("h" if number in _ON else "l")}
        keys = len(re.findall(r"\x1b\[>\d+u", self.raw)) - len(re.findall(r"\x1b\[<\d*u", self.raw))
        return left | ({"keys"} if keys else set())

    def read(self, timeout: float = 0.1) -> bool:
        """Take in what is written within this time; was there anything?"""
        ready, _, _ = select.select([self._ours], [], [], timeout)
        if ready:
            self.raw += os.read(self._ours, 65536).decode("utf-8", "replace")
        return bool(ready)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for end in (self._ours, self._theirs):
            if end >= 0:
                os.close(end)
