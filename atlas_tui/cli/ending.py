"""How a desk ends: by a signal, in time, and with the reason if it ended by itself."""

import asyncio
import signal
from contextlib import suppress

from atlas_tui.cli.plan import Built

STOP_S = 1.8
"""A desk that has not ended so long after it was asked is cancelled."""


def stop_on_signals() -> "asyncio.Task[bool]":
    """A task that ends at SIGTERM, SIGINT or SIGHUP."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    return asyncio.create_task(stop.wait(), name="signals")


async def end_desk(desk: "asyncio.Task[None]", built: Built | None) -> None:
    """Stop a desk, in time, and raise what made it end by itself."""
    if not desk.done():
        if built is not None:
            built.session.stop()
            await asyncio.wait({desk}, timeout=STOP_S)
        desk.cancel()
    with suppress(asyncio.CancelledError):
        await desk
