"""Beside the socket: prices by REST while it is down, the venue looked at, and all of it counted, on a hand clock."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from core.domain.facts import PositionClosed, PositionOpened
from core.domain.link import RoundsView
from core.domain.positions import FillTag
from core.ports import BookTop
from core.session import polls
from core.session.scanning import LATE_S
from tests.builders import TUESDAY, a_policy, after
from tests.session.rig import Rig, bought


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(polls, "LOOK_S", 0.001)
    yield


def rounds(rig: Rig, name: str) -> RoundsView:
    """What is counted by now."""
    return rig.session._shell.paint().link.rounds[name]


async def gone(rig: Rig) -> None:
    """The socket is lost, and the desk knows."""
    rig.feed.gone = True
    assert rig.feed.listener is not None
    rig.feed.listener.disconnected("closed")
    await rig.until(lambda: rounds(rig, "polls").next_at is not None)


async def test_without_a_socket_an_open_position_is_closed_at_what_the_book_would_give_and_marked_late() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        rig.feed.say("102.1")
        await rig.until(lambda: bool(rig.kept(PositionOpened)))
        await gone(rig)
        assert rounds(rig, "polls").next_at == rig.clock.now() + (after(60) - TUESDAY)
        rig.venue.tops["BTC-PERP-INTX"] = BookTop(Decimal("98.5"), Decimal("98.6"))
        rig.clock.move(59)
        rig.clock.move(1)
        await rig.until(lambda: bool(rig.kept(PositionClosed)))
        (closed,) = rig.kept(PositionClosed)
        assert isinstance(closed, PositionClosed)
        assert (closed.trade.exit.price, closed.trade.exit.tag) == (Decimal("98.5"), FillTag.LATE)
        assert rounds(rig, "polls").done == 1


async def test_a_polled_price_is_shown_and_enters_nothing() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        await gone(rig)
        rig.venue.tops["BTC-PERP-INTX"] = BookTop(Decimal("102.5"), Decimal("102.6"))
        rig.clock.move(60)
        await rig.until(lambda: rounds(rig, "polls").done == 1)
        quote = rig.session._shell.paint().quotes[0]
        assert (quote.price, quote.suspended) == (Decimal("102.5"), True)
        assert not rig.kept(PositionOpened)
        assert [note.text for note in rig.session._shell.desk.state.log if "by REST every" in note.text] == [
            "prices come by REST every 60 s while the socket is down; exits on them are marked late"
        ]


async def test_nothing_is_polled_while_the_socket_is_there_and_a_venue_that_fails_is_counted() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        rig.clock.move(200)
        await rig.silence(5)
        assert rounds(rig, "polls") == RoundsView()
        await gone(rig)
        rig.venue.down = "no answer"
        rig.clock.move(60)
        await rig.until(lambda: rounds(rig, "polls").failed == 1)
        rig.feed.gone = False
        await rig.until(lambda: rounds(rig, "polls").next_at is None)


async def test_the_venue_is_looked_at_every_five_minutes_and_a_failure_is_told_once() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        await rig.until(lambda: rounds(rig, "health").next_at is not None)
        rig.clock.move(300)
        await rig.until(lambda: rounds(rig, "health").done == 1)
        assert rounds(rig, "health").next_at == rig.clock.now() + (after(300) - TUESDAY)
        rig.venue.down = "no answer"
        for failed in (1, 2):
            rig.clock.move(300)
            await rig.until(lambda failed=failed: rounds(rig, "health").failed == failed)  # type: ignore[misc]
        told = [note.text for note in rig.session._shell.desk.state.log if "does not answer by REST" in note.text]
        assert told == ["the venue does not answer by REST: no answer"]


async def test_scans_are_counted_with_the_last_and_the_next_time_and_one_that_begins_late_is_told_apart() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        await rig.until(lambda: rounds(rig, "scans").next_at is not None)
        seen = rounds(rig, "scans")
        assert (seen.done, seen.failed, seen.late, seen.last_at) == (1, 0, 0, TUESDAY)
        assert seen.next_at == after(5)
        rig.clock.move(5 + LATE_S + 1)
        rig.session._scans._asked.set()  # what sleeps on the machine's clock is woken
        await rig.until(lambda: rounds(rig, "scans").done == 2)
        assert rounds(rig, "scans").late == 1


async def test_a_scan_that_fails_is_counted_as_failed() -> None:
    async with Rig(policy=a_policy(), facts=bought()).running() as rig:
        await rig.armed()
        rig.venue.down = "no answer"
        rig.clock.move(900)
        rig.session.scan_now()
        await rig.until(lambda: rounds(rig, "scans").failed == 1)
        assert rounds(rig, "scans").done == 1
