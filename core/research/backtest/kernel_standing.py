"""Continuity and veto at a break, from the rows of 1w, 1d, 4h and 1h and their base bars (STRAT.md S6, S13.4)."""

from typing import Final

from core.research.backtest.bars import Ints
from core.research.backtest.kernel_compile import kernel
from core.research.backtest.kernel_rows import HIGH, LOW, OPEN, Rows, first_bar

Frames = tuple[tuple[Rows, Rows, Rows, Rows], Ints]
"""Rows of 1w, 1d, 4h and 1h; and for each the seconds, 0 where the base bars are too long for it, the first row that
counts, and the most base bars of a row. One that is not there has the rows of the next shorter, or the base bars'."""
THERE: Final = 0
START_AT: Final = 1
MOST: Final = 2
NEAR_ROWS: Final = 4
Seen = tuple[int, int, int]
"""Open, high and low of a forming row."""
Base = tuple[Ints, Ints, Ints, Ints]
"""Start, open, high and low of the base bars."""

_INSIDE: Final = 1
_OUTSIDE: Final = 3
_VETO_WEEK: Final = 2
_VETO_DAY: Final = 1


@kernel
def row_at(rows: Rows, most: int, bar: int, near: int) -> int:
    """The row that holds a base bar, sought from one near it on: breaks come in nearly the order of their bars.

    No row has more than `most`, so the row is at least as many on as that goes into the bars between.
    """
    while first_bar(rows, near) > bar:
        near -= 1
    ahead = (bar - first_bar(rows, near)) // most
    while ahead > 0:
        near += ahead
        ahead = (bar - first_bar(rows, near)) // most
    while first_bar(rows, near + 1) <= bar:
        near += 1
    return near


@kernel
def of_bars(base: Base, bar: int, since: int, seen: Seen) -> Seen:
    """What is seen of a row, with the base bars from `since` to the one before `bar`."""
    _, opened, high, low = base
    begin, top, bottom = seen
    for i in range(bar - 1, since - 1, -1):
        if low[i] > 0:
            begin, top, bottom = opened[i], max(top, high[i]), min(bottom, low[i])
    return begin, top, bottom


@kernel
def stretched(rows: Rows, at: int, since: int, seen: Seen) -> Seen:
    """What is seen of a longer row, with the rows before number `at` whose base bars begin at `since` or later."""
    opened, high, low = rows[OPEN], rows[HIGH], rows[LOW]
    begin, top, bottom = seen
    while at > 0 and first_bar(rows, at - 1) >= since:
        at -= 1
        if low[at] > 0:
            begin, top, bottom = opened[at], max(top, high[at]), min(bottom, low[at])
    return begin, top, bottom


@kernel
def class_of(high: Ints, low: Ints, row: int, first: int, seen: Seen) -> int:
    """Class of a row of which this is seen (0, 1, 2, -2 or 3); 0 without a good row before it that counts."""
    if row <= first or low[row - 1] == 0:
        return 0
    up, down = seen[1] > high[row - 1], seen[2] < low[row - 1]
    if up:
        return _OUTSIDE if down else 2
    return -2 if down else _INSIDE


@kernel
def supports(kind: int, side: int, fill: int, seen: Seen) -> int:
    """1 where a row of this class supports the side (S6.1), else 0."""
    return 1 if kind == 2 * side or (kind == _OUTSIDE and side * (fill - seen[0]) > 0) else 0


@kernel
def stand(frames: Frames, bar: int, base: Base, fill: int, side: int, seconds: int, near: Ints) -> tuple[int, int]:
    """How many of the four timeframes support `side` at a break at `fill`, and what vetoes it (S6.1, S6.2).

    Each forming row is taken as of the close before `bar`, then stretched by the bar's open and the fill; nothing else
    of the bar is used. A longer row is the shorter one within it and those before that, down to the base bars.

    Args:
        frames: rows of the four, longest first.
        bar: the base bar that breaks.
        base: the base bars.
        fill: the raw fill, units.
        side: 1 or -1.
        seconds: of the setup's timeframe; what is not longer does not veto.
        near: the row of each timeframe that held the last bar asked for; written.
    """
    rows, spans = frames
    week, day, four, hour = rows
    near[3] = row_at(hour, spans[3, MOST], bar, near[3])
    near[2] = row_at(four, spans[2, MOST], bar, near[2])
    near[1] = row_at(day, spans[1, MOST], bar, near[1])
    near[0] = row_at(week, spans[0, MOST], bar, near[0])
    seen = (base[1][bar], max(base[1][bar], fill), min(base[1][bar], fill))
    seen = of_bars(base, bar, first_bar(hour, near[3]), seen)
    kind = class_of(hour[HIGH], hour[LOW], near[3], spans[3, START_AT], seen) if spans[3, THERE] else 0
    score = supports(kind, side, fill, seen)
    seen = stretched(hour, near[3], first_bar(four, near[2]), seen)
    kind = class_of(four[HIGH], four[LOW], near[2], spans[2, START_AT], seen) if spans[2, THERE] else 0
    score += supports(kind, side, fill, seen)
    seen = stretched(four, near[2], first_bar(day, near[1]), seen)
    kind = class_of(day[HIGH], day[LOW], near[1], spans[1, START_AT], seen) if spans[1, THERE] else 0
    score += supports(kind, side, fill, seen)
    veto = _VETO_DAY if kind == _INSIDE and spans[1, THERE] > seconds else 0
    seen = stretched(day, near[1], first_bar(week, near[0]), seen)
    kind = class_of(week[HIGH], week[LOW], near[0], spans[0, START_AT], seen) if spans[0, THERE] else 0
    score += supports(kind, side, fill, seen)
    return score, _VETO_WEEK if kind == _INSIDE and spans[0, THERE] > seconds else veto
