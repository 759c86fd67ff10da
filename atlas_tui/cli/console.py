"""`atlas`: the console, with its desk beside it in one event loop."""

import asyncio
import importlib
import logging
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from atlas_tui.cli.common import (
    asked_of,
    common_options,
    console_options,
    desk_options,
    has_screen,
    need_terminal,
    preset_option,
    recording_of,
    settings_of,
)
from atlas_tui.cli.ending import cause_of, end_desk, let_go_of_terminal, stop_on_signals, wait_for_end
from atlas_tui.cli.glance import Glance, glance_at
from atlas_tui.cli.logs import LOG_NAME, log_to
from atlas_tui.cli.saying import say
from core.adapters.state_dir import StateDir
from core.config import OnHangup, is_loopback
from core.domain.ends import StopCause
from core.domain.errors import StateLocked
from core.domain.link import Mode

if TYPE_CHECKING:
    from atlas_tui.cli.door import Door
    from atlas_tui.cli.plan import Built, DeskPlan
    from atlas_tui.cli.since import Since
    from atlas_tui.shell import Shell

_LOG = logging.getLogger("atlas.desk")
_SINCE = "atlas_tui.cli.since"  # the ledger and the facts in it: not before the first frame
_ATTACH = "atlas_tui.cli.attach"  # only where a desk runs already
_BEHIND = "atlas_tui.cli.behind"  # the console itself: not before the first frame
_PLAN = "atlas_tui.cli.plan"
_RULES = "atlas_tui.cli.rules"
_WIRING = "atlas_tui.cli.wiring"  # every adapter: not before the console is painted
_SERVING = "atlas_tui.cli.serving"
MOUNT_S = 2.0
PAINT_S = 0.05
"""The desk is built once the console has been mounted (or after so long) and has had a moment to paint."""


@click.command("console", hidden=True)
@desk_options
@console_options
@preset_option
@common_options
@click.pass_context
def console_command(context: click.Context) -> int:
    """Open the console on the configured venue, trading on paper."""
    if not has_screen():
        settings_of(context).check_venue()  # what is wrong with them is said first
    need_terminal("atlas")
    seen = glance_at(asked_of(context))
    state = StateDir.create(seen.state_dir)

    def plan() -> "DeskPlan":
        settings = settings_of(context)
        settings.check_venue()
        mode = Mode.DEMO if is_loopback(settings.venue.rest) else Mode.PAPER
        plan_of, record = importlib.import_module(_PLAN).DeskPlan, recording_of(context)
        rules = importlib.import_module(_RULES).FileRules(settings, lambda: settings_of(context))
        made: DeskPlan = plan_of(settings, state, mode, record=record, rules=rules)
        return made

    try:
        lock = state.lock()
    except StateLocked as held:
        code: int = importlib.import_module(_ATTACH).attach_instead(
            context, seen.state_dir, seen.opening.link.mode, held
        )
        return code
    with lock:
        return open_console(seen, state, plan, {})


def open_console(seen: Glance, state: StateDir, plan: "Callable[[], DeskPlan]", origin: Mapping[str, Any]) -> int:
    """Show the console until it is left; returns the exit code.

    Args:
        seen: what the first frame tells.
        state: the desk's directory, locked.
        plan: what desk to build; called behind the first frame, on a thread.
        origin: what is kept beside the ledger in addition to the desk's own facts.

    Raises:
        AtlasError: the settings are wrong, the desk could not be built, or its ledger cannot be trusted.
    """
    log_to(state.root)
    return asyncio.run(_Console(seen, state, plan, origin).run())


async def painted(app: "Shell", patience_s: float) -> None:
    """Wait for the next picture, but not longer than so long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(patience_s):
            await app.painted.wait()


async def show(app: "Shell", mouse: bool, beside: "asyncio.Task[None]") -> None:
    """Show the console until it is left, or what runs beside it has ended; signals leave it."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, partial(app.exit, return_code=128 + number))
    screen = asyncio.create_task(app.run_async(mouse=mouse), name="screen")
    await asyncio.wait({screen, beside}, return_when=asyncio.FIRST_COMPLETED)
    if not screen.done():
        app.exit(return_code=1)
        await asyncio.wait({screen})


class _Console:
    """One console and its desk: two tasks of one event loop."""

    def __init__(
        self, seen: Glance, state: StateDir, plan: "Callable[[], DeskPlan]", origin: Mapping[str, Any]
    ) -> None:
        self._seen = seen
        self._state = state
        self._plan = plan
        self._origin = origin
        self._built: Built | None = None
        self._noting: asyncio.Task[None] | None = None
        self._keeps = False
        """Does the desk outlive its terminal?"""

    async def run(self) -> int:
        """Both tasks, until the console is left, the desk fails, or, after a crash, a signal comes."""
        app = self._seen.shell()
        desk = asyncio.create_task(self._desk(app), name="desk")
        await show(app, self._seen.mouse, desk)
        cause = cause_of((app.return_code or 0) - 128)
        told = (app.return_code or 0) > 128  # the app hears signals until somebody else does, also once it has crashed
        dropped = cause is StopCause.HANGUP and self._keeps
        if (dropped or (app.crash and not told)) and not desk.done():
            cause = await self._go_on_without(desk, dropped)
        if self._noting is not None:
            self._noting.cancel()
        ignored = stop_on_signals()  # the desk is ending already; a second signal must not cut it short
        await end_desk(desk, self._built, cause)
        ignored.cancel()
        return app.return_code or 0

    async def _desk(self, app: "Shell") -> None:
        """The first frame, what happened meanwhile on it, the console, the desk: each is imported when the one before
        is on the screen.
        """
        await painted(app, MOUNT_S)
        since = await self._tell(app)
        plan = await asyncio.to_thread(self._plan)
        self._keeps = plan.settings.desk.on_hangup is OnHangup.KEEP
        behind = await asyncio.to_thread(importlib.import_module, _BEHIND)
        door: Door = behind.open_console(app, plan, self._seen.opening.link, since)
        await asyncio.wait({door.watched}, timeout=MOUNT_S)
        await asyncio.sleep(PAINT_S)

        def opened(built: "Built") -> None:
            self._built = built
            door.open_to(built.session)
            self._noting = asyncio.create_task(behind.keep_note(plan, built, self._origin), name="note")

        serving, wiring = [await asyncio.to_thread(importlib.import_module, name) for name in (_SERVING, _WIRING)]
        async with serving.served(plan, door):
            await wiring.hold_desk(plan, opened, door.progress)

    async def _tell(self, app: "Shell") -> "Since | None":
        """Show on the first frame what happened since the last key, where there is a ledger that says so."""
        if not self._state.ledger.exists():
            return None
        module = await asyncio.to_thread(importlib.import_module, _SINCE)
        since: Since | None = await asyncio.to_thread(
            module.read_since, self._state.ledger, self._seen.opening.link.mode
        )
        if since is not None and since.absence.is_news:
            app.tell(partial(module.lines_of, since, self._seen))
            await painted(app, PAINT_S)
        return since

    async def _go_on_without(self, desk: "asyncio.Task[None]", dropped: bool) -> StopCause:
        """The console has crashed, and has said so, or its terminal is gone: the desk runs until a signal ends it."""

        def let_go() -> None:
            let_go_of_terminal()
            _LOG.warning("the terminal is gone; the desk goes on without a screen, for atlas attach, until SIGTERM")

        if dropped:
            let_go()
        else:
            where = self._state.root / LOG_NAME
            say(f"atlas: the desk goes on without a screen until SIGTERM, for atlas attach; details in {where}")
        return await wait_for_end(desk, let_go if self._keeps else None)
