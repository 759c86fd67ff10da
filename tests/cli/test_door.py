"""What a console sees before its desk is built."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from atlas_tui.cli.door import Door, Listener
from core.domain.commands import Attend, Command, EnterByHand, MarkReviewed
from core.domain.policy import Policy
from core.domain.review_views import AbsenceView, ExpectedEntry
from core.domain.snapshot import LinkView, Mode, Snapshot

NOON = datetime(2026, 1, 6, 12, tzinfo=UTC)


class Desk:
    """A desk that publishes when told to."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.listeners: list[Listener] = []
        self.sent: list[Command] = []
        self.scans = 0
        self.reloads = 0

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def send(self, command: Command) -> None:
        self.sent.append(command)

    def expected(self, command: EnterByHand) -> ExpectedEntry:
        return ExpectedEntry(None, "HALTED")

    def scan_now(self) -> None:
        self.scans += 1

    def reload(self) -> None:
        self.reloads += 1


def _door() -> Door:
    return Door(Policy(), NOON, LinkView(mode=Mode.DEMO, preset="demo", speed=60))


async def test_an_empty_picture_is_there_at_once() -> None:
    picture = _door().snapshot
    assert (picture.link.mode, picture.link.preset, picture.link.speed) == (Mode.DEMO, "demo", 60)
    assert [quote.symbol for quote in picture.quotes] == ["BTC", "ETH", "SOL"]
    assert picture.account.balance == Policy().start_balance


async def test_progress_is_shown_and_an_unreachable_venue_is_a_problem() -> None:
    door, seen = _door(), list[Snapshot]()
    stop = door.subscribe(seen.append)
    door.progress("starting the exchange")
    door.progress("venue unreachable: refused; trying again in 2 s")
    stop()
    door.progress("not heard any more")
    assert [(one.link.loading, one.link.problem) for one in seen] == [
        ("starting the exchange", ""),
        ("", "venue unreachable: refused; trying again in 2 s"),
    ]


async def test_somebody_looking_is_noticed() -> None:
    door = _door()
    assert not door.watched.done()
    door.subscribe(lambda _: None)
    door.subscribe(lambda _: None)
    assert door.watched.done()


async def test_from_its_first_picture_on_the_desk_is_shown_and_hears_requests() -> None:
    door, seen = _door(), list[Snapshot]()
    door.subscribe(seen.append)
    desk = Desk(_door().snapshot)
    command = MarkReviewed("x", NOON)
    door.send(command)
    door.scan_now()
    door.open_to(desk)
    assert door.snapshot is not desk.snapshot
    for listener in desk.listeners:
        listener(desk.snapshot)
    door.send(command)
    door.scan_now()
    assert door.snapshot is desk.snapshot
    assert seen == [desk.snapshot]
    assert (desk.sent, desk.scans) == ([command], 1)


async def test_what_happened_meanwhile_stands_on_the_first_picture() -> None:
    away = AbsenceView(since=NOON, signals=3)
    assert Door(Policy(), NOON, LinkView(), away).snapshot.absence == away
    assert _door().snapshot.absence.is_quiet


async def test_a_key_pressed_before_there_is_a_desk_is_told_to_it_once() -> None:
    door, desk = _door(), Desk(_door().snapshot)
    door.send(Attend(NOON, back=True))
    door.send(Attend(NOON))
    door.open_to(desk)
    assert desk.sent == []
    for _ in range(2):
        for listener in desk.listeners:
            listener(desk.snapshot)
    assert desk.sent == [Attend(NOON, back=True)]


async def test_the_empty_picture_says_that_there_is_no_desk_yet_and_the_desks_own_does_not() -> None:
    door, seen = _door(), list[Snapshot]()
    assert door.snapshot.link.waiting
    door.subscribe(seen.append)
    desk = Desk(replace(door.snapshot, link=LinkView()))
    door.open_to(desk)
    desk.listeners[0](desk.snapshot)
    assert not seen[-1].link.waiting
