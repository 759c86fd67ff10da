"""A recorded session through the same desk: no screen, no socket, no clock; the same recording gives the same ledger.

The recording is read twice. The first reading looks only for where desks began: each mark says how many facts the
ledger held then, so what was decided before it and is not among them is left out again: a kill took it away, or a
backup or a new ledger was put in its place. And it looks for entries that the ledger could not take.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import get_args

from core.domain.errors import FactRefused, RecordingError
from core.domain.events import EntryUndone, Event, Noted, Outcome
from core.domain.facts import Fact
from core.domain.taped import DeskBegan, DeskEnded, Taped
from core.domain.undoing import taken_back
from core.ports import Recording, Store
from core.trading.desk import Desk

_KNOWN = frozenset(get_args(Fact))
_OUTLINED = _KNOWN | {DeskBegan, EntryUndone}


@dataclass(slots=True)
class Replayed:
    """What a replay came to.

    Attributes:
        events: entries that reached a desk.
        desks: how many began.
        facts: in the ledger at the end.
        passed_over: entries before the first whole beginning.
        lost: facts that the ledger of the next desk did not hold.
        refused: facts that contradicted the ledger, and were left out live as here.
        failures: events the desk failed on; live, it went on as here.
        first_failure: where and what the first of them was.
        until: the desk's time at the end.
    """

    events: int = 0
    desks: int = 0
    facts: int = 0
    passed_over: int = 0
    lost: int = 0
    refused: int = 0
    failures: int = 0
    first_failure: str = ""
    until: datetime | None = None


@dataclass(slots=True)
class _Life:
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
class _Outline:
    """Number of the entry a replay begins at, and the desks from there on."""

    start: int | None = None
    lives: list[_Life] = field(default_factory=list)


def replay(recording: Recording, store: Store, until: datetime | None = None) -> Replayed:
    """Feed a recording to desks and their facts to the store, until it ends or an entry is later than `until`.

    Raises:
        RecordingError: it cannot be read, has no beginning, or does not fit the store.
        StoreError: the store cannot take a fact.
    """
    outline = _outline(recording)
    if outline.start is None:
        raise RecordingError(
            "the recording does not hold its beginning: its oldest parts are gone, and no desk began after them"
        )
    run = _Run(store, iter(outline.lives))
    for number, entry in recording.entries():
        if number < outline.start:
            run.told.passed_over += 1
        elif until is not None and entry.at > until and type(entry) not in _KNOWN:
            break
        else:
            run.take(entry, recording)
    return run.told


def _outline(recording: Recording) -> _Outline:
    outline = _Outline()
    known, last = 0, -2
    for number, entry in recording.entries(_OUTLINED):
        if isinstance(entry, DeskBegan):
            before = known if last == number - 1 else 0
            if outline.start is None and before == entry.restored:
                outline.start = number - before
            if outline.start is not None:
                outline.lives.append(_Life(entry.restored))
        elif isinstance(entry, EntryUndone):
            if outline.lives:
                outline.lives[-1].undone.add(entry.position_id)
        else:
            known = known + 1 if last == number - 1 else 1
            last = number
    for life, later in reversed(list(pairwise(outline.lives))):
        life.outlived = later.restored if later.outlived is None else min(later.restored, later.outlived)
    return outline


class _Run:
    """The desks of one replay, one after the other."""

    def __init__(self, store: Store, lives: Iterator[_Life]) -> None:
        self.told = Replayed()
        self._store = store
        self._lives = lives
        self._life = _Life()
        self._desk: Desk | None = None
        self._known: list[Fact] | None = []
        """What the ledger held before the recording; None once a desk has begun."""
        self._told_all = False
        """What the ledger held has been told, up to a mark."""
        self._over = False
        """This desk has been killed, as far as the ledger is concerned."""

    def take(self, entry: Taped, recording: Recording) -> None:
        """One entry, in order."""
        self.told.until = entry.at
        match entry:
            case DeskBegan():
                self._begin(entry, recording)
            case DeskEnded():
                if self._desk is not None:
                    self._record(self._desk.stop(entry.at, entry.cause))
            case _ if type(entry) in _KNOWN:
                if self._known is not None:
                    self._known = [] if self._told_all else self._known
                    self._told_all = False
                    self._known.append(entry)  # type: ignore[arg-type]  # it is a fact
            case _:
                self._handle(entry, recording)  # type: ignore[arg-type]  # it is an event

    def _begin(self, mark: DeskBegan, recording: Recording) -> None:
        self._life, self._over, self._desk = next(self._lives), False, None
        self._told_all = True
        if self._life.vain:
            return
        if known := tuple((self._known or ())[: mark.restored]):
            self._append(known)
        self._known = None
        if self.told.facts != mark.restored:
            raise RecordingError(
                f"{recording.place()}: the ledger held {mark.restored} events when the desk began here, the replay "
                f"has {self.told.facts}: part of the recording is missing, or another version of ATLAS made it"
            )
        self._desk = Desk(mark.policy)
        self._desk.restore(self._store.facts())
        self.told.desks += 1
        self._record(self._desk.start(mark.at))

    def _handle(self, event: Event, recording: Recording) -> None:
        if self._desk is None:
            return
        self.told.events += 1
        try:
            outcomes = self._desk.handle(event)
        except Exception as error:  # noqa: BLE001 - live, the supervisor took it and the desk went on (R7); so here
            self.told.failures += 1
            what = f"{recording.place()}: {type(event).__name__}: {type(error).__name__}: {error}"
            self.told.first_failure = self.told.first_failure or what
            return
        self._record(outcomes)

    def _record(self, outcomes: tuple[Outcome, ...]) -> None:
        decided = tuple(outcome for outcome in outcomes if not isinstance(outcome, Noted))
        facts = taken_back(decided, self._life.undone)
        if not facts:
            return
        limit = self._life.outlived
        self._over = self._over or (limit is not None and self.told.facts + len(facts) > limit)
        if self._over:
            self.told.lost += len(facts)
        else:
            self._append(facts)

    def _append(self, facts: tuple[Fact, ...]) -> None:
        try:
            self._store.append(facts).result()
        except FactRefused:
            self.told.refused += len(facts)
        else:
            self.told.facts += len(facts)
