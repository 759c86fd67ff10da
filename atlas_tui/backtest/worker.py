"""The console's end of the process that runs its backtests: asks go in, answers are heard on the event loop.

The process brings what the loop must never wait for: numba, pyarrow, and every bar of years. Killing it is what
cancelling means, whatever it is doing. It ends by itself when the console is gone.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, Protocol

import msgspec

from atlas_tui.backtest.talk import LONGEST, Answer, Ask, Refused, answer_in, line_of
from atlas_tui.cli.warmth import PROJECT
from core.domain.text import one_line

MODULE: Final = "atlas_tui.cli.backtest.beside"

Heard = Callable[[Answer], None]


class Worker(Protocol):
    """Who runs backtests for a console."""

    def ask(self, message: Ask) -> None:
        """Ask something; what comes of it is heard later."""

    def stop(self) -> None:
        """Let go of everything at once; nothing more is heard of what was asked."""


class Beside:
    """A process of its own; it is started with the first question, and again after a stop.

    Args:
        options: of the command line that reads the same settings.
        heard: hears every answer, on the event loop.
    """

    def __init__(self, options: Sequence[str], heard: Heard) -> None:
        self._options = tuple(options)
        self._heard = heard
        self._asks: asyncio.Queue[Ask] = asyncio.Queue()
        self._talk: asyncio.Task[None] | None = None
        self._child: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return self._child.pid if self._child is not None else None

    def ask(self, message: Ask) -> None:
        """Ask something of the process, started where there is none."""
        self._asks.put_nowait(message)
        if self._talk is None or self._talk.done():
            self._talk = asyncio.create_task(self._talks(), name="backtest")

    def stop(self) -> None:
        """Kill the process; what it was asked is forgotten."""
        if self._child is not None:
            with suppress(ProcessLookupError):
                self._child.kill()
        if self._talk is not None:
            self._talk.cancel()
        self._asks = asyncio.Queue()
        self._child = self._talk = None

    async def _talks(self) -> None:
        """Start the process, and talk with it until it ends."""
        child = self._child = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", MODULE, *self._options,
            env={**os.environ, "PYTHONPATH": PROJECT}, limit=LONGEST, start_new_session=True,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        asking = asyncio.create_task(_asks_of(self._asks, child))
        complaining = asyncio.create_task(_last_line(child))
        try:
            await self._hear(child)
            code, said = await child.wait(), await complaining
            self._heard(Refused(f"the backtest ended by itself, exit {code}{f': {said}' if said else ''}"))
        except asyncio.CancelledError:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
            raise
        finally:
            asking.cancel()
            complaining.cancel()
            if self._child is child:
                self._child = None

    async def _hear(self, child: asyncio.subprocess.Process) -> None:
        """Every answer in its turn; the loop's other work comes between any two of them."""
        out = child.stdout
        while out is not None and (line := await out.readline()):
            try:
                answer = answer_in(line)
            except msgspec.MsgspecError as error:
                answer = Refused(f"the backtest said what nobody understands: {one_line(str(error))}")
            self._heard(answer)
            await asyncio.sleep(0)


async def _asks_of(asks: "asyncio.Queue[Ask]", child: asyncio.subprocess.Process) -> None:
    """Hand on what is asked, as it comes."""
    while child.stdin is not None:
        child.stdin.write(line_of(await asks.get()))
        with suppress(ConnectionError):
            await child.stdin.drain()


async def _last_line(child: asyncio.subprocess.Process) -> str:
    """The last thing it said on stderr, cleaned; all of it is read, so that it never waits for a reader."""
    last = b""
    while child.stderr is not None and (block := await child.stderr.read(4096)):
        last = (last + block)[-4096:]
    return one_line(last.decode("utf-8", "replace").strip().rpartition("\n")[2], 200)
