"""A ledger written from a story, and what `atlas check` finds wrong with it."""

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


def broken(state: StateDir) -> dict[str, str]:
    """Failed rules with what was found."""
    return {result.id: result.detail for result in check(state.root) if not result.ok}
