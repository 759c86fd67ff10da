"""The dump is the events and nothing else."""

import hashlib
from pathlib import Path

import pytest

from core.adapters.fact_codec import GENESIS, chained
from core.adapters.ledger_dump import PROCESS_ROWS, digest, dump
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.errors import StoreError
from tests.adapters.ledger_story import a_day


def of_a_day(root: Path, one_by_one: bool) -> StateDir:
    state = StateDir.create(root)
    store = SqliteStore(state)
    for batch in a_day():
        future = store.append(batch)
        if one_by_one:
            future.result(10)
    store.close()
    return state


def test_the_dump_does_not_tell_how_commits_were_timed(tmp_path: Path) -> None:
    assert [*dump(of_a_day(tmp_path / "slow", True))] == [*dump(of_a_day(tmp_path / "fast", False))]


def test_the_chain_can_be_followed_through_the_text(tmp_path: Path) -> None:
    previous = GENESIS
    for number, line in enumerate(dump(of_a_day(tmp_path, False)), start=1):
        seq, at, kind, payload, own = line.split("\t")
        assert (int(seq), chained(previous, kind, at, payload)) == (number, own)
        previous = own


def test_what_is_left_out_is_left_out_and_nothing_more(tmp_path: Path) -> None:
    state = of_a_day(tmp_path, False)
    rows = [line.split("\t") for line in dump(state)]
    kept = [line.split("\t") for line in dump(state, chain=False, process_rows=False)]
    assert {row[2] for row in rows} >= set(PROCESS_ROWS)
    assert kept == [row[1:4] for row in rows if row[2] not in PROCESS_ROWS]


def test_the_digest_is_that_of_the_printed_text(tmp_path: Path) -> None:
    state = of_a_day(tmp_path, False)
    text = "".join(f"{line}\n" for line in dump(state))
    assert digest(dump(state)) == hashlib.sha256(text.encode()).hexdigest()


def test_without_a_ledger_there_is_nothing_to_dump(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="start the desk"):
        [*dump(StateDir(tmp_path))]
