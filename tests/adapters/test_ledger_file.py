"""A ledger that cannot be believed is kept aside and refused, never replaced by an empty account."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core.adapters.ledger_check import check
from core.adapters.ledger_file import back_up, open_for_writing, rebuild_projections
from core.adapters.ledger_reader import LedgerReader
from core.adapters.ledger_schema import VERSION
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.errors import StoreError
from tests.adapters.ledger_story import NOON, a_day


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    made = StateDir.create(tmp_path / "state")
    store = SqliteStore(made)
    for batch in a_day():
        store.append(batch)
    store.close()
    return made


def run(state: StateDir, *statements: str) -> None:
    with closing(sqlite3.connect(state.ledger)) as db, db:
        for statement in statements:
            db.execute(statement)
    with closing(sqlite3.connect(state.ledger)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def middle_overwritten(state: StateDir) -> None:
    raw = bytearray(state.ledger.read_bytes())
    for start in range(4096, len(raw) - 4096, 8192):
        raw[start : start + 2000] = b"\xa5" * 2000
    state.ledger.write_bytes(raw)


RUINED: dict[str, Callable[[StateDir], object]] = {
    "empty": lambda state: state.ledger.write_bytes(b""),
    "no database": lambda state: state.ledger.write_bytes(b'{"balance": 1000}' * 500),
    "cut short": lambda state: state.ledger.write_bytes(state.ledger.read_bytes()[:9000]),
    "overwritten in the middle": middle_overwritten,
    "another database": lambda state: run(state, "PRAGMA application_id = 1"),
    "without a version": lambda state: run(state, "PRAGMA user_version = 0"),
    "without a table": lambda state: run(state, "DROP TABLE trades"),
    "without its guard": lambda state: run(state, "DROP TRIGGER events_never_change"),
}


@pytest.mark.parametrize("how", RUINED)
def test_a_ruined_ledger_is_refused_with_its_copy_and_the_newest_backup_named(how: str, state: StateDir) -> None:
    backup = back_up(state, NOON)
    RUINED[how](state)
    before = state.ledger.read_bytes()
    for _ in range(2):
        with pytest.raises(StoreError, match="cannot be trusted") as refused:
            SqliteStore(state)
        copies = list(state.root.glob("quarantine-*.db"))
        assert len(copies) == 1
        assert str(state.ledger) in str(refused.value)
        assert str(copies[0]) in str(refused.value)
        assert str(backup) in str(refused.value)
        assert copies[0].read_bytes() == before
        assert state.ledger.read_bytes() == before
    with pytest.raises(StoreError, match="cannot be trusted"), LedgerReader(state.root) as reader:
        reader.trades()
        list(reader.facts())
        pytest.fail("a ruined ledger was read")


def test_a_broken_chain_is_found_when_the_facts_are_read(state: StateDir) -> None:
    guard = "CREATE TRIGGER events_never_change BEFORE UPDATE ON events\n        BEGIN SELECT RAISE(ABORT, "
    run(
        state,
        "DROP TRIGGER events_never_change",
        "UPDATE events SET payload = replace(payload, '1000.00', '9000.00') WHERE seq = 1",
        guard + "'events are append-only'); END",
    )
    store = SqliteStore(state)
    with pytest.raises(StoreError, match=r"breaks at event 1\).*copy is kept as .*there is no backup"):
        list(store.facts())
    store.close()


def test_a_newer_ledger_is_left_alone(state: StateDir) -> None:
    run(state, f"PRAGMA user_version = {VERSION + 1}")
    for opened in (SqliteStore, lambda state: LedgerReader(state.root), rebuild_projections):
        with pytest.raises(StoreError, match=f"schema {VERSION + 1}, this ATLAS knows {VERSION}"):
            opened(state)
    assert list(state.root.glob("quarantine-*")) == []


def test_a_half_made_ledger_of_a_crash_is_made_again(tmp_path: Path) -> None:
    fresh = StateDir.create(tmp_path)
    for suffix in ("", "-wal"):
        (tmp_path / f"ledger.new{suffix}").write_bytes(b"half")
    store = SqliteStore(fresh)
    assert list(store.facts()) == []
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.db"]


def test_a_log_without_its_ledger_is_not_overwritten(state: StateDir) -> None:
    state.ledger.unlink()
    Path(f"{state.ledger}-wal").write_bytes(b"facts")
    with pytest.raises(StoreError, match="put the ledger back"):
        SqliteStore(state)
    assert not state.ledger.exists()
    assert state.archive(NOON) is not None
    assert next(iter(state.archive_dir.iterdir())).read_bytes() == b"facts"
    SqliteStore(state).close()


def test_a_ledger_that_may_not_be_opened_is_said_so(state: StateDir) -> None:
    state.ledger.unlink()
    state.ledger.mkdir()
    with pytest.raises(StoreError, match="cannot be opened: Is a directory"):
        SqliteStore(state)
    with pytest.raises(StoreError, match="cannot be read: Is a directory"):
        LedgerReader(state.root)


def test_no_ledger_is_said_in_one_sentence_and_none_is_made(tmp_path: Path) -> None:
    for opened in (lambda: LedgerReader(tmp_path), lambda: back_up(StateDir(tmp_path), NOON)):
        with pytest.raises(StoreError, match=r"^No ledger in .*: start the desk with atlas run$"):
            opened()
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_that_grows_takes_no_more_memory_of_its_desk(tmp_path: Path) -> None:
    with closing(open_for_writing(StateDir.create(tmp_path))) as db:
        (kept,) = db.execute("PRAGMA cache_size").fetchone()
    assert -512 <= kept < 0, "pages by KiB; SQLite's own 2,000 are full only after days"


def test_a_kill_while_the_files_mode_changed_is_undone_by_whoever_looks_first(state: StateDir) -> None:
    with closing(sqlite3.connect(state.ledger, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("PRAGMA cache_size = 1")
        db.execute("BEGIN")
        db.execute("CREATE TABLE half AS SELECT * FROM events")
        db.execute("INSERT INTO half SELECT * FROM half")
        left = {suffix: Path(f"{state.ledger}{suffix}").read_bytes() for suffix in ("", "-journal")}
        db.execute("ROLLBACK")
    for suffix, content in left.items():
        Path(f"{state.ledger}{suffix}").write_bytes(content)
    with LedgerReader(state.root) as reader:
        assert len(reader.trades()) == 1
    for suffix, content in left.items():
        Path(f"{state.ledger}{suffix}").write_bytes(content)
    assert [result for result in check(state.root) if not result.ok] == []
