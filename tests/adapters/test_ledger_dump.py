"""The dump is the events and nothing else."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from core.adapters.fact_codec import GENESIS, chained, decode_fact
from core.adapters.ledger_dump import PROCESS_ROWS, digest, dump
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.errors import StoreError
from core.domain.facts import DeskStarted, OutageEnded
from tests.adapters.ledger_story import NOON, a_day

SECOND = timedelta(seconds=1)


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
    assert {row[2] for row in rows} >= {*PROCESS_ROWS, "OutageEnded"}
    assert kept == [row[1:4] for row in rows if row[2] not in PROCESS_ROWS]


def test_an_outage_that_a_start_ended_is_left_out_and_one_of_the_feed_stays(tmp_path: Path) -> None:
    state = StateDir.create(tmp_path)
    store = SqliteStore(state)
    began = NOON + timedelta(hours=1)
    of_the_start = OutageEnded("BTC", NOON, began + SECOND, 0, 0, began + SECOND)
    touching = OutageEnded("ETH", began, began + SECOND, 0, 0, began + SECOND)
    of_the_feed = OutageEnded("BTC", began + 2 * SECOND, began + 3 * SECOND, 0, 0, began + 3 * SECOND)
    store.append([DeskStarted(NOON), DeskStarted(began), of_the_start, touching, of_the_feed])
    store.close()
    kept = [line.split("\t") for line in dump(state, chain=False, process_rows=False)]
    assert [decode_fact(kind, payload) for _, kind, payload in kept] == [touching, of_the_feed]


def test_the_digest_is_that_of_the_printed_text(tmp_path: Path) -> None:
    state = of_a_day(tmp_path, False)
    text = "".join(f"{line}\n" for line in dump(state))
    assert digest(dump(state)) == hashlib.sha256(text.encode()).hexdigest()


def test_without_a_ledger_there_is_nothing_to_dump(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="start the desk"):
        [*dump(StateDir(tmp_path))]
