"""A console in a pseudo-terminal of its own process, for what only a real terminal shows."""

import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from fcntl import ioctl
from pathlib import Path

PROGRAM = """
import asyncio, sys
from dataclasses import replace
from tests.tui.fake_desk import FakeDesk
from tests.tui.snapshots_data import rich
from atlas_tui.app import AtlasApp
from atlas_tui.screens.console import ConsoleScreen

async def main():
    desk = FakeDesk(rich())
    app = AtlasApp(desk)
    password = "hunter2"
    def broken(self, snapshot):
        secret = password
        raise ValueError("cannot paint\\x1b[31m this")
    if "crash" in sys.argv:
        ConsoleScreen.show = broken
        asyncio.get_running_loop().call_later(1.0, lambda: desk.publish(rich()))
    await app.run_async(mouse=False)
    print("after:", app.return_code, app.crash, "listeners", len(desk.listeners))
    return app.return_code

sys.exit(asyncio.run(main()))
"""


class PtyConsole:
    """Starts the program, feeds it, and keeps what it wrote."""

    def __init__(self, root: Path, *arguments: str) -> None:
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(root)
            os.environ.update(TERM="xterm-256color", TEXTUAL_ANIMATIONS="none")
            os.execv(sys.executable, [sys.executable, "-c", PROGRAM, *arguments])
        ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.written = b""

    def read_until(self, wanted: bytes, timeout_s: float = 20.0) -> bytes:
        """Everything written up to and including `wanted`, or until the end."""
        end = time.monotonic() + timeout_s
        while wanted not in self.written and time.monotonic() < end:
            if not self._read(0.1):
                break
        return self.written

    def bytes_within(self, seconds: float) -> int:
        """How much is written in this time."""
        before, end = len(self.written), time.monotonic() + seconds
        while time.monotonic() < end and self._read(0.05):
            pass
        return len(self.written) - before

    def type(self, text: bytes) -> None:
        """As if on the keyboard."""
        os.write(self.terminal, text)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def wait(self) -> int:
        """The exit code, after everything was read."""
        end = time.monotonic() + 20
        while self._read(0.1) and time.monotonic() < end:
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(status)

    def _read(self, timeout_s: float) -> bool:
        """Read what is there; False at the end."""
        ready, _, _ = select.select([self.terminal], [], [], timeout_s)
        if not ready:
            return True
        try:
            chunk = os.read(self.terminal, 65536)
        except OSError:
            return False
        self.written += chunk
        return bool(chunk)
