"""A ledger of the first schema is brought up to date once, from its own events, with a copy kept beside it."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from core.adapters.ledger_check import check
from core.adapters.ledger_reader import LedgerReader
from core.adapters.ledger_schema import OBJECTS, VERSION
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.errors import StoreError
from core.domain.facts import MarketSeen, PositionOpened
from core.domain.review import ReviewVerdict
from tests.adapters.ledger_story import NOON, a_day
from tests.adapters.version_one import EARLIER_FACTS, write_version_one

MIGRATE = """
import os, signal, sys
from pathlib import Path
from core.adapters import ledger_chain
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
project, left = ledger_chain.project, [int(sys.argv[2])]
def mortal(db, seq, fact):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    project(db, seq, fact)
ledger_chain.project = mortal
SqliteStore(StateDir.create(Path(sys.argv[1]))).close()
"""


@pytest.fixture
def old(tmp_path: Path) -> StateDir:
    state = StateDir.create(tmp_path / "state")
    write_version_one(state.ledger)
    return state


def versions(path: Path) -> tuple[int, str]:
    with closing(sqlite3.connect(path)) as db:
        told = db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()[0]
        return db.execute("PRAGMA user_version").fetchone()[0], told


def events(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT * FROM events ORDER BY seq").fetchall()


def copies(state: StateDir) -> list[Path]:
    return sorted(state.root.glob("ledger-schema-1-*.db"))


def broken(state: StateDir) -> list[object]:
    return [result for result in check(state.root) if not result.ok]


def test_opening_an_old_ledger_brings_it_up_to_date_and_keeps_every_event(old: StateDir) -> None:
    before = events(old.ledger)
    store = SqliteStore(old)
    assert [type(fact).__name__ for fact in store.facts()] == [kind for kind, _ in EARLIER_FACTS]
    store.append([MarketSeen("SOL", NOON)]).result(5)
    store.close()
    assert versions(old.ledger) == (VERSION, str(VERSION))
    assert events(old.ledger)[:-1] == before
    assert broken(old) == []
    with closing(sqlite3.connect(old.ledger)) as db:
        made = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE sql IS NOT NULL")}
    assert made == set(OBJECTS)


def test_a_migrated_ledger_is_the_one_its_events_would_have_made(old: StateDir, tmp_path: Path) -> None:
    store = SqliteStore(old)
    anew = StateDir.create(tmp_path / "anew")
    other = SqliteStore(anew)
    grouped: dict[int, list[object]] = {}
    for fact, row in zip(store.facts(), events(old.ledger), strict=True):
        grouped.setdefault(int(str(row[1])), []).append(fact)
    for batch in grouped.values():
        other.append(batch).result(5)  # type: ignore[arg-type]
    store.close()
    other.close()
    assert tables(old) == tables(anew)


def tables(state: StateDir) -> dict[str, list[tuple[object, ...]]]:
    """Every row but the events, whose payloads now have the new fields."""
    with closing(sqlite3.connect(state.ledger)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: db.execute(f"SELECT * FROM {name}").fetchall() for name in names if name != "events"}


def test_a_copy_of_the_old_ledger_stays_beside_it_for_its_owner_alone(old: StateDir) -> None:
    before = events(old.ledger)
    SqliteStore(old).close()
    (copy,) = copies(old)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert versions(copy) == (1, "1")
    assert events(copy) == before
    SqliteStore(old).close()
    assert copies(old) == [copy]
    assert list(old.root.glob("*.partial")) == []


def test_a_dismissed_signal_is_a_rejected_one(old: StateDir) -> None:
    SqliteStore(old).close()
    with LedgerReader(old.root) as reader:
        (view,) = reader.signals()
        review = reader.reviews()[view.signal.id].review
    assert review is not None
    assert (review.verdict, review.reason, review.until) == (ReviewVerdict.REJECTED, "", None)


def test_an_old_ledger_is_read_and_checked_as_it_is(old: StateDir) -> None:
    before = old.ledger.read_bytes()
    assert broken(old) == []
    with LedgerReader(old.root) as reader:
        assert len(reader.signals()) == len(reader.setups()) == len(reader.positions()) == 1
        assert len(reader.reviews()) == 1
        assert reader.last_at() is not None
    assert old.ledger.read_bytes() == before
    assert versions(old.ledger) == (1, "1")


@pytest.mark.parametrize(
    ("body", "said"),
    [("replace(body, '95', '96')", "setups has another row BTC"), ("'{'", "setups has a row BTC")],
)
def test_a_setup_altered_in_an_old_ledger_is_found(body: str, said: str, old: StateDir) -> None:
    with closing(sqlite3.connect(old.ledger)) as db, db:
        db.execute(f"UPDATE setups SET body = {body}")
    (found,) = (result for result in check(old.root) if not result.ok)
    assert found.id == "M2"
    assert said in found.detail


def test_rows_of_this_schema_that_lack_the_newest_fields_are_read_and_checked(tmp_path: Path) -> None:
    state = StateDir.create(tmp_path / "state")
    store = SqliteStore(state)
    for batch in a_day():
        store.append(batch).result(10)
    store.close()
    with closing(sqlite3.connect(state.ledger)) as db, db:
        db.execute("""UPDATE setups SET body = replace(body, ',"limits":null', '')""")
        db.execute("""UPDATE signals SET body = replace(body, ',"standings":[],"limits":null', '')""")
        db.execute("""UPDATE refusals SET body = replace(body, ',"terms":[]', '')""")
        assert db.execute("SELECT count(*) FROM refusals WHERE body LIKE '%terms%'").fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM setups WHERE body LIKE '%limits%'").fetchone() == (0,)
    assert [result for result in check(state.root) if not result.ok] == []
    with LedgerReader(state.root) as reader:
        assert {view.setup.limits for view in reader.setups()} == {None}
        assert [view.refusal.terms for view in reader.setups() if view.refusal] == [()]


def test_the_life_of_a_position_is_read_from_an_old_ledger(old: StateDir) -> None:
    with LedgerReader(old.root) as reader:
        (story,) = reader.stories().values()
        assert [type(fact) for fact in story][:1] == [PositionOpened]


@pytest.mark.parametrize("died_at", [1, 5, 300])
def test_a_kill_in_the_middle_leaves_the_old_ledger_and_the_next_start_goes_through(
    died_at: int, tmp_path: Path, root: Path
) -> None:
    state = StateDir.create(tmp_path / "state")
    write_version_one(state.ledger, copies=300)
    before = events(state.ledger)
    command = [sys.executable, "-c", MIGRATE, str(state.root), str(died_at)]
    assert subprocess.run(command, cwd=root, timeout=60).returncode == -signal.SIGKILL
    assert versions(state.ledger) == (1, "1")
    assert events(state.ledger) == before
    assert broken(state) == []
    SqliteStore(state).close()
    assert versions(state.ledger) == (VERSION, str(VERSION))
    assert broken(state) == []
    assert len(copies(state)) == 1


def test_an_old_ledger_whose_chain_is_broken_is_not_migrated(old: StateDir) -> None:
    guard = "CREATE TRIGGER events_never_change BEFORE UPDATE ON events\n        BEGIN SELECT RAISE(ABORT, "
    with closing(sqlite3.connect(old.ledger)) as db, db:
        db.execute("DROP TRIGGER events_never_change")
        db.execute("UPDATE events SET payload = replace(payload, '1000.00', '9000.00') WHERE seq = 1")
        db.execute(guard + "'events are append-only'); END")
    with pytest.raises(StoreError, match="breaks at event 1"):
        SqliteStore(old)
    assert versions(old.ledger) == (1, "1")


def test_an_old_ledger_that_lacks_a_table_is_not_migrated(old: StateDir) -> None:
    with closing(sqlite3.connect(old.ledger)) as db, db:
        db.execute("DROP TABLE trades")
    with pytest.raises(StoreError, match="missing or altered: trades"):
        SqliteStore(old)
    assert versions(old.ledger) == (1, "1")
    assert copies(old) == []
