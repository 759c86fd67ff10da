"""Order of the messages of one connection by their `sequence_num` (COINBASE.md section 3)."""

from enum import Enum, auto
from typing import Final

_RESTART_RUN: Final = 5
_LEADING_UP: Final = 2


class Order(Enum):
    """How a message stands to the one before it."""

    FOLLOWS = auto()
    """The next one, the first of a connection, or one without a number."""
    GAP = auto()
    """Messages in between were lost."""
    LOWER = auto()
    """A duplicate or late one: to be dropped."""
    RESTARTED = auto()
    """The venue began to count again: what came in between may be lost."""


class SequenceTracker:
    """Judges the numbers of one connection; `restart` for a new one.

    A run of lower numbers that follow each other is the venue counting anew, not lateness: without that rule one
    absurdly high number would make the feed deaf.
    """

    def __init__(self) -> None:
        self.missing = 0
        """How many messages the last gap lost."""
        self._last: int | None = None
        self._lower: int | None = None
        self._run = 0

    def restart(self) -> None:
        """A new connection: its first number is the new base."""
        self._last = self._lower = None
        self._run = 0

    def judge(self, number: int | None) -> Order:
        """Where this message stands; remembers it unless it is dropped."""
        last = self._last
        if number is None:
            return Order.FOLLOWS
        if last is None or number == last + 1:
            # Lower numbers that led up to this one were no late messages: the count began anew just below.
            anew = self._run >= _LEADING_UP and self._lower == last
            self._last = number
            self._run = 0
            return Order.RESTARTED if anew else Order.FOLLOWS
        if number > last:
            self.missing = number - last - 1
            self._last = number
            self._run = 0
            return Order.GAP
        return self._judge_lower(number)

    def _judge_lower(self, number: int) -> Order:
        self._run = self._run + 1 if self._lower is not None and number == self._lower + 1 else 1
        self._lower = number
        if self._run < _RESTART_RUN:
            return Order.LOWER
        self.restart()
        self._last = number
        return Order.RESTARTED
