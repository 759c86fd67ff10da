"""`desk.json`: what a desk writes beside its ledger when it is armed, for `atlas status` and for the next demo."""

import json
import os
from pathlib import Path
from typing import Any

from atlas_tui.cli.books import DESK_FILE
from atlas_tui.cli.wiring import Built, DeskPlan
from core.domain.snapshot import Snapshot


def desk_facts(plan: DeskPlan, built: Built, snapshot: Snapshot) -> dict[str, Any]:
    """Who runs on what: the JSON line of `atlas run`."""
    return {
        "pid": os.getpid(),
        "state_dir": str(plan.state.root),
        "rest": built.rest,
        "ws": built.ws,
        "mode": plan.mode.value,
        "speed": snapshot.link.speed,
        "preset": plan.settings.preset,
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
