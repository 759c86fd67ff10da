"""What comes behind the first frame: the console, the door it looks through, and what is written beside the ledger.

Nothing of this is imported before the first frame is on the screen; see `atlas_tui.cli.console`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from atlas_tui.cli.door import Door
from atlas_tui.cli.heap import set_aside
from atlas_tui.cli.looks import options_of
from atlas_tui.cli.note import desk_facts, write_note
from atlas_tui.cli.plan import Built, DeskPlan
from atlas_tui.console import Console
from atlas_tui.shell import Shell
from core.adapters.system_clock import SystemClock
from core.domain.link import LinkView

if TYPE_CHECKING:
    from atlas_tui.cli.since import Since


def open_console(app: Shell, plan: DeskPlan, link: LinkView, since: "Since | None") -> Door:
    """Let the console be played on the shell; returns the door behind which its desk is to be put.

    Args:
        app: the shell.
        plan: of the desk; where its settings can be read again, the console follows them.
        link: what is known of the venue.
        since: what happened since the last key, where there is a ledger that says so.
    """
    settings = plan.settings
    at, absence = (SystemClock().now(), None) if since is None else since
    door = Door(settings.policy, at, link, absence)
    console = Console(app, door, options_of(settings), settings.keys)
    app.call_later(app.play, console)
    if plan.rules is not None:
        plan.rules.heard.append(lambda read: console.take_looks(options_of(read), read.keys))
    return door


async def keep_note(plan: DeskPlan, built: Built, origin: Mapping[str, Any]) -> None:
    """Write what the desk is, once it is armed."""
    await built.session.wait_armed()
    set_aside()
    facts = desk_facts(plan, built, built.session.snapshot)
    write_note(plan.state.root, {**facts, **origin})
