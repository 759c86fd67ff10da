"""`atlas reset`: put the ledger into the archive, so that the next desk begins anew."""

import click

from atlas_tui.cli.books import books_of
from atlas_tui.cli.common import common_options
from atlas_tui.cli.note import DESK_FILE
from atlas_tui.cli.saying import tell
from core.adapters.state_dir import StateDir
from core.adapters.system_clock import SystemClock


@click.command("reset")
@click.option("--yes", is_flag=True, help="Do not ask.")
@common_options
@click.pass_context
def reset_command(context: click.Context, yes: bool) -> None:
    """Archive the ledger and begin anew with the start balance. Nothing is deleted."""
    books = books_of(context)
    state = StateDir(books.root)
    if not state.ledger.exists():
        tell(f"There is no ledger in {books.root}: nothing to reset.")
        return
    if not yes:
        click.confirm(f"Archive the ledger in {books.root} and begin anew?", abort=True)
    with state.lock():
        kept = state.archive(SystemClock().now())
        (state.root / DESK_FILE).unlink(missing_ok=True)
    tell(f"The ledger is kept as {kept}.")
