"""The shell around the desk: what is committed, what is shown, what comes first after an outage."""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from core.domain import hiding
from core.domain.commands import Attend, GiveVerdict, MarkReviewed, MoveFunds, WriteNote
from core.domain.events import Level
from core.domain.facts import MarketSeen, PositionClosed, PositionOpened
from core.domain.positions import ExitReason, FillTag
from core.domain.review import ReviewVerdict
from core.domain.secret import Secret
from core.domain.snapshot import FeedState, Snapshot
from tests.builders import TUESDAY, a_bar, a_policy, a_setup, after
from tests.fakes import ListTape
from tests.session.rig import Rig, bought


async def test_an_entry_is_shown_only_after_it_is_committed() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        rig.store.held = []
        rig.seen.clear()
        rig.feed.say("102.1")
        await asyncio.sleep(0.1)
        assert not any(snapshot.positions for snapshot in rig.seen)
        rig.store.release()
        await rig.until(lambda: any(snapshot.positions for snapshot in rig.seen))


async def test_an_entry_that_cannot_be_stored_never_was() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        rig.store.broken = True
        rig.feed.say("102.1")
        await rig.until(lambda: rig.session.snapshot.link.unsaved > 0)
        assert rig.session.snapshot.positions == ()
        assert rig.session.snapshot.account.balance == 1000
        assert "disk is full" in rig.session.snapshot.link.problem
        rig.store.broken = False
        await rig.until(lambda: rig.session.snapshot.link.unsaved == 0)
        assert not rig.kept(PositionOpened)
        told = [note.level for note in rig.session.snapshot.log if note.topic == "ledger"]
        assert told == [Level.ERROR, Level.GOOD]


async def test_an_exit_that_cannot_be_stored_is_shown_unsaved_and_stored_later() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        rig.feed.say("102.1")
        await rig.until(lambda: bool(rig.kept(PositionOpened)))
        rig.store.broken = True
        rig.feed.say("98.9")
        await rig.until(lambda: rig.session.snapshot.link.unsaved > 0)
        assert rig.session.snapshot.positions == ()
        rig.store.broken = False
        await rig.until(lambda: bool(rig.kept(PositionClosed)))


async def test_a_restart_judges_the_candles_it_slept_through_before_any_tick() -> None:
    rig = Rig(bought())
    rig.clock.move(600)
    crash = TUESDAY + timedelta(minutes=4)
    rig.venue.minutes[crash] = a_bar(crash, 100, 100, 98, 99)
    async with rig.running():
        await rig.until(lambda: bool(rig.session.snapshot.trades))
        trade = rig.session.snapshot.trades[0]
        assert (trade.reason, trade.exit.tag, trade.exit.at) == (ExitReason.STOP, FillTag.RECONSTRUCTED, crash)


async def test_a_disconnect_holds_ticks_until_its_candles_are_judged() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        rig.feed.say("102.1")
        rig.clock.move(120)
        assert rig.feed.listener is not None
        rig.feed.listener.disconnected("close 1000")
        gap = TUESDAY + timedelta(minutes=1)
        rig.venue.minutes[gap] = a_bar(gap, 100, 100, 98, 99)
        rig.feed.say(120)
        await rig.until(lambda: bool(rig.session.snapshot.trades))
        assert rig.session.snapshot.trades[0].exit.price == 99


async def test_a_venue_that_is_down_at_the_start_is_named_and_tried_again() -> None:
    rig = Rig()
    rig.venue.down = "products: HTTP 503"
    async with rig.running():
        await rig.until(lambda: "HTTP 503" in rig.session.snapshot.link.problem)
        assert "trying again" in rig.session.snapshot.link.problem
        rig.venue.down = ""
        await rig.until(lambda: rig.session.snapshot.link.problem == "" and rig.feed.listener is not None)


async def test_a_symbol_that_goes_quiet_is_stale_and_its_triggers_wait() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        rig.clock.move(11)
        await rig.until(lambda: rig.session.snapshot.quotes[0].suspended)
        assert rig.session.snapshot.link.states["BTC"] is FeedState.STALE


async def test_a_console_that_fails_is_dropped_and_the_desk_goes_on() -> None:
    rig = Rig()

    def broken(snapshot: Snapshot) -> None:
        raise RuntimeError("widget")

    rig.session.subscribe(broken)
    async with rig.running():
        await rig.armed()
        assert any("a console stopped listening" in note.text for note in rig.session.snapshot.log)
        rig.feed.say("102.1")
        await rig.until(lambda: bool(rig.session.snapshot.positions))


