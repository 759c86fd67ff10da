"""The verb `atlas backtest`."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from atlas_tui.cli.backtest.document import document
from atlas_tui.cli.backtest.inputs import Inputs, inputs_of
from atlas_tui.cli.backtest.options import bars_options, question_of
from atlas_tui.cli.backtest.table import report
from atlas_tui.cli.backtest.warming import warmed
from atlas_tui.cli.columns import TRADES
from atlas_tui.cli.common import asked_of, common_options, format_option, instant, preset_option
from atlas_tui.cli.listing import csv_text, put_json
from atlas_tui.cli.saying import say, tell
from core.config import Zone
from core.research.backtest.bars import Bars
from core.research.backtest.bias import guard
from core.research.backtest.outcome import Outcome, Passed, unheard
from core.research.backtest.summary import Row

_HTML = "atlas_tui.cli.backtest.html"  # the page and its numbers: only where it is asked for


@click.command("backtest")
@click.option("--symbols", metavar="BTC,ETH", help="Instead of the configured ones, in this order.")
@click.option("--since", metavar="DATE", help="Bars that start at or after it; UTC.")
@click.option("--until", metavar="DATE", help="Bars that close by it; UTC.")
@bars_options
@click.option(
    "--html",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write a page with figures and a chart of every trade; a file that exists is kept.",
)
@click.option("--guard", "guard_asked", is_flag=True, help="Cut off the bars behind every exit: does any trade change?")
@preset_option
@format_option
@common_options
@click.pass_context
def backtest_command(
    context: click.Context,
    /,
    symbols: str | None,
    since: str | None,
    until: str | None,
    html: Path | None,
    guard_asked: bool,
    style: str,
    **bars: Any,
) -> None:
    """Trade years of bars by the desk's own rules, and print both results that bars allow.

    Bars do not tell which side of a setup came first where one bar breaks both. The first result leaves those out, the
    second enters them on the side nearer to the bar's open; they are always shown together.
    """
    question = question_of(
        tuple(name.strip().upper() for name in (symbols or "").split(",") if name.strip()),
        since=instant(since, "--since") if since else None,
        until=instant(until, "--until") if until else None,
        **bars,
    )
    file = importlib.import_module(_HTML).HtmlFile(html) if html is not None else None
    inputs = inputs_of(question, asked_of(context))
    engine = engine_of(inputs)
    outcome = engine(inputs.bars, style == "json" or file is not None)
    guarded = guard(inputs.bars, outcome, lambda cut: engine(cut, False)) if guard_asked else None
    told = document(inputs, outcome, guarded)
    if file is not None:
        importlib.import_module(_HTML).write_report(file, told, outcome, inputs.bars)
        say(f"The report is {html}: open it in a browser.")
    _put(told, style, inputs.settings.ui.zone)


def _put(told: Row, style: str, zone: Zone) -> None:
    if style == "json":
        put_json(told)
    elif style == "csv":
        rows = [{"result": "first", **row} for row in told["trades"]]
        rows += [{"result": "second", **row} for row in told["second"]["trades"]]
        tell(csv_text(rows, ["result", "id", *TRADES, "target_kind", "tier"]), nl=False)
    else:
        tell(report(told, zone))


def engine_of(inputs: Inputs, passed: Passed = unheard) -> Callable[[Bars, bool], Outcome]:
    """What runs a backtest under these rules, with or without lists of setups and refusals."""
    warmed()
    # The loader: numba is imported after its cache was chosen, and not for --help.
    from core.research.backtest.fast import outcome_of  # noqa: PLC0415

    return lambda bars, listed: outcome_of(bars, inputs.rules, listed, passed)
