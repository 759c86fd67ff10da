"""Which trades the Performance tab speaks of: a window, whose they are, and by what they are told apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from core.domain.dimensions import DIMENSIONS
from core.domain.positions import ClosedTrade, Origin
from core.domain.review_views import ShadowView
from core.domain.snapshot import Snapshot

T = TypeVar("T")

WINDOWS: Mapping[str, timedelta | None] = {"30": timedelta(days=30), "7": timedelta(days=7), "all": None}
"""Days back from now; the first is the default."""
STRATEGIES: Mapping[str, frozenset[Origin]] = {
    "aggregate": frozenset(Origin),
    "STRAT": frozenset((Origin.SETUP,)),
    "by hand": frozenset((Origin.HAND,)),
}

CROSSED = ("timeframe", "pattern", "direction", "tier")
"""The table's own dimensions; the others are looked at one by one."""
GROUPINGS = (CROSSED, *((name,) for name in DIMENSIONS))


@dataclass(frozen=True, slots=True)
class Period:
    """What a person chose to look at."""

    window: str = "30"
    strategy: str = "aggregate"
    by: tuple[str, ...] = CROSSED

    @property
    def title(self) -> str:
        """`last 30 days, aggregate`."""
        window = "all trades" if self.window == "all" else f"last {self.window} days"
        return f"{window}, {self.strategy}"

    def since(self, at: datetime) -> datetime | None:
        """Where the window begins; None where it holds everything."""
        length = WINDOWS[self.window]
        return None if length is None else at - length

    def trades(self, snapshot: Snapshot) -> tuple[ClosedTrade, ...]:
        """Closed trades of the window and the strategy, oldest first."""
        since, origins = self.since(snapshot.at), STRATEGIES[self.strategy]
        return tuple(
            trade
            for trade in snapshot.trades
            if trade.position.origin in origins and (since is None or trade.exit.at >= since)
        )

    def shadows(self, snapshot: Snapshot) -> tuple[ShadowView, ...]:
        """Refused entries that began in the window."""
        since = self.since(snapshot.at)
        return tuple(shadow for shadow in snapshot.shadows if since is None or shadow.opened_at >= since)

    def turned(self, field: str) -> "Period":
        """The next choice of `window`, `strategy` or `by`."""
        if field == "by":
            return replace(self, by=following(GROUPINGS, self.by))
        if field == "strategy":
            return replace(self, strategy=following(tuple(STRATEGIES), self.strategy))
        return replace(self, window=following(tuple(WINDOWS), self.window))


def following(choices: Sequence[T], now: T) -> T:
    """The choice after this one, around the end; the first where it is none of them."""
    return choices[(choices.index(now) + 1) % len(choices)] if now in choices else choices[0]
