"""How long an event loop stands still while something else is done: one act in a process of its own, one line of JSON.

`python -m benchmarks.standstill ACT [REST WS]`. Ours: `idle`, `start` (a whole desk up to its first scan over the venue
at these addresses, its kernels loaded from a warm cache), `child` (the cache filled anew by a child), `scan` (again and
again). Of others: `jit` (compiled on a thread of the desk's process), `locked` (a kernel that keeps the interpreter's
lock), `pandas` (a scan by shifted columns on a thread).
"""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter

import numpy as np

from atlas_tui.cli.heap import set_aside
from core.adapters.coinbase_feed import CoinbaseFeed
from core.adapters.coinbase_rest import CoinbaseVenue
from core.adapters.sqlite_store import SqliteStore
from core.adapters.state_dir import StateDir
from core.adapters.system_clock import measured_clock
from core.config import load_settings
from core.session import Session, SessionOptions
from core.session.threads import in_thread
from core.strat import warm

EVERY_S = 0.001
WATCHED_S = 1.0
BARS = 1_000_000
SCANS = 20

Act = Callable[[Path], Awaitable[object]]
"""Given an empty folder."""


class Standstill:
    """Sleeps a millisecond again and again; the longest that one was too long, in milliseconds."""

    longest_ms = 0.0

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            began = perf_counter()
            await asyncio.sleep(EVERY_S)
            self.longest_ms = max(self.longest_ms, (perf_counter() - began - EVERY_S) * 1e3)


def idle() -> Act:
    """Nothing."""
    return lambda _: asyncio.sleep(WATCHED_S)


def start() -> Act:
    """A desk without a screen: ledger, listings, candles, socket, kernels, first scan; its modules are imported."""
    venue = CoinbaseVenue(sys.argv[2])
    clock = measured_clock(venue, lambda _: None)
    policy = load_settings(environ={}).policy

    async def act(folder: Path) -> None:
        store = SqliteStore(StateDir.create(folder / "desk"))
        feed = CoinbaseFeed(sys.argv[3], clock, venue.increments)
        session = Session(policy, venue, feed, store, clock, SessionOptions())
        running = asyncio.create_task(session.run())
        async with asyncio.timeout(60):
            await session.wait_armed()
        session.stop()
        await running
        store.close()
        venue.close()

    return act


def child() -> Act:
    """As at the first start after an upgrade: a child compiles, the loop goes on."""

    async def act(folder: Path) -> None:
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder)}
        nowhere = asyncio.subprocess.DEVNULL
        compiling = await asyncio.create_subprocess_exec(*warm.warm_command(), env=environment, stdout=nowhere)
        await compiling.wait()

    return act


def scan() -> Act:
    """The kernel over a long series on a thread, as often as it takes to be seen."""
    # The loader: numba's cache is chosen before.
    from core.strat.kernels import write_codes  # noqa: PLC0415

    (high, low), codes = _walk(), np.empty(BARS, np.uint8)
    write_codes(high, low, codes)

    async def act(_: Path) -> None:
        for _number in range(SCANS):
            await in_thread(write_codes, high, low, codes)

    return act


def jit() -> Act:
    """The kernels compiled on a thread, nothing cached."""

    def compile_all() -> None:
        # The loader: the folder of numba's cache is read when it is imported.
        from core.strat.rehearsal import rehearse  # noqa: PLC0415

        rehearse()

    async def act(folder: Path) -> None:
        os.environ["NUMBA_CACHE_DIR"] = str(folder)
        await in_thread(compile_all)

    return act


def locked() -> Act:
    """A class array and five passes, compiled without `nogil`; by a call on a few bars, before."""
    # The loader: this peer alone needs them.
    from numba import njit  # noqa: PLC0415

    from benchmarks import one_pass_a_pattern as peer  # noqa: PLC0415

    classes, search = (njit(getattr(peer, name).py_func) for name in ("classes_of", "pattern_pass"))
    high, low = _walk()

    def run(count: int) -> None:
        kinds = classes(high[:count], low[:count])
        for which in range(5):
            search(kinds, high[:count], low[:count], which)

    run(10)
    return lambda _: in_thread(run, BARS)


def pandas() -> Act:
    """Shifted columns over the same bars, on a thread."""
    # The loader: this peer alone needs it.
    from benchmarks.peers.frames.peer import scan_of  # noqa: PLC0415

    work = scan_of(*_walk())
    return lambda _: in_thread(work)


ACTS: dict[str, Callable[[], Act]] = {each.__name__: each for each in (idle, start, child, scan, jit, locked, pandas)}


def _walk() -> tuple["np.ndarray[tuple[int], np.dtype[np.float64]]", "np.ndarray[tuple[int], np.dtype[np.float64]]"]:
    random = np.random.default_rng(1)
    middle = 60_000 + np.cumsum(random.normal(0, 20, BARS))
    return middle + random.exponential(30, BARS), middle - random.exponential(30, BARS)


def _compiled() -> int:
    """Kernels of the scanner that this process had to compile."""
    module = sys.modules.get("core.strat.kernels")
    found = [getattr(value, "stats", None) for value in vars(module).values()] if module else []
    return sum(sum(stats.cache_misses.values()) for stats in found if stats is not None)


async def watched(act: Act) -> float:
    """The longest standstill, ms, while it is done."""
    still = Standstill()
    set_aside()
    watching = asyncio.create_task(still.watch())
    await asyncio.sleep(10 * EVERY_S)
    still.longest_ms = 0.0
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        await act(Path(folder))
    watching.cancel()
    return still.longest_ms


if __name__ == "__main__":
    prepared = ACTS[sys.argv[1]]()
    print(json.dumps({"longest_ms": asyncio.run(watched(prepared)), "compiled": _compiled()}))
