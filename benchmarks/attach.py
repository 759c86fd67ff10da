"""What consoles of other processes cost a desk: `python -m benchmarks.attach [--seconds N] [--rounds N] [--json]`.

A desk without a screen over a scripted venue, 300 prices a second. Its processor time with 0, 1 and 3 consoles that
take all they are sent, and with one more that takes nothing, as if stopped; bytes a second to one of them; resident
memory before and after. Then a bare Textual app and `atlas attach` in a pseudo-terminal, in turn: seconds
from starting the interpreter to a line, and to a screen with prices and a chart.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any, Final, NamedTuple

from benchmarks.screen_child import Child
from benchmarks.screen_report import table
from benchmarks.screen_venue import Venue
from core.adapters.desk_greeting import greeted

RATE: Final = 300.0
_TICK_S: Final = 1 / os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


def cpu_s(pid: int) -> float:
    """Processor seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_S


def resident_mb(pid: int) -> float:
    """Memory a process has in use."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE / 1e6


class Shown(NamedTuple):
    """Real seconds, and those of a processor."""

    wall_s: float
    cpu_s: float


class Taker:
    """A console without a screen: takes all it is sent, or nothing."""

    def __init__(self, root: Path, takes: bool) -> None:
        self.taken = 0
        self._sock, _ = greeted(root, lambda: "benchmark", 10.0)
        self._sock.setblocking(False)
        self._task = asyncio.create_task(self._take()) if takes else None

    async def _take(self) -> None:
        while data := await asyncio.get_running_loop().sock_recv(self._sock, 1 << 20):
            self.taken += len(data)

    async def leave(self) -> None:
        """Hang up."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._sock.close()


async def cost(root: Path, pid: int, seconds: float, taking: int, frozen: int) -> dict[str, float]:
    """The desk's share of a processor, bytes a second to the first console, and growth of its memory."""
    consoles = [Taker(root, True) for _ in range(taking)]
    consoles += [Taker(root, False) for _ in range(frozen)]
    await asyncio.sleep(1.0)
    before, cpu, memory, began = consoles[0].taken if taking else 0, cpu_s(pid), resident_mb(pid), monotonic()
    await asyncio.sleep(seconds)
    took = monotonic() - began
    found = {
        "consoles": taking,
        "frozen": frozen,
        "cpu_pct": 100 * (cpu_s(pid) - cpu) / took,
        "bytes_s": (consoles[0].taken - before) / took if taking else 0.0,
        "grown_mb": resident_mb(pid) - memory,
    }
    for console in consoles:
        await console.leave()
    return found


async def shown(module: str, arguments: Sequence[str], words: str) -> Shown:
    """What a program takes from the start of its interpreter until the words stand on its screen."""
    child = Child(module, arguments)
    try:
        return Shown(await child.shows(words) - child.began, child.cpu_s())
    finally:
        await child.end()


async def reattached(root: Path) -> dict[str, Shown]:
    """A bare Textual app with its one line, then `atlas attach` with prices on its screen."""
    bare = await shown("benchmarks.screen_bare", (), "ready")
    return {"bare": bare, "attach": await shown("atlas_tui", ("attach", "--state-dir", str(root)), "live")}


async def measured(seconds: float, rounds: int) -> dict[str, Any]:
    """All of it, on one desk."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "desk"
        async with Venue() as venue:
            where = ["--rest", venue.rest, "--ws", venue.ws, "--state-dir", str(root)]
            desk = await asyncio.create_subprocess_exec(sys.executable, "-m", "atlas_tui", "run", *where, stdout=PIPE)
            assert desk.stdout is not None
            try:
                venue.rate = RATE
                await desk.stdout.readline()
                draining = asyncio.create_task(desk.stdout.read())
                costs = [await cost(root, desk.pid, seconds, *each) for each in ((0, 0), (1, 0), (3, 0), (1, 1))]
                attached = [await reattached(root) for _ in range(rounds)]
            finally:
                desk.terminate()
                await desk.wait()
            await draining
    return {"costs": costs, "attached": attached}


def main() -> None:
    """Print the figures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=10.0)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    found = asyncio.run(measured(options.seconds, options.rounds))
    if options.json:
        print(json.dumps(found))
        return
    rows = [
        (f"{one['consoles']}", f"{one['frozen']}", f"{one['cpu_pct']:.1f}", f"{one['bytes_s'] / 1e3:.0f}",
         f"{one['grown_mb']:+.1f}") for one in found["costs"]
    ]  # fmt: skip
    print("\n".join(table(("consoles", "frozen", "desk CPU %", "kB/s to one", "grown MB"), rows)))
    bare, whole = ([one[name] for one in found["attached"]] for name in ("bare", "attach"))
    rows = [
        (name, f"{median(one.wall_s for one in took):.2f}", f"{median(one.cpu_s for one in took):.2f}",
         f"{min(one.wall_s for one in took):.2f}", f"{min(one.cpu_s for one in took):.2f}")
        for name, took in (("bare app", bare), ("attach", whole))
    ]  # fmt: skip
    print("\n".join(table(("to a full screen", "median s", "CPU s", "least s", "CPU s"), rows)))
    ratio = median(one.wall_s for one in whole) / median(one.wall_s for one in bare)
    print(f"attach to bare: {ratio:.2f} by the median, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
