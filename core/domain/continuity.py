"""Timeframe continuity and the veto of an inside week or day (STRAT.md S6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from core.domain.bars import BarKind
from core.domain.patterns import Side
from core.domain.timeframes import CONTINUITY, VETOING, Timeframe


@dataclass(frozen=True, slots=True)
class Standing:
    """How a timeframe's newest bar stands: its class against the bar before, its open, and its close so far."""

    kind: BarKind
    open: Decimal
    close: Decimal

    def supports(self, side: Side) -> bool:
        """Does this bar count for `side`? A 2 by its class, a 3 by its colour, a 1 never (S6.1)."""
        return self.beyond_open(side) if self.kind is BarKind.OUTSIDE else self.kind is side.kind

    def beyond_open(self, side: Side) -> bool:
        """Does the bar stand beyond its open on `side`? Not where either price is missing."""
        known = self.open.is_finite() and self.close.is_finite()
        return known and side.sign * (self.close - self.open) > 0


Stood = tuple[tuple[str, str, int], ...]
"""Standings as a fact keeps them: `1d`, its class `2U`, and whether it stood above (+1) or below (-1) its open."""


def stood(standings: Mapping[Timeframe, Standing]) -> Stood:
    """The standings at one moment as a fact keeps them, longest first."""
    found = []
    for timeframe in sorted(standings, reverse=True):
        standing = standings[timeframe]
        above = 1 if standing.beyond_open(Side.LONG) else -1 if standing.beyond_open(Side.SHORT) else 0
        found.append(_kept(timeframe, standing.kind, above))
    return tuple(found)


@cache
def _kept(timeframe: Timeframe, kind: BarKind, above: int) -> tuple[str, str, int]:
    """One of some sixty triples: thousands of facts share them."""
    return str(timeframe), kind.text, above


def told(kept: Stood) -> dict[Timeframe, Standing]:
    """Standings out of a fact: the open stands at 0, the close at +1, 0 or -1 for the side of it that was kept."""
    kinds = {kind.text: kind for kind in BarKind}
    return {
        Timeframe.parse(name): Standing(kinds.get(kind, BarKind.UNKNOWN), Decimal(0), Decimal(above))
        for name, kind, above in kept
    }


def tfc_score(standings: Mapping[Timeframe, Standing], side: Side) -> int:
    """How many of 1w, 1d, 4h, 1h support `side`: 0 to 4; missing data counts 0 (S6.1)."""
    return sum(1 for tf in CONTINUITY if (standing := standings.get(tf)) is not None and standing.supports(side))


def open_score(standings: Mapping[Timeframe, Standing], side: Side) -> int:
    """How many of the four stand beyond their open on `side`: 0 to 4, for display only (S6.3)."""
    found = (standings.get(tf) for tf in CONTINUITY)
    return sum(1 for standing in found if standing is not None and standing.beyond_open(side))


def veto(standings: Mapping[Timeframe, Standing], signal_timeframe: Timeframe) -> Timeframe | None:
    """The first of 1w, 1d strictly above the signal's timeframe whose bar is inside, or None (S6.2)."""
    for timeframe in VETOING:
        if timeframe > signal_timeframe:
            standing = standings.get(timeframe)
            if standing is not None and standing.kind is BarKind.INSIDE:
                return timeframe
    return None
