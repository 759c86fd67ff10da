"""How late the event loop is, and what the process holds: for runs that last."""

import asyncio
import os
import threading
from collections import Counter
from pathlib import Path
from time import perf_counter

_EVERY_S = 0.005
_LONGEST = 100_000
"""Steps; what is later than 10 s counts as that."""
_PAGE = os.sysconf("SC_PAGE_SIZE")


_STEP_MS = 0.1


class LoopLag:
    """Sleeps a few milliseconds again and again, and counts by how much each sleep was too long.

    It takes no more memory after a day than after a minute, so that it does not show in what it is beside.
    """

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            began = perf_counter()
            await asyncio.sleep(_EVERY_S)
            self._counts[min(_LONGEST, round((perf_counter() - began - _EVERY_S) * 1000 / _STEP_MS))] += 1

    def forget(self) -> None:
        """Begin anew."""
        self._counts.clear()

    def at_percent(self, percent: float) -> float:
        """The lag that so many percent did not exceed, ms to a tenth; 0 without any."""
        left = self._counts.total() * percent / 100
        for step in sorted(self._counts):
            left -= self._counts[step]
            if left <= 0:
                return step * _STEP_MS
        return 0.0


def resident_mb() -> float:
    """Resident memory of this process, MB."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE / 1e6


def open_files() -> int:
    """File descriptors of this process."""
    return len(list(Path("/proc/self/fd").iterdir()))


def threads() -> int:
    """Threads of this process that Python knows of."""
    return threading.active_count()
