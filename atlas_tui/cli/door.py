"""What a console looks at while its desk is still being built: an empty picture, then the desk itself."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from core.domain.commands import Attend, Command, EnterByHand
from core.domain.events import TimePassed
from core.domain.policy import Policy
from core.domain.review_views import AbsenceView, ExpectedEntry
from core.domain.snapshot import LinkView, Snapshot
from core.ports import DeskLink
from core.trading.desk import Desk

Listener = Callable[[Snapshot], None]


class Door:
    """A DeskLink that is there at once; `open_to` puts the real desk behind it. Made inside the event loop."""

    def __init__(self, policy: Policy, at: datetime, link: LinkView, absence: AbsenceView | None = None) -> None:
        desk = Desk(policy)
        desk.start(at)
        desk.handle(TimePassed(at))
        link = replace(link, loading="starting", waiting=True)
        self._picture = replace(desk.snapshot(), link=link, absence=absence or AbsenceView())
        self._desk: DeskLink | None = None
        self._attended: Attend | None = None
        self._listeners: list[Listener] = []
        self.watched: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done once somebody looks: the console has been mounted."""

    @property
    def snapshot(self) -> Snapshot:
        """The desk's newest picture, or the empty one."""
        return self._picture if self._desk is None else self._desk.snapshot

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Hear every picture from now on; returns the way to stop it."""
        self._listeners.append(listener)
        if not self.watched.done():
            self.watched.set_result(None)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def send(self, command: Command) -> None:
        """Hand a request on; before there is a desk it can only mean that somebody is there, which is kept for it."""
        if self._desk is not None:
            self._desk.send(command)
        elif isinstance(command, Attend) and self._attended is None:
            self._attended = command

    def expected(self, command: EnterByHand) -> ExpectedEntry:
        """What the desk would do, once there is one."""
        return ExpectedEntry(None, "the desk is starting") if self._desk is None else self._desk.expected(command)

    def scan_now(self) -> None:
        """Ask for a scan, once there is a desk."""
        if self._desk is not None:
            self._desk.scan_now()

    def reload(self) -> None:
        """Ask for the settings to be read again, once there is a desk; one that starts has just read them."""
        if self._desk is not None:
            self._desk.reload()

    def progress(self, text: str) -> None:
        """Show what is being waited for; a sentence that speaks of an unreachable venue is shown as a problem."""
        problem = text if text.startswith("venue unreachable") else ""
        link = replace(self._picture.link, loading="" if problem else text, problem=problem)
        self._picture = replace(self._picture, link=link)
        self._publish(self._picture)

    def open_to(self, desk: DeskLink) -> None:
        """From now on show this desk, from its first published picture on."""

        def first(snapshot: Snapshot) -> None:
            self._desk = desk
            self._publish(snapshot)
            if self._attended is not None:
                attended, self._attended = self._attended, None
                desk.send(attended)

        desk.subscribe(first)

    def _publish(self, snapshot: Snapshot) -> None:
        for listener in tuple(self._listeners):
            listener(snapshot)
