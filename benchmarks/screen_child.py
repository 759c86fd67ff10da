"""A program in a pseudo-terminal of 120x40: what it writes, what that shows, what it costs."""

import asyncio
import codecs
import os
import pty
import signal
import struct
import sys
import termios
from collections.abc import Callable, Sequence
from contextlib import suppress
from fcntl import ioctl
from pathlib import Path
from time import monotonic

from benchmarks.glass import Glass

WIDTH, HEIGHT = 120, 40
_TICK = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).parents[1]


def started(module: str, arguments: Sequence[str] = ()) -> tuple[int, int]:
    """Start `python -m MODULE ARGUMENTS` in a terminal of its own; its pid and our end of the terminal."""
    pid, terminal = pty.fork()
    if pid == 0:
        ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
        os.chdir(ROOT)
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", TEXTUAL_ANIMATIONS="none")
        os.execv(sys.executable, [sys.executable, "-m", module, *arguments])
    return pid, terminal


class Child:
    """Starts `python -m MODULE ARGUMENTS` and reads all it writes, on the running event loop.

    Attributes:
        written: bytes so far.
        glass: what the terminal shows; only kept while `watching`.
        seen: called after each reading with its time, monotonic seconds.
    """

    def __init__(self, module: str, arguments: Sequence[str] = (), watching: bool = True) -> None:
        self.began = monotonic()
        self.written = 0
        self.glass = Glass(WIDTH, HEIGHT)
        self.watching = watching
        self.seen: Callable[[float], None] = lambda at: None
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._closed = asyncio.Event()
        self.pid, self._terminal = started(module, arguments)
        os.set_blocking(self._terminal, False)
        asyncio.get_running_loop().add_reader(self._terminal, self._read)

    def type(self, text: str) -> None:
        """As if on the keyboard."""
        os.write(self._terminal, text.encode())

    def cpu_s(self) -> float:
        """Processor seconds it has used, its threads included."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    async def shows(self, text: str, timeout_s: float = 60.0) -> float:
        """Wait until the text stands on the glass; returns when, monotonic s. Raises TimeoutError, with the screen."""
        found: asyncio.Future[float] = asyncio.get_running_loop().create_future()

        def look(at: float) -> None:
            if not found.done() and text in self.glass.text():
                found.set_result(at)

        before, self.seen = self.seen, look
        try:
            look(monotonic())
            async with asyncio.timeout(timeout_s):
                return await found
        except TimeoutError as error:
            raise TimeoutError(f"{text!r} did not come; the screen shows:\n{self.glass.text()}") from error
        finally:
            self.seen = before

    async def end(self) -> None:
        """Stop it and wait for it."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(10):
                await self._closed.wait()
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        await asyncio.to_thread(os.waitpid, self.pid, 0)
        asyncio.get_running_loop().remove_reader(self._terminal)
        os.close(self._terminal)

    def _read(self) -> None:
        try:
            data = os.read(self._terminal, 1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            asyncio.get_running_loop().remove_reader(self._terminal)
            self._closed.set()
            return
        at = monotonic()
        self.written += len(data)
        if self.watching:
            self.glass.feed(self._decode(data))
            self.seen(at)
