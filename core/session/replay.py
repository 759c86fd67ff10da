"""A recorded session through the same desk: no screen, no socket, no clock; the same recording gives the same ledger.

The recording is read twice. The first reading looks only for where desks began: each mark says how many facts the
ledger held then, so what was decided before it and is not among them is left out again: a kill took it away, or a
backup or a new ledger was put in its place. And it looks for entries that the ledger could not take.
"""

from dataclasses import dataclass
from datetime import datetime

from core.domain.errors import FactRefused, RecordingError
from core.domain.events import Event, Noted, Outcome
from core.domain.facts import Fact
from core.domain.taped import DeskBegan, DeskEnded, Taped
from core.domain.undoing import taken_back
from core.ports import Recording, Store
from core.session.outline import FACTS, Life, Outline, outline_of
from core.trading.desk import Desk


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


def replay(recording: Recording, store: Store, until: datetime | None = None) -> Replayed:
    """Feed a recording to desks and their facts to the store, until it ends or an entry is later than `until`.

    Raises:
        RecordingError: it cannot be read, has no beginning, or does not fit the store.
        StoreError: the store cannot take a fact.
    """
    outline = outline_of(recording)
    if outline.damage:
        raise RecordingError(outline.damage)
    run = Replaying(recording, store, outline)
    for number, entry in recording.entries():
        if until is not None and number >= outline.start and entry.at > until and type(entry) not in FACTS:
            break
        run.take(number, entry)
    return run.told


class Replaying:
    """The desks of one replay, one after the other, entry by entry.

    Args:
        recording: for the place of what goes wrong.
        store: the ledger; empty, or one that compares.
        outline: of the recording.

    Attributes:
        told: what it has come to so far.
        desk: the one that is at work, or was last; None before the first.
    """

    def __init__(self, recording: Recording, store: Store, outline: Outline) -> None:
        self.told = Replayed()
        self.desk: Desk | None = None
        self._recording = recording
        self._store = store
        self._start = outline.start
        self._lives = iter(outline.lives)
        self._life = Life()
        self._known: list[Fact] | None = []
        """What the ledger held before the recording; None once a desk has begun."""
        self._told_all = False
        """What the ledger held has been told, up to a mark."""
        self._over = False
        """This desk has been killed, as far as the ledger is concerned."""

    def take(self, number: int, entry: Taped) -> None:
        """The next entry; raises as `replay` does."""
        if number < self._start:
            self.told.passed_over += 1
            return
        self.told.until = entry.at
        match entry:
            case DeskBegan():
                self._begin(entry)
            case DeskEnded():
                if self.desk is not None:
                    self._record(self.desk.stop(entry.at, entry.cause))
            case _ if type(entry) in FACTS:
                if self._known is not None:
                    self._known = [] if self._told_all else self._known
                    self._told_all = False
                    self._known.append(entry)  # type: ignore[arg-type]  # it is a fact
            case _:
                self._handle(entry)  # type: ignore[arg-type]  # it is an event

    def _begin(self, mark: DeskBegan) -> None:
        self._life, self._over, self.desk = next(self._lives), False, None
        self._told_all = True
        if self._life.vain:
            return
        if known := tuple((self._known or ())[: mark.restored]):
            self._append(known)
        self._known = None
        if self.told.facts != mark.restored:
            raise RecordingError(
                f"{self._recording.place()}: the ledger held {mark.restored} events when the desk began here, the "
                f"replay has {self.told.facts}: part of the recording is missing, or another version of ATLAS made it"
            )
        self.desk = Desk(mark.policy)
        self.desk.resume(self._store.restored().folding)
        self.told.desks += 1
        self._record(self.desk.start(mark.at))

    def _handle(self, event: Event) -> None:
        if self.desk is None:
            return
        self.told.events += 1
        try:
            outcomes = self.desk.handle(event)
        except Exception as error:  # noqa: BLE001 - live, the supervisor took it and the desk went on (R7); so here
            self.told.failures += 1
            what = f"{self._recording.place()}: {type(event).__name__}: {type(error).__name__}: {error}"
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
