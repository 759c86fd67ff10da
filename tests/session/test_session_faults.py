"""What goes wrong around the desk, and what it does then: nothing lost, nothing doubled, nothing silent."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from core.domain.commands import MoveStopToEven
from core.domain.events import Event, OutageJudged, TimePassed
from core.domain.facts import EntryRefused, PositionClosed, PositionOpened, SetupResolved, StopMoved
from core.domain.positions import ExitReason, FillTag
from core.domain.signals import SetupStatus
from core.domain.sizing import Refusal
from core.domain.snapshot import FeedState
from core.domain.taped import DeskEnded
from core.trading.desk import Desk
from tests.builders import TUESDAY, a_bar, a_policy, a_scan, a_setup
from tests.fakes import ListTape
from tests.session.rig import Rig, bought

MAINTENANCE = datetime(2026, 1, 9, 22, 30, tzinfo=UTC)


async def test_a_recovery_that_fails_unexpectedly_is_noted_and_exits_go_on_late() -> None:
    rig = Rig(bought())
    rig.venue.surprise = KeyError("start")
    async with rig.running():
        await rig.feed.ready.wait()
        rig.feed.say("98.9")
        await rig.until(lambda: bool(rig.session.snapshot.trades))
        assert rig.session.snapshot.trades[0].exit.tag is FillTag.LATE
        assert any("KeyError" in note.text for note in rig.session.snapshot.log)


async def test_every_tick_that_came_while_candles_were_fetched_is_judged_in_order() -> None:
    async with Rig().running() as rig:
        await rig.entered()
        assert rig.feed.listener is not None
        rig.venue.hold()
        rig.feed.listener.disconnected("close 1006")
        for price in (102, 98, 97, "102.2"):
            rig.clock.move(1)
            rig.feed.say(price)
            await asyncio.sleep(0.02)
        rig.venue.go_on()
        await rig.until(lambda: bool(rig.session.snapshot.trades))
        trade = rig.session.snapshot.trades[0]
        assert (trade.reason, trade.exit.price) == (ExitReason.STOP, Decimal(98))


async def test_a_feed_lost_again_while_its_first_loss_is_judged_is_judged_again() -> None:
    async with Rig().running() as rig:
        await rig.entered()
        assert rig.feed.listener is not None
        rig.venue.hold()
        rig.feed.listener.disconnected("once")
        rig.feed.say("102.1")
        rig.clock.move(180)
        rig.feed.listener.disconnected("twice")
        gap = TUESDAY + timedelta(minutes=2)
        rig.venue.minutes[gap] = a_bar(gap, 100, 100, 98, 99)
        rig.venue.go_on()
        await rig.until(lambda: bool(rig.session.snapshot.trades))


class DownOnceJudged(ListTape):
    """The moment the first gap is judged, the venue's REST is gone."""

    rig: Rig

    def take(self, entry: Event | DeskEnded) -> None:
        super().take(entry)
        if isinstance(entry, OutageJudged) and any(gap.until > gap.since for gap in entry.gaps):
            self.rig.venue.down = "candles: HTTP 503"


async def test_a_feed_lost_again_enters_nothing_while_its_second_gap_cannot_be_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.session.intake.FIRST_RETRY_S", 0.05)
    tape = DownOnceJudged()
    tape.rig = rig = Rig(tape=tape)
    async with rig.running():
        await rig.armed()
        assert rig.feed.listener is not None
        rig.venue.hold()
        for _ in ("once", "twice"):
            rig.feed.listener.disconnected("close 1006")
            rig.clock.move(120)
            rig.feed.say(100)
            await asyncio.sleep(0)  # the candles up to now are asked for, and hang
        rig.venue.go_on()
        await rig.until(lambda: any("HTTP 503" in note.text for note in rig.session.snapshot.log))
        rig.feed.say("102.1")
        gap = TUESDAY + timedelta(minutes=3)
        rig.venue.minutes[gap] = a_bar(gap, 100, "102.5", 100, 101)
        rig.venue.down = ""
        await rig.until(lambda: bool(rig.kept(SetupResolved)))
        (resolved,) = rig.kept(SetupResolved)
        assert isinstance(resolved, SetupResolved)
        assert resolved.status is SetupStatus.HISTORICAL_TRIGGERED_LONG
        assert rig.kept(PositionOpened) == []


