"""A recording replayed: the same facts in the same order, whatever was fed, lost, undone or failed on the way."""

import asyncio
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.commands import HaltEntries, WriteNote
from core.domain.ends import StopCause
from core.domain.errors import RecordingError
from core.domain.events import (
    EntryUndone,
    Event,
    Gap,
    InstrumentListed,
    Level,
    Noted,
    OutageBegan,
    OutageJudged,
    Outcome,
    PriceTick,
    SeriesLoaded,
)
from core.domain.facts import DeskStopped, EntryRefused, Fact, PositionClosed, PositionOpened
from core.domain.guards import HaltSource
from core.domain.policy import FeePolicy, Policy
from core.domain.taped import DeskBegan, DeskEnded
from core.domain.timeframes import M1, SCANNED
from core.session.replay import replay
from core.trading.desk import Desk
from tests.builders import TUESDAY, a_bar, a_policy, a_scan, a_setup, a_tick, after, an_instrument, bars_of
from tests.fakes import ListStore, ListTape
from tests.session.rig import Rig, bought

COSTLY = a_policy(fees=FeePolicy(intx=Decimal("0.0003"), slippage_bp=Decimal(2)))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ("tick", "tick", "tick", "tick", "setup", "setup", "outage", "word", "kill", "stop", "back", "nonsense")
        ),
        st.integers(-400, 400),
        st.integers(1, 5000),
    ),
    max_size=60,
)


class Life:
    """A desk on a ledger, recorded, that can be killed with its last commits under way."""

    def __init__(self, policy: Policy = COSTLY, known: tuple[Fact, ...] = ()) -> None:
        self.policy = policy
        self.tape = ListTape()
        self.ledger: list[tuple[Fact, ...]] = [(fact,) for fact in known]
        self.at = TUESDAY
        self.begin()

    def begin(self) -> None:
        """Restore, begin, and learn of the market."""
        self.desk, self.committed = Desk(self.policy), len(self.ledger)
        self.tape.begin(DeskBegan(self.policy, len(self.facts), self.at), self.facts)
        self.desk.restore(self.facts)
        self._record(self.desk.start(self.at))
        self.take(InstrumentListed(an_instrument(), self.at))
        for timeframe in SCANNED:
            start = timeframe.start_of(self.at)
            before = bars_of(timeframe, start - 3 * timeframe.span, (200, 50), (190, 60), (180, 70))
            self.take(SeriesLoaded("BTC", timeframe, before, self.at))

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What the ledger holds."""
        return tuple(fact for batch in self.ledger for fact in batch)

    def take(self, event: Event) -> None:
        """As the session does it."""
        self.tape.take(event)
        try:
            outcomes = self.desk.handle(event)
        except KeyError:
            return
        self._record(outcomes)

    def end(self) -> None:
        """Stop and begin again."""
        self.tape.take(DeskEnded(self.at))
        self._record(self.desk.stop(self.at))
        self.begin()

    def killed(self, uncommitted: int) -> None:
        """The newest batches never reached the ledger."""
        kept = max(self.committed, len(self.ledger) - uncommitted)
        del self.ledger[kept:]
        self.begin()

    def put_back(self, batches: int) -> None:
        """A backup, or an empty ledger, was put in the ledger's place."""
        del self.ledger[batches:]
        self.begin()

    def _record(self, outcomes: tuple[Outcome, ...]) -> None:
        if facts := tuple(outcome for outcome in outcomes if not isinstance(outcome, Noted)):
            self.ledger.append(facts)


def lived(steps: list[tuple[str, int, int]], known: tuple[Fact, ...] = ()) -> Life:
    """A life of random prices, setups around them, outages, words, kills, stops, and ledgers put back."""
    life, price = Life(known=known), Decimal(100)
    for kind, move, seconds in steps:
        last, life.at = life.at, life.at + timedelta(seconds=seconds)
        price = max(Decimal(60), min(Decimal(150), price + Decimal(move) / 100))
        match kind:
            case "tick":
                life.take(a_tick(price, life.at, age_s=11.0 if move == 7 else 0.0))
            case "setup":
                high, low = price + 1, price - 1
                life.take(a_scan(a_setup(high, low, (price + 8, price - 8), bar_end=_quarter(life.at)), at=life.at))
            case "outage":
                life.take(OutageBegan("BTC", last, life.at))
                minute = M1.start_of(life.at)
                bar = a_bar(minute, price, price + 2, price - 2, price)
                life.take(OutageJudged((Gap("BTC", M1, (bar,), last, life.at),), life.at))
            case "word":
                life.take(HaltEntries("", HaltSource.HAND, life.at) if move > 300 else WriteNote("x", "y", life.at))
            case "kill":
                life.killed(abs(move) % 3)
            case "stop":
                life.end()
            case "back":
                life.put_back(abs(move) % 20)
            case _:
                life.take(a_tick(price, life.at, symbol="UNKNOWN"))
    return life


def _quarter(at: datetime) -> datetime:
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)


