"""The first frame tells the same as the desk that restores the whole ledger, or nothing at all."""

import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.adapters.absence_reader import _LATEST, read_absence
from core.adapters.ledger_schema import VERSION
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.ends import StopCause
from core.domain.facts import DeskStarted, DeskStopped, Fact, MarketSeen
from core.domain.oversight import PersonSeen
from core.domain.review_views import AbsenceView, StopKind, StopView
from core.trading.absence import Absence
from tests.adapters.fact_strategies import any_fact
from tests.adapters.judged import write
from tests.adapters.ledger_story import NOON, a_day, a_signal
from tests.adapters.version_one import write_version_one

COMINGS: list[Fact] = [PersonSeen(NOON), PersonSeen(NOON, back=True), DeskStarted(NOON), DeskStopped(NOON),
                       DeskStopped(NOON, StopCause.HANGUP)]  # fmt: skip
presence = st.sampled_from(COMINGS)
DAY: list[Fact] = [fact for batch in a_day() for fact in batch]


def folded(facts: list[Fact], alone: bool = False) -> AbsenceView:
    absence = Absence()
    for fact in facts:
        absence.fold(fact)
    if alone:
        absence.lost()
    return absence.view()


@settings(max_examples=40)
@given(st.lists(st.integers(0, 4), min_size=len(DAY), max_size=len(DAY)), st.lists(any_fact, max_size=6), st.data())
def test_it_is_what_the_desks_own_fold_gives(gaps: list[int], more: list[Fact], data: st.DataObject) -> None:
    told: list[list[Fact]] = []
    for gap, fact in zip(gaps, DAY, strict=True):
        told.append([fact])
        if gap == 0:
            told.append([data.draw(presence)])
    with tempfile.TemporaryDirectory() as folder:
        state = StateDir.create(Path(folder))
        store = SqliteStore(state)
        for batch in [*told, *([fact] for fact in more)]:
            store.append(batch).exception(5)
        kept = list(store.facts())
        assert read_absence(state.ledger) == folded(kept)
        store.close()
        assert read_absence(state.ledger) == folded(kept)
        assert read_absence(state.ledger, alone=True) == folded(kept, alone=True)


def test_a_kill_shows_as_a_crash_though_the_desk_began_before_the_last_key(tmp_path: Path) -> None:
    def at(minutes: int) -> timedelta:
        return timedelta(minutes=minutes)

    story: list[list[Fact]] = [*a_day(), [DeskStarted(NOON)], [PersonSeen(NOON + at(1))], [DeskStarted(NOON + at(9))]]
    view = read_absence(write(tmp_path, story).ledger)
    assert view is not None
    assert (view.since, view.restarts, view.crashes) == (NOON + at(1), 1, 1)


def test_a_desk_that_was_killed_shows_before_the_next_one_begins(tmp_path: Path) -> None:
    seen = MarketSeen("BTC", NOON + timedelta(minutes=5))
    ledger = write(tmp_path, [*a_day(), [DeskStarted(NOON)], [PersonSeen(NOON)], [seen]]).ledger
    running, view = read_absence(ledger), read_absence(ledger, alone=True)
    assert running is not None
    assert view is not None
    assert (running.stops, view.stops) == ((), (StopView(StopKind.HARD, seen.at),))


def test_an_empty_ledger_has_seen_nobody_and_nothing(tmp_path: Path) -> None:
    assert read_absence(write(tmp_path, []).ledger) == AbsenceView()


def test_an_earlier_ledger_is_read_as_it_is(tmp_path: Path) -> None:
    write_version_one(tmp_path / "ledger.db")
    view = read_absence(tmp_path / "ledger.db")
    assert view is not None
    assert (view.since, view.signals, view.entries) == (None, 1, 1)


def test_what_cannot_be_read_is_nothing(tmp_path: Path) -> None:
    ledger = write(tmp_path / "state", a_day()).ledger
    assert read_absence(tmp_path / "none.db") is None
    assert read_absence(tmp_path) is None
    (tmp_path / "text.db").write_text("not a database" * 500)
    assert read_absence(tmp_path / "text.db") is None
    (tmp_path / "empty.db").touch()
    assert read_absence(tmp_path / "empty.db") is None
    raw = bytearray(ledger.read_bytes())
    raw[4096:] = b"\xa5" * (len(raw) - 4096)
    (tmp_path / "torn.db").write_bytes(raw)
    assert read_absence(tmp_path / "torn.db") is None


@pytest.mark.parametrize(
    "statement",
    [
        f"PRAGMA user_version = {VERSION + 1}",
        "PRAGMA application_id = 1",
        "DROP TABLE events",
        "INSERT INTO events VALUES (900, 900, '', 'DeskStarted', '{', '', '')",
        "INSERT INTO events VALUES (900, 900, '', 'DeskStarted', 7, '', '')",
    ],
)
def test_a_ledger_that_is_newer_another_or_damaged_is_nothing(statement: str, tmp_path: Path) -> None:
    ledger = write(tmp_path, a_day()).ledger
    assert read_absence(ledger) is not None
    with closing(sqlite3.connect(ledger)) as db, db:
        db.execute(statement)
    assert read_absence(ledger) is None


def test_a_ledger_locked_by_another_is_nothing_and_costs_no_wait(tmp_path: Path) -> None:
    ledger = write(tmp_path, a_day()).ledger
    with closing(sqlite3.connect(ledger, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        began = time.perf_counter()
        assert read_absence(ledger) is None
        assert time.perf_counter() - began < 1


def test_the_last_key_is_found_by_index(tmp_path: Path) -> None:
    ledger = write(tmp_path, a_day()).ledger
    with closing(sqlite3.connect(ledger)) as db:
        plan = db.execute(f"EXPLAIN QUERY PLAN {_LATEST}", ("PersonSeen", 9)).fetchall()
    assert "USING COVERING INDEX events_of_presence" in str(plan)


def test_events_before_the_last_key_are_not_even_read(tmp_path: Path) -> None:
    old = replace(a_signal(), symbol="OLD")
    ledger = write(tmp_path, [*a_day(), [PersonSeen(old.detected_at)]]).ledger
    with closing(sqlite3.connect(ledger)) as db, db:
        db.execute("DROP TRIGGER events_never_change")
        db.execute("UPDATE events SET payload = 'torn' WHERE kind = 'SignalFound'")
    assert read_absence(ledger) == AbsenceView(since=old.detected_at)


def test_it_brings_in_nothing_heavy(root: Path) -> None:
    script = "import sys, core.adapters.absence_reader; print(*sorted(m.split('.')[0] for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert not {"textual", "rich", "pandas", "numpy", "numba", "click", "asyncio"} & set(done.stdout.split())
