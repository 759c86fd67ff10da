"""Whether a desk lives: judged by what its parts show, never by what the venue does."""

import asyncio
from collections.abc import Sequence

import pytest

from core.ports import FeedHealth, FeedListener
from core.session import session as running
from core.session.vitals import STILL_S, Vitals
from tests.fakes import ScriptedFeed
from tests.session.rig import Rig


@pytest.mark.parametrize("part", STILL_S)
def test_a_part_that_shows_the_same_sign_for_too_long_is_named(part: str) -> None:
    vitals = Vitals()
    for real_s in (100.0, 100.0 + STILL_S[part]):
        vitals.look(part, "a sign", real_s)
        assert vitals.ailment(real_s) == ""
    assert vitals.ailment(100.5 + STILL_S[part]).startswith(f"the {part} has stood still for ")
    vitals.look(part, "another", 101.0 + STILL_S[part])
    assert vitals.ailment(101.0 + STILL_S[part]) == ""


def test_of_an_idle_part_nothing_is_expected() -> None:
    vitals = Vitals()
    assert vitals.ailment(1e9) == ""
    vitals.look("ledger", 7, 100.0)
    vitals.look("ledger", None, 101.0)
    assert vitals.ailment(1e9) == ""


class _Outage(ScriptedFeed):
    """A feed in a long outage: it tries, waits and tries again, or has hung in the middle of that."""

    hung = False

    def health(self) -> FeedHealth:
        attempt = 1 if self.hung else int(self._clock.real())
        return FeedHealth(False, 900.0, attempt, None, {})

    async def run(self, product_ids: Sequence[str], listener: FeedListener) -> None:
        self.listener = listener
        self.ready.set()
        await asyncio.Event().wait()


@pytest.fixture(autouse=True)
def looking_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "BEAT_S", 0.001)


async def test_an_hour_without_the_venue_is_no_ailment_but_a_feed_that_hangs_is() -> None:
    rig = Rig()
    outage = _Outage(rig.clock)
    rig.session._shell.ports.feed = outage
    async with rig.running():
        await outage.ready.wait()
        await rig.silence(3600)
        assert rig.session.ailment() == ""
        outage.hung = True
        await rig.silence(100)
        assert rig.session.ailment().startswith("the feed has stood still for ")


async def test_a_venue_that_cannot_be_reached_at_the_start_is_no_ailment() -> None:
    rig = Rig()
    rig.venue.down = "no connection"
    async with rig.running():
        await rig.until(lambda: "venue unreachable" in rig.session.snapshot.link.problem)
        await rig.silence(600)
        assert rig.session.ailment() == ""


async def test_a_commit_that_never_ends_is_an_ailment_and_a_disk_that_refuses_is_none() -> None:
    rig = Rig()
    async with rig.running():
        await rig.armed()
        rig.store.broken = True
        rig.feed.say(103)
        await rig.until(lambda: rig.session.snapshot.link.unsaved > 0)
        await rig.silence(30)
        assert rig.session.ailment() == ""
        rig.store.broken, rig.store.held = False, []
        await rig.until(lambda: bool(rig.store.held))
        await rig.silence(70)
        assert rig.session.ailment().startswith("the ledger has stood still for ")
        rig.store.release()
        await rig.until(lambda: rig.session.ailment() == "")


async def test_a_desk_whose_clock_no_longer_looks_around_is_named() -> None:
    async with Rig().running() as rig:
        await rig.silence(20)
        assert rig.session.ailment() == ""
        rig.clock.real_s += 11
        assert rig.session.ailment() == "the clock has stood still for 11s"
        await rig.until(lambda: rig.session.ailment() == "")
