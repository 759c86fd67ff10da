"""A play: whatever is done to it on the way, it comes to what a replay comes to."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.domain.commands import HaltEntries
from core.domain.guards import HaltSource
from core.domain.link import FeedState, Mode, PlayState
from core.domain.snapshot import Snapshot
from core.session.player import Player
from core.session.reel import AT_END, Reel
from core.session.replay import replay
from tests.builders import TUESDAY, a_tick, after
from tests.fakes import ListStore
from tests.session.lives import STEPS, Life, lived
from tests.session.played import Played, ticks

ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ("wait", "wait", "pause", "step", "bar", "on", "back", "seek", "start", "end", "faster", "slower")
        ),
        st.integers(0, 4000),
    ),
    max_size=25,
)


@given(STEPS, ACTS)
def test_a_play_comes_to_the_ledger_of_a_replay_whatever_was_done_on_the_way(
    steps: list[tuple[str, int, int]], acts: list[tuple[str, int]]
) -> None:
    tape, replayed = lived(steps).tape, ListStore()
    replay(tape, replayed)
    played = Played(tape)
    for what, amount in acts:
        played.act(what, amount)
        played.player.turn()
    assert played.to_the_end().facts() == replayed.facts()


@given(STEPS, st.integers(0, 60_000))
@example([("kill", 0, 1), ("back", 0, 1)], 1)
def test_a_place_that_was_sought_is_the_one_that_was_played_to(steps: list[tuple[str, int, int]], seconds: int) -> None:
    tape = lived(steps).tape
    straight, sought = Played(tape), Played(tape)
    straight.player.seek(after(seconds))
    straight.player.turn()
    sought.to_the_end()
    sought.player.seek(after(seconds))
    sought.player.turn()
    assert straight.reel.number == sought.reel.number
    assert straight.stores[-1].facts() == sought.stores[-1].facts()
    assert straight.reel.desk.snapshot() == sought.reel.desk.snapshot()


def test_what_is_due_is_shown_and_nothing_else() -> None:
    played = Played(ticks(60, 120, 600))
    assert played.wait(1.0).player.snapshot.quotes[0].price == 160
    assert played.wait(1.0).player.snapshot.quotes[0].price == 160  # nobody has asked for another picture
    assert played.player.turn() == pytest.approx(8.0)
    assert played.reel.desk.snapshot().quotes[0].price == 220


def test_a_step_goes_on_by_one_input_and_stands() -> None:
    played = Played(ticks(60, 120))
    played.wait(1.0)
    assert played.player.step() == "PriceTick BTC"
    assert played.reel.at == after(120)
    assert played.player.paused
    assert played.wait(1000.0).reel.at == after(120)
    assert played.player.step() == ""


def test_a_bar_goes_on_to_where_the_next_quarter_has_closed_and_stands() -> None:
    played = Played(ticks(60, 120, 800, 905, 1000))
    played.player.step_bar()
    assert played.wait(0.0).reel.at == after(905)
    assert played.player.paused


def test_a_jump_under_way_is_jumped_on_from() -> None:
    played = Played(ticks(*range(60, 3600, 60)))
    played.player.jump(timedelta(minutes=20))
    played.player.jump(timedelta(minutes=20))
    assert played.wait(0.0).reel.at == after(2400)
    played.player.jump(timedelta(minutes=-15))
    played.player.jump(timedelta(minutes=-15))
    assert played.wait(0.0).reel.at == after(600)


def test_the_time_between_two_desks_is_not_waited_for_unless_it_is_paused() -> None:
    life = Life()
    life.take(a_tick(100, life.at))
    life.at += timedelta(days=2)
    life.end()
    played = Played(life.tape, speed=1)
    played.player.pause()
    assert played.wait(1.0).reel.at == TUESDAY
    played.player.pause()
    assert played.wait(0.0).reel.at == TUESDAY  # the end of the first desk is two days away
    played.player.step()
    played.player.pause()
    assert played.wait(0.0).reel.at == TUESDAY + timedelta(days=2)


def test_nobody_decides_in_a_play() -> None:
    played = Played(ticks(60, 120))
    before = played.stores[-1].facts()
    played.player.send(HaltEntries("", HaltSource.HAND, TUESDAY))
    played.player.scan_now()
    played.player.reload()
    assert played.stores[-1].facts() == before
    assert played.reel.desk.snapshot().halts == ()


def test_a_picture_says_that_it_is_a_play_and_how_far() -> None:
    played = Played(ticks(60, 120))
    link = played.wait(1.0).player.snapshot.link
    assert link.mode is Mode.REPLAY
    assert link.play is not None
    assert (link.play.what, link.play.state, link.play.over) == ("a life", PlayState.PLAYING, "")
    assert 0 < link.play.done < 1
    played.to_the_end()
    link = played.player._paint().link
    assert link.play is not None
    assert (link.play.state, link.play.over, link.play.done) == (PlayState.ENDED, AT_END, 1.0)
    assert link.problem == ""


def test_a_feed_that_was_lost_is_shown_lost() -> None:
    life = lived([("tick", 10, 60), ("outage", 10, 60)])
    played = Played(life.tape)
    states: list[FeedState] = []
    while played.player.step():
        states.append(played.player._paint().link.state)
    assert FeedState.STALE in states
    assert states[-1] is FeedState.LIVE


def test_it_plays_by_itself_and_stays_at_the_end() -> None:
    async def watch() -> list[Snapshot]:
        seen: list[Snapshot] = []
        loop = asyncio.get_running_loop()
        player = Player(Reel(ticks(60, 120, 180), ListStore), loop.time, 100_000, "a life")
        ended = asyncio.Event()

        def look(snapshot: Snapshot) -> None:
            seen.append(snapshot)
            if snapshot.link.play is not None and snapshot.link.play.state is PlayState.ENDED:
                ended.set()

        player.subscribe(look)
        playing = asyncio.create_task(player.run())
        async with asyncio.timeout(10):
            await ended.wait()
        assert not playing.done()
        player.seek(TUESDAY)
        player.pause()
        async with asyncio.timeout(10):
            while player.at != TUESDAY:
                await asyncio.sleep(0)
        playing.cancel()
        return seen

    seen = asyncio.run(watch())
    assert seen[-1].quotes[0].price == 280