async def test_a_socket_that_comes_late_after_a_restart_leaves_no_hole() -> None:
    rig = Rig(bought())
    async with rig.running():
        await rig.feed.ready.wait()
        rig.clock.move(600)
        gap = TUESDAY + timedelta(minutes=5)
        rig.venue.minutes[gap] = a_bar(gap, 100, 100, 95, 99)
        rig.feed.say("102.1")
        await rig.until(lambda: bool(rig.session.snapshot.trades))
        assert rig.session.snapshot.trades[0].exit.tag is FillTag.RECONSTRUCTED


async def test_a_scan_asked_for_in_maintenance_says_so_and_the_session_still_stops() -> None:
    rig = Rig()
    rig.clock.at = MAINTENANCE
    async with rig.running():
        await rig.feed.ready.wait()
        rig.session.scan_now()
        await rig.until(lambda: any("maintenance" in note.text for note in rig.session.snapshot.log))
        assert rig.session.snapshot.last_scan is None


async def test_an_entry_whose_exit_is_already_decided_is_taken_back_whole() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        rig.store.held = []
        rig.feed.say("102.1")
        rig.feed.say("98.9")
        rig.store.break_held()
        await rig.until(lambda: rig.session.snapshot.link.unsaved == 0 and bool(rig.kept(EntryRefused)))
        assert not rig.kept(PositionOpened) and not rig.kept(PositionClosed)
        assert rig.session.snapshot.trades == ()
        assert rig.session.snapshot.account.balance == 1000


async def test_what_is_told_of_an_entry_that_could_not_be_stored_is_what_a_restart_would_tell() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        rig.store.held = []
        rig.feed.say("102.1")
        rig.feed.say("104")
        (position,) = rig.session._shell.desk.state.account.positions.values()
        rig.session.send(MoveStopToEven(position.id, TUESDAY))
        assert rig.session._shell.desk.state.account.positions["BTC"].plan.stop > position.plan.stop
        rig.store.break_held()
        await rig.until(lambda: rig.session.snapshot.link.unsaved == 0 and bool(rig.kept(EntryRefused)))
        again = Desk(a_policy())
        again.restore(rig.store.kept)
        again.handle(TimePassed(rig.clock.now()))
        shown, told = rig.session.snapshot, again.snapshot()
        assert not rig.kept(StopMoved)
        assert [view.refusal.code for view in shown.setups if view.refusal] == [Refusal.INVALID]
        assert [view.refusal for view in shown.setups] == [view.refusal for view in told.setups]
        assert (shown.absence, shown.account) == (told.absence, told.account)


async def test_nothing_is_entered_while_the_ledger_cannot_be_written() -> None:
    async with Rig(policy=a_policy(symbols=("BTC", "ETH")), listed=("BTC", "ETH")).running() as rig:
        await rig.armed()
        rig.session._shell.apply(a_scan(a_setup(symbol="ETH"), at=TUESDAY))
        rig.feed.say(100, "ETH")
        rig.store.broken = True
        rig.feed.say("102.1")
        await rig.until(lambda: rig.session.snapshot.link.unsaved > 0)
        rig.feed.say("102.1", "ETH")
        rig.store.broken = False
        await rig.until(lambda: rig.session.snapshot.link.unsaved == 0)
        refused = [fact for fact in rig.store.kept if isinstance(fact, EntryRefused)]
        assert [fact.code for fact in refused] == [Refusal.INVALID] * 2
        assert rig.session.snapshot.positions == ()


