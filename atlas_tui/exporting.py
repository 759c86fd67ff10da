"""Lists of the console as files: the same rows as the command line prints, as CSV or JSON."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from atlas_tui.cli.listing import csv_text, json_text
from atlas_tui.cli.written import write_whole
from core.domain.errors import ConfigError
from core.domain.rows import Row, position_row, setup_rows, signal_row, trade_row
from core.domain.snapshot import Snapshot

FORMATS = ("csv", "json")

_ROWS: Mapping[str, Callable[[Snapshot], list[Row]]] = {
    "signals": lambda snapshot: [signal_row(view, snapshot.reviews) for view in snapshot.signals],
    "setups": lambda snapshot: [row for view in snapshot.setups for row in setup_rows(view, snapshot.reviews)],
    "positions": lambda snapshot: [position_row(view, snapshot.reviews) for view in snapshot.positions],
    "trades": lambda snapshot: [trade_row(trade, snapshot.reviews) for trade in snapshot.trades],
}
LISTS = tuple(_ROWS)
"""What can be written."""


def export(snapshot: Snapshot, what: str, style: str, folder: Path) -> str:
    """Write a list into a new file of the folder, private and whole or not at all; says where, or why not.

    Args:
        snapshot: what is known; signals and setups are the newest few hundred.
        what: one of `LISTS`.
        style: one of `FORMATS`.
        folder: where the file goes.
    """
    rows = _ROWS[what](snapshot)
    if not rows:
        return f"there are no {what} to export"
    text = csv_text(rows, tuple(rows[0])) if style == "csv" else json_text(rows) + "\n"
    path = folder / f"atlas-{what}-{_stamp(snapshot.at)}.{style}"
    try:
        write_whole(path, text, 0o600)
    except ConfigError as error:
        return str(error)
    noun = what[:-1] if len(rows) == 1 else what
    return f"{len(rows)} {noun} written to {path}"


def _stamp(at: datetime) -> str:
    return at.strftime("%Y%m%dT%H%M%SZ")
