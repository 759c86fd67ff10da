"""The verb `atlas sweep`."""

import importlib
from pathlib import Path
from typing import Any, Final

import click

from atlas_tui.cli.backtest.options import bars_options, question_of
from atlas_tui.cli.backtest.warming import warmed
from atlas_tui.cli.common import asked_of, common_options, format_option, preset_option
from atlas_tui.cli.extras import extra
from atlas_tui.cli.listing import csv_text, put_json
from atlas_tui.cli.saying import say, tell
from core.domain.errors import ConfigError
from core.research.sweep.grid import Grid
from core.research.sweep.grid_file import read_grid

LARGE: Final = 100_000
"""Runs from which a sweep asks first: some minutes on two processors over a year of 15m bars."""
_INPUTS: Final = "atlas_tui.cli.sweep.inputs"  # with pyarrow, and numba, whose cache must be chosen first
_WORKING: Final = "atlas_tui.cli.sweep.working"
_TELLING: Final = "atlas_tui.cli.sweep.document"
_WORDS: Final = "core.research.report.sweep_words"
_HTML: Final = "atlas_tui.cli.backtest.html"
_PAGE: Final = "core.research.report.sweep_page"
_DRAWING: Final = "atlas_tui.cli.sweep.drawing"


@click.command("sweep")
@click.argument("grid_file", metavar="GRID.toml", type=click.Path(path_type=Path))
@bars_options
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Keep results here.")
@click.option("--afresh", is_flag=True, help="Throw away results that another grid or other candles have left there.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most N settings of the grid, drawn evenly.")
@click.option("--yes", is_flag=True, help=f"Run it, though it comes to more than {LARGE:,} runs.")
@click.option("--scheduler", metavar="ADDRESS", help="Run on the Dask cluster of this scheduler: tcp://127.0.0.1:8786.")
@click.option("--map", "map_keys", metavar="KEY,KEY", help="Axes of the heat map: rows, columns; or columns alone.")
@click.option(
    "--html",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write a page with tables and heat maps; a file that exists is kept.",
)
@preset_option
@format_option
@common_options
@click.pass_context
def sweep_command(
    context: click.Context,
    /,
    grid_file: Path,
    out: Path | None,
    afresh: bool,
    limit: int | None,
    yes: bool,
    scheduler: str | None,
    map_keys: str | None,
    html: Path | None,
    style: str,
    **bars: Any,
) -> None:
    """Run every setting of a grid over accounts and periods, and say what the best of so many is worth.

    Each part is on disk before the next begins: after a kill the same command goes on. Settings that need the desk
    itself (guards, review, optional setups) are refused before anything runs.
    """
    grid = read_grid(grid_file)
    axes = _map_axes(grid, map_keys)
    question = question_of(tuple(dict.fromkeys(symbol for account in grid.accounts for symbol in account)), **bars)
    _bound(min(limit or grid.size, grid.size) * max(1, len(grid.accounts)) * len(grid.periods), yes)
    file = importlib.import_module(_HTML).HtmlFile(html) if html is not None else None
    warmed()
    inputs = extra(_INPUTS, "history", "a sweep")
    prepared = inputs.prepared(grid, grid_file.name, question, asked_of(context), limit)
    _bound(prepared.runs, yes)
    folder = out or inputs.default_folder(prepared.inputs.settings, grid_file)
    swept = importlib.import_module(_WORKING).swept(prepared, folder, scheduler, afresh)
    if file is not None:
        told = importlib.import_module(_TELLING).document(prepared, swept, axes)
        file.write(lambda library: importlib.import_module(_PAGE).sweep_page(told, library))
        say(f"The report is {html}: open it in a browser.")
    _put(prepared, swept, axes, style)
    say(f"The results are in {folder}, as Parquet.")


def _put(prepared: Any, swept: Any, axes: tuple[str, str], style: str) -> None:  # noqa: ANN401 - imported later
    telling = importlib.import_module(_TELLING)
    if style == "csv":
        rows = telling.run_rows(prepared, swept.runs)
        tell(csv_text(rows, list(rows[0])), nl=False)
        return
    told = telling.document(prepared, swept, axes)
    if style == "json":
        put_json(told)
        return
    drawing = importlib.import_module(_DRAWING)
    drawing.put_lines(importlib.import_module(_WORDS).report_lines(told))
    for account, found in telling.maps(prepared, swept, axes):
        tell("")
        drawing.put_map(account, found, prepared.grid.choose_by)
    if axes[1]:
        drawing.put_lines([drawing.LEGEND])


def _bound(runs: int, yes: bool) -> None:
    if runs > LARGE and not yes:
        raise ConfigError(
            f"the grid comes to {runs:,} runs, more than {LARGE:,}: run them with --yes, or take fewer settings "
            "with --limit N"
        )


def _map_axes(grid: Grid, asked: str | None) -> tuple[str, str]:
    """Rows and columns of the maps: those asked for, else the first two axes that make a difference."""
    turning = [axis.key for axis in grid.axes if len(axis.values) > 1]
    if asked is not None:
        turning = [key.strip() for key in asked.split(",")]
        unknown = [key for key in turning if key not in {axis.key for axis in grid.axes}]
        if unknown or len(turning) > 2 or len(set(turning)) < len(turning):
            there = ", ".join(axis.key for axis in grid.axes) or "none"
            raise ConfigError(f"--map {asked}: name one or two axes of the grid; there are: {there}")
    down, across = (["", *turning] if len(turning) == 1 else [*turning, "", ""])[:2]
    return down, across
