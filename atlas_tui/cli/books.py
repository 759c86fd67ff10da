"""The ledger a verb reads: from which directory."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from atlas_tui.cli.common import settings_of, state_is_named
from atlas_tui.cli.note import DEMO_DIR, desk_note
from atlas_tui.cli.saying import say
from core.adapters.ledger_reader import LedgerReader
from core.adapters.state_dir import StateDir
from core.adapters.system_clock import SystemClock
from core.config import Settings
from core.domain.snapshot import Mode


@dataclass(frozen=True, slots=True)
class Books:
    """Where to read: the settings and the directory chosen."""

    settings: Settings
    root: Path

    def reader(self) -> LedgerReader:
        """The ledger, read-only. Raises StoreError."""
        return LedgerReader(self.root)

    def now(self) -> datetime:
        """The clock the desk goes by; an embedded exchange's is read off the ledger it left. Raises StoreError."""
        if desk_note(self.root).get("mode") not in (Mode.DEMO.value, Mode.REPLAY.value):
            return SystemClock().now()
        with self.reader() as reader:
            return reader.last_at() or SystemClock().now()


def books_of(context: click.Context) -> Books:
    """The directory this command line means; without one, the demo's where only that has a ledger."""
    settings = settings_of(context)
    root = settings.state_dir
    demo = root / DEMO_DIR
    if not state_is_named(context) and not StateDir(root).ledger.exists() and StateDir(demo).ledger.exists():
        say(f"Reading the demo's ledger in {demo}.")
        root = demo
    return Books(settings, root)
