"""A disk that fills up under a running desk and is freed again, and a state directory that cannot be written."""

import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from core.adapters.ledger_check import check
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.adapters.tape_reader import TapeReader
from core.adapters.tape_recorder import Recorder
from core.adapters.tape_store import TapedStore
from core.domain.facts import EntryRefused, PositionClosed, PositionOpened
from core.domain.positions import ExitReason
from core.domain.sizing import Refusal
from core.session.replay import replay
from tests.cli.own_time import SOON_S
from tests.cli.processes import Child
from tests.cli.said import Said
from tests.crash.life import facts_in
from tests.fakes import ListStore
from tests.session.rig import Rig

Run = Callable[..., Said]


def full_disk(ledger: Path, pid: int = 0) -> AbstractContextManager[None]:
    """No file of the process may grow beyond what the ledger's log has now, as on a disk without room."""
    return no_room_beyond(Path(f"{ledger}-wal"), pid=pid)


@contextmanager
def no_room_beyond(*files: Path, pid: int = 0) -> Iterator[None]:
    """No file of the process may grow beyond what the smallest of these has now."""
    was = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (min(file.stat().st_size for file in files), was[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, was)


async def test_while_the_disk_is_full_nothing_is_entered_and_exits_go_on_and_are_kept(tmp_path: Path) -> None:
    state = StateDir.create(tmp_path / "desk")
    store = SqliteStore(state)
    rig = Rig(store=store)
    async with rig.running():
        await rig.armed()
        with full_disk(state.ledger):
            rig.feed.say("102.1")
            await rig.until(lambda: rig.session.snapshot.link.unsaved > 0)
            assert rig.session.snapshot.positions == ()
            assert "could not be written" in rig.session.snapshot.link.problem
        await rig.until(lambda: rig.session.snapshot.link.unsaved == 0)
        assert rig.session.snapshot.link.problem == ""
    store.close()
    kept = facts_in(state.ledger)
    assert any(isinstance(fact, EntryRefused) for fact in kept)
    assert not any(isinstance(fact, PositionOpened) for fact in kept)
    assert [result for result in check(state.root) if not result.ok] == []


async def test_a_stop_reached_on_a_full_disk_closes_the_position_and_is_written_when_there_is_room(
    tmp_path: Path,
) -> None:
    state = StateDir.create(tmp_path / "desk")
    store = SqliteStore(state)
    rig = Rig(store=store)
    async with rig.running():
        await rig.armed()
        rig.feed.say("102.1")
        await rig.until(lambda: bool(rig.session.snapshot.positions))
        with full_disk(state.ledger):
            rig.feed.say("98.9")
            await rig.until(lambda: rig.session.snapshot.link.unsaved > 0)
            assert rig.session.snapshot.positions == ()
        await rig.until(lambda: rig.session.snapshot.link.unsaved == 0)
    store.close()
    closed = [fact.trade.reason for fact in facts_in(state.ledger) if isinstance(fact, PositionClosed)]
    assert closed == [ExitReason.STOP]
    assert [result for result in check(state.root) if not result.ok] == []


async def test_a_recording_without_room_ends_in_one_line_and_the_desk_trades_on(tmp_path: Path) -> None:
    state, file = StateDir.create(tmp_path / "desk"), tmp_path / "tape"
    tape = Recorder(file, "1.0", 10**9)
    tape.frame(b"x" * 2_000_000)  # larger than the ledger's log will be
    store = TapedStore(SqliteStore(state), tape)
    rig = Rig(store=store, tape=tape)
    async with rig.running():
        await rig.armed()
        with no_room_beyond(file):
            rig.feed.say("100.5")
            await rig.until(lambda: bool(lines_on("recording ended", rig)))
            rig.feed.say("102.1")
            await rig.until(lambda: bool(rig.session.snapshot.positions))
            rig.feed.say("98.9")
            await rig.until(lambda: bool(rig.session.snapshot.trades))
            assert (rig.session.snapshot.link.unsaved, rig.session.snapshot.link.problem) == (0, "")
    store.close()
    (line,) = lines_on("recording ended", rig)
    assert "File too large; the desk goes on without it" in line
    kept = facts_in(state.ledger)
    assert [type(fact) for fact in kept if isinstance(fact, PositionOpened | PositionClosed | EntryRefused)] == [
        PositionOpened,
        PositionClosed,
    ]
    assert [result for result in check(state.root) if not result.ok] == []
    assert replay(TapeReader(file), ListStore()).desks == 1


async def test_on_a_disk_that_is_full_for_both_the_ledger_is_written_again_and_the_recording_is_not(
    tmp_path: Path,
) -> None:
    state, file = StateDir.create(tmp_path / "desk"), tmp_path / "tape"
    tape = Recorder(file, "1.0", 10**9)
    store = TapedStore(SqliteStore(state), tape)
    rig = Rig(store=store, tape=tape)
    async with rig.running():
        await rig.armed()
        with no_room_beyond(file, Path(f"{state.ledger}-wal")):
            rig.feed.say("102.1")
            await rig.until(lambda: rig.session.snapshot.link.unsaved > 0)
            assert rig.session.snapshot.positions == ()
        await rig.until(lambda: rig.session.snapshot.link.unsaved == 0)
        await rig.until(lambda: bool(lines_on("recording ended", rig)))
        ended = file.stat().st_size
        rig.feed.say("101")
    store.close()
    assert file.stat().st_size == ended
    assert [fact.code for fact in facts_in(state.ledger) if isinstance(fact, EntryRefused)] == [Refusal.INVALID]
    assert [result for result in check(state.root) if not result.ok] == []


def lines_on(what: str, rig: Rig) -> list[str]:
    """Lines of the desk's log that say so."""
    return [note.text for note in rig.session.snapshot.log if what in note.text]


def test_a_desk_on_a_full_disk_says_so_goes_on_and_writes_again(root: Path, tmp_path: Path, atlas: Run) -> None:
    state = StateDir(tmp_path / "desk")
    with Child(root, "exchange", "--speed", 1000, "--seed", 5) as exchange:
        where = exchange.json()
        with Child(
            root, "run", "--rest", where["rest"], "--ws", where["ws"], "--state-dir", state.root, "--preset", "demo"
        ) as desk:
            assert desk.line() == "ready"
            with full_disk(state.ledger, desk.process.pid):
                desk.hear("no entries until it can be")
            desk.hear("the ledger is written again")
            code, took_s = desk.end(signal.SIGTERM)
            assert (code, took_s < SOON_S) == (0, True)
            assert "Traceback" not in desk.errors()
    assert atlas("check", "--state-dir", state.root).code == 0


def test_a_directory_that_cannot_be_written_is_refused_in_one_sentence(
    atlas: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed = os.access
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: path != folder and allowed(path, mode))
    said = atlas("run", "--state-dir", folder)
    assert said.code == 2
    assert said.sentence == (f"atlas: the state directory {folder} is not writable; choose another with --state-dir")
