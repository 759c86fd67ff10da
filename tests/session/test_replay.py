"""A recording replayed: the same facts in the same order, whatever was fed, lost, undone or failed on the way."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.ends import StopCause
from core.domain.errors import RecordingError
from core.domain.events import (
    EntryUndone,
    Level,
    Noted,
    PriceTick,
)
from core.domain.facts import DeskStopped, EntryRefused, Fact, PositionClosed, PositionOpened
from core.domain.taped import DeskBegan
from core.session.replay import replay
from tests.builders import a_scan, a_setup, a_tick, after
from tests.fakes import ListStore, ListTape
from tests.session.lives import STEPS, Life, lived
from tests.session.rig import Rig, bought


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
