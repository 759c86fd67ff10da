"""What a desk in another process says of entries by hand, for a window that asks with every picture."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from core.adapters.desk_talk import Answer, Ask
from core.domain.commands import EnterByHand
from core.domain.review_views import ExpectedEntry

_ASKING: Final = ExpectedEntry(None, "the desk is being asked")
_WHENEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The desk stamps every request with its own clock."""
_KEPT: Final = 32
"""Questions and answers that are remembered."""


class Entries:
    """What the desk says of entries by hand: the last answer at once, and a question with every picture.

    A desk that has no time for a question leaves it; the next picture brings another one.
    """

    def __init__(self, say: Callable[[Ask], None]) -> None:
        self._say = say
        self._number = 0
        self._asked: dict[int, EnterByHand] = {}
        self._is_fresh: set[EnterByHand] = set()
        self._told: dict[EnterByHand, ExpectedEntry] = {}

    def expected(self, command: EnterByHand) -> ExpectedEntry:
        """The last answer; a question where none was asked since the newest picture."""
        key = replace(command, at=_WHENEVER)
        if key not in self._is_fresh:
            self._is_fresh.add(key)
            self._number += 1
            self._asked[self._number] = key
            self._say(Ask(self._number, command))
            _shorten(self._asked)
            _shorten(self._told)
        return self._told.get(key, _ASKING)

    def outdated(self) -> None:
        """There is a newer picture."""
        self._is_fresh.clear()

    def take(self, answer: Answer) -> bool:
        """Keep the answer; is it another one than before?"""
        key = self._asked.pop(answer.number, None)
        if key is None or self._told.get(key) == answer.expected:
            return False
        self._told[key] = answer.expected
        return True


def _shorten(kept: dict[Any, Any]) -> None:
    """Forget the oldest."""
    while len(kept) > _KEPT:
        del kept[next(iter(kept))]