async def test_a_command_is_stamped_by_the_desks_clock_and_stored() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        rig.clock.move(3)
        rig.session.send(MarkReviewed(a_setup().id, TUESDAY))
        await rig.until(lambda: any(view.reviewed for view in rig.session.snapshot.setups))


async def test_what_a_person_writes_is_cleaned_before_it_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hiding, "_hidden", [])
    Secret("planted-secret")
    tape = ListTape()
    async with Rig(tape=tape).running() as rig:
        await rig.armed()
        for command in (
            WriteNote("x", "my planted-secret\x1b[2J", TUESDAY),
            GiveVerdict("x", ReviewVerdict.REJECTED, TUESDAY, reason="planted-secret"),
            MoveFunds(Decimal(5), "planted-secret", TUESDAY),
        ):
            rig.session.send(command)
    assert [entry.text for entry in tape.kept if isinstance(entry, WriteNote)] == ["my ***[2J"]
    assert [entry.reason for entry in tape.kept if isinstance(entry, GiveVerdict | MoveFunds)] == ["***", "***"]


async def test_a_stop_writes_down_how_far_the_market_was_judged() -> None:
    rig = Rig()
    async with rig.running():
        await rig.armed()
        rig.clock.move(2)
        rig.feed.say(100)
    assert rig.kept(MarketSeen)[-1].at == after(2)


async def test_an_unlisted_symbol_is_shown_and_the_rest_keeps_working() -> None:
    rig = Rig(policy=a_policy(symbols=("BTC", "DOGE")))
    async with rig.running():
        await rig.armed()
        reasons = {quote.symbol: quote.reason for quote in rig.session.snapshot.quotes}
        assert reasons == {"BTC": "", "DOGE": "not listed by the venue"}


async def test_a_symbol_delisted_while_running_is_marked_and_the_others_are_scanned() -> None:
    rig = Rig(policy=a_policy(symbols=("BTC", "ETH")), listed=("BTC", "ETH"))
    async with rig.running():
        await rig.feed.ready.wait()
        await rig.until(lambda: rig.session.snapshot.last_scan is not None)
        rig.venue.delisted.add("ETH-PERP-INTX")
        rig.clock.move(900)
        rig.session.scan_now()
        await rig.until(lambda: "not listed" in rig.session.snapshot.quotes[1].reason)
        await rig.until(
            lambda: rig.session.snapshot.last_scan is not None and rig.session.snapshot.last_scan.series == 5
        )
        assert rig.session.snapshot.quotes[0].reason == ""


@pytest.mark.parametrize("missing", [True, False])
async def test_a_scan_waits_for_the_candle_that_has_just_closed(missing: bool) -> None:
    rig = Rig()
    if missing:
        rig.venue.missing.add(TUESDAY - timedelta(minutes=15))
    async with rig.running():
        await rig.feed.ready.wait()
        rig.feed.say(100)
        await asyncio.sleep(0.3)
        assert (rig.session.snapshot.last_scan is None) is missing
        rig.venue.missing.clear()
        await rig.until(lambda: rig.session.snapshot.last_scan is not None)


async def test_failed_alerts_count_for_the_absence_they_fell_into_also_when_it_is_over() -> None:
    rig, failed = Rig(), list[datetime]()
    rig.session._shell.failed_alerts = lambda since, until: sum(
        (since is None or at > since) and (until is None or at <= until) for at in failed
    )
    async with rig.running():
        await rig.armed()
        rig.session.send(Attend(TUESDAY))
        rig.clock.move(60)
        failed.append(rig.clock.now())
        rig.feed.say("102.1")
        await rig.until(lambda: bool(rig.kept(PositionOpened)))
        rig.clock.move(60)
        rig.session.send(Attend(TUESDAY, back=True))
        rig.clock.move(60)
        failed += [rig.clock.now()] * 2
        picture = rig.session._shell.paint()
    assert picture.last_absence is not None
    assert (picture.last_absence.alerts_failed, picture.absence.alerts_failed) == (1, 2)
    assert rig.session._shell.paint().last_absence is rig.session._shell.paint().last_absence
