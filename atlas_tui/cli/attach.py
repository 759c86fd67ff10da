"""`atlas attach`: a console on a desk that runs in another process; what plain `atlas` does where there is one."""

import asyncio
import importlib
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from socket import socket
from time import monotonic
from typing import TYPE_CHECKING, Final

import click

from atlas_tui.cli.common import asked_of, common_options, console_options, recording_of, settings_of
from atlas_tui.cli.console import MOUNT_S, need_terminal, painted, show
from atlas_tui.cli.glance import Glance, glance_at
from atlas_tui.cli.logs import CONSOLE_LOG, log_to
from atlas_tui.cli.note import holder_of
from atlas_tui.cli.saying import say
from atlas_tui.cli.version import installed_version
from core.adapters.desk_greeting import greeted
from core.adapters.desk_wire import Hello
from core.domain.errors import ConfigError, StateLocked, StoreError
from core.domain.link import Mode
from core.domain.text import one_line

if TYPE_CHECKING:
    from atlas_tui.shell import Shell
    from core.adapters.remote_desk import RemoteDesk
    from core.config import Settings

_BEHIND: Final = "atlas_tui.cli.behind"  # the console itself: not before the first frame
_REMOTE: Final = "core.adapters.remote_desk"  # pictures, and all that may be in them
PATIENCE_S: Final = 5.0
"""How long a desk that is starting may take until it can be reached."""
_LOOK_S: Final = 0.1

Met = tuple[socket, Hello]


@click.command("attach")
@console_options
@common_options
@click.pass_context
def attach_command(context: click.Context) -> int:
    """Open a console on the desk that runs on the state directory; leaving it leaves the desk alone.

    Several consoles may look at one desk. :shutdown in any of them, or SIGTERM, ends the desk itself.
    """
    need_terminal("atlas attach")
    seen = glance_at(asked_of(context))
    nobody = f"no desk runs on {seen.state_dir}: start one by atlas, or by atlas run without a screen"
    return open_attached(seen, lambda: settings_of(context), reached(seen.state_dir, StoreError(nobody)))


def attach_instead(context: click.Context, seen: Glance, held: StateLocked) -> int:
    """Open the console on the desk that holds the state directory, instead of a desk of its own.

    Raises:
        StateLocked: whoever holds the directory is no desk that can be reached.
        ConfigError: it is a desk of another mode, or what was asked for is a desk's to do.
    """
    met = reached(seen.state_dir, held)
    wanted, (sock, hello) = seen.opening.link.mode, met
    runs = f"desk with pid {hello.pid} runs on {seen.state_dir} already"
    why_not = ""
    if hello.mode != wanted.value:
        why_not = f"a {one_line(hello.mode, 20)} {runs}, and this would be {wanted.value}: atlas attach opens that one"
    elif recording_of(context) is not None:
        why_not = f"a {runs}: only a desk that starts can --record"
    if why_not:
        sock.close()
        raise ConfigError(why_not)
    return open_attached(seen, lambda: settings_of(context), met)


def reached(root: Path, nobody: StoreError) -> Met:
    """The desk of the directory, also one that is only starting.

    Args:
        root: the state directory.
        nobody: raised where there is none.

    Raises:
        StoreError: it does not answer, or is of another age.
    """
    ends, pause, is_told = monotonic() + PATIENCE_S, threading.Event(), False
    while True:
        try:
            return greeted(root, installed_version())
        except OSError as error:
            holder = holder_of(root)
            if holder is None or monotonic() >= ends:
                stopped = StoreError(
                    f"the desk with pid {holder} on {root} does not answer: it is stopped, or very busy"
                )
                raise (stopped if isinstance(error, TimeoutError) else nobody) from error
        if not is_told:
            is_told = True
            say(f"atlas: the desk with pid {holder} cannot be reached yet: waiting for it")
        pause.wait(_LOOK_S)


def open_attached(seen: Glance, settings: "Callable[[], Settings]", met: Met) -> int:
    """Show the console until it is left; returns the exit code. Raises AtlasError when the settings are wrong."""
    mode = next((mode for mode in Mode if mode.value == met[1].mode), seen.opening.link.mode)
    link = replace(seen.opening.link, mode=mode, loading="attaching to the desk")
    seen = seen._replace(opening=seen.opening._replace(link=link))
    log_to(seen.state_dir, CONSOLE_LOG)
    code, remote = asyncio.run(_attached(seen, settings, met))
    if code == 0 and remote is not None and remote.hello is not None:
        pid = remote.hello.pid
        say(f"atlas: the desk goes on (pid {pid}); atlas shows it again, :shutdown in a console or kill {pid} ends it")
    return code


async def _attached(seen: Glance, settings: "Callable[[], Settings]", met: Met) -> "tuple[int, RemoteDesk | None]":
    """The exit code, and the desk where it is still there."""
    app = seen.shell()
    desks: list[RemoteDesk] = []
    looking = asyncio.create_task(_look(app, seen, settings, met, desks), name="look")
    await show(app, seen.mouse, looking)
    is_there = bool(desks) and desks[0].is_there
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking
    return app.return_code or 0, desks[0] if is_there else None


async def _look(
    app: "Shell", seen: Glance, settings: "Callable[[], Settings]", met: Met, desks: "list[RemoteDesk]"
) -> None:
    """The first frame, then the console behind it; each is imported when the one before is on the screen."""
    await painted(app, MOUNT_S)
    module = await asyncio.to_thread(importlib.import_module, _REMOTE)
    remote: RemoteDesk = module.RemoteDesk(seen.state_dir, installed_version(), met)
    desks.append(remote)
    chosen = await asyncio.to_thread(settings)
    behind = await asyncio.to_thread(importlib.import_module, _BEHIND)
    behind.open_console(app, chosen, seen.opening.link, None, remote.shut_down).open_to(remote)
    await remote.run()
