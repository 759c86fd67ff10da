"""How fast the ledger is here: a durable append beside write + fdatasync, and loading a long ledger.

Run as `python -m benchmarks.bench_ledger [--events N]`; a fill is the batch that triggers a setup and opens a position.
"""

import argparse
import os
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

from benchmarks.lag import resident_mb
from core.adapters.absence_reader import read_absence
from core.adapters.fact_codec import GENESIS, chained, encode, kind_of, stamp
from core.adapters.ledger_check import check
from core.adapters.ledger_file import rebuild_projections
from core.adapters.ledger_projection import project
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.facts import Fact
from core.domain.oversight import PersonSeen
from core.domain.policy import Policy
from core.trading.desk import Desk
from tests.adapters.ledger_story import NOON, trading_on

ROUNDS = 400


def fdatasync_ms(folder: Path) -> float:
    """Median milliseconds of appending 4 KiB to a file and fdatasync, the disk's own speed."""
    block, times = os.urandom(4096), []
    descriptor = os.open(folder / "block", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        for _ in range(ROUNDS):
            began = time.perf_counter()
            os.write(descriptor, block)
            os.fdatasync(descriptor)
            times.append(time.perf_counter() - began)
    finally:
        os.close(descriptor)
    return statistics.median(times) * 1000


def append_ms(store: SqliteStore, batches: list[list[Fact]]) -> float:
    """Median milliseconds from append to acknowledgement of the fills among the batches."""
    times = []
    for batch in batches:
        began = time.perf_counter()
        store.append(batch).result()
        if len(batch) == 2:
            times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def fill_up(state: StateDir, batches: list[list[Fact]]) -> None:
    """Write the batches in one transaction, which is quicker than one each."""
    SqliteStore(state).close()
    previous, seq = GENESIS, 0
    with closing(sqlite3.connect(state.ledger)) as db, db:
        for batch in batches:
            first = seq + 1
            for fact in batch:
                seq += 1
                kind, at, payload = kind_of(fact), stamp(fact.at), encode(fact)
                own = chained(previous, kind, at, payload)
                db.execute(
                    "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", (seq, first, at, kind, payload, previous, own)
                )
                project(db, seq, fact)
                previous = own


def timed(what: str, count: int, began: float) -> None:
    """Print how long something took since `began`."""
    took = time.perf_counter() - began
    print(f"{what:42} {took:8.3f} s   {took / count * 1e6:7.2f} us an event")


def loaded(store: SqliteStore) -> int:
    """Read the ledger, then fold it into a desk as a start does; print what that takes. How many facts there are."""
    began = time.perf_counter()
    count = sum(1 for _ in store.facts())
    timed(f"load {count} facts, chain verified", count, began)
    before, began = resident_mb(), time.perf_counter()
    desk = Desk(Policy())
    desk.restore(store.facts())
    timed(f"load and fold into a desk, {len(desk.state.account.trades)} trades", count, began)
    print(f"{'memory of the restored desk':42} {resident_mb() - before:8.1f} MB")
    return count


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    count = parser.parse_args().events
    stories = list(trading_on(count // 4 + ROUNDS))
    kept, more = stories[: -3 * ROUNDS], stories[-3 * ROUNDS :]
    with tempfile.TemporaryDirectory() as folder:
        state = StateDir.create(Path(folder) / "state")
        plain = fdatasync_ms(Path(folder))
        fresh = SqliteStore(StateDir.create(Path(folder) / "fresh"))
        small = append_ms(fresh, stories[: 3 * ROUNDS])
        fresh.close()
        fill_up(state, kept)
        began = time.perf_counter()
        store = SqliteStore(state)
        timed("open and quick check", count, began)
        facts = loaded(store)
        large = append_ms(store, more)
        store.close()
        began = time.perf_counter()
        read_absence(state.ledger)
        timed("what happened since the last key: never", facts, began)
        with_a_key = SqliteStore(state)
        with_a_key.append([PersonSeen(NOON)]).result()
        with_a_key.close()
        began = time.perf_counter()
        read_absence(state.ledger)
        print(f"{'the same, a key just now':42} {(time.perf_counter() - began) * 1000:8.3f} ms")
        began = time.perf_counter()
        rebuild_projections(state)
        timed("rebuild, as a migration does", facts, began)
        began = time.perf_counter()
        print("check:", "ok" if all(result.ok for result in check(state.root)) else check(state.root))
        timed("check", facts, began)
        print(f"{'write + fdatasync, p50':42} {plain:8.3f} ms")
        print(f"{'durable fill, new ledger, p50':42} {small:8.3f} ms  {small / plain:5.2f}x")
        print(f"{'durable fill, long ledger, p50':42} {large:8.3f} ms  {large / plain:5.2f}x")
        print(f"ledger size {state.ledger.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
