"""`atlas signals|setups|positions|trades`: the ledger's lists, beside a running desk or without one."""

import click

from atlas_tui.cli.books import books_of
from atlas_tui.cli.columns import POSITIONS, SETUPS, SIGNALS, TRADES
from atlas_tui.cli.common import common_options, format_option
from atlas_tui.cli.documents import positions, setups, signals, trades
from atlas_tui.cli.listing import put_rows

_FULL = ["id", "product_id"]


@click.command("signals")
@format_option
@common_options
@click.pass_context
def signals_command(context: click.Context, style: str) -> None:
    """Completed patterns, newest first, with what was said of them.

    Their entry has already happened: they are never traded.
    """
    books = books_of(context)
    with books.reader() as reader:
        rows = signals(reader)
    put_rows(rows, _columns(SIGNALS, style), style, books.settings.ui.zone, "No signals yet.")


@click.command("setups")
@click.option("--pending", is_flag=True, help="Only those still waiting for a break.")
@format_option
@common_options
@click.pass_context
def setups_command(context: click.Context, style: str, pending: bool) -> None:
    """Setups, newest first: one row a leg, and only the broken side once there is one.

    A leg is armed when the filters and a person's word let it be taken: a verdict, or the policy in the settings.
    """
    books = books_of(context)
    with books.reader() as reader:
        rows = setups(books, reader, pending=pending)
    put_rows(rows, _columns(SETUPS, style), style, books.settings.ui.zone, "No setups yet.")


@click.command("positions")
@format_option
@common_options
@click.pass_context
def positions_command(context: click.Context, style: str) -> None:
    """Open paper positions, oldest first."""
    books = books_of(context)
    with books.reader() as reader:
        rows = positions(reader)
    put_rows(rows, _columns(POSITIONS, style), style, books.settings.ui.zone, "Flat: no open position.")


@click.command("trades")
@format_option
@common_options
@click.pass_context
def trades_command(context: click.Context, style: str) -> None:
    """Closed paper trades, in the order they closed; amounts in USD."""
    books = books_of(context)
    with books.reader() as reader:
        rows = trades(reader)
    columns = _columns(TRADES, style)
    if style == "csv":
        columns = [*columns, "setup_id", "stop", "target", "target_kind"]
    put_rows(rows, columns, style, books.settings.ui.zone, "No closed trades.")


def _columns(names: list[str], style: str) -> list[str]:
    """A table shows the short hash for the long id; a CSV file has both."""
    return [*_FULL, *names] if style == "csv" else names
