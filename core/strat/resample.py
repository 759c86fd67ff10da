"""Base bars rolled into longer ones, on UTC buckets (STRAT.md S7)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from core.domain.bars import Bar, flag_gaps
from core.domain.calendar import MaintenanceWindow
from core.domain.forming import FormingBar
from core.domain.timeframes import Timeframe


def resample(
    bars: Iterable[Bar], base: Timeframe, to: Timeframe, now: datetime, window: MaintenanceWindow | None = None
) -> tuple[Bar, ...]:
    """Roll bars of `base` into bars of `to`: sorted, start-labelled, holes kept, a partial first bucket dropped.

    A bad child is a hole in its bucket; a bucket of nothing but bad children is a bad bar. Empty buckets are absent and
    the row after them carries `gap_before`. A bucket still open at `now` is the last row and not complete.

    Args:
        bars: in any order; of two with one start the later one wins.
        base: their timeframe; a divisor of `to`.
        to: a whole number of minutes; `base` itself only sorts and flags the bars.
        now: the last known time, which decides what is closed.
        window: the weekly maintenance, whose missing children count as there.

    Raises:
        ValueError: `to` is not a whole multiple of `base`.
    """
    if to.minutes % base.minutes:
        raise ValueError(f"bars of {base} cannot be rolled into {to}: it is not a whole multiple")
    rows = in_order(bars)
    if to == base:
        return flag_gaps(rows, base)
    window = window or MaintenanceWindow()
    rolled = [_roll(start, inside, base, to, now, window) for start, inside in _buckets(rows, to)]
    if rows and rows[0].start != rolled[0].start:
        del rolled[0]
    return flag_gaps(rolled, to)


def in_order(bars: Iterable[Bar]) -> list[Bar]:
    """Oldest first; of two rows with one start the later one is kept (S7.2)."""
    by_start = {bar.start: bar for bar in bars}
    return [by_start[start] for start in sorted(by_start)]


def _buckets(rows: Sequence[Bar], to: Timeframe) -> Iterable[tuple[datetime, Iterable[Bar]]]:
    bounds: list[datetime] = []

    def bucket(bar: Bar) -> datetime:
        if not bounds or not bounds[0] <= bar.start < bounds[0] + to.span:
            bounds[:] = [to.start_of(bar.start)]
        return bounds[0]

    return groupby(rows, key=bucket)


def _roll(
    start: datetime, children: Iterable[Bar], base: Timeframe, to: Timeframe, now: datetime, window: MaintenanceWindow
) -> Bar:
    bucket = FormingBar.empty(start)
    for child in children:
        bucket.take_bar(child)
    return bucket.rolled(start + to.span <= now, base, to, window)


def last_known_time(bars: Sequence[Bar], timeframe: Timeframe) -> datetime | None:
    """When the newest of sorted bars closes: the `now` of a file that is history; None without bars."""
    return bars[-1].start + timedelta(minutes=timeframe.minutes) if bars else None
