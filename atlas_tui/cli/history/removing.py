"""`atlas history remove SYMBOL`: a stored series, or all of a symbol, off the disk."""

import click

from atlas_tui.cli.common import common_options, settings_of
from atlas_tui.cli.history.looking import NOTHING, chosen
from atlas_tui.cli.history.words import counted, history_of
from atlas_tui.cli.saying import tell
from atlas_tui.cli.timeframe_option import TIMEFRAME
from core.domain.timeframes import Timeframe


@click.command("remove")
@click.argument("symbol", metavar="SYMBOL")
@click.option("--timeframe", type=TIMEFRAME, help="Only of this length; without it every series of the symbol.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@common_options
@click.pass_context
def remove_command(context: click.Context, symbol: str, timeframe: Timeframe | None, yes: bool) -> None:
    """Remove stored series of a symbol: candles, mark prices and funding rates. They can be fetched or imported anew.

    While another atlas history writes, nothing is removed.
    """
    history = history_of(settings_of(context))
    if not history.names():
        tell(NOTHING)
        return
    with history.writing():
        names = chosen(history, (symbol,), timeframe)
        if not yes:
            click.confirm(f"Remove {', '.join(map(str, names))} from {history.root}?", abort=True)
        for name in names:
            files = len(history.parts(name))
            tell(f"{name}: {counted(files, 'file')} removed, {history.remove(name) / 1e6:,.1f} MB freed")
