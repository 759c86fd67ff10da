"""The ledger a verb reads: which directory, who holds it, and what the desk wrote beside it."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from atlas_tui.cli.common import settings_of, state_is_named
from atlas_tui.cli.listing import say
from core.adapters.ledger_reader import LedgerReader
from core.adapters.state_dir import StateDir
from core.config import Settings

DEMO_DIR = "demo"
DESK_FILE = "desk.json"
_LOCK_FILE = "atlas.lock"


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


def holder_of(root: Path) -> int | None:
    """Pid of the living process that holds the state directory; None when there is none."""
    try:
        text = (root / _LOCK_FILE).read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return None
    return int(text) if text.isdecimal() and _alive(int(text)) else None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True


def desk_note(root: Path) -> Mapping[str, Any]:
    """What the last desk of this directory wrote when it was armed; empty when there is nothing to read."""
    try:
        note = json.loads((root / DESK_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}
