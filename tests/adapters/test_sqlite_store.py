"""What the store acknowledged is there, in order, once; what it refused left no trace."""

import resource
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.adapters.ledger_check import check
from core.adapters.ledger_file import back_up, rebuild_projections
from core.adapters.ledger_reader import LedgerReader
from core.adapters.ledger_schema import VERSION
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.errors import StoreError
from core.domain.facts import AccountOpened, Fact, MarketSeen, PositionOpened, SetupFound, SetupResolved
from core.domain.patterns import Side
from core.domain.positions import ExitReason
from core.domain.signals import SetupStatus
from tests.adapters.ledger_story import NOON, a_day, a_position, a_setup, closed, funded, trading_on, triggered


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    return StateDir.create(tmp_path / "state")


@pytest.fixture
def store(state: StateDir) -> Iterator[SqliteStore]:
    opened = SqliteStore(state)
    yield opened
    opened.close()


def tell(store: SqliteStore, batches: list[list[Fact]]) -> list[Fact]:
    for batch in batches:
        store.append(batch).result(5)
    return [fact for batch in batches for fact in batch]


def test_facts_come_back_in_order_now_and_after_a_restart(state: StateDir, store: SqliteStore) -> None:
    told = tell(store, a_day())
    assert list(store.facts()) == told
    store.close()
    again = SqliteStore(state)
    assert list(again.facts()) == told
    again.append([MarketSeen("SOL", NOON)]).result(5)
    assert list(again.facts()) == [*told, MarketSeen("SOL", NOON)]
    again.close()
    assert all(result.ok for result in check(state.root)), check(state.root)


def test_closing_commits_what_is_queued_and_leaves_one_file(state: StateDir, store: SqliteStore) -> None:
    futures = [store.append(batch) for batch in a_day()]
    store.close()
    store.close()
    assert all(future.result(0) is None for future in futures)
    assert [path.name for path in state.root.iterdir()] == ["ledger.db"]


@pytest.mark.parametrize(("durable", "level"), [(True, 2), (False, 0)])
def test_commits_wait_for_the_disk_unless_nobody_keeps_the_ledger(durable: bool, level: int, state: StateDir) -> None:
    with closing(SqliteStore(state, durable=durable)) as store:
        told = tell(store, a_day())
        assert store._db is not None
        assert store._db.execute("PRAGMA synchronous").fetchone() == (level,)
        assert list(store.facts()) == told


def test_a_closed_store_takes_nothing_more(store: SqliteStore) -> None:
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.append([MarketSeen("BTC", NOON)]).result(5)


def test_an_append_cannot_be_cancelled(store: SqliteStore) -> None:
    future = store.append(a_day()[0])
    assert future.cancel() is False
    future.result(5)
    assert len(list(store.facts())) == 1


def test_appending_nothing_is_nothing(store: SqliteStore) -> None:
    store.append([]).result(5)
    assert list(store.facts()) == []


