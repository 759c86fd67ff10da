"""How late the event loop is, and what the process holds: for runs that last."""

import asyncio
import os
import threading
from pathlib import Path
from time import perf_counter

_EVERY_S = 0.005
_PAGE = os.sysconf("SC_PAGE_SIZE")


class LoopLag:
    """Sleeps a few milliseconds again and again, and keeps by how much each sleep was too long, ms."""

    def __init__(self) -> None:
        self._late_ms: list[float] = []

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            began = perf_counter()
            await asyncio.sleep(_EVERY_S)
            self._late_ms.append((perf_counter() - began - _EVERY_S) * 1000)

    def take(self) -> list[float]:
        """What was measured since the last call."""
        taken, self._late_ms = self._late_ms, []
        return taken


def at_percent(values: list[float], percent: float) -> float:
    """The value that so many percent do not exceed; 0 without values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else 0.0


def resident_mb() -> float:
    """Resident memory of this process, MB."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE / 1e6


def open_files() -> int:
    """File descriptors of this process."""
    return len(list(Path("/proc/self/fd").iterdir()))


def threads() -> int:
    """Threads of this process that Python knows of."""
    return threading.active_count()
