"""What comes behind the first frame: the console, the door it looks through, and what is written beside the ledger.

Nothing of this is imported before the first frame is on the screen; see `atlas_tui.cli.console`.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from atlas_tui.cli.door import Door
from atlas_tui.cli.heap import set_aside
from atlas_tui.cli.looks import options_of
from atlas_tui.cli.note import desk_facts, write_note
from atlas_tui.cli.plan import Built, DeskPlan
from atlas_tui.console import Console
from atlas_tui.shell import Shell
from atlas_tui.theme_choice import take_theme
from core.adapters.system_clock import SystemClock
from core.config import Settings
from core.domain.link import LinkView

if TYPE_CHECKING:
    from atlas_tui.cli.since import Since


def open_console(
    app: Shell,
    settings: Settings,
    link: LinkView,
    since: "Since | None",
    end_desk: Callable[[], None] | None = None,
) -> Door:
    """Let the console be played on the shell; returns the door behind which its desk is to be put.

    Args:
        app: the shell.
        settings: of the person who looks.
        link: what is known of the venue.
        since: what happened since the last key, where there is a ledger that says so.
        end_desk: asks a desk in another process to end; None where it ends with the console.
    """
    at, absence = (SystemClock().now(), None) if since is None else since
    door = Door(settings.policy, at, link, absence)
    options = replace(options_of(settings), end_desk=end_desk)
    app.call_later(app.play, Console(app, door, options, settings.keys))
    return door


def _take_theme(app: Shell, name: str) -> None:
    """Show the theme of the settings that were read again, where the console is still there."""
    if app.is_running:
        take_theme(app, name)


def follow_theme(app: Shell, plan: DeskPlan) -> None:
    """Take the theme of settings that are read again, where they can be."""
    if plan.rules is not None:
        plan.rules.heard.append(lambda settings: _take_theme(app, settings.ui.theme))


async def keep_note(plan: DeskPlan, built: Built, origin: Mapping[str, Any]) -> None:
    """Write what the desk is, once it is armed."""
    await built.session.wait_armed()
    set_aside()
    facts = desk_facts(plan, built, built.session.snapshot)
    write_note(plan.state.root, {**facts, **origin})
