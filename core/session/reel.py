"""A recording with a place in it: on by one entry, back to the beginning; the desk is always the one of that place."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from core.domain.errors import RecordingError, StoreError
from core.domain.taped import DeskBegan, Taped
from core.ports import Recording, Store
from core.session.outline import Outline, outline_of
from core.session.replay import Replaying
from core.trading.desk import Desk

AT_END: Final = "this is the end"


class Reel:
    """What has been played so far is exactly what a replay of as many entries would have come to.

    Args:
        recording: what is played.
        new_store: an empty ledger, or one that compares what it is given with what it has been given before.

    Raises:
        RecordingError: it cannot be read, or does not hold its beginning.

    Attributes:
        outline: of the recording.
        at: the desk's time.
        number: how many entries have been taken or passed over.
        over: why it does not go on, one sentence; empty while it does.
        damaged: was it not the end that ended it?
        desk: the desk at this place; where a ledger was put back the one before.
    """

    desk: Desk

    def __init__(self, recording: Recording, new_store: Callable[[], Store]) -> None:
        self.outline: Outline = outline_of(recording)
        self._recording = recording
        self._new_store = new_store
        self.rewind()
        if self._replaying.desk is None:
            raise RecordingError(self.over)

    def rewind(self) -> None:
        """Back to where the first desk begins; a file that is gone by now ends it, and is said. Raises StoreError."""
        self.over, self.damaged, self.number = "", False, 0
        self._replaying = Replaying(self._recording, self._new_store(), self.outline)
        self._entries: Iterator[tuple[int, Taped]] = self._recording.entries()
        self._look()
        while self._replaying.desk is None and self._next is not None:
            self.step()

    @property
    def at(self) -> datetime:
        """The desk's time."""
        at = self.desk.state.at
        assert at is not None, "a desk that has begun has a time"
        return at

    @property
    def next_at(self) -> datetime | None:
        """The time of the next entry; None at the end."""
        return self._next[1].at if self._next is not None else None

    @property
    def begins_anew(self) -> bool:
        """Is the next entry where another desk begins? There is no waiting for the time in between."""
        return self._next is not None and isinstance(self._next[1], DeskBegan)

    @property
    def done(self) -> float:
        """How much has been played, 0 to 1; of the entries, for time may stand still between two desks."""
        return 1.0 if self._next is None else min(1.0, self.number / max(1, self.outline.count))

    def step(self) -> Taped | None:
        """Take the next entry and return it; None at the end, which a ledger that cannot be written is as well."""
        if self._next is None:
            return None
        number, entry = self._next
        try:
            self._replaying.take(number, entry)
        except (RecordingError, StoreError) as error:
            self._end(str(error))
            return None
        self.number = number + 1
        if self._replaying.desk is not None:
            self.desk = self._replaying.desk
        self._look()
        return entry

    def _look(self) -> None:
        """Read one entry ahead."""
        try:
            self._next: tuple[int, Taped] | None = next(self._entries, None)
        except RecordingError as error:
            self._end(str(error))
            return
        if self._next is None:
            self.over, self.damaged = self._recording.torn or AT_END, bool(self._recording.torn)

    def _end(self, why: str) -> None:
        self._next, self.over, self.damaged = None, why, True