@given(STEPS, st.sampled_from([(), bought()]))
def test_a_replay_gives_the_ledger_of_the_desks_that_were_recorded(
    steps: list[tuple[str, int, int]], known: tuple[Fact, ...]
) -> None:
    life = lived([*steps, ("kill", 0, 1)], known)
    store = ListStore()
    told = replay(life.tape, store)
    assert store.facts() == life.facts
    assert told.facts == len(store.kept)
    if "back" not in [kind for kind, _, _ in steps]:
        assert told.failures == sum(1 for kind, _, _ in steps if kind == "nonsense")


def test_the_property_is_not_an_empty_one() -> None:
    life = Life()
    life.take(a_tick(100, after(1)))
    life.take(a_scan(a_setup(), at=after(2)))
    life.take(a_tick("102.1", after(3)))
    assert any(isinstance(fact, PositionOpened) for fact in life.facts)
    life.killed(1)
    assert not any(isinstance(fact, PositionOpened) for fact in life.facts)
    store = ListStore()
    assert replay(life.tape, store).lost > 0
    assert store.facts() == life.facts


async def test_a_recorded_session_is_replayed_to_the_same_ledger() -> None:
    tape = ListTape()
    rig = Rig(tape=tape)
    async with rig.running():
        await rig.armed()
        rig.feed.say("102.1")
        await rig.until(lambda: bool(rig.kept(PositionOpened)))
        rig.clock.move(400)
        rig.feed.say("98.9")
        await rig.until(lambda: bool(rig.kept(PositionClosed)))
    store = ListStore()
    assert replay(tape, store).failures == 0
    assert store.kept == rig.store.kept


async def test_why_a_desk_ended_is_replayed() -> None:
    tape = ListTape()
    rig = Rig(tape=tape)
    running = asyncio.create_task(rig.session.run())
    await rig.armed()
    rig.session.stop(StopCause.HANGUP)
    await running
    store = ListStore()
    replay(tape, store)
    assert store.kept[-1] == DeskStopped(rig.clock.at, StopCause.HANGUP)
    assert store.kept == rig.store.kept


async def test_a_recording_begun_on_a_used_ledger_brings_that_ledger_along() -> None:
    tape = ListTape()
    rig = Rig(bought(), tape=tape)
    async with rig.running():
        await rig.until(lambda: rig.session.snapshot.last_scan is not None)
    store = ListStore()
    replay(tape, store)
    assert store.kept == rig.store.kept
    assert store.facts()[: len(bought())] == bought()


async def test_an_entry_the_disk_refused_is_refused_again() -> None:
    tape = ListTape()
    rig = Rig(tape=tape)
    async with rig.running():
        await rig.armed()
        rig.store.broken = True
        rig.feed.say("102.1")
        await rig.until(lambda: rig.session.snapshot.link.unsaved > 0)
        rig.store.broken = False
        await rig.until(lambda: bool(rig.kept(EntryRefused)))
    assert any(isinstance(entry, EntryUndone) for entry in tape.kept)
    store = ListStore()
    replay(tape, store)
    assert store.kept == rig.store.kept


async def test_what_becomes_of_the_recording_is_in_the_log() -> None:
    tape = ListTape()
    tape.told = [(Level.ERROR, "recording ended: the disk is full")]
    async with Rig(tape=tape).running() as rig:
        await rig.until(lambda: any("recording ended" in noted.text for noted in rig.session.snapshot.log))
        await asyncio.sleep(0)
    assert any(isinstance(entry, Noted) and "recording ended" in entry.text for entry in tape.kept)


def test_a_recording_with_a_hole_is_refused_where_the_next_desk_begins() -> None:
    life = lived([("tick", 0, 1), ("setup", 0, 1), ("tick", 300, 1), ("stop", 0, 1)])
    life.tape.kept = [entry for entry in life.tape.kept if not isinstance(entry, PriceTick)]
    with pytest.raises(RecordingError, match="part of the recording is missing"):
        replay(life.tape, ListStore())


def test_of_desks_before_a_new_ledger_nothing_is_left() -> None:
    life = lived([("word", 0, 1), ("stop", 0, 1), ("word", 0, 1), ("stop", 0, 1), ("word", 0, 1), ("back", 0, 1)])
    assert len(life.facts) == 2
    store = ListStore()
    assert replay(life.tape, store).desks == 2
    assert store.facts() == life.facts


def test_a_recording_without_its_oldest_parts_begins_where_it_is_whole_again() -> None:
    life = lived([("tick", 0, 1), ("word", 0, 1), ("stop", 0, 1), ("tick", 100, 1)])
    lost = ListTape()
    second = [number for number, entry in enumerate(life.tape.kept) if isinstance(entry, DeskBegan)][1]
    lost.kept = life.tape.kept[second - 2 :]
    with pytest.raises(RecordingError, match="does not hold its beginning"):
        replay(lost, ListStore())
    mark = life.tape.kept[second]
    assert isinstance(mark, DeskBegan)
    lost.kept[2:2] = life.facts[: mark.restored]
    store = ListStore()
    assert replay(lost, store).passed_over == 2
    assert store.facts() == life.facts


def test_nothing_after_until_is_fed() -> None:
    life = lived([("tick", 0, 1), ("setup", 0, 1), ("tick", 150, 1)])
    store = ListStore()
    assert replay(life.tape, store, until=after(2)).until == after(2)
    assert not any(isinstance(fact, PositionOpened) for fact in store.kept)
    assert any(isinstance(fact, PositionOpened) for fact in life.facts)
