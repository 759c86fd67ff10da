"""Base bars in integers rolled into longer rows, and what a row rests on (STRAT.md S7, S8.4)."""

from typing import Final

import numpy as np

from core.research.backtest.bars import Ints
from core.research.backtest.kernel_compile import kernel
from core.strat.kernels import Bytes, code_of

START: Final = 0
OPEN: Final = 1
HIGH: Final = 2
LOW: Final = 3
FIRST: Final = 4
GOOD: Final = 5

CHUNK: Final = 2048
"""Rows whose bits stay in the nearest cache."""
SCRATCH: Final = CHUNK + 2
"""Bytes for the bits of a chunk and of the two rows before it."""
_KNOWN: Final = 4

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
def bits_at(rows: Rows, first: int, row: int) -> int:
    """The scanner's class bits of a row; 0 up to and including the first one, and where one of the two is bad."""
    tops, bottoms = rows[HIGH], rows[LOW]
    if row <= first or bottoms[row] <= 0 or bottoms[row - 1] <= 0:
        return 0
    return _KNOWN | int(tops[row] > tops[row - 1]) | int(bottoms[row] < bottoms[row - 1]) << 1


@kernel
def write_codes_one_by_one(rows: Rows, first: int, start: int, end: int, codes: Bytes) -> None:
    """The codes of the rows [start, end), holes and all."""
    a, b = bits_at(rows, first, start - 2), bits_at(rows, first, start - 1)
    for row in range(start, end):
        x = bits_at(rows, first, row)
        codes[row - first] = code_of(a, b, x)
        a, b = b, x


@kernel
def write_all_codes(rows: Rows, first: int, count: int, codes: Bytes, bits: Bytes) -> None:
    """The scanner's code of every row from `first` on, as `core.strat.kernels.write_codes` writes it for floats.

    A chunk with a bad row, and the one after it, are gone through one by one. `bits` are `SCRATCH` zeros; changed.
    """
    tops, bottoms = rows[HIGH], rows[LOW]
    codes[:1] = 0
    was_holed = count > first and bottoms[first] <= 0
    for start in range(first + 1, count, CHUNK):
        end = min(count, start + CHUNK)
        size = end - start
        high, high_before = tops[start:end], tops[start - 1 : end - 1]
        low, low_before = bottoms[start:end], bottoms[start - 1 : end - 1]
        now, before, two_before, out = bits[2 : 2 + size], bits[1 : 1 + size], bits[:size], codes[start - first :]
        least = low[0]
        for i in range(size):
            least = min(least, low[i])
            now[i] = _KNOWN | np.uint8(high[i] > high_before[i]) | np.uint8(low[i] < low_before[i]) << 1
        for i in range(size):
            out[i] = code_of(np.int32(two_before[i]), np.int32(before[i]), np.int32(now[i]))
        bits[0], bits[1] = bits[size], bits[size + 1]
        holed = least <= 0
        if holed or was_holed:
            write_codes_one_by_one(rows, first, start, end, codes)
        was_holed = holed


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
    """The number of the first window that ends after `at`; numba's own search takes twice as long."""
    low, high = 0, windows.shape[1]
    while low < high:
        middle = (low + high) >> 1
        if windows[1, middle] <= at:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def is_flagged(begins: int, span: int, windows: Ints, after: int) -> bool:
    """Do the maintenance windows, of which those before number `after` are over, cover half of the bar? (S8.4)"""
    return 2 * covered(begins, begins + span, windows, after) >= span


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
        if not present and is_flagged(at, child, windows, first_window(windows, at)):
            there += 1
        at += child
    return bool(there >= expected * enough)


@kernel
def rests_on_gap(
    rows: Rows, row: int, first: int, spans: tuple[int, int, float], base: Ints, low: Ints, windows: Ints, after: int
) -> bool:
    """Does a row make what rests on it MAINTENANCE_GAP: in the window, behind a hole, or incomplete? (S5)

    Args:
        rows, row, spans, base, low, windows: as for `is_complete`.
        first: the timeframe's first row; of what was before it nothing is known.
        after: the number of a window; those before it end before the row does.
    """
    span = spans[0]
    if is_flagged(rows[START][row], span, windows, after):
        return True
    if span <= 3600:
        return row > first and rows[START][row] > rows[START][row - 1] + span
    return not is_complete(rows, row, spans, base, low, windows)
