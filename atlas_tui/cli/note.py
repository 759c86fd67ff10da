"""Beside the ledger: `desk.json`, which a desk writes when it is armed, and who holds the directory."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # who only asks who holds the directory needs no desk
    from atlas_tui.cli.plan import Built, DeskPlan
    from core.domain.snapshot import Snapshot

DEMO_DIR = "demo"
"""Below the state directory: the demo's own, unless one is named."""
DESK_FILE = "desk.json"
_LOCK_FILE = "atlas.lock"


def desk_facts(plan: "DeskPlan", built: "Built", snapshot: "Snapshot") -> dict[str, Any]:
    """Who runs on what: the JSON line of `atlas run`."""
    return {
        "pid": os.getpid(),
        "state_dir": str(plan.state.root),
        "rest": built.rest,
        "ws": built.ws,
        "mode": plan.mode.value,
        "speed": snapshot.link.speed,
        "preset": plan.settings.preset,
        "recording": str(plan.record) if plan.record is not None else None,
        "api": built.api.url if built.api is not None else None,
        "api_token": built.api.token if built.api is not None else None,
        "symbols": [quote.symbol for quote in snapshot.quotes],
        "listings": [
            {
                "symbol": quote.symbol,
                "product_id": quote.instrument.product_id if quote.instrument else None,
                "why": quote.instrument.why if quote.instrument else quote.reason,
            }
            for quote in snapshot.quotes
        ],
    }


def write_note(root: Path, facts: dict[str, Any]) -> None:
    """Write the note in one step, 0600. A disk that refuses costs only the note."""
    partial = root / (DESK_FILE + ".new")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            json.dump(facts, out)
        partial.replace(root / DESK_FILE)
    except OSError:
        partial.unlink(missing_ok=True)


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
