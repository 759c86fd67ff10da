"""The console's end of the process that runs its backtests: asks go in, answers are heard on the event loop.

The process brings what the loop must never wait for: numba, pyarrow, and every bar of years. Killing it is what
cancelling means, whatever it is doing. It ends by itself when the console is gone.
"""

import asyncio
import os
import signal
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
        self._talk: _Talk | None = None

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        child = self._talk.child if self._talk is not None and not self._talk.is_over else None
        return child.pid if child is not None else None

    def ask(self, message: Ask) -> None:
        """Ask something of the process, started where there is none."""
        if self._talk is None or self._talk.is_over:
            self._talk = _Talk(self._options, self._heard)
        self._talk.asks.put_nowait(message)

    def stop(self) -> None:
        """Kill the process; what it was asked is forgotten."""
        if self._talk is not None:
            self._talk.stop()
        self._talk = None


class _Talk:
    """One process, from its start to its end.

    Attributes:
        asks: what it is to be asked.
        child: the process, once it is started.
        is_over: nothing is heard of it any more.
    """

    def __init__(self, options: Sequence[str], heard: Heard) -> None:
        self.asks: asyncio.Queue[Ask] = asyncio.Queue()
        self.child: asyncio.subprocess.Process | None = None
        self.is_over = False
        self._heard = heard
        self.task = asyncio.create_task(self._talk(options), name="backtest")

    def stop(self) -> None:
        """Kill it, and the compiler it may have started; the task sees it end."""
        self.is_over = True
        if self.child is not None and self.child.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self.child.pid, signal.SIGKILL)

    async def _talk(self, options: Sequence[str]) -> None:
        child = self.child = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", MODULE, *options,
            env={**os.environ, "PYTHONPATH": PROJECT}, limit=LONGEST, start_new_session=True,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        if self.is_over:
            self.stop()
        asking = asyncio.create_task(_asks_of(self.asks, child))
        complaining = asyncio.create_task(_last_line(child))
        try:
            await self._hear(child)
            code, said = await child.wait(), await complaining
        except asyncio.CancelledError:
            self.stop()
            await child.communicate()  # its pipes, too, are closed before the loop is
            raise
        finally:
            asking.cancel()
            complaining.cancel()
        if not self.is_over:
            self.is_over = True
            self._heard(Refused(f"the backtest ended by itself, exit {code}{f': {said}' if said else ''}"))

    async def _hear(self, child: asyncio.subprocess.Process) -> None:
        """Every answer in its turn; the loop's other work comes between any two of them."""
        out = child.stdout
        while out is not None and (line := await out.readline()):
            if self.is_over:
                continue
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
