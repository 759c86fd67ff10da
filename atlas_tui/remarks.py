"""Pictures of a desk changed on their way to the console: sentences of its own added, amounts of money hidden."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from core.domain.commands import Command, EnterByHand
from core.domain.masking import without_money
from core.domain.noted import Level, Noted
from core.domain.review_views import ExpectedEntry
from core.domain.snapshot import Snapshot

if TYPE_CHECKING:
    from core.ports import DeskLink  # every event and fact with it


class ChangedLink:
    """A DeskLink whose pictures go through a function first."""

    def __init__(self, link: "DeskLink", change: Callable[[Snapshot], Snapshot]) -> None:
        self._link = link
        self._change = change

    @property
    def snapshot(self) -> Snapshot:
        """The newest picture."""
        return self._change(self._link.snapshot)

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        """Hear every picture from now on; returns the way to stop it."""
        return self._link.subscribe(lambda snapshot: listener(self._change(snapshot)))

    def send(self, command: Command) -> None:
        """Hand a request on."""
        self._link.send(command)

    def expected(self, command: EnterByHand) -> ExpectedEntry:
        """What the desk would do; what shows it hides its amounts."""
        return self._link.expected(command)

    def scan_now(self) -> None:
        """Ask for a scan."""
        self._link.scan_now()

    def reload(self) -> None:
        """Ask for the settings to be read again."""
        self._link.reload()


class Remarks:
    """Warnings of the console itself, in the log before what the desk has noted."""

    def __init__(self, sentences: Sequence[str], at: datetime) -> None:
        self._remarks = tuple(Noted(Level.WARN, "console", text, at) for text in sentences)
        self._last: tuple[tuple[Noted, ...], tuple[Noted, ...]] = ((), self._remarks)

    def added(self, snapshot: Snapshot) -> Snapshot:
        """The picture with the warnings."""
        log, merged = self._last
        if snapshot.log is not log:
            merged = (*self._remarks, *snapshot.log)
            self._last = (snapshot.log, merged)
        return replace(snapshot, log=merged)


class HiddenMoney:
    """What the desk has said in words, without amounts of money and sizes."""

    def __init__(self) -> None:
        self._last: tuple[tuple[Noted, ...], tuple[Noted, ...]] = ((), ())
        self._known: dict[Noted, Noted] = {}

    def over(self, snapshot: Snapshot) -> Snapshot:
        """The picture with the amounts of its texts hidden."""
        log, hidden = self._last
        if snapshot.log is not log:
            self._known = {note: self._known.get(note) or _hidden(note) for note in snapshot.log}
            hidden = tuple(self._known[note] for note in snapshot.log)
            self._last = (snapshot.log, hidden)
        return replace(snapshot, log=hidden)


def changed(link: "DeskLink", sentences: Sequence[str] = (), masked: bool = False) -> "DeskLink":
    """The link with sentences of the console in its log, and without amounts when `masked`."""
    if sentences:
        link = ChangedLink(link, Remarks(sentences, link.snapshot.at).added)
    return ChangedLink(link, HiddenMoney().over) if masked else link


def _hidden(note: Noted) -> Noted:
    return replace(note, text=without_money(note.text))