def test_appends_from_many_threads_each_stay_whole(state: StateDir, store: SqliteStore) -> None:
    def talk(name: str) -> None:
        for _ in range(20):
            store.append([MarketSeen(f"{name}1", NOON), MarketSeen(f"{name}2", NOON)]).result(5)

    threads = [threading.Thread(target=talk, args=(name,)) for name in "ABCD"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = [fact.symbol for fact in store.facts() if isinstance(fact, MarketSeen)]
    assert len(told) == 160
    assert all(first[0] == second[0] for first, second in zip(told[::2], told[1::2], strict=True))


def contradictions() -> Iterator[tuple[str, list[Fact]]]:
    """Batches that contradict the story of a day; each begins with a harmless fact."""
    setup, position = a_setup("BTC"), a_position(a_setup("BTC"))
    sol = a_position(a_setup("SOL"))
    other = replace(a_setup("SOL", 3))
    yield "a second account", [AccountOpened(Decimal(5), NOON)]
    yield "a setup found again", [SetupFound(setup, SetupStatus.PENDING, NOON)]
    yield "a setup triggered again", [triggered(setup, NOON)]
    yield "a final status taken back", [SetupResolved(setup.id, SetupStatus.PENDING, None, None, 0, "", NOON)]
    yield "an unknown setup resolved", [triggered(a_setup("DOGE"), NOON)]
    yield "a position opened again", [PositionOpened(position, NOON)]
    yield "a second position on a symbol", [PositionOpened(a_position(other), NOON)]
    yield "a trade closed again", [closed(position, Decimal(95), NOON, ExitReason.STOP)]
    yield "a close of what is not open", [closed(a_position(a_setup("ETH")), Decimal(95), NOON, ExitReason.STOP)]
    yield "funding after the close", [funded(position, NOON, Decimal(100))]
    yield "funding twice", [funded(sol, NOON, Decimal(100)), funded(sol, NOON, Decimal(101))]


@pytest.mark.parametrize(("what", "batch"), contradictions(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_contradiction_is_refused_whole(what: str, batch: list[Fact], state: StateDir, store: SqliteStore) -> None:
    told = tell(store, a_day())
    with pytest.raises(StoreError):
        store.append([MarketSeen("XRP", NOON), *batch]).result(5)
    assert list(store.facts()) == told
    with LedgerReader(state.root) as reader:
        assert "XRP" not in reader.seen()
    store.append([MarketSeen("XRP", NOON)]).result(5)
    assert all(result.ok for result in check(state.root)), (what, check(state.root))


def test_events_can_neither_be_changed_nor_deleted(state: StateDir, store: SqliteStore) -> None:
    tell(store, a_day())
    with closing(sqlite3.connect(state.ledger)) as db:
        for statement in ("UPDATE events SET kind = 'x' WHERE seq = 2", "DELETE FROM events WHERE seq = 9"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(statement)
        with pytest.raises(sqlite3.IntegrityError, match="final status"):
            db.execute("UPDATE setups SET status = 'PENDING' WHERE status = 'TRIGGERED'")


def test_a_busy_disk_fails_the_future_and_a_retry_succeeds(state: StateDir, store: SqliteStore) -> None:
    account = a_day()[0]
    with closing(sqlite3.connect(state.ledger, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"could not be written: database is locked"):
            store.append(account).result(10)
        other.execute("ROLLBACK")
    store.append(account).result(5)
    assert list(store.facts()) == account


def test_a_full_disk_fails_the_future_and_a_retry_succeeds(state: StateDir, store: SqliteStore) -> None:
    told = tell(store, a_day()[:1])
    long = [MarketSeen("X" * 50_000, NOON)]
    db = store._db
    assert db is not None
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="full"):
        store.append(long).result(5)
    assert list(store.facts()) == told
    db.execute("PRAGMA max_page_count = 1000000")
    store.append(long).result(5)
    assert list(store.facts()) == [*told, *long]


@pytest.mark.parametrize("symbol", ["\ud800", 5, Decimal("NaN"), object(), None])
def test_what_cannot_be_written_down_is_refused_and_the_writer_lives(symbol: Any, store: SqliteStore) -> None:
    told = tell(store, a_day()[:1])
    with pytest.raises(StoreError):
        store.append([MarketSeen("BTC", NOON), MarketSeen(symbol, NOON)]).result(5)
    told += tell(store, a_day()[1:2])
    assert list(store.facts()) == told


def test_a_disk_without_room_fails_appends_until_there_is_room_again(state: StateDir, store: SqliteStore) -> None:
    told = tell(store, a_day()[:1])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    room = Path(f"{state.ledger}-wal").stat().st_size + 30_000
    refused = MarketSeen("Y" * 50_000, NOON)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        for _ in range(3):
            with pytest.raises(StoreError, match="could not be written"):
                store.append([refused]).result(5)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    told += tell(store, [[refused], *a_day()[1:]])
    assert list(store.facts()) == told
    assert all(result.ok for result in check(state.root)), check(state.root)


def test_a_ledger_taken_away_under_the_desk_takes_no_facts_and_is_not_replaced(
    state: StateDir, store: SqliteStore
) -> None:
    told = tell(store, a_day()[:1])
    aside = state.root / "aside.db"
    state.ledger.rename(aside)
    with pytest.raises(StoreError, match="No such file"):
        store.append(a_day()[1]).result(5)
    assert not state.ledger.exists()
    state.ledger.write_bytes(aside.read_bytes())
    with pytest.raises(StoreError, match="not the one this desk opened"):
        store.append(a_day()[1]).result(5)
    aside.rename(state.ledger)
    told += tell(store, a_day()[1:])
    assert list(store.facts()) == told


def test_a_lost_connection_is_opened_anew(state: StateDir, store: SqliteStore) -> None:
    told = tell(store, a_day()[:1])
    assert store._db is not None
    store._db.close()
    with pytest.raises(StoreError, match="could not be written"):
        store.append(a_day()[1]).result(5)
    told += tell(store, a_day()[1:])
    assert list(store.facts()) == told


def test_a_commit_the_disk_denied_but_made_is_not_made_twice(state: StateDir, store: SqliteStore) -> None:
    told = tell(store, a_day()[:2])
    batch = (MarketSeen("BTC", NOON),)
    store.append(batch).result(5)
    store._doubtful = (batch, store._hash)
    store.append(batch).result(5)
    assert list(store.facts()) == [*told, *batch]


def test_rebuilding_gives_the_same_projections_and_mends_broken_ones(state: StateDir, store: SqliteStore) -> None:
    tell(store, a_day())
    store.close()
    with closing(sqlite3.connect(state.ledger)) as db, db:
        before = "\n".join(db.iterdump())
        db.execute("UPDATE account SET balance = '5000'")
        db.execute("DELETE FROM trades")
    assert not all(result.ok for result in check(state.root))
    rebuild_projections(state)
    with closing(sqlite3.connect(state.ledger)) as db:
        assert sorted("\n".join(db.iterdump()).splitlines()) == sorted(before.splitlines())


def test_a_backup_is_a_whole_ledger_taken_while_the_desk_runs(state: StateDir, store: SqliteStore) -> None:
    told = tell(store, a_day())
    first, second = back_up(state, NOON), back_up(state, NOON)
    assert [first.name, second.name] == ["ledger-20260302T120000Z.db", "ledger-20260302T120000Z-1.db"]
    assert state.newest_backup() in (first, second)
    restored = StateDir.create(state.root.parent / "restored")
    restored.ledger.write_bytes(first.read_bytes())
    again = SqliteStore(restored)
    assert list(again.facts()) == told
    again.close()
    assert all(result.ok for result in check(restored.root))


def test_a_long_run_of_trades_holds_every_invariant(state: StateDir, store: SqliteStore) -> None:
    for batch in trading_on(40):
        store.append(batch)
    store.close()
    assert [result for result in check(state.root) if not result.ok] == []
    with LedgerReader(state.root) as reader:
        assert len(reader.trades()) == 40
        account = reader.account()
        assert account is not None
        assert account.balance == account.start + sum((trade.net for trade in reader.trades()), Decimal(0))
        assert account.reserved == 0
        assert {trade.position.side for trade in reader.trades()} == {Side.LONG}


def test_the_schema_version_is_kept_twice(state: StateDir, store: SqliteStore) -> None:
    with closing(sqlite3.connect(state.ledger)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone() == (str(VERSION),)
