"""Textual's driver without its two threads: keys are read and cells are written by the event loop itself."""

import os
import signal
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from atlas_tui.glass.outlet import Outlet

ESCAPE_S = 0.1
"""Real seconds after which an escape character with nothing behind it is the key."""
_READ = 4096


class LoopDriver(LinuxDriver):
    """Reads and writes the terminal on the loop; where it cannot be opened anew, Textual's threads do."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self.outlet: Outlet | None = None

    def start_application_mode(self) -> None:
        """Textual's way, then its threads are relieved."""
        file = self._file
        with suppress(OSError):
            self.outlet = Outlet(file.fileno(), file.encoding) if file is not None else None
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self.outlet is not None and self._writer_thread is not None and self._key_thread is not None:
            self._writer_thread.stop()
            self._writer_thread = self.outlet  # type: ignore[assignment]
            self._key_thread.join()
            self._listen()

    def disable_input(self) -> None:
        """Hear no more."""
        self._loop.remove_reader(self.fileno)
        super().disable_input()

    def close(self) -> None:
        """Write the rest."""
        super().close()
        self.outlet = None

    def flush(self) -> None:
        """Write now."""
        if self.outlet is not None:
            self.outlet.flush()

    def send_message(self, message: Message) -> None:
        """To the app; without a detour where this is the loop's own thread."""
        self._app.post_message(message)

    def run_input_thread(self) -> None:
        """Nothing to do for a thread where the loop reads."""
        if self.outlet is None:
            super().run_input_thread()

    def _listen(self) -> None:
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode

        def hear() -> None:
            try:
                data = os.read(self.fileno, _READ)
            except OSError:
                data = b""
            if not data:  # the terminal has been closed
                self._loop.remove_reader(self.fileno)
                self._app.exit(return_code=128 + signal.SIGHUP)
                return
            self._tell(parser.feed(decode(data)))
            if parser._timeout_time is not None:
                self._loop.call_later(ESCAPE_S, lambda: self._tell(parser.tick()))

        self._loop.add_reader(self.fileno, hear)

    def _tell(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self.process_message(message)


def looped(kind: type[Driver]) -> type[Driver]:
    """The driver's class, or that of the loop where it is the one with threads."""
    return LoopDriver if kind is LinuxDriver else kind


def held_back(app: App[Any], then: Callable[[], None]) -> bool:
    """Has the terminal not taken yet what was written? Then `then` is called when it has."""
    outlet = app._driver.outlet if isinstance(app._driver, LoopDriver) else None
    if outlet is None or not outlet.behind:
        return False
    outlet.when_caught_up(then)
    return True
