"""`atlas line`: the way of the command line to what `atlas_tui.line` answers faster."""

import time

import click

from atlas_tui.cli.common import settings_of, state_is_named, state_option
from atlas_tui.cli.saying import tell
from atlas_tui.line import folders, line_of


@click.command("line")
@click.option("--mask", is_flag=True, help="Hide amounts of money.")
@click.option("--ascii", "plain", is_flag=True, help="Plain characters only.")
@state_option
@click.pass_context
def line_command(context: click.Context, mask: bool, plain: bool) -> None:
    """Print one line of at most 60 characters on the running desk, for the status line of tmux.

    For ~/.tmux.conf: set -g status-right '#(atlas line)' and set -g status-right-length 60. Says whether a desk runs,
    has stopped, or has not answered for a while. Exit 0 in every case.
    """
    settings = settings_of(context)
    named = str(settings.state_dir) if state_is_named(context) else ""
    tell(line_of(folders(named), time.monotonic(), mask, plain))
