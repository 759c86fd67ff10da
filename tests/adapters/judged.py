"""A ledger written from a story, and what `atlas check` finds wrong with it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from core.adapters.ledger_check import check
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.domain.facts import (
    Fact,
)

Story = list[list[Fact]]


def write(folder: Path, story: Story) -> StateDir:
    state = StateDir.create(folder)
    store = SqliteStore(state)
    for batch in story:
        store.append(batch)
    store.close()
    return state


def change_rows(ledger: Path, script: str) -> None:
    """Change a ledger by hand, with the guards of its events taken off before and put back after."""
    with closing(sqlite3.connect(ledger, isolation_level=None)) as db:
        guards = db.execute("SELECT name, sql FROM sqlite_master WHERE name LIKE 'events_never%'").fetchall()
        for name, _ in guards:
            db.execute(f"DROP TRIGGER {name}")
        db.executescript(script)
        for _, ddl in guards:
            db.execute(ddl)


def broken(state: StateDir) -> dict[str, str]:
    """Failed rules with what was found."""
    return {result.id: result.detail for result in check(state.root) if not result.ok}
