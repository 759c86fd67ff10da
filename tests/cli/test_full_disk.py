"""A disk that fills up under a running desk and is freed again, and a state directory that cannot be written."""

import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.adapters.ledger_check import check
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.facts import EntryRefused, PositionClosed, PositionOpened
from core.domain.positions import ExitReason
from tests.cli.own_time import SOON_S
from tests.cli.processes import Child
from tests.cli.said import Said
from tests.crash.life import facts_in
from tests.session.rig import Rig

Run = Callable[..., Said]


@contextmanager
def full_disk(ledger: Path, pid: int = 0) -> Iterator[None]:
    """No file of the process may grow beyond what the ledger's log has now, as on a disk without room."""
    was = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (Path(f"{ledger}-wal").stat().st_size, was[1]))
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


def test_a_desk_on_a_full_disk_says_so_goes_on_and_writes_again(root: Path, tmp_path: Path, atlas: Run) -> None:
    state = StateDir(tmp_path / "desk")
    with Child(root, "exchange", "--speed", 1000, "--seed", 5) as exchange:
        where = exchange.json()
        with Child(
            root, "run", "--rest", where["rest"], "--ws", where["ws"], "--state-dir", state.root, "--preset", "demo"
        ) as desk:
            assert desk.line() == "ready"
            with full_disk(state.ledger, desk.process.pid):
                assert "no entries until it can be" in said(desk, " ledger ")
            assert "the ledger is written again" in said(desk, " ledger ")
            code, took_s = desk.end(signal.SIGTERM)
            assert (code, took_s < SOON_S) == (0, True)
            assert "Traceback" not in desk.errors()
    assert atlas("check", "--state-dir", state.root).code == 0


def said(desk: Child, topic: str) -> str:
    """The next line of the topic."""
    while topic not in (line := desk.line()):
        pass
    return line


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
