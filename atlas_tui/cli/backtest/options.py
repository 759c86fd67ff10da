"""Options that every verb over bars takes: candles, settings with increments, and what trading costs."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from atlas_tui.cli.backtest.inputs import Question, decimal_of
from atlas_tui.cli.timeframe_option import TIMEFRAME
from core.domain.timeframes import Timeframe
from core.research.backtest.settings import Slippage

Verb = TypeVar("Verb", bound=Callable[..., Any])

_PRESETS = ", ".join(f"{each.value} {each.basis_points} bp" for each in Slippage)


def bars_options(verb: Verb) -> Verb:
    """--settings, --data, --funding, --timeframe, --fees and --slippage, as `question_of` takes them."""
    for option in reversed(_OPTIONS):
        verb = option(verb)
    return verb


def question_of(
    symbols: tuple[str, ...],
    settings_file: Path | None,
    data: tuple[Path, ...],
    funding: tuple[Path, ...],
    timeframe: Timeframe | None,
    fees: str | None,
    slippage: str | None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Question:
    """The question that these options ask. Raises ConfigError for fees that are no number."""
    return Question(
        symbols=symbols,
        since=since,
        until=until,
        settings_file=settings_file,
        data=data,
        timeframe=timeframe,
        fees=decimal_of(fees, "--fees") if fees is not None else None,
        slippage=Slippage(slippage) if slippage else None,
        funding=funding,
    )


_OPTIONS = (
    click.option(
        "--settings",
        "settings_file",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        metavar="FILE",
        help="Settings, and [instruments.BTC] with price_increment and base_increment.",
    ),
    click.option(
        "--data",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="PATH",
        help="Candle files, or folders of them.",
    ),
    click.option(
        "--funding",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Recorded funding rates of a symbol.",
    ),
    click.option("--timeframe", type=TIMEFRAME, help="Base bars to take where there are several; 15m by default."),
    click.option("--fees", metavar="RATE", help="Taker fee of every market, a fraction of notional; 0 for none."),
    click.option(
        "--slippage", type=click.Choice([each.value for each in Slippage]), help=f"How market fills slip: {_PRESETS}."
    ),
)
