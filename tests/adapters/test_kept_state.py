"""What a ledger comes to is kept beside it: a start goes on from it, and folds everything where anything is wrong."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from core.adapters.fold_code import fold_code
from core.adapters.kept_state import Kept, _digest, read_kept, write_kept
from core.adapters.ledger_chain import Link
from core.adapters.ledger_dump import digest, dump
from core.adapters.ledger_file import back_up, rebuild_projections
from core.adapters.ledger_restore import restore
from core.adapters.ledger_schema import VERSION
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_codec import encode_state
from core.adapters.state_dir import StateDir
from core.domain.errors import StoreError
from core.domain.facts import Fact, MarketSeen
from core.ports import Restored
from core.trading.folded import Folding
from tests.adapters.judged import broken, change_rows, write
from tests.adapters.ledger_story import NOON, a_day, trading_on

STORY = a_day()
FACTS = [fact for batch in STORY for fact in batch]
SEEN: list[list[Fact]] = [[MarketSeen("BTC", NOON)], [MarketSeen("ETH", NOON)]]
EVERY = 10


def start(state: StateDir, every: int = EVERY) -> Restored:
    """A start and a stop with nothing between."""
    with closing(SqliteStore(state, keep_every=every)) as store:
        return store.restored()


def kept_row(state: StateDir) -> Kept | None:
    with closing(sqlite3.connect(state.ledger)) as db:
        return read_kept(db)


def same(found: Restored, facts: list[Fact]) -> bool:
    """Is it what these facts come to?"""
    return encode_state(found.folding) == encode_state(Folding().take(facts))


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    """A ledger with what it comes to kept at its end."""
    made = write(tmp_path / "state", STORY)
    assert start(made).folded == len(FACTS)
    return made


def append(state: StateDir, batches: list[list[Fact]], every: int = EVERY) -> None:
    with closing(SqliteStore(state, keep_every=every)) as store:
        for batch in batches:
            store.append(batch).result(10)
        for thread in threading.enumerate():
            if thread.name == "atlas-keeper":
                thread.join(10)


def test_a_start_folds_only_what_came_after(state: StateDir) -> None:
    append(state, SEEN)
    found = start(state)
    assert (found.folded, found.told) == (len(SEEN), "")
    assert same(found, [*FACTS, *(fact for batch in SEEN for fact in batch)])
    assert broken(state) == {}


def test_a_small_ledger_keeps_nothing(tmp_path: Path) -> None:
    state = write(tmp_path, STORY)
    assert start(state, len(FACTS) + 1).told == ""
    assert kept_row(state) is None


def test_a_desk_at_work_keeps_what_its_facts_come_to_without_a_start(tmp_path: Path) -> None:
    told = list(trading_on(20))
    facts = [fact for batch in told for fact in batch]
    state = StateDir.create(tmp_path / "state")
    append(state, told)
    kept = kept_row(state)
    assert kept is not None and kept.at.seq >= EVERY
    assert encode_state(kept.folding) == encode_state(Folding().take(facts[: kept.at.seq]))
    found = start(state, 10_000)
    assert found.folded == len(facts) - kept.at.seq
    assert same(found, facts)


def rewritten(change: Callable[[int, str, str, bytes], tuple[int, str, str, bytes]]) -> Callable[[StateDir], None]:
    """The kept row changed by somebody who states its digest anew."""

    def forge(state: StateDir) -> None:
        with closing(sqlite3.connect(state.ledger)) as db, db:
            row = change(*db.execute("SELECT seq, hash, code, body FROM kept_state").fetchone())
            told = (*row[:3], _digest(*row), row[3])
            db.execute("UPDATE kept_state SET seq = ?, hash = ?, code = ?, digest = ?, body = ?", told)

    return forge


def richer(seq: int, own_hash: str, code: str, body: bytes) -> tuple[int, str, str, bytes]:
    folding = Folding().take(FACTS)
    folding.state.account.start += Decimal(1)
    return seq, own_hash, code, encode_state(folding)


def flat(seq: int, own_hash: str, code: str, body: bytes) -> tuple[int, str, str, bytes]:
    folding = Folding().take(FACTS)
    folding.state.account.positions.clear()
    return seq, own_hash, code, encode_state(folding)


def by_hand(script: str) -> Callable[[StateDir], None]:
    return lambda state: change_rows(state.ledger, script)


DAMAGED: dict[str, tuple[Callable[[StateDir], None], str]] = {
    "a byte of it": (
        by_hand("UPDATE kept_state SET body = CAST(substr(body, 1, 99) || x'00' AS BLOB)"),
        "it is damaged",
    ),
    "its digest": (by_hand("UPDATE kept_state SET digest = 'x'"), "it is damaged"),
    "its number": (by_hand("UPDATE kept_state SET seq = seq - 1"), "it is damaged"),
    "its type": (by_hand("UPDATE kept_state SET body = 'text'"), "it is damaged"),
    "its event, with a digest": (rewritten(lambda s, h, c, b: (s, "0" * 64, c, b)), "its event is not in the ledger"),
    "its number, with a digest": (rewritten(lambda s, h, c, b: (s + 1, h, c, b)), "events, not of"),
    "it is from the future": (
        rewritten(lambda s, h, c, b: (s + 5, h, c, encode_state(replace(Folding().take(FACTS), count=s + 5)))),
        "its event is not in the ledger",
    ),
    "its bytes, with a digest": (rewritten(lambda s, h, c, b: (s, h, c, b"\x01")), "it cannot be read"),
    "its balance, with a digest": (rewritten(richer), "the tables tell of other money"),
    "its position, with a digest": (rewritten(flat), "the tables tell of other money"),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_whatever_is_wrong_with_it_everything_is_folded_as_if_nothing_had_been_kept(what: str, state: StateDir) -> None:
    damage, said = DAMAGED[what]
    damage(state)
    assert list(broken(state)) == ["R2"]
    found = start(state)
    assert said in found.told and f"all {len(FACTS)} events were folded" in found.told
    assert found.folded == len(FACTS) and same(found, FACTS)
    assert start(state).folded == 0
    assert broken(state) == {}


def test_another_atlas_folds_again_and_finds_nothing_broken(state: StateDir) -> None:
    rewritten(lambda s, h, c, b: (s, h, "other", b))(state)
    assert broken(state) == {}
    found = start(state)
    assert "another ATLAS kept it" in found.told and same(found, FACTS)
    assert start(state).folded == 0


def test_without_the_text_of_its_code_nothing_is_kept_and_all_is_folded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(fold_code()) == 64
    monkeypatch.setattr("core.adapters.kept_state.fold_code", lambda: "")
    state = write(tmp_path, STORY)
    for _ in range(2):
        assert same(start(state), FACTS)
    assert kept_row(state) is None


@pytest.mark.parametrize("seq", [1, len(FACTS) // 2, len(FACTS)])
def test_an_event_changed_by_hand_is_refused_though_the_state_was_kept_beyond_it(seq: int, state: StateDir) -> None:
    change_rows(state.ledger, f"UPDATE events SET payload = payload || ' ' WHERE seq = {seq}")
    with pytest.raises(StoreError, match=rf"breaks at event {seq}\)"):
        start(state)


def test_a_table_changed_by_hand_does_not_reach_the_desk(state: StateDir) -> None:
    change_rows(state.ledger, "UPDATE account SET balance = '5.00'")
    for _ in range(2):
        found = start(state)
        assert "the tables tell of other money" in found.told
        assert found.folded == len(FACTS) and same(found, FACTS)
    rebuild_projections(state)
    assert kept_row(state) is None
    assert same(start(state), FACTS)
    assert broken(state) == {}


def test_a_dump_is_the_same_whatever_is_kept(state: StateDir, tmp_path: Path) -> None:
    bare = write(tmp_path / "bare", STORY)
    assert digest(dump(state)) == digest(dump(bare))


def test_a_backup_takes_it_along_and_a_start_on_it_goes_on(state: StateDir, tmp_path: Path) -> None:
    copy = back_up(state, NOON, tmp_path / "copy.db")
    append(state, SEEN)
    restore(state, copy, NOON)
    found = start(state)
    assert found.folded == 0 and same(found, FACTS)
    assert broken(state) == {}


def test_what_is_kept_of_a_longer_ledger_is_not_used_for_a_shorter_one(state: StateDir, tmp_path: Path) -> None:
    kept = kept_row(state)
    assert kept is not None
    shorter = write(tmp_path / "shorter", STORY[:-3])
    write_kept(shorter.ledger, kept)
    assert list(broken(shorter)) == ["R2"]
    assert same(start(shorter), [fact for batch in STORY[:-3] for fact in batch])


def test_a_ledger_that_was_moved_away_is_not_made_anew(state: StateDir) -> None:
    kept = kept_row(state)
    assert kept is not None
    state.ledger.rename(state.root / "elsewhere.db")
    with pytest.raises(sqlite3.Error):
        write_kept(state.ledger, kept)
    assert not state.ledger.exists()


def test_a_ledger_of_the_schema_before_gets_the_table_and_loses_nothing(state: StateDir) -> None:
    script = "DROP TABLE kept_state; UPDATE meta SET value = '3' WHERE key = 'schema'; PRAGMA user_version = 3"
    change_rows(state.ledger, script)
    assert broken(state) == {}
    lines = list(dump(state))
    assert same(start(state), FACTS)
    with closing(sqlite3.connect(state.ledger)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
    assert list(dump(state)) == lines
    assert broken(state) == {}
    assert len(list(state.root.glob("ledger-schema-3-*.db"))) == 1


def test_a_place_in_the_chain_is_a_number_and_a_hash(state: StateDir) -> None:
    kept = kept_row(state)
    assert kept is not None and kept.at == Link(len(FACTS), list(dump(state))[-1].split("\t")[-1])
