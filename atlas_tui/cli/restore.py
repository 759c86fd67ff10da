"""`atlas restore FILE`: a backup in the place of the ledger, which is archived."""

from pathlib import Path

import click

from atlas_tui.cli.books import books_of
from atlas_tui.cli.common import common_options
from atlas_tui.cli.saying import tell
from core.adapters.ledger_restore import restore, verified
from core.adapters.state_dir import StateDir
from core.adapters.system_clock import SystemClock


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@common_options
@click.pass_context
def restore_command(context: click.Context, file: Path, yes: bool) -> None:
    """Make FILE, a backup, the ledger. It is verified first; the present ledger goes to the archive; the desk must
    be stopped."""  # noqa: D209 - click shows the first paragraph as one sentence
    root = books_of(context).root
    with StateDir.create(root).lock():
        events = verified(file)
        if not yes:
            click.confirm(f"Make {file}, with {events} events, the ledger in {root}?", abort=True)
        kept = restore(StateDir(root), file, SystemClock().now())
    before = f"; the one before is kept as {kept}" if kept is not None else ""
    tell(f"The ledger in {root} holds the {events} events of {file}{before}.")
