"""What is absent between the first and the last bar of a series."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.domain.timeframes import Timeframe
from core.research.history.part import Spans, outside
from core.research.history.rows import Ints


@dataclass(frozen=True, slots=True)
class Hole:
    """Neighbouring bars that are absent.

    Attributes:
        since_s: opening of the first, epoch seconds.
        until_s: opening of the bar after the last.
        bars: how many.
        asked: the venue was asked for all of them, and has published none.
    """

    since_s: int
    until_s: int
    bars: int
    asked: bool = False


def holes_in(start: Ints, timeframe: Timeframe, asked: Spans = ()) -> Sequence[Hole]:
    """The holes between these openings, oldest first."""
    found = []
    for before in np.flatnonzero(np.diff(start) > timeframe.seconds):
        since, until = int(start[before]) + timeframe.seconds, int(start[before + 1])
        bars = (until - since) // timeframe.seconds
        found.append(Hole(since, until, bars, not outside(asked, since, until)))
    return tuple(found)
