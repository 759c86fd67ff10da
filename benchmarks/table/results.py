"""What is kept of a run: every line as JSON and CSV, and a picture by matplotlib, in `benchmarks/results/`."""

import csv
import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Any

from benchmarks.table.line import Line
from benchmarks.table.peer import MissingPeer, Peer
from benchmarks.table.printing import number

MOST = 1000.0
"""Better than this is told as this: nothing where nothing is allowed is better beyond all measure."""
RESULTS = Path(__file__).parents[1] / "results"
COLUMNS = (
    *("row", "what", "unit", "ours", "peer", "theirs", "ratio", "ratio_of", "bound", "limit", "better_by"),
    *("verdict", "note"),
)


def values(line: Line) -> dict[str, Any]:
    """A line as plain values; `better_by` is how many times better than its limit the judged figure is."""
    judged, target = line.judged, line.target
    return {
        "row": line.row,
        "what": line.what,
        "unit": line.unit,
        "ours": _plain(line.ours),
        "peer": line.peer,
        "theirs": _plain(line.theirs),
        "ratio": _plain(line.ratio),
        "ratio_of": ("theirs to ours" if line.inverse else "ours to theirs") if line.peer else None,
        "bound": None if target is None else target.bound.value,
        "limit": None if target is None else target.limit,
        "better_by": None if target is None or judged is None else _plain(min(target.share(judged), MOST)),
        "verdict": line.verdict.value,
        "note": line.note,
    }


def _plain(value: float | None) -> float | None:
    """Six digits that count; what is no number is not there."""
    return float(f"{value:.6g}") if value is not None and isfinite(value) else None


def kept(lines: Sequence[Line], told: Mapping[str, Any], folder: Path = RESULTS) -> list[Path]:
    """Write the files, named by the day and minute of the run; the picture where its library is there.

    Args:
        lines: the table.
        told: of the machine and the run.
        folder: where to.
    """
    folder.mkdir(exist_ok=True)
    stem = folder / f"{datetime.now(UTC):%Y-%m-%d-%H%M}"
    rows = [values(line) for line in lines]
    files = [stem.with_suffix(ending) for ending in (".json", ".csv")]
    files[0].write_text(json.dumps({**told, "lines": rows}, indent=1) + "\n", encoding="utf-8")
    with files[1].open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    picture = stem.with_suffix(".svg")
    try:
        drawn(rows, str(told["title"]), picture)
    except MissingPeer as reason:
        print(f"no picture: {reason}")
        return files
    return [*files, picture]


def drawn(rows: Sequence[Mapping[str, Any]], title: str, picture: Path) -> None:
    """A bar a target, on a logarithmic scale: how many times better than asked for. Raises MissingPeer."""
    bars = [
        {"label": _label(row), "better_by": row["better_by"], "met": row["verdict"] == "met"}
        for row in rows
        if row["limit"] is not None
    ]
    with Peer("drawing") as peer:
        text: str = peer.ask("bars", title=f"{title}; {peer.called()}", bars=bars)["found"]
    if os.sep + "site-packages" in text or str(RESULTS.parents[1]) in text:
        raise MissingPeer("the picture would name a path of this machine")
    picture.write_text(text, encoding="utf-8")


def _label(row: Mapping[str, Any]) -> str:
    figure = row["ratio"] if row["peer"] else row["ours"]
    unit = "x" if row["peer"] else f" {row['unit']}"
    beside = f" beside {row['peer']}" if row["peer"] else ""
    return (
        f"{row['row']}  {row['what']}{beside}: {number(figure)}{unit}, to reach {row['bound']} {number(row['limit'])}"
    )
