"""The first reading of a recording: where desks began, what the ledger held by then, and how far it can be read."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Final, get_args

from core.domain.errors import RecordingError
from core.domain.events import BarClosed, EntryUndone, TimePassed
from core.domain.facts import Fact
from core.domain.taped import DeskBegan, DeskEnded, Taped
from core.ports import Recording

FACTS: Final = frozenset(get_args(Fact))
_TOLD = FACTS | {DeskBegan, EntryUndone}
_TIMES = frozenset({TimePassed, BarClosed, DeskEnded})
"""About one a second, or every bar: they tell how far the recording reaches."""


@dataclass(slots=True)
class Life:
    """One desk's part of the recording.

    Attributes:
        restored: facts in the ledger where it began.
        outlived: how many facts every later desk found; None for the last desk.
        undone: entries that the ledger could not take.
    """

    restored: int = 0
    outlived: int | None = None
    undone: set[str] = field(default_factory=set)

    @property
    def vain(self) -> bool:
        """Has the ledger been put back to before it began?"""
        return self.outlived is not None and self.outlived < self.restored


@dataclass(slots=True)
class Outline:
    """What the first reading tells.

    Attributes:
        start: number of the entry a replay begins at.
        lives: the desks from there on.
        began_at: when the first of them began.
        ends_at: the latest time that is told.
        count: entries up to there.
        damage: why it cannot be read further, one sentence; empty where it can be read to its end.
    """

    start: int = 0
    lives: list[Life] = field(default_factory=list)
    began_at: datetime | None = None
    ends_at: datetime | None = None
    count: int = 0
    damage: str = ""


def outline_of(recording: Recording) -> Outline:
    """Read it through once.

    Raises:
        RecordingError: it does not hold where a desk began, as where nothing of it can be read.
    """
    found = _Reading()
    try:
        for number, entry in recording.entries(_TOLD | _TIMES):
            found.take(number, entry)
    except RecordingError as error:
        if not found.outline.lives:
            raise
        found.outline.damage = str(error)
    outline = found.outline
    if not outline.lives:
        raise RecordingError(
            "the recording does not hold its beginning: it is empty, or its oldest parts are gone and no desk began "
            "after them; record another one with --record"
        )
    for life, later in reversed(list(pairwise(outline.lives))):
        life.outlived = later.restored if later.outlived is None else min(later.restored, later.outlived)
    return outline


class _Reading:
    """The entries of one reading, one after the other."""

    def __init__(self) -> None:
        self.outline = Outline()
        self._known, self._last = 0, -2

    def take(self, number: int, entry: Taped) -> None:
        """One entry that tells something."""
        outline = self.outline
        if isinstance(entry, DeskBegan):
            self._begin(number, entry)
        elif isinstance(entry, EntryUndone):
            if outline.lives:
                outline.lives[-1].undone.add(entry.position_id)
        elif type(entry) in FACTS:
            self._known = self._known + 1 if self._last == number - 1 else 1
            self._last = number
            return
        if outline.lives:
            outline.count = number + 1
            outline.ends_at = entry.at if outline.ends_at is None else max(outline.ends_at, entry.at)

    def _begin(self, number: int, mark: DeskBegan) -> None:
        """The facts right before a beginning are those its ledger held."""
        before = self._known if self._last == number - 1 else 0
        if not self.outline.lives and before != mark.restored:
            return
        if not self.outline.lives:
            self.outline.start, self.outline.began_at = number - before, mark.at
        self.outline.lives.append(Life(mark.restored))
