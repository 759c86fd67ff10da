"""`atlas backup`: a verified copy of the ledger, beside a running desk or without one."""

from pathlib import Path

import click

from atlas_tui.cli.books import books_of
from atlas_tui.cli.common import common_options
from atlas_tui.cli.saying import tell
from core.adapters.ledger_file import back_up
from core.adapters.state_dir import StateDir
from core.adapters.system_clock import SystemClock


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@common_options
@click.pass_context
def backup_command(context: click.Context, file: Path | None) -> None:
    """Copy the ledger to FILE, or to backups/ledger-<UTC time>.db below the state directory, and verify the copy.

    The copy is whole and of one moment. An existing FILE is never written over.
    """
    target = file.expanduser().absolute() if file is not None else None
    kept = back_up(StateDir(books_of(context).root), SystemClock().now(), target)
    tell(f"The ledger is copied to {kept}, and the copy is verified.")
