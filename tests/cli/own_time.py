"""How long a process takes to end by itself: without the time in which a busy machine let it wait for a processor.

Linux counts for every thread how long it was ready to run and did not (`/proc/PID/task/TID/schedstat`, nanoseconds).
That is no doing of the program; all the rest is: what it computes, and what it waits for. Of threads that waited at the
same time the one that waited most counts, so that nothing is left out twice; on a quiet machine nothing is left out at
all. Where the system does not count, the clock on the wall alone does.
"""

import os
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

SOON_S: Final = 2.0
"""Own seconds in which all that is told to end has ended (RELIABILITY.md section 4)."""
_PATIENCE_S: Final = 60.0
"""By the clock on the wall, on the busiest machine."""


class OwnTime:
    """Measures a process from now on. Look every few milliseconds: what a thread has waited is gone when it ends."""

    def __init__(self, pid: int) -> None:
        self._threads = Path(f"/proc/{pid}/task")
        self._told: dict[Path, float] = self._counts()
        self._looked = time.monotonic()
        self._own_s = 0.0

    def look(self) -> float:
        """The seconds of its own so far."""
        counts, now = self._counts(), time.monotonic()
        waited_s = max((count - self._told.get(thread, 0.0) for thread, count in counts.items()), default=0.0)
        self._own_s += now - self._looked - waited_s  # below 0 where a long wait has just ended: it is counted then
        self._told |= counts
        self._looked = now
        return max(0.0, self._own_s)

    def _counts(self) -> dict[Path, float]:
        """By thread: how long it has waited since it began. Ours is among them, for it may see an end late."""
        threads, counts = [Path(f"/proc/self/task/{threading.get_native_id()}")], {}
        with suppress(OSError):
            threads += self._threads.iterdir()
        for thread in threads:
            with suppress(OSError, IndexError):
                counts[thread] = int((thread / "schedstat").read_text().split()[1]) / 1e9
        return counts


def seconds_to_end(
    process: subprocess.Popen[Any], tell: Callable[[], object], meanwhile: Callable[[], object]
) -> float:
    """Tell a running process to end, and wait until it has: its own seconds from the one to the other.

    Args:
        process: it; it is reaped.
        tell: tells it.
        meanwhile: done again and again until it has ended; takes some milliseconds.
    """
    own = OwnTime(process.pid)
    tell()
    deadline = time.monotonic() + _PATIENCE_S
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        assert time.monotonic() < deadline, "it does not end"
        own.look()
        meanwhile()
    took_s = own.look()
    process.wait()
    return took_s
