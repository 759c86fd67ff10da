"""Outages of several symbols, of the venue's REST, and of this machine: asleep, or with a clock that is set."""

from datetime import UTC, datetime, timedelta

import pytest

from core.adapters.system_clock import SystemClock
from core.domain.events import Event, OutageJudged, ScanDone, TimePassed
from core.domain.facts import Fact, FundingPaid, PositionClosed, PositionOpened, SetupResolved
from core.domain.policy import Policy
from core.domain.positions import FillTag
from core.domain.signals import SetupStatus
from core.domain.timeframes import M1, M15
from tests.builders import TUESDAY, a_bar, a_policy, a_scan, a_setup
from tests.fakes import ListTape, ManualClock
from tests.session.rig import Rig

BOTH = a_policy(symbols=("BTC", "ETH"))


def two_symbols(policy: Policy = BOTH) -> tuple[Rig, ListTape]:
    """A rig whose venue lists BTC and ETH, and what reaches its desk."""
    tape = ListTape()
    return Rig(policy=policy, listed=BOTH.symbols, tape=tape), tape


async def both_priced(rig: Rig) -> None:
    """Both symbols have a price, and setups that break above 102 and below 99."""
    await rig.armed()
    rig.session._shell.apply(a_scan(a_setup(symbol="ETH"), at=TUESDAY))
    rig.feed.say(100, "ETH")


def cut_off(rig: Rig) -> None:
    """The socket closes for two minutes; a price of BTC is the first word after it."""
    assert rig.feed.listener is not None
    rig.feed.listener.disconnected("close 1006")
    rig.clock.move(120)
    rig.feed.say(100)


def judged_together(tape: ListTape) -> list[list[str]]:
    """The symbols of each judging of a real gap."""
    judged = [entry for entry in tape.kept if isinstance(entry, OutageJudged)]
    return [[gap.symbol for gap in each.gaps] for each in judged if any(gap.until > gap.since for gap in each.gaps)]


async def test_symbols_lost_together_are_judged_together_at_the_first_tick_of_one() -> None:
    rig, tape = two_symbols()
    async with rig.running():
        await both_priced(rig)
        cut_off(rig)
        await rig.until(lambda: bool(judged_together(tape)))
        assert [sorted(symbols) for symbols in judged_together(tape)] == [["BTC", "ETH"]]
        await rig.until(lambda: not rig.session.snapshot.quotes[0].suspended)


async def test_symbols_whose_candles_could_not_be_had_are_judged_together_once_the_venue_is_back() -> None:
    rig, tape = two_symbols()
    async with rig.running():
        await both_priced(rig)
        rig.venue.down = "candles: HTTP 503"
        cut_off(rig)
        await rig.until(lambda: sum("HTTP 503" in note.text for note in rig.session.snapshot.log) == 2)
        rig.venue.down = ""
        await rig.until(lambda: bool(judged_together(tape)))
        assert [sorted(symbols) for symbols in judged_together(tape)] == [["BTC", "ETH"]]


async def test_an_outage_without_candles_lets_no_level_be_entered_until_the_venue_has_them() -> None:
    rig, tape = two_symbols()
    async with rig.running():
        await both_priced(rig)
        rig.venue.missing = {TUESDAY + minute * M1.span for minute in range(3)}
        cut_off(rig)
        await rig.until(lambda: sum("no candles of the outage" in note.text for note in rig.session.snapshot.log) == 2)
        rig.feed.say("102.1")
        assert judged_together(tape) == []
        broken = TUESDAY + M1.span
        rig.venue.minutes[broken] = a_bar(broken, 100, "102.5", 100, 101)
        rig.venue.missing = set()
        await rig.until(lambda: bool(rig.kept(SetupResolved)))
        assert rig.kept(PositionOpened) == []


