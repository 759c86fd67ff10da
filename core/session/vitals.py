"""Does a desk still live? Each of its parts must show another sign from time to time."""

from dataclasses import dataclass, field
from typing import Final

from core.domain.text import lasting

STILL_S: Final = {"clock": 10.0, "ledger": 60.0, "feed": 90.0}
"""Real seconds for which a part may show the same sign.

The clock looks around once a second. One commit may wait for a slow disk; a disk that refuses answers at once, and is
no reason to end a desk that still takes exits. A feed hears, tries or waits for its next try: a venue that is down
for days changes its sign every few seconds, only a task that hangs does not.
"""


@dataclass(slots=True)
class _Shown:
    sign: object
    since_s: float


@dataclass(slots=True)
class Vitals:
    """The last sign of each part, and since when it has been the same; seconds on the real clock."""

    _shown: dict[str, _Shown] = field(default_factory=dict)

    def look(self, part: str, sign: object | None, real_s: float) -> None:
        """Take what a part of STILL_S shows now; None where nothing is expected of it."""
        if sign is None:
            self._shown.pop(part, None)
        elif part not in self._shown or self._shown[part].sign != sign:
            self._shown[part] = _Shown(sign, real_s)

    def ailment(self, real_s: float) -> str:
        """Which part stands still, and for how long; empty while every part moves."""
        for part, limit_s in STILL_S.items():
            shown = self._shown.get(part)
            if shown is not None and real_s - shown.since_s > limit_s:
                return f"the {part} has stood still for {lasting(real_s - shown.since_s)}"
        return ""
