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
FOUR: Final = 4
"""Quarters of an hour, and hours of a row of four: most of all rolling."""
MANY: Final = 256
"""Rows made at once, that stay in the nearest cache."""
_KNOWN: Final = 4

Rows = tuple[Ints, Ints, Ints, Ints, Ints, Ints]
"""Epoch seconds, three prices in units (0 in a bad row), the first base bar, one entry more, and how many good ones.

The base bars themselves are rows too; of them the last two are empty, for reading 16 bytes a bar takes its time.
"""


@kernel
def first_bar(rows: Rows, row: int) -> int:
    """The first base bar of a row, or of what comes behind the last one."""
    return int(rows[FIRST][row]) if len(rows[FIRST]) > 0 else row


@kernel
def good_bars(rows: Rows, row: int) -> int:
    """How many good base bars a row has."""
    return int(rows[GOOD][row]) if len(rows[FIRST]) > 0 else min(1, rows[LOW][row])


@kernel
def write_row(rows: Rows, made: int, begins: int, prices: tuple[int, int, int], good: int) -> None:
    """Write what a finished bucket holds: its start, open, high and low, and how many good base bars."""
    rows[START][made], rows[GOOD][made] = begins, good
    rows[OPEN][made], rows[HIGH][made], rows[LOW][made] = prices


@kernel
def of_whole(shorter: Rows, at: int, end: int) -> tuple[tuple[int, int, int], int]:
    """Open, high and low of the shorter rows from `at` to before `end`, and their good base bars; a low of 0 where one
    of them is bad.
    """
    _, opens, highs, lows, _, _ = shorter
    high, low, good = highs[at], lows[at], good_bars(shorter, at)
    for i in range(at + 1, end):
        high, low = max(high, highs[i]), min(low, lows[i])
        good += good_bars(shorter, i)
    return (opens[at], high, low), good


@kernel
def of_holed(shorter: Rows, at: int, end: int) -> tuple[tuple[int, int, int], int]:
    """As `of_whole`, of the good ones among them; 0 in all where there are none."""
    _, opens, highs, lows, _, _ = shorter
    opened, high, low, good = 0, 0, 0, 0
    for i in range(at, end):
        if lows[i] > 0:
            if good == 0:
                opened, low = opens[i], lows[i]
            high, low = max(high, highs[i]), min(low, lows[i])
            good += good_bars(shorter, i)
    return (opened, high, low), good


@kernel
def roll_fours(shorter: Rows, at: int, many: int, begins: int, span: int, rows: Rows, made: int) -> int:
    """Roll four rows into one, so many times, where none is absent; returns the lowest low, 0 where one is bad.

    Args:
        shorter, rows: as for `roll`.
        at: the first shorter row.
        many: rows to make.
        begins: where the first of them does.
        span: seconds of each.
        made: where the first of them stands.
    """
    end, behind = made + many, at + FOUR * many
    start, opened, high, low, first, good = rows
    start, opened, high, low = start[made:end], opened[made:end], high[made:end], low[made:end]
    first, good = first[made:end], good[made:end]
    opens, highs, lows = shorter[OPEN][at:behind], shorter[HIGH][at:behind], shorter[LOW][at:behind]
    least = lows[0]
    for i in range(many):
        j = FOUR * i
        opened[i] = opens[j]
        high[i] = max(max(highs[j], highs[j + 1]), max(highs[j + 2], highs[j + 3]))
        low[i] = min(min(lows[j], lows[j + 1]), min(lows[j + 2], lows[j + 3]))
        least = min(least, low[i])
    for i in range(many):
        start[i] = begins + i * span
    if len(shorter[FIRST]) == 0:
        for i in range(many):
            first[i], good[i] = at + FOUR * i, FOUR
    else:
        bars, goods = shorter[FIRST][at:behind], shorter[GOOD][at:behind]
        for i in range(many):
            j = FOUR * i
            first[i], good[i] = bars[j], goods[j] + goods[j + 1] + goods[j + 2] + goods[j + 3]
    return int(least)


@kernel
def roll(shorter: Rows, count: int, spans: tuple[int, int], offset: int, rows: Rows) -> int:
    """Roll `count` shorter rows into longer ones; bad ones are holes in theirs (S7.4). Returns how many.

    Args:
        shorter: rows to roll; `FIRST` has one entry more.
        count: how many there are; at least one.
        spans: seconds of a row made, and of the shorter ones, which divide them.
        offset: where their grid begins, epoch seconds.
        rows: written; `FIRST` gets one entry more. A bucket that begins before the first bar is among them.
    """
    starts = shorter[START]
    span, step = spans
    most, made, at, alone = span // step, 0, 0, 0
    begins = (starts[0] - offset) // span * span + offset
    while at < count:
        if starts[at] >= begins + span:
            begins = (starts[at] - offset) // span * span + offset
        many = min(MANY, (count - at) // most) if most == FOUR and at >= alone else 0
        if many > 0 and starts[at] == begins and starts[at + many * most - 1] == begins + many * span - step:
            if roll_fours(shorter, at, many, begins, span, rows, made) > 0:
                made, at, begins = made + many, at + many * most, begins + many * span
                continue
            alone = at + many * most
        end = at + most
        rows[FIRST][made] = first_bar(shorter, at)
        # All are there where the last of them is at its place, for they are in order.
        if end <= count and starts[end - 1] == begins + span - step:
            prices, good = of_whole(shorter, at, end)
        else:
            end, prices, good = at + 1, (0, 0, 0), 0
            while end < count and starts[end] < begins + span:
                end += 1
        if prices[2] == 0:
            prices, good = of_holed(shorter, at, end)
        write_row(rows, made, begins, prices, good)
        made, at, begins = made + 1, end, begins + span
    rows[FIRST][made] = first_bar(shorter, count)
    return made


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
    there = good_bars(rows, row)
    if there == expected:
        return True
    begins = rows[START][row]
    bar, last = first_bar(rows, row), first_bar(rows, row + 1)
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
