"""What the API sees of the desk: its newest picture, published by the desk's loop and read on the API's thread.

A picture is frozen and replaced whole, so no lock is needed and no reader can hold up the desk.
"""

import asyncio
from dataclasses import dataclass, field

from core.domain.events import Level, Noted, fresh_notes
from core.domain.snapshot import ScanView, Snapshot

LOOK_S = 1.0
"""Real seconds between two measurings of the loop's lag."""


@dataclass(slots=True)
class Watch:
    """Written on the desk's loop only.

    Attributes:
        snapshot: the newest picture; None before the first.
        heard_s: monotonic seconds at which it came.
        scans: finished since the start.
        errors: lines of the log since the start that tell of an error.
        lag_s: how late the desk's loop was with the last look.
        lag_most_s: and at its worst since the start.
    """

    snapshot: Snapshot | None = None
    heard_s: float = 0.0
    scans: int = 0
    errors: int = 0
    lag_s: float = 0.0
    lag_most_s: float = 0.0
    _scan: ScanView | None = field(default=None, repr=False)
    _said: Noted | None = field(default=None, repr=False)

    def hear(self, snapshot: Snapshot, now_s: float) -> None:
        """Take the newest picture, and count what it tells."""
        if snapshot.last_scan is not None and snapshot.last_scan is not self._scan:
            self._scan = snapshot.last_scan
            self.scans += 1
        if snapshot.log and snapshot.log[-1] is not self._said:
            self.errors += sum(noted.level is Level.ERROR for noted in fresh_notes(snapshot.log, self._said))
            self._said = snapshot.log[-1]
        self.snapshot = snapshot
        self.heard_s = now_s

    async def measure(self) -> None:
        """Look at the loop again and again, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due_s = loop.time() + LOOK_S
            await asyncio.sleep(LOOK_S)
            self.lag_s = max(0.0, loop.time() - due_s)
            self.lag_most_s = max(self.lag_most_s, self.lag_s)