async def test_the_first_candles_of_another_symbol_end_the_wait_for_the_next_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.session.intake.FIRST_RETRY_S", 600)
    rig, tape = two_symbols(a_policy(symbols=("BTC", "ETH", "SOL")))
    async with rig.running():
        await both_priced(rig)
        rig.venue.down = "candles: HTTP 503"
        cut_off(rig)
        await rig.until(lambda: sum("HTTP 503" in note.text for note in rig.session.snapshot.log) == 2)
        rig.venue.down = ""
        rig.venue.list("SOL")
        await rig.session._listings.read()
        await rig.until(lambda: bool(judged_together(tape)))
        assert [sorted(symbols) for symbols in judged_together(tape)] == [["BTC", "ETH", "SOL"]]


async def test_a_symbol_that_is_not_sold_any_more_does_not_hold_up_the_others() -> None:
    rig, tape = two_symbols()
    async with rig.running():
        await both_priced(rig)
        rig.venue.delisted.add("ETH-PERP-INTX")
        cut_off(rig)
        await rig.until(lambda: bool(judged_together(tape)))
        assert judged_together(tape) == [["BTC"]]
        await rig.until(lambda: any("ETH not judged yet" in note.text for note in rig.session.snapshot.log))


async def test_candles_that_hang_hold_up_the_others_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.session.gaps.TOGETHER_S", 0.05)
    rig, tape = two_symbols()
    async with rig.running():
        await both_priced(rig)
        rig.venue.hanging.add("ETH-PERP-INTX")
        cut_off(rig)
        await rig.until(lambda: judged_together(tape) == [["BTC"]])
        rig.venue.go_on()
        await rig.until(lambda: judged_together(tape) == [["BTC"], ["ETH"]])


async def test_a_desk_that_fails_on_one_symbols_candles_judges_the_others_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.session.intake.FIRST_RETRY_S", 0.01)
    rig, tape = two_symbols()
    async with rig.running():
        await both_priced(rig)
        apply = rig.session._shell.apply

        def spoiled(event: object) -> None:
            if isinstance(event, OutageJudged) and any(gap.symbol == "ETH" for gap in event.gaps):
                raise KeyError("ETH")
            apply(event)  # type: ignore[arg-type]

        monkeypatch.setattr(rig.session._shell, "apply", spoiled)
        cut_off(rig)
        await rig.until(lambda: judged_together(tape) == [["BTC"]])


async def test_a_sleep_within_a_minute_is_an_outage_and_the_level_broken_in_it_is_not_entered() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        rig.clock.move(40)
        rig.venue.minutes[TUESDAY] = a_bar(TUESDAY, 100, 103, 100, 101)
        await rig.until(lambda: rig.session.snapshot.quotes[0].suspended)
        rig.clock.move(2)
        rig.feed.say("102.1")
        await rig.until(lambda: bool(rig.kept(SetupResolved)))
        assert rig.session.snapshot.positions == ()
        await rig.until(lambda: any("stood still for 40s" in note.text for note in rig.session.snapshot.log))


async def test_what_the_socket_still_held_when_the_machine_woke_is_not_used() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        rig.clock.move(40)
        rig.feed.say("102.1", stamped_s_ago=30)
        rig.feed.say("101")
        await rig.until(lambda: rig.session.snapshot.quotes[0].price == 101)
        assert rig.session.snapshot.link.counters["stale prices"] == 1
        assert not rig.kept(SetupResolved) and not rig.kept(PositionOpened)


@pytest.mark.parametrize("slept", [timedelta(minutes=20), timedelta(hours=9), timedelta(days=7)])
async def test_a_laptop_that_slept_judges_what_it_missed_and_enters_nothing_twice(slept: timedelta) -> None:
    rig = Rig()
    async with rig.running():
        await rig.entered()
        bottom = TUESDAY + timedelta(minutes=15)
        rig.venue.minutes[bottom] = rig.venue.quarters[bottom] = a_bar(bottom, 100, 100, 98, 99)
        rig.clock.move(slept.total_seconds())
        rig.feed.say("102.3")
        await rig.until(lambda: bool(rig.session.snapshot.trades))
        trade = rig.session.snapshot.trades[0]
        assert trade.exit.tag is FillTag.RECONSTRUCTED
        assert len(rig.kept(PositionOpened)) == 1


