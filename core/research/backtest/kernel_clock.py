"""The clock's rules as arrays of epoch seconds, so that no kernel knows New York (STRAT.md S8, S10.1)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from core.domain.calendar import MaintenanceWindow, TierWindow, next_local
from core.research.backtest.bars import Ints
from core.research.backtest.kernel_money import INTRADAY, SWINGING

MARGIN = timedelta(days=9)
"""How far beyond the bars the arrays reach: past the next weekly window on either side."""


@dataclass(frozen=True, slots=True, eq=False)
class ClockArrays:
    """When the venue is in maintenance, which tier an entry takes, and when positions come under the swing tier.

    Attributes:
        windows: begin and end of every maintenance window, in two rows.
        tiers: from when on which tier holds for entries, in two rows.
        deadlines: in order.
    """

    windows: Ints
    tiers: Ints
    deadlines: Ints


def clock_arrays(maintenance: MaintenanceWindow, tier: TierWindow, since_s: int, until_s: int) -> ClockArrays:
    """The arrays for bars between two moments, epoch seconds."""
    first, last = (datetime.fromtimestamp(each, UTC) for each in (since_s, until_s))
    first, last = first - MARGIN, last + MARGIN
    begins = list(_all(maintenance.next_start, first, last)) if maintenance.opens < maintenance.closes else []
    ends = [maintenance.next_end(each) for each in begins]
    deadlines = list(_all(tier.next_deadline, first, last))
    opens = list(_all(lambda after: next_local(after, tier.opens), first, last))
    changes = sorted({first, *deadlines, *opens})
    held = [INTRADAY if tier.is_intraday_for_entry(each) else SWINGING for each in changes]
    return ClockArrays(
        np.array([_seconds(begins), _seconds(ends)], np.int64).reshape(2, -1),
        np.array([_seconds(changes), held], np.int64).reshape(2, -1),
        np.array(_seconds(deadlines), np.int64),
    )


def _all(following: Callable[[datetime], datetime], first: datetime, last: datetime) -> Iterator[datetime]:
    moment = following(first)
    while moment <= last:
        yield moment
        moment = following(moment)


def _seconds(moments: list[datetime]) -> list[int]:
    return [int(each.timestamp()) for each in moments]
