"""A desk under a service manager: says when it is armed, how it does, and that it lives, for as long as it does."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, Protocol

from atlas_tui.cli.status_file import status_line
from core.adapters.service_socket import ServiceSocket
from core.domain.text import one_line

if TYPE_CHECKING:
    from atlas_tui.cli.plan import Built
    from core.session import Session

_LOG = logging.getLogger("atlas.service")
STEP_S: Final = 2.0
"""Longest time between two looks at the desk, real seconds."""
_A_PERIOD: Final = 3
"""Looks within one period of the watchdog: one that comes late, or is lost, costs nothing."""
_PATIENCE: Final = "EXTEND_TIMEOUT_USEC=60000000"
"""Said until the desk is armed: a venue that is down, or a compiler at work, must not look like a start that hangs."""


class Watched(Protocol):
    """What is told of: a desk from before it is built until after it has ended."""

    built: "Built | None"
    armed: bool
    waiting: str


@asynccontextmanager
async def supervised(desk: Watched, service: ServiceSocket | None) -> AsyncIterator[Callable[[], None]]:
    """Keep the manager told while the block runs; STOPPING=1 as it ends. Without a manager, nothing.

    What it gives lets the desk read its settings again, with the manager told when that began and when it is done.
    Runs on the desk's own event loop, so that a loop that hangs falls silent.
    """
    reloads: set[asyncio.Task[None]] = set()

    def reload() -> None:
        if desk.built is None:
            return  # it is about to start by the settings there are
        task = asyncio.get_running_loop().create_task(_reload(desk.built.session, service if desk.armed else None))
        reloads.add(task)
        task.add_done_callback(reloads.discard)

    if service is None:
        yield reload
        return
    telling = asyncio.create_task(_keep_told(desk, service), name="service")
    try:
        yield reload
    finally:
        for task in (telling, *reloads):
            task.cancel()
        service.tell("STOPPING=1", "STATUS=stopping")
        service.close()


async def _reload(session: "Session", service: ServiceSocket | None) -> None:
    """Let the desk read its settings again; an armed one is not ready meanwhile, as `systemctl reload` waits for."""
    if service is not None:
        service.tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}", "STATUS=reading the settings")
    session.reload()
    await session.reloaded()
    if service is not None:
        service.tell("READY=1", "STATUS=settings read again; the log says what is new")


def manager() -> ServiceSocket | None:
    """The service manager of this process, if any; it is told by nobody else from now on."""
    return ServiceSocket.taken_from(os.environ)


async def _keep_told(desk: Watched, service: ServiceSocket) -> None:
    pause_s = min(STEP_S, (service.watchdog_s or STEP_S * _A_PERIOD) / _A_PERIOD)
    ready, said, ailed = False, "", ""
    while True:
        ailment = desk.built.session.ailment() if desk.built is not None else ""
        if ailment and not ailed:
            _LOG.error("%s; the watchdog is not fed until it moves", ailment)
        ailed = ailment
        status = one_line(ailment or _status_of(desk))
        told = [f"STATUS={status}"] if status != said else []
        told += ["READY=1"] if desk.armed and not ready else []
        told += [] if desk.armed or ailment else [_PATIENCE]
        told += [] if ailment else ["WATCHDOG=1"]
        if told and service.tell(*told):
            ready, said = desk.armed, status
        await asyncio.sleep(pause_s)


def _status_of(desk: Watched) -> str:
    """One line without amounts of money: whoever is on the machine may read it."""
    if desk.built is None:
        return desk.waiting or "starting"
    snapshot = desk.built.session.snapshot
    if not desk.armed:
        return snapshot.link.problem or snapshot.link.loading or "starting"
    return status_line(snapshot, masked=True)