async def test_a_machine_that_slept_over_many_closes_scans_once_when_it_wakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.session.session.BEAT_S", 0.01)
    tape, clock = ListTape(), ManualClock()
    clock.speed = 10_000.0  # the scanner looks at the clock every tenth of a second
    rig = Rig(tape=tape, clock=clock)
    async with rig.running():
        await rig.armed()
        scans = count(tape, ScanDone)
        clock.move(9 * 3600)
        await rig.until(lambda: count(tape, ScanDone) > scans)
        beats = count(tape, TimePassed)
        await rig.until(lambda: count(tape, TimePassed) > beats + 30)
        assert count(tape, ScanDone) == scans + 1
        due = rig.session.snapshot.link.next_scan_at
        assert due is not None and clock.now() < due <= clock.now() + M15.span + timedelta(seconds=5)


def count(tape: ListTape, kind: type[Event]) -> int:
    """How many of these have reached the desk."""
    return sum(isinstance(entry, kind) for entry in tape.kept)


async def test_a_setup_whose_level_held_through_an_outage_enters_on_a_later_live_price() -> None:
    async with Rig().running() as rig:
        await rig.armed()
        cut_off(rig)
        await rig.until(lambda: any("1 setup armed again" in note.text for note in rig.session.snapshot.log))
        assert not rig.kept(SetupResolved)
        rig.feed.say("102.1")
        await rig.until(lambda: bool(rig.session.snapshot.positions))
        (position,) = rig.session.snapshot.positions
        assert position.position.entry.tag is FillTag.LIVE
        (resolved,) = rig.kept(SetupResolved)
        assert isinstance(resolved, SetupResolved) and resolved.status is SetupStatus.TRIGGERED


class SetClock(ManualClock):
    """The machine's own clock as the desk uses it, over a wall clock that a test sets as it likes."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.wall = at
        self._desk = SystemClock(lambda: self.wall, lambda: self.real_s)

    def now(self) -> datetime:
        return self._desk.now()

    def move(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.real_s += seconds


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SPRING = datetime(2026, 3, 8, 6, 50, tzinfo=UTC)
"""Ten minutes before New York's clock goes from 02:00 to 03:00."""
AUTUMN = datetime(2026, 11, 1, 5, 50, tzinfo=UTC)
JUMPS = [
    (TUESDAY, HOUR), (TUESDAY, -HOUR), (TUESDAY, DAY), (TUESDAY, -DAY), (TUESDAY, timedelta(seconds=0.4)),
    (TUESDAY, timedelta(seconds=-3)), (TUESDAY, 366 * DAY), (TUESDAY, datetime(1970, 1, 2, tzinfo=UTC) - TUESDAY),
    (SPRING, HOUR), (SPRING, -HOUR), (AUTUMN, HOUR), (AUTUMN, -HOUR),
]  # fmt: skip


async def traded(start: datetime, jump: timedelta) -> list[Fact]:
    """An entry, a while and a stop, the wall clock set by `jump` before each of them; what the ledger has then."""
    clock = SetClock(start)
    rig = Rig(clock=clock)
    async with rig.running():
        await rig.feed.ready.wait()
        rig.feed.say(100)
        await rig.until(lambda: rig.session.snapshot.last_scan is not None)
        rig.session._shell.apply(a_scan(a_setup(bar_end=start), at=start))
        for price in ("100.5", "102.1", *["101.5"] * 8, "98.9", "98.8"):
            clock.wall += jump
            await rig.silence(5)
            rig.feed.say(price)
        await rig.until(lambda: bool(rig.kept(PositionClosed)))
    kinds = (PositionOpened, PositionClosed, SetupResolved, FundingPaid)
    return [fact for fact in rig.store.kept if isinstance(fact, kinds)]


@pytest.mark.parametrize(("start", "jump"), JUMPS)
async def test_a_wall_clock_that_is_set_neither_fills_nor_expires_nor_doubles_anything(
    start: datetime, jump: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.session.session.BEAT_S", 0.01)
    undisturbed = await traded(start, timedelta(0))
    assert [type(fact) for fact in undisturbed].count(PositionClosed) == 1
    assert await traded(start, jump) == undisturbed
