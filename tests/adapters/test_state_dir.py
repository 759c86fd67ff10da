"""One desk a directory, private, and nothing in it is ever lost."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir, default_state_dir
from core.domain.errors import ConfigError, StateLocked, StoreError
from tests.adapters.ledger_story import NOON, a_day

HOLDER = """
import sys
from pathlib import Path
from core.adapters.state_dir import StateDir
lock = StateDir.create(Path(sys.argv[1])).lock()
print("held", flush=True)
sys.stdin.read()
"""


def hold(root: Path, project: Path) -> subprocess.Popen[str]:
    """A second process that holds the directory until it is killed or its input ends."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(root)], cwd=project, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def end(holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.communicate()


def test_a_second_process_is_refused_at_once_and_told_the_pid(tmp_path: Path, root: Path) -> None:
    holder = hold(tmp_path / "state", root)
    try:
        state = StateDir.create(tmp_path / "state")
        began = time.monotonic()
        with pytest.raises(StateLocked, match=rf"pid {holder.pid}\b"):
            state.lock()
        assert time.monotonic() - began < 1
    finally:
        end(holder)


def test_kill_9_frees_the_directory(tmp_path: Path, root: Path) -> None:
    holder = hold(tmp_path, root)
    end(holder)
    StateDir.create(tmp_path).lock().release()


def test_a_refusal_does_not_free_the_lock_of_the_holder(tmp_path: Path) -> None:
    state = StateDir.create(tmp_path)
    with state.lock():
        for _ in range(2):
            with pytest.raises(StateLocked, match=f"pid {os.getpid()}"):
                state.lock()
    state.lock().release()


def test_a_released_lock_can_be_released_again(tmp_path: Path) -> None:
    state = StateDir.create(tmp_path)
    lock = state.lock()
    lock.release()
    lock.release()
    with state.lock():
        assert (tmp_path / "atlas.lock").read_text() == f"{os.getpid()}\n"


def test_all_that_is_made_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        state = StateDir.create(tmp_path / "deep" / "state")
        with state.lock():
            store = SqliteStore(state)
            store.append(a_day()[0]).result()
            made = [path for path in state.root.iterdir() if path.is_file()]
            assert {path.name for path in made} == {"ledger.db", "ledger.db-wal", "ledger.db-shm", "atlas.lock"}
            assert {mode(path) for path in made} == {0o600}
            store.close()
            archived = state.archive(NOON)
    finally:
        os.umask(before)
    assert mode(state.root) == 0o700
    assert archived is not None
    assert mode(archived) == 0o600
    assert mode(archived.parent) == 0o700


def test_a_directory_of_other_things_keeps_its_permissions(tmp_path: Path) -> None:
    busy, empty = tmp_path / "busy", tmp_path / "empty"
    for folder in (busy, empty):
        folder.mkdir()
        folder.chmod(0o755)
    (busy / "letters.txt").write_text("mine")
    StateDir.create(busy)
    StateDir.create(empty)
    assert (mode(busy), mode(empty)) == (0o755, 0o700)


def test_a_file_in_the_place_of_the_directory_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    for root in (tmp_path / "state", tmp_path / "state" / "below"):
        with pytest.raises(ConfigError, match="cannot be used: "):
            StateDir.create(root)


def test_a_lock_that_is_no_file_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "atlas.lock").mkdir()
    with pytest.raises(StoreError, match=r"atlas\.lock cannot be opened: is a directory"):
        StateDir.create(tmp_path).lock()


def test_the_environment_may_name_the_directory() -> None:
    assert default_state_dir({"ATLAS_STATE_DIR": "here"}) == Path("here")
    assert default_state_dir({"ATLAS_STATE_DIR": " "}) == default_state_dir({})
    assert default_state_dir({}).name == "atlas"


def test_archiving_moves_every_fact_and_leaves_room_for_a_new_ledger(tmp_path: Path) -> None:
    state = StateDir.create(tmp_path)
    for expected in ("ledger-20260302T120000Z.db", "ledger-20260302T120000Z-1.db", "ledger-20260302T120000Z-2.db"):
        store = SqliteStore(state)
        store.append(a_day()[0]).result()
        store.close()
        archived = state.archive(NOON)
        assert archived == state.archive_dir / expected
        with closing(sqlite3.connect(archived)) as db:
            assert db.execute("SELECT count(*) FROM events").fetchone() == (1,)
        assert not state.ledger.exists()
    assert state.archive(NOON) is None


def test_a_ledger_left_by_a_crash_is_archived_with_its_log(tmp_path: Path) -> None:
    state = StateDir.create(tmp_path / "live")
    store = SqliteStore(state)
    for batch in a_day():
        store.append(batch).result()
    crashed = StateDir.create(tmp_path / "crashed")
    for name in ("ledger.db", "ledger.db-wal"):
        (crashed.root / name).write_bytes((state.root / name).read_bytes())
    store.close()
    archived = crashed.archive(NOON)
    assert archived is not None
    assert [path.name for path in archived.parent.iterdir()] == [archived.name]
    with closing(sqlite3.connect(archived)) as db:
        assert db.execute("SELECT count(*) FROM events").fetchone() == (sum(len(batch) for batch in a_day()),)


def test_a_ledger_that_is_being_read_is_not_moved(tmp_path: Path) -> None:
    state = StateDir.create(tmp_path)
    store = SqliteStore(state)
    store.append(a_day()[0]).result()
    store.close()
    with closing(sqlite3.connect(state.ledger, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM events").fetchone()
        with pytest.raises(StoreError, match="being read by another process"):
            state.archive(NOON)
    assert state.ledger.exists()
    assert state.archive(NOON) is not None


def test_even_a_broken_ledger_is_archived_not_thrown_away(tmp_path: Path) -> None:
    state = StateDir.create(tmp_path)
    state.ledger.write_bytes(b"\0" * 5000)
    archived = state.archive(NOON)
    assert archived is not None
    assert archived.read_bytes() == b"\0" * 5000
    assert not state.ledger.exists()


def test_the_newest_backup_is_the_one_written_last(tmp_path: Path) -> None:
    state = StateDir.create(tmp_path)
    assert state.newest_backup() is None
    for age, path in ((10, state.backup_dir / "ledger-b.db"), (20, state.archive_dir / "ledger-a.db")):
        path.parent.mkdir()
        path.touch()
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    assert state.newest_backup() == state.backup_dir / "ledger-b.db"
