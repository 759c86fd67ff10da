"""The ledger a verb reads: from which directory."""

from dataclasses import dataclass
from pathlib import Path

import click

from atlas_tui.cli.common import settings_of, state_is_named
from atlas_tui.cli.listing import say
from atlas_tui.cli.note import DEMO_DIR
from core.adapters.ledger_reader import LedgerReader
from core.adapters.state_dir import StateDir
from core.config import Settings


@dataclass(frozen=True, slots=True)
class Books:
    """Where to read: the settings and the directory chosen."""

    settings: Settings
    root: Path

    def reader(self) -> LedgerReader:
        """The ledger, read-only. Raises StoreError."""
        return LedgerReader(self.root)


def books_of(context: click.Context) -> Books:
    """The directory this command line means; without one, the demo's where only that has a ledger."""
    settings = settings_of(context)
    root = settings.state_dir
    demo = root / DEMO_DIR
    if not state_is_named(context) and not StateDir(root).ledger.exists() and StateDir(demo).ledger.exists():
        say(f"Reading the demo's ledger in {demo}.")
        root = demo
    return Books(settings, root)
