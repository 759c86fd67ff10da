"""A backup is verified when it is made and before it is put back; the ledger it replaces is never lost."""

import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core.adapters import ledger_restore
from core.adapters.ledger_dump import digest, dump
from core.adapters.ledger_file import back_up
from core.adapters.ledger_restore import restore, verified
from core.adapters.ledger_schema import OBJECTS
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.errors import StoreError
from core.domain.facts import DeskStarted
from tests.adapters.ledger_story import NOON, a_day


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    made = StateDir.create(tmp_path / "state")
    store = SqliteStore(made)
    for batch in a_day():
        store.append(batch).result(10)
    store.close()
    return made


def go_on(state: StateDir) -> None:
    store = SqliteStore(state)
    store.append((DeskStarted(NOON),)).result(10)
    store.close()


def test_a_backup_beside_a_running_desk_is_the_ledger_of_that_moment(state: StateDir, tmp_path: Path) -> None:
    store = SqliteStore(state)
    store.append((DeskStarted(NOON),)).result(10)
    copy = back_up(state, NOON, tmp_path / "copy.db")
    before = digest(dump(state))
    store.append((DeskStarted(NOON),)).result(10)
    store.close()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert digest(dump(state)) != before
    restore(state, copy, NOON)
    assert digest(dump(state)) == before


def test_a_backup_never_writes_over_a_file(state: StateDir, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError, match="is there already"):
        back_up(state, NOON, tmp_path / "copy.db")
    with pytest.raises(StoreError, match="cannot be written"):
        back_up(state, NOON, tmp_path / "none" / "copy.db")
    assert (tmp_path / "copy.db").read_text(encoding="utf-8") == "mine"


def forged(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DROP TRIGGER events_never_change")
        db.execute("UPDATE events SET payload = replace(payload, '1', '2') WHERE seq = 2")
        db.execute(OBJECTS["events_never_change"])


RUINED: dict[str, Callable[[Path], object]] = {
    "no database": lambda path: path.write_text("balance = 1000"),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:9000]),
    "forged": forged,
    "missing": lambda path: path.unlink(),
}


@pytest.mark.parametrize("how", RUINED)
def test_a_ruined_backup_is_refused_and_the_ledger_stays(how: str, state: StateDir) -> None:
    copy = back_up(state, NOON)
    go_on(state)
    before = digest(dump(state))
    RUINED[how](copy)
    for refused in (lambda: verified(copy), lambda: restore(state, copy, NOON)):
        with pytest.raises(StoreError, match=str(copy)):
            refused()
    assert digest(dump(state)) == before
    assert {path.name for path in state.root.iterdir()} <= {"ledger.db", "ledger.db-wal", "ledger.db-shm", "backups"}


def test_a_forged_ledger_gives_no_backup(state: StateDir, tmp_path: Path) -> None:
    forged(state.ledger)
    with pytest.raises(StoreError, match="cannot be trusted"):
        back_up(state, NOON, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_the_ledger_that_was_there_is_kept_even_when_it_is_broken(state: StateDir) -> None:
    copy = back_up(state, NOON)
    good = digest(dump(state))
    go_on(state)
    whole = state.ledger.read_bytes()
    first = restore(state, copy, NOON)
    state.ledger.write_bytes(b"broken" * 1000)
    second = restore(state, copy, NOON)
    assert first is not None and second is not None
    assert (verified(first), first != second) == (verified(copy) + 1, True)
    assert second.read_bytes() == b"broken" * 1000
    assert len(first.read_bytes()) == len(whole)
    assert digest(dump(state)) == good
    go_on(state)


def test_without_a_ledger_a_backup_is_simply_put_there(state: StateDir, tmp_path: Path) -> None:
    copy = back_up(state, NOON)
    other = StateDir.create(tmp_path / "other")
    assert restore(other, copy, NOON) is None
    assert digest(dump(other)) == digest(dump(state))


def test_a_restore_that_is_cut_short_leaves_the_ledger_that_was_there(
    state: StateDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = back_up(state, NOON)
    go_on(state)
    before = digest(dump(state))

    def killed(folder: Path) -> None:
        raise OSError(5, "killed")

    monkeypatch.setattr(ledger_restore, "sync_file", killed)
    with pytest.raises(StoreError, match="cannot be restored: killed"):
        restore(state, copy, NOON)
    assert digest(dump(state)) == before
