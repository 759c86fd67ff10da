"""A leading-edge throttle: the first change is painted at once, those that follow once an interval."""

from collections.abc import Callable

from textual.dom import DOMNode
from textual.message_pump import MessagePump


class Throttle:
    """Calls `paint` at once, then at most once an interval; it keeps no timer while nothing changes."""

    def __init__(self, owner: MessagePump | DOMNode, interval_s: float, paint: Callable[[], None]) -> None:
        self._owner = owner
        self._interval_s = interval_s
        self._paint = paint
        self._resting = False
        self._asked = False

    def ask(self) -> None:
        """Something changed."""
        if self._resting:
            self._asked = True
            return
        self.now()

    def now(self) -> None:
        """Paint without waiting."""
        self._asked = False
        self._paint()
        if self._interval_s > 0 and not self._resting:
            self._resting = True
            self._owner.set_timer(self._interval_s, self._rested)

    def _rested(self) -> None:
        self._resting = False
        if self._asked:
            self.now()
