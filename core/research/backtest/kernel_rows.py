"""Base bars in integers rolled into longer rows, and what a row rests on (STRAT.md S7, S8.4)."""

from typing import Final

import numpy as np

from core.research.backtest.bars import Ints
from core.research.backtest.kernel_compile import kernel
from core.strat.kernels import Bytes, write_codes

START: Final = 0
OPEN: Final = 1
HIGH: Final = 2
LOW: Final = 3
FIRST: Final = 4
GOOD: Final = 5

CHUNK: Final = 8192
BACK: Final = 3

Rows = tuple[Ints, Ints, Ints, Ints, Ints, Ints]
"""Epoch seconds, three prices in units (0 in a bad row), the first base bar, one entry more, and how many good ones."""


@kernel
def write_row(rows: Rows, made: int, begins: int, prices: tuple[int, int, int], good: int) -> None:
    """Write what a finished bucket holds: its start, open, high and low, and how many good base bars."""
    rows[START][made], rows[GOOD][made] = begins, good
    rows[OPEN][made], rows[HIGH][made], rows[LOW][made] = prices


@kernel
def roll(shorter: Rows, count: int, span: int, offset: int, rows: Rows) -> int:
    """Roll `count` shorter rows into rows of `span` seconds; bad ones are holes in theirs (S7.4). Returns how many.

    Args:
        shorter: rows whose span divides `span`; `FIRST` has one entry more.
        count: how many there are; at least one.
        span: of the rows made.
        offset: where their grid begins, epoch seconds.
        rows: written; `FIRST` gets one entry more. A bucket that begins before the first bar is among them.
    """
    starts, opens, highs, lows, bars, goods = shorter
    first = rows[FIRST]
    made, begins, good = 0, (starts[0] - offset) // span * span + offset, 0
    opened, high, low = 0, 0, 0
    first[0] = bars[0]
    for i in range(count):
        if starts[i] >= begins + span:
            write_row(rows, made, begins, (opened, high, low), good)
            made += 1
            begins = (starts[i] - offset) // span * span + offset
            first[made] = bars[i]
            opened, high, low, good = 0, 0, 0, 0
        if lows[i] > 0:
            if good == 0:
                opened, low = opens[i], lows[i]
            high, low = max(high, highs[i]), min(low, lows[i])
            good += goods[i]
    write_row(rows, made, begins, (opened, high, low), good)
    first[made + 1] = bars[count]
    return made + 1


@kernel
def write_all_codes(rows: Rows, first: int, count: int, codes: Bytes) -> None:
    """The scanner's code of every row from `first` on, chunk by chunk: floats of all rows would fill the memory.

    A code looks three rows back, so each chunk begins that much earlier, and what it says of those is passed over.
    """
    tops, bottoms = rows[HIGH], rows[LOW]
    high, low, chunk = np.empty(CHUNK + BACK), np.empty(CHUNK + BACK), np.empty(CHUNK + BACK, np.uint8)
    done = first
    while done < count:
        begins, ends = max(first, done - BACK), min(count, done + CHUNK)
        size = ends - begins
        for i in range(size):
            good = bottoms[begins + i] > 0
            high[i] = tops[begins + i] if good else np.nan
            low[i] = bottoms[begins + i] if good else np.nan
        write_codes(high[:size], low[:size], chunk[:size])
        codes[done - first : ends - first] = chunk[done - begins : size]
        done = ends


@kernel
def covered(begins: int, ends: int, windows: Ints, after: int) -> int:
    """Seconds of [begins, ends) that the windows from number `after` on cover."""
    total = 0
    for i in range(after, windows.shape[1]):
        if windows[0, i] >= ends:
            break
        total += max(0, min(ends, windows[1, i]) - max(begins, windows[0, i]))
    return total


@kernel
def first_window(windows: Ints, at: int) -> int:
    """The number of the first window that ends after `at`."""
    return int(np.searchsorted(windows[1], at, side="right"))


@kernel
def is_flagged(begins: int, span: int, windows: Ints) -> bool:
    """Do the maintenance windows cover at least half of the bar? (S8.4)"""
    return 2 * covered(begins, begins + span, windows, first_window(windows, begins)) >= span


@kernel
def is_complete(rows: Rows, row: int, spans: tuple[int, int, float], base: Ints, low: Ints, windows: Ints) -> bool:
    """Are the children of a closed row there? A missing one inside the maintenance window counts as there (S7.4).

    Args:
        rows: of the row's timeframe.
        row: which.
        spans: seconds of the row, seconds of a base bar, and the share of children that is enough.
        base: starts of the base bars.
        low: their lows, 0 in a bad one.
        windows: begin and end of each maintenance window, epoch seconds.
    """
    span, child, enough = spans
    expected = span // child
    there = rows[GOOD][row]
    if there == expected:
        return True
    begins = rows[START][row]
    bar, last = rows[FIRST][row], rows[FIRST][row + 1]
    at = begins
    while at < begins + span:
        while bar < last and base[bar] < at:
            bar += 1
        present = bar < last and base[bar] == at and low[bar] > 0
        if not present and is_flagged(at, child, windows):
            there += 1
        at += child
    return bool(there >= expected * enough)


@kernel
def rests_on_gap(
    rows: Rows, row: int, first: int, spans: tuple[int, int, float], base: Ints, low: Ints, windows: Ints
) -> bool:
    """Does a row make what rests on it MAINTENANCE_GAP: in the window, behind a hole, or incomplete? (S5)

    Args:
        rows, row, spans, base, low, windows: as for `is_complete`.
        first: the timeframe's first row; of what was before it nothing is known.
    """
    span = spans[0]
    if is_flagged(rows[START][row], span, windows):
        return True
    if span <= 3600:
        return row > first and rows[START][row] > rows[START][row - 1] + span
    return not is_complete(rows, row, spans, base, low, windows)
