"""`atlas ledger dump`: the events of a ledger as text that can be compared byte by byte."""

import click

from atlas_tui.cli.books import books_of
from atlas_tui.cli.common import common_options
from core.adapters.ledger_dump import PROCESS_ROWS, digest, dump
from core.adapters.state_dir import StateDir


@click.group("ledger")
def ledger_command() -> None:
    """The ledger itself: its events, in order."""


@ledger_command.command(
    "dump",
    help=f"""Print every event, one a line: number, time, kind, payload as JSON and hash, with a tab between.

    The same events are the same bytes. Works beside a running desk. Rows of a process are
    {", ".join(PROCESS_ROWS)}, and OutageEnded where the desk began within the outage: they move no money, no position
    and no setup. An outage of the feed stays.
    """,
)
@click.option("--no-chain", is_flag=True, help="Without numbers and hashes, to compare runs row by row.")
@click.option("--no-process-rows", is_flag=True, help="Without what only a desk's start, stop and absence cause.")
@click.option("--sha256", is_flag=True, help="Print only the SHA-256 of the text.")
@common_options
@click.pass_context
def dump_command(context: click.Context, no_chain: bool, no_process_rows: bool, sha256: bool) -> None:
    """Print the events."""
    lines = dump(StateDir(books_of(context).root), chain=not no_chain, process_rows=not no_process_rows)
    if sha256:
        click.echo(digest(lines))
        return
    for line in lines:
        click.echo(line)
