"""A leading-edge throttle: the first change is painted at once, those that follow once an interval."""

import asyncio
from collections.abc import Callable
from time import monotonic

from textual.dom import DOMNode
from textual.message_pump import MessagePump

_CLOSE = 0.95
"""So much of an interval counts as all of it: changes that come at just this pace need no timer."""
SLACK_S = 0.01
"""A timer waits this much longer, so that a change that comes then is painted with it."""


class Throttle:
    """Calls `paint` at once, then at most once an interval; it keeps no timer while nothing changes.

    Attributes:
        interval_s: real seconds; may be changed at any time, 0 paints every change.
    """

    def __init__(
        self,
        owner: MessagePump | DOMNode,
        interval_s: float,
        paint: Callable[[], None],
        clock: Callable[[], float] = monotonic,
        slack_s: float = SLACK_S,
    ) -> None:
        """
        Args:
            owner: in whose turn a late paint is done.
            interval_s: as the attribute.
            paint: what is called.
            clock: monotonic real seconds.
            slack_s: how long past the interval a change is waited for, real seconds.
        """
        self.interval_s = interval_s
        self._slack_s = slack_s
        self._owner = owner
        self._paint = paint
        self._clock = clock
        self._from_s = float("-inf")
        self._asked = self._waiting = False

    def ask(self) -> None:
        """Something changed."""
        rest = self._rest()
        if rest <= self.interval_s * (1 - _CLOSE):
            self.now()
            return
        self._asked = True
        if not self._waiting:
            # The loop's own timer: one of Textual's is a task, and this one is often needless when it comes.
            self._waiting = True
            asyncio.get_running_loop().call_later(rest + self._slack_s, self._wake)

    def now(self) -> None:
        """Paint without waiting."""
        self._asked = False
        late_s = -self._rest()
        # The next interval begins when this paint was due: one that is late does not delay all that follow.
        on_time = 0 <= late_s < self.interval_s / 2
        self._from_s = self._from_s + self.interval_s if on_time else self._clock()
        self._paint()

    def _rest(self) -> float:
        return self._from_s + self.interval_s - self._clock()

    def _wake(self) -> None:
        """The timer's turn; the owner is only woken where nobody has painted since."""
        self._waiting = False
        if self._asked:
            self._owner.call_later(self._due)

    def _due(self) -> None:
        if self._asked:
            self.ask()
