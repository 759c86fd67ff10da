"""How much the console writes to its terminal, for the status bar."""

from collections.abc import Callable
from time import monotonic
from typing import Any, cast

from textual.app import App
from textual.driver import Driver

WINDOW_S = 10.0
_QUIET = 50
"""Below this many bytes a second nothing is to be told: the telling itself costs as much."""


class Meter:
    """Bytes since the start, and their rate over the last ten seconds or so."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.written = 0
        self._clock = clock
        self._since_s = clock()
        self._counted = 0
        self._text = ""

    def count(self, text: str) -> None:
        """This was written."""
        self.written += len(text) if text.isascii() else len(text.encode("utf-8", "surrogateescape"))

    def text(self) -> str:
        """`1.2 kB/s`, or nothing before the first ten seconds are over; changes at most every ten seconds."""
        passed = self._clock() - self._since_s
        if passed >= WINDOW_S:
            self._text = rate_text((self.written - self._counted) / passed)
            self._since_s, self._counted = self._since_s + passed, self.written
        return self._text


def rate_text(rate: float) -> str:
    """Bytes a second in few characters, and so rounded that it seldom changes: `0 B/s`, `300 B/s`, `1.2 kB/s`."""
    if rate < _QUIET:
        return "0 B/s"
    if rate < 950:
        return f"{round(rate / 100) * 100 or 100} B/s"
    return f"{rate / 1000:.1f} kB/s" if rate < 9950 else f"{rate / 1000:.0f} kB/s"


def metered(kind: type[Driver], meter: Meter) -> type[Driver]:
    """The driver's class with its writes counted."""

    def write(self: Driver, data: str) -> None:
        meter.count(data)
        kind.write(self, data)

    return cast("type[Driver]", type(f"Metered{kind.__name__}", (kind,), {"write": write}))


def meter_of(app: App[Any]) -> Meter:
    """The meter of the app; of one that has none, one that stands at nothing."""
    found = getattr(app, "meter", None)
    return found if isinstance(found, Meter) else Meter()