async def test_a_symbol_listed_later_is_fetched_and_subscribed() -> None:
    rig = Rig(policy=a_policy(symbols=("BTC", "ETH")))
    async with rig.running():
        await rig.feed.ready.wait()
        assert rig.feed.asked == [("BTC-PERP-INTX",)]
        rig.venue.list("ETH")
        await rig.session._listings.read()
        await rig.until(lambda: len(rig.feed.asked) == 2)
        assert rig.feed.asked[1] == ("BTC-PERP-INTX", "ETH-PERP-INTX")
        rig.feed.say(50, "ETH")
        await rig.until(lambda: rig.session.snapshot.quotes[1].price == 50)


async def test_a_position_outside_the_configured_symbols_is_still_looked_after() -> None:
    rig = Rig(bought(), policy=a_policy(symbols=("ETH",)), listed=("BTC", "ETH"))
    async with rig.running():
        await rig.feed.ready.wait()
        rig.feed.say("98.9")
        await rig.until(lambda: bool(rig.session.snapshot.trades))


async def test_a_stop_does_not_wait_for_a_venue_that_hangs() -> None:
    rig = Rig()
    rig.venue.hold()
    async with rig.running():
        await asyncio.sleep(0.05)
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 2
    rig.venue.go_on()


async def test_the_first_tick_after_mere_silence_may_be_traded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.session.session.BEAT_S", 0.01)
    async with Rig().running() as rig:
        await rig.armed()
        await rig.silence(75)
        await rig.until(lambda: rig.session.snapshot.quotes[0].suspended)
        own = TUESDAY + timedelta(minutes=1)
        rig.venue.minutes[own] = a_bar(own, 100, "102.1", 100, "102.1")
        rig.feed.say("102.1")
        await rig.until(lambda: bool(rig.session.snapshot.positions))


async def test_a_level_broken_in_a_minute_of_the_silence_is_not_entered_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.session.session.BEAT_S", 0.01)
    async with Rig().running() as rig:
        await rig.armed()
        await rig.silence(135)
        await rig.until(lambda: rig.session.snapshot.quotes[0].suspended)
        within = TUESDAY + timedelta(minutes=1)
        rig.venue.minutes[within] = a_bar(within, 100, 103, 100, 101)
        rig.feed.say("102.1")
        await rig.until(lambda: not any(view.pending for view in rig.session.snapshot.setups))
        assert rig.session.snapshot.positions == ()


async def test_a_price_stamped_long_ago_is_no_price_and_the_first_fresh_one_decides() -> None:
    rig = Rig(bought())
    async with rig.running():
        await rig.feed.ready.wait()
        rig.feed.say("102.1")
        await rig.until(lambda: rig.session.snapshot.quotes[0].price == Decimal("102.1"))
        for _ in range(3):
            rig.feed.say("98.9", stamped_s_ago=11)
        await rig.until(lambda: rig.session.snapshot.quotes[0].suspended)
        picture = rig.session.snapshot
        assert (picture.quotes[0].price, picture.trades) == (Decimal("102.1"), ())
        assert picture.link.counters["stale prices"] == 3
        assert [note.text for note in picture.log if "late and are not used" in note.text] == [
            "BTC prices come 11 s late and are not used"
        ]
        rig.feed.say("98.9", stamped_s_ago=1)
        await rig.until(lambda: bool(rig.session.snapshot.trades))
        assert rig.session.snapshot.trades[0].reason is ExitReason.STOP


async def test_no_setup_is_used_up_by_prices_stamped_long_ago() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        rig.feed.say("102.1", stamped_s_ago=60)
        await rig.until(lambda: rig.session.snapshot.quotes[0].suspended)
        assert any(view.pending for view in rig.session.snapshot.setups)
        assert not rig.kept(EntryRefused)


async def test_prices_that_all_go_stale_while_heartbeats_flow_are_not_called_live() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        assert rig.session.snapshot.link.state is FeedState.LIVE
        rig.clock.move(11)
        await rig.until(lambda: rig.session.snapshot.link.state is FeedState.STALE)
        rig.feed.say(100)
        await rig.until(lambda: rig.session.snapshot.link.state is FeedState.LIVE)
