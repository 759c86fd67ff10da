"""Base bars rolled into longer ones, on UTC buckets (STRAT.md S7)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby

from core.domain.bars import Bar, bad_bar, flag_gaps
from core.domain.calendar import MaintenanceWindow
from core.domain.timeframes import D1, Timeframe

ENOUGH = 0.95
"""Share of children that makes a bar of a day or longer complete (S7.4)."""


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
    rolled = [_roll(start, list(inside), base, to, now, window) for start, inside in _buckets(rows, to)]
    if rows and rows[0].start != rolled[0].start:
        del rolled[0]
    return flag_gaps(rolled, to)


def in_order(bars: Iterable[Bar]) -> list[Bar]:
    """Oldest first; of two rows with one start the later one is kept (S7.2)."""
    by_start = {bar.start: bar for bar in bars}
    return [by_start[start] for start in sorted(by_start)]


def is_complete(
    start: datetime, there: Iterable[datetime], base: Timeframe, to: Timeframe, window: MaintenanceWindow
) -> bool:
    """Are the children of a closed bucket there? All of them below a day, 95 % from a day on (S7.4).

    Args:
        start: of the bucket.
        there: starts of its good children.
        base: the children's timeframe.
        to: the bucket's timeframe.
        window: a child missing inside it counts as there.
    """
    expected = to.minutes // base.minutes
    present = set(there)
    count = len(present)
    if count == expected:
        return True
    for i in range(expected):
        child = start + i * base.span
        if child not in present and window.flags_gap(child, base):
            count += 1
    return count >= expected * ENOUGH if to >= D1 else count == expected


def _buckets(rows: Sequence[Bar], to: Timeframe) -> Iterable[tuple[datetime, Iterable[Bar]]]:
    bounds: list[datetime] = []

    def bucket(bar: Bar) -> datetime:
        if not bounds or not bounds[0] <= bar.start < bounds[0] + to.span:
            bounds[:] = [to.start_of(bar.start)]
        return bounds[0]

    return groupby(rows, key=bucket)


def _roll(
    start: datetime, children: list[Bar], base: Timeframe, to: Timeframe, now: datetime, window: MaintenanceWindow
) -> Bar:
    good = [bar for bar in children if bar.good]
    if not good:
        return replace(bad_bar(start), children=0)
    closed = start + to.span <= now
    return Bar(
        start=start,
        open=good[0].open,
        high=max(bar.high for bar in good),
        low=min(bar.low for bar in good),
        close=good[-1].close,
        volume=sum((bar.volume for bar in good), Decimal(0)),
        children=len(good),
        complete=closed and is_complete(start, (bar.start for bar in good), base, to, window),
    )


def last_known_time(bars: Sequence[Bar], timeframe: Timeframe) -> datetime | None:
    """When the newest of sorted bars closes: the `now` of a file that is history; None without bars."""
    return bars[-1].start + timedelta(minutes=timeframe.minutes) if bars else None
