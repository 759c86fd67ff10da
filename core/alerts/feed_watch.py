"""Is the feed down for long enough to say so, or up again after that was said?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.domain.link import FeedState

_WELL: Final = (FeedState.LIVE, FeedState.SLOW, FeedState.MAINT)


@dataclass(frozen=True, slots=True)
class FeedTurn:
    """Worth an alert: down, or up again, and since when the feed had been down, desk time."""

    up: bool
    since: datetime


@dataclass(slots=True)
class FeedWatch:
    """Looks at the feed from time to time; what lasts is measured on the monotonic clock, for the other may jump.

    Attributes:
        after_s: real seconds without live prices before they are worth an alert.
        told: since when it has been down, as was said in an alert, maybe by the desk before this one.
    """

    after_s: float
    told: datetime | None = None
    _lost: tuple[datetime, float] | None = None

    def look(self, state: FeedState, now: datetime, real_s: float) -> FeedTurn | None:
        """Take the state at this moment, and say what is to be told."""
        if state in _WELL:
            self._lost, told, self.told = None, self.told, None
            return FeedTurn(True, told) if told is not None else None
        if self._lost is None:
            self._lost = now, real_s
        since, lost_s = self._lost
        if self.told is None and real_s - lost_s >= self.after_s:
            self.told = since
            return FeedTurn(False, since)
        return None
