"""E1, E2: a durable fill beside the disk itself and the usual ways to store trades; a restart beside reading rows."""

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import msgspec

from benchmarks.bench_ledger import fill_up
from benchmarks.table.line import Line, at_most
from benchmarks.table.rounds import Work, interleaved, timed
from benchmarks.table.run import Run
from core.adapters.fact_codec import encode, kind_of, stamp
from core.adapters.kept_state import EVERY as KEEP_EVERY
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.facts import Fact
from core.domain.policy import Policy
from core.trading.desk import Desk
from tests.adapters.ledger_story import trading_on

EVENTS = 100_000
BLOCK = 4096
APPENDS = 100
"""Fills of one round, for one alone is a lottery."""
TRADES = (1_000, 10_000)
SQLITE = f"SQLite {sqlite3.sqlite_version}"
RESTART = 0.3 / 0.72
"""0.3 s where json.loads of every row takes 0.72."""


def e1(run: Run) -> list[Line]:
    """A fill is a setup's trigger and an opened position, acknowledged: at most 1.3 times write and fdatasync."""
    long_stories = list(trading_on((EVENTS // (10 if run.quick else 1)) // 4 + 4 * APPENDS * 30))
    rounds, folder = run.rounds(12), run.folder / "fills"
    folder.mkdir()
    need = 3 * APPENDS * (rounds + 1)
    kept, more = long_stories[:-need], long_stories[-need:]
    state = StateDir.create(folder / "long")
    fill_up(state, kept)
    fresh, long = SqliteStore(StateDir.create(folder / "new")), SqliteStore(state)
    facts = sum(map(len, kept))
    works = {
        "disk": _appended(folder),
        "place": _synced(folder),
        "new": _fills(fresh, long_stories[:need]),
        "long": _fills(long, more),
        "sqlite": _default_rows(folder, long_stories),
    }
    works |= {f"json {count}": _rewritten(folder, count) for count in TRADES}
    took = {name: each * 1e3 for name, each in interleaved(works, rounds).items()}
    fresh.close()
    long.close()
    disk = f"write + fdatasync, {BLOCK} bytes appended"
    new = Line("E1", "durable fill, new ledger", "ms", took["new"])
    grown = Line("E1", f"durable fill, ledger of {facts:,} events", "ms", took["long"])
    return [
        replace(new, peer=disk, theirs=took["disk"], target=at_most(1.3)),
        replace(grown, peer=disk, theirs=took["disk"], target=at_most(1.3)),
        replace(grown, peer="the same, new ledger", theirs=took["new"], target=at_most(1.3), note="flat"),
        replace(new, peer=f"write + fdatasync, {BLOCK} bytes in place", theirs=took["place"]),
        replace(new, peer=f"{SQLITE} as it comes, one row", theirs=took["sqlite"], inverse=True),
        *(replace(new, peer=f"JSON file of {count:,} trades, written anew", theirs=took[f"json {count}"], inverse=True)
          for count in TRADES),
    ]  # fmt: skip


def e2(run: Run) -> list[Line]:
    """From the closed ledger to a desk that knows everything, beside json.loads of every row and nothing else."""
    stories = list(trading_on((EVENTS // (10 if run.quick else 1)) // 4))
    state = StateDir.create(run.folder / "restart")
    fill_up(state, stories)
    count = sum(map(len, stories))
    rows = _as_json(run.folder / "rows.sqlite", stories)

    def restored(every: int = KEEP_EVERY) -> None:
        with closing(SqliteStore(state, keep_every=every)) as store:
            Desk(Policy()).resume(store.restored().folding)

    def again() -> float:
        restored()  # keeps what the ledger comes to
        return timed(restored)()

    def anew() -> float:
        with closing(sqlite3.connect(state.ledger)) as db, db:
            db.execute("DELETE FROM kept_state")
        return timed(lambda: restored(2 * EVENTS))()

    def read() -> None:
        with closing(sqlite3.connect(rows)) as db:
            for (text,) in db.execute("SELECT payload FROM events ORDER BY seq"):
                json.loads(text)

    took = interleaved({"again": again, "json": timed(read), "anew": anew}, run.rounds(7))
    line = Line("E2", f"restart with {count:,} events: open, hash every one, read what was kept", "s", took["again"])
    first = Line("E2", "the same where nothing was kept: fold every one", "s", took["anew"])
    return [
        replace(line, peer="json.loads of every row alone", theirs=took["json"], target=at_most(RESTART),
                note="0.42 is 0.3 s where the peer takes 0.72"),
        replace(first, peer="json.loads of every row alone", theirs=took["json"]),
    ]  # fmt: skip


def _appended(folder: Path) -> Work:
    """What a log of one's own would cost: each write makes the file longer."""
    block, file = os.urandom(BLOCK), os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def once() -> None:
        os.write(file, block)
        os.fdatasync(file)

    return timed(once, APPENDS)


def _synced(folder: Path) -> Work:
    """The disk's own speed at its best: over blocks that are there, so that no size and no free list changes."""
    block, file = os.urandom(BLOCK), os.open(folder / "block", os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(file, block * APPENDS)
    os.fsync(file)
    places = cycle(range(0, BLOCK * APPENDS, BLOCK))

    def once() -> None:
        os.pwrite(file, block, next(places))
        os.fdatasync(file)

    return timed(once, APPENDS)


def _fills(store: SqliteStore, stories: list[list[Fact]]) -> Work:
    """Fills of the next stories, each awaited; what lies between two fills is written, and not counted."""
    following = iter(stories)

    def took() -> float:
        spent, fills = 0.0, 0
        while fills < APPENDS:
            batch = next(following)
            each = timed(lambda batch=batch: store.append(batch).result())()  # type: ignore[misc]
            spent, fills = (spent + each, fills + 1) if len(batch) == 2 else (spent, fills)
        return spent / fills

    return took


def _default_rows(folder: Path, stories: list[list[Fact]]) -> Work:
    """SQLite as it comes: a rollback journal, synchronous FULL."""
    db = sqlite3.connect(folder / "plain.sqlite")
    db.execute("CREATE TABLE trades (id INTEGER PRIMARY KEY, body TEXT)")
    body = encode(stories[-1][0])

    def once() -> None:
        with db:
            db.execute("INSERT INTO trades (body) VALUES (?)", (body,))

    return timed(once, max(1, APPENDS // 5))


def _rewritten(folder: Path, count: int) -> Work:
    """All trades into a file beside, synced, and renamed over the old one."""
    trade = {"symbol": "BTC", "side": "LONG", "entry": "67223.5", "exit": "67249.1", "size": "0.0148",
             "net": "1.2345678", "opened_at": "2026-01-06T15:00:00Z", "closed_at": "2026-01-06T16:00:00Z"}  # fmt: skip
    trades, file = [{**trade, "id": number} for number in range(count)], folder / f"{count}.json"

    def once() -> None:
        beside = file.with_suffix(".new")
        with beside.open("w") as out:
            json.dump(trades, out)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)

    return timed(once, 2)


def _as_json(file: Path, stories: list[list[Fact]]) -> Path:
    """The same facts as rows of JSON, the usual way to keep events."""
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY, at TEXT, kind TEXT, payload TEXT)")
        for fact in (fact for batch in stories for fact in batch):
            text = msgspec.json.encode(fact, enc_hook=str).decode()
            db.execute("INSERT INTO events (at, kind, payload) VALUES (?, ?, ?)", (stamp(fact.at), kind_of(fact), text))
    return file
