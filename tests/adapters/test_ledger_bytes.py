"""One damaged byte, anywhere in the database or its log: it is found, or nothing in the ledger reads otherwise."""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from core.adapters.ledger_wal import broken_log
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from tests.adapters.judged import broken
from tests.adapters.ledger_story import a_day

Files = dict[str, bytes]


def files_of_a_day(*, folded: bool) -> Files:
    """The database, and unless it is folded in, the log that a killed desk leaves beside it."""
    with tempfile.TemporaryDirectory() as folder:
        state = StateDir.create(Path(folder))
        store = SqliteStore(state)
        for batch in a_day():
            store.append(batch).result(10)
        if folded:
            store.close()
        kept = {name: (state.root / name).read_bytes() for name in FILES if (state.root / name).exists()}
        store.close()
    return kept


FILES = ("ledger.db", "ledger.db-wal")
FOLDED, IN_THE_LOG = files_of_a_day(folded=True), files_of_a_day(folded=False)


def rows(state: StateDir) -> list[str]:
    """Everything a reader sees."""
    with closing(sqlite3.connect(state.ledger)) as db:
        return list(db.iterdump())


def laid_out(folder: str, files: Files) -> StateDir:
    state = StateDir.create(Path(folder))
    for name, content in files.items():
        (state.root / name).write_bytes(content)
    return state


def seen_or_harmless(files: Files, name: str, at: int, mask: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole = rows(laid_out(folder, files))
    content = bytearray(files[name])
    content[at] ^= mask
    with tempfile.TemporaryDirectory() as folder:
        state = laid_out(folder, {**files, name: bytes(content)})
        assert broken(state) or rows(state) == whole


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, len(FOLDED["ledger.db"]) - 1), mask=st.integers(1, 255))
def test_a_byte_of_the_database(at: int, mask: int) -> None:
    seen_or_harmless(FOLDED, "ledger.db", at, mask)


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, len(IN_THE_LOG["ledger.db-wal"]) - 1), mask=st.integers(1, 255))
def test_a_byte_of_the_log(at: int, mask: int) -> None:
    seen_or_harmless(IN_THE_LOG, "ledger.db-wal", at, mask)


@settings(max_examples=30, deadline=None)
@given(cut=st.integers(1, len(IN_THE_LOG["ledger.db-wal"])))
def test_a_log_that_breaks_off_is_a_kill_and_no_damage(cut: int) -> None:
    """SIGKILL leaves any beginning of what was being written: such a log is read up to its last whole commit."""
    with tempfile.TemporaryDirectory() as folder:
        log = IN_THE_LOG["ledger.db-wal"]
        state = laid_out(folder, {**IN_THE_LOG, "ledger.db-wal": log[: max(32, len(log) - cut)]})
        assert broken_log(state.ledger) is None
