"""Letting consoles of other processes look at this process's desk."""

import logging
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from atlas_tui.cli.plan import DeskPlan
from atlas_tui.cli.version import installed_version
from core.adapters.desk_server import DeskServer
from core.adapters.desk_wire import PROTOCOL, Hello
from core.domain.errors import StoreError
from core.ports import DeskLink

_LOG = logging.getLogger("atlas.attach")


@asynccontextmanager
async def served(plan: DeskPlan, desk: DeskLink) -> AsyncIterator[None]:
    """Serve the desk while the block runs; a console that asks for its end ends this process as SIGTERM does.

    A socket that cannot be made costs only the consoles, and is told in the log.
    """
    hello = Hello(PROTOCOL, installed_version(), os.getpid(), str(plan.state.root), plan.mode.value)
    end = partial(os.kill, os.getpid(), signal.SIGTERM)
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(DeskServer(desk, plan.state.root, hello, end))
        except StoreError as error:
            _LOG.error("no console can attach: %s", error)
        yield
