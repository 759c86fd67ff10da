"""`atlas attach`: a console on a desk that runs in another process; what plain `atlas` does where there is one.

The desk is reached and asked for its picture before Textual and the console are imported: it draws up the picture while
they load. What is imported here delays that.
"""

import importlib
import threading
from pathlib import Path
from socket import socket
from time import monotonic
from typing import Final

import click

from atlas_tui.cli.common import (
    asked_of,
    common_options,
    console_options,
    need_terminal,
    recording_of,
    settings_of,
)
from atlas_tui.cli.note import holder_of
from atlas_tui.cli.saying import say
from atlas_tui.cli.version import installed_version
from core.adapters.desk_greeting import greeted
from core.adapters.desk_wire import Hello
from core.config.places import state_dir_of
from core.domain.errors import ConfigError, StateLocked, StoreError
from core.domain.link import Mode
from core.domain.text import one_line

_LOOKING: Final = "atlas_tui.cli.looking"  # Textual and the console
PATIENCE_S: Final = 5.0
"""How long a desk that is starting may take until it can be reached."""
_LOOK_S: Final = 0.1

Met = tuple[socket, Hello]


@click.command("attach")
@click.option("--url", metavar="URL", help="Only read a desk elsewhere by its API; http:// only for this machine.")
@click.option("--token-file", type=click.Path(path_type=Path), metavar="FILE", help="Its token (or ATLAS_API_TOKEN).")
@console_options
@common_options
@click.pass_context
def attach_command(context: click.Context, url: str | None, token_file: Path | None) -> int:
    """Open a console on the desk that runs on the state directory; leaving it leaves the desk alone.

    Several consoles may look at one desk. :shutdown in any of them, or SIGTERM, ends the desk itself. With --url the
    desk may run elsewhere: the console shows all of it and can ask nothing.
    """
    need_terminal("atlas attach", "ask the desk by atlas status")
    if url is not None:
        code: int = importlib.import_module(_LOOKING).look_by_url(
            url, token_file, asked_of(context), lambda: settings_of(context)
        )
        return code
    if token_file is not None:
        raise ConfigError("--token-file is for --url: a desk of this machine asks for no token")
    root = state_dir_of(asked_of(context).get("state_dir"))
    nobody = f"no desk runs on {root}: start one by atlas, or by atlas run without a screen"
    return _look(context, root, reached(root, StoreError(nobody)))


def attach_instead(context: click.Context, root: Path, wanted: Mode, held: StateLocked) -> int:
    """Open the console on the desk that holds the state directory, instead of a desk of its own.

    Raises:
        StateLocked: whoever holds the directory is no desk that can be reached.
        ConfigError: it is a desk of another mode, or what was asked for is a desk's to do.
    """
    met = reached(root, held)
    sock, hello = met
    runs = f"desk with pid {hello.pid} runs on {root} already"
    why_not = ""
    if hello.mode != wanted.value:
        why_not = f"a {one_line(hello.mode, 20)} {runs}, and this would be {wanted.value}: atlas attach opens that one"
    elif recording_of(context) is not None:
        why_not = f"a {runs}: only a desk that starts can --record"
    if why_not:
        sock.close()
        raise ConfigError(why_not)
    return _look(context, root, met)


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
            return greeted(root, installed_version)
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


def _look(context: click.Context, root: Path, met: Met) -> int:
    code: int = importlib.import_module(_LOOKING).look_at_local(
        root, asked_of(context), lambda: settings_of(context), met
    )
    return code
