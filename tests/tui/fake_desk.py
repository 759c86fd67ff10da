"""A desk in a few lines: it hands out what it is given and remembers what it was asked."""

from collections.abc import Callable

from core.domain.commands import Attend, Command, EnterByHand
from core.domain.review_views import ExpectedEntry
from core.domain.snapshot import Snapshot


class FakeDesk:
    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.sent: list[Command] = []
        self.attended: list[Attend] = []
        self.scans = 0
        self.reloads = 0
        self.entry: Callable[[EnterByHand], ExpectedEntry] = lambda command: ExpectedEntry(None, "HALTED")
        self.listeners: list[Callable[[Snapshot], None]] = []

    def subscribe(self, listener: Callable[[Snapshot], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def publish(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        for listener in self.listeners:
            listener(snapshot)

    def send(self, command: Command) -> None:
        if isinstance(command, Attend):
            self.attended.append(command)
        else:
            self.sent.append(command)

    def expected(self, command: EnterByHand) -> ExpectedEntry:
        return self.entry(command)

    def scan_now(self) -> None:
        self.scans += 1

    def reload(self) -> None:
        self.reloads += 1
