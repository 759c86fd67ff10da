"""`atlas history import FILE...`: files into the history."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from atlas_tui.cli.common import common_options, settings_of
from atlas_tui.cli.history.words import counted, history_of, hole_row, holes_told
from atlas_tui.cli.listing import clock_text, put_json
from atlas_tui.cli.saying import say, tell
from atlas_tui.cli.timeframe_option import TIMEFRAME
from core.adapters.system_clock import SystemClock
from core.config import Zone
from core.domain.timeframes import Timeframe
from core.research.history.fates import Fate
from core.research.history.importing import Asked, Import, take_in
from core.research.history.series import Kind

SHOWN = 20
"""Rows of a file that a person is shown; JSON has them all."""


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--symbol", metavar="SYMBOL", help="What was traded, e.g. BTC-USD; else a column or the file's name.")
@click.option("--timeframe", type=TIMEFRAME, help="Length of the candles; else a column, the name or the rows tell.")
@click.option(
    "--kind", type=click.Choice(["candles", "mark"]), help="mark: candles of the mark price. Rates tell themselves."
)
@click.option("--utc", is_flag=True, help="Times without a zone are UTC.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
@common_options
@click.pass_context
def import_command(
    context: click.Context,
    files: tuple[Path, ...],
    symbol: str | None,
    timeframe: Timeframe | None,
    kind: str | None,
    utc: bool,
    style: str,
) -> int:
    """Take candles or funding rates from CSV, CSV.gz or Parquet files into the history.

    Every row is checked, its fate counted and told. A file that cannot be trusted is refused whole: nothing of it is
    stored, the exit code is 1, and the other files go on.
    """
    settings = settings_of(context)
    history, now = history_of(settings), SystemClock().now()
    asked = Asked(symbol, timeframe, Kind(kind) if kind else None, utc)
    found = []
    with history.writing():
        for path in files:
            found.append(take_in(history, path, asked, now))
            if style == "table":
                _tell(found[-1], settings.ui.zone)
    if style == "json":
        put_json([_record(each) for each in found])
    return 1 if any(each.refused for each in found) else 0


def _tell(found: Import, zone: Zone) -> None:
    """A file in a few lines: to stderr where it is refused."""
    head = f"{found.file}: {found.name}, {counted(found.rows, 'row')}" if found.name else found.file
    if found.refused:
        say(f"atlas: {found.file} is refused, nothing of it is stored: {found.refused}")
    fates = [f"{count:,} {fate.value}" for fate, count in found.counts.items()]
    if found.unsorted:
        fates.append(f"{found.unsorted:,} out of order, sorted")
    if fates:
        tell(f"{head}: {', '.join(fates)}")
    if found.guess:
        tell(f"  no names tell its columns; by what stands in them: {found.guess}")
    for row in found.listed[:SHOWN]:
        tell(f"  line {row.line}: {row.fate.value}: {row.text}")
    if len(found.listed) > SHOWN:
        tell(f"  and {len(found.listed) - SHOWN:,} rows more: --format json lists them")
    if found.holes and found.name is not None and not found.refused:
        tell(holes_told(found.name, found.holes, lambda at: clock_text(at, zone), str(zone)))


def _record(found: Import) -> dict[str, Any]:
    name = found.name
    return {
        "file": found.file,
        "symbol": name.symbol if name else None,
        "timeframe": str(name.timeframe) if name else None,
        "kind": name.kind.value if name else None,
        "rows": found.rows,
        "counts": {fate.name.lower(): found.counts.get(fate, 0) for fate in Fate},
        "unsorted": found.unsorted,
        "listed": _listed(found),
        "holes": [hole_row(hole) for hole in found.holes],
        "refused": found.refused or None,
        "guess": found.guess or None,
    }


def _listed(found: Import) -> Sequence[dict[str, Any]]:
    return [{"line": row.line, "fate": row.fate.name.lower(), "text": row.text} for row in found.listed]
