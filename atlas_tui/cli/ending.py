"""How a desk ends: by a signal, in time, and with the reason if it ended by itself."""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from core.domain.ends import StopCause

if TYPE_CHECKING:
    from atlas_tui.cli.plan import Built

STOP_S = 1.8
"""A desk that has not ended so long after it was asked is cancelled."""


def has_terminal() -> bool:
    """Has this process a terminal whose end SIGHUP would tell? A service has none."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def hear_ctrl_c() -> None:
    """From here on ctrl+c is a KeyboardInterrupt: work is kept, and something is to be said of it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def stop_on_signals(on_hangup: Callable[[], None] | None = None) -> "asyncio.Future[StopCause]":
    """Done at SIGTERM, SIGINT or SIGHUP, with what the first of them means; `on_hangup` is done at SIGHUP instead."""
    first: asyncio.Future[StopCause] = asyncio.get_running_loop().create_future()

    def stop(number: int) -> None:
        if not first.done():
            first.set_result(cause_of(number))

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop, number)
    if on_hangup is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, on_hangup)
    return first


async def wait_for_end(desk: "asyncio.Task[None]", on_hangup: Callable[[], None] | None = None) -> StopCause:
    """Wait until a signal comes, and say what it means, or until the desk ends by itself."""
    signalled = stop_on_signals(on_hangup)
    either: set[asyncio.Future[Any]] = {desk, signalled}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    return signalled.result() if signalled.done() else StopCause.ASKED


def let_go_of_terminal() -> None:
    """Read from and write to nowhere from now on: the terminal is gone, and what is said there would fail."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def cause_of(number: int | None) -> StopCause:
    """What a signal says of an end; SIGHUP comes when the terminal, or the link to it, is gone."""
    return StopCause.HANGUP if number == signal.SIGHUP else StopCause.ASKED


async def end_desk(desk: "asyncio.Task[None]", built: "Built | None", cause: StopCause = StopCause.ASKED) -> None:
    """Stop a desk, in time, and raise what made it end by itself."""
    if not desk.done():
        if built is not None:
            built.session.stop(cause)
            await asyncio.wait({desk}, timeout=STOP_S)
        desk.cancel()
    with suppress(asyncio.CancelledError):
        await desk
