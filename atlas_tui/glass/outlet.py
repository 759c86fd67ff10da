"""The way to the terminal: written at once where there is room, kept where there is none, never waited for."""

import asyncio
import os
import select
from collections.abc import Callable
from time import monotonic

LAST_WORDS_S = 1.0
"""Real seconds that a stop waits for a terminal to take what is left."""


class Outlet:
    """Bytes to a terminal, from the event loop; fits what Textual's driver asks of its writing thread.

    A thread would cost two changes of thread a paint, and wait for the interpreter while the desk is busy. A terminal
    that does not read holds up neither the loop nor the desk: what it has not taken is kept, in order.
    """

    def __init__(self, terminal: int, encoding: str) -> None:
        """
        Args:
            terminal: a descriptor of the terminal. It is opened anew, so that nobody else's becomes non-blocking.
            encoding: of its text; what it cannot tell is written as a backslash escape.

        Raises:
            OSError: the terminal cannot be opened by its name.
        """
        self._fd = os.open(os.ttyname(terminal), os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)
        self._encoding = encoding
        self._loop = asyncio.get_running_loop()
        self._kept = bytearray()
        self._due: asyncio.Handle | None = None
        self._then: Callable[[], None] | None = None
        self.behind = False
        """Has the terminal left something untaken?"""

    def write(self, text: str) -> None:
        """Write this with the next flush, or at the end of this turn of the loop."""
        self._kept += text.encode(self._encoding, "backslashreplace")
        if self._due is None and not self.behind:
            self._due = self._loop.call_soon(self.flush)

    def flush(self) -> None:
        """Write now what there is room for."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        if self._kept and not self.behind:
            self._send()
            if self._kept:
                self.behind = True
                self._loop.add_writer(self._fd, self._go_on)

    def when_caught_up(self, then: Callable[[], None]) -> None:
        """Call this once when the terminal has taken everything; the last one asked is the one called."""
        self._then = then

    def stop(self) -> None:
        """Write the rest, for a moment, and close."""
        if self._due is not None:
            self._due.cancel()
        self._loop.remove_writer(self._fd)
        end = monotonic() + LAST_WORDS_S
        while self._kept and select.select([], [self._fd], [], max(0.0, end - monotonic()))[1]:
            self._send()
        os.close(self._fd)
        self._fd = -1  # what is still written goes nowhere, and to no file that gets the number next

    def _go_on(self) -> None:
        self._send()
        if not self._kept:
            self.behind = False
            self._loop.remove_writer(self._fd)
            then, self._then = self._then, None
            if then is not None:
                then()

    def _send(self) -> None:
        try:
            del self._kept[: os.write(self._fd, self._kept)]
        except BlockingIOError:
            return
        except OSError:  # the terminal is gone, and SIGHUP on its way
            self._kept.clear()
