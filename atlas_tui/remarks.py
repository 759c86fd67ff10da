"""Sentences of the console itself, shown in the Log before what the desk has noted."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from core.domain.commands import Command
from core.domain.events import Level, Noted
from core.domain.snapshot import Snapshot
from core.ports import DeskLink


class RemarkedLink:
    """A DeskLink whose pictures have some warnings more in their log."""

    def __init__(self, link: DeskLink, sentences: Sequence[str]) -> None:
        self._link = link
        at = link.snapshot.at
        self._remarks = tuple(Noted(Level.WARN, "console", text, at) for text in sentences)
        self._last: tuple[tuple[Noted, ...], tuple[Noted, ...]] = ((), self._remarks)

    @property
    def snapshot(self) -> Snapshot:
        """The newest picture."""
        return self._with(self._link.snapshot)

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        """Hear every picture from now on; returns the way to stop it."""
        return self._link.subscribe(lambda snapshot: listener(self._with(snapshot)))

    def send(self, command: Command) -> None:
        """Hand a request on."""
        self._link.send(command)

    def scan_now(self) -> None:
        """Ask for a scan."""
        self._link.scan_now()

    def _with(self, snapshot: Snapshot) -> Snapshot:
        log, merged = self._last
        if snapshot.log is not log:
            merged = (*self._remarks, *snapshot.log)
            self._last = (snapshot.log, merged)
        return replace(snapshot, log=merged)


def remarked(link: DeskLink, sentences: Sequence[str]) -> DeskLink:
    """The link itself when there is nothing to say."""
    return RemarkedLink(link, sentences) if sentences else link
