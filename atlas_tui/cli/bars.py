"""`atlas bars FILE|SYMBOL`: candles with their STRAT classes, of a file or of the venue."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from atlas_tui.cli.common import common_options, format_option, settings_of
from atlas_tui.cli.listing import put_rows
from atlas_tui.cli.market import Candles, venue_candles
from atlas_tui.cli.saying import say
from atlas_tui.cli.timeframe_option import TIMEFRAME
from core.domain.bars import Bar, classify
from core.domain.errors import ConfigError
from core.domain.signals import iso_z
from core.domain.timeframes import M15, Timeframe
from core.strat.candle_file import read_candles
from core.strat.resample import resample

COLUMNS = ("start", "open", "high", "low", "close", "volume", "class", "complete", "gap_before")


@click.command("bars")
@click.argument("source", metavar="FILE|SYMBOL")
@click.option("--timeframe", type=TIMEFRAME, help="Length of the candles; a file's own is found by itself.")
@click.option("--to", type=TIMEFRAME, help="Roll them into longer ones, on UTC buckets.")
@click.option("--limit", type=click.IntRange(1, 5000), default=200, show_default=True, help="Candles of a SYMBOL.")
@format_option
@common_options
@click.pass_context
def bars_command(
    context: click.Context, source: str, timeframe: Timeframe | None, to: Timeframe | None, limit: int, style: str
) -> None:
    """Print candles, oldest first, each with its class ? 1 2U 2D 3 against the row before it.

    Rows of a FILE that cannot be taken as they stand are listed on stderr with what became of them.
    """
    settings = settings_of(context)
    if _is_file(source):
        candles = _of_file(Path(source), timeframe)
    else:
        candles = venue_candles(settings, source, timeframe or M15, limit)
    bars = candles.bars if to is None else _rolled(candles, to)
    put_rows(bar_rows(bars), COLUMNS, style, settings.ui.zone, "No candles.")


def bar_rows(bars: Sequence[Bar]) -> list[dict[str, Any]]:
    """A row a bar; a bad bar has no prices."""
    rows = []
    previous: Bar | None = None
    for bar in bars:
        numbers = (bar.open, bar.high, bar.low, bar.close, bar.volume)
        shown = [number if number.is_finite() else None for number in numbers]
        kind = classify(previous, bar).text
        rows.append(dict(zip(COLUMNS, [iso_z(bar.start), *shown, kind, bar.complete, bar.gap_before], strict=True)))
        previous = bar
    return rows


def _is_file(source: str) -> bool:
    """Does the argument mean a file? It is there, or is spelled like one."""
    return Path(source).exists() or "/" in source or "." in source


def _of_file(path: Path, timeframe: Timeframe | None) -> Candles:
    """The bars of a file; its problems go to stderr."""
    read = read_candles(path, timeframe)
    for problem in read.problems:
        say(f"line {problem.line}: {problem.what}: {problem.text}: {problem.fate}")
    if read.problems:
        say(f"{len(read.problems)} of {read.rows} rows were not taken as they stand.")
    return Candles(read.timeframe, read.bars, read.bars[-1].start + read.timeframe.span)


def _rolled(candles: Candles, to: Timeframe) -> tuple[Bar, ...]:
    try:
        return resample(candles.bars, candles.timeframe, to, candles.now)
    except ValueError as error:
        raise ConfigError(f"--to {to}: {error}") from error
