"""X-1 setups of one symbol and timeframe, and the base bar that breaks each (STRAT.md S2, S4, S5, S13.2, S13.3).

What is found here rests on bars, levels and filters alone, never on an account: one table serves many settings.
"""

from typing import Final

from core.research.backtest.bars import Ints
from core.research.backtest.kernel_compile import kernel
from core.research.backtest.kernel_legs import NO_LEG, OK, Legs, Limits, both_legs, with_gap
from core.research.backtest.kernel_prefetch import AHEAD, fetch_ends, fetch_standing
from core.research.backtest.kernel_rows import CHUNK, HIGH, LOW, START, Rows, first_bar, rests_on_gap
from core.research.backtest.kernel_sift import OUTSIDE_BITS, Flags, next_flagged, sift
from core.research.backtest.kernel_standing import NEAR_ROWS, Base, Frames, stand
from core.strat.kernels import Bytes

KEY: Final = 0
RANK: Final = 1
MINUTES: Final = 2
ROW: Final = 3
SET_AT: Final = 4
BEFORE: Final = 5
ARMED: Final = 6
STATUS: Final = 7
AT: Final = 8
BAR: Final = 9
SIDE: Final = 10
RAW: Final = 11
LEVEL: Final = 12
STOP: Final = 13
TARGET: Final = 14
STRUCTURAL: Final = 15
VERDICT: Final = 16
BOTH: Final = 17
MISSING: Final = 18
SCORE: Final = 19
VETO: Final = 20
COLUMNS: Final = 21
"""A setup: the moment it is decided in the order of S13.1, the symbol's rank, minutes of its timeframe, its row and
start, class bits of the bar before it, when it was armed, what became of it and when, the base bar that broke it, then
of the leg on the broken side: side, raw fill, level, stop, target, whether the bars gave it, verdict; whether both
sides broke, whether a row is missing before the break, continuity, and what vetoes (0, 1 for a day, 2 for a week)."""

PENDING: Final = 0
EXPIRED: Final = 1
INVALID_DATA: Final = 2
OUTSIDE: Final = 3
TRIGGERED: Final = 4
MISSED: Final = 5
INVALIDATED: Final = 6

INSIDE_RANGE: Final = 1
BEYOND: Final = 2
"""`BOTH` of a bar that broke both sides: it opened within the levels, or beyond one of them."""

WINDOW: Final = NEAR_ROWS
PLACES: Final = NEAR_ROWS + 1
"""What is remembered of the last row looked at: the rows `stand` found, and the number of a maintenance window."""

ATLAS_MODE: Final = 0
STRUCTURAL_MODE: Final = 2

# Terms of a search, by place.
T_RANK: Final = 0
T_SYMBOLS: Final = 1
T_MINUTES: Final = 2
T_CHILD: Final = 3
T_ENOUGH: Final = 4
T_MODE: Final = 5
T_LIFE: Final = 6
T_STEP: Final = 7
T_ARMED_ONLY: Final = 8
TERMS: Final = 9
"""Rank and number of symbols, minutes of the timeframe, seconds of a base bar, percent of children that is enough, stop
mode (0 atlas, 1 setup, 2 structural), how many rows a setup may be tested in, the price increment in units, and 1 where
setups without an OK leg on the broken side are left out."""

Series = tuple[Rows, int, int, Bytes]
"""Rows, a partial first one among them, the first that counts, how many there are, and the scanner's code of each from
the first that counts on."""
Ground = tuple[Base, Ints, Frames]
"""The base bars, begin and end of each maintenance window, and the rows of the four timeframes of continuity."""


@kernel
def is_closed(rows: Rows, row: int, count: int, span: int, end: int) -> bool:
    """Has the row closed by `end`, by its last child or because a later one is there?"""
    return row + 1 < count or rows[START][row] + span <= end


@kernel
def ending(rows: Rows, row: int, count: int, life: int, span: int, base: Base, end: int) -> tuple[int, int, int]:
    """What ends a setup, the base bar that broke it (-1 for none) and the row it happened in (S4.2, S13.2).

    A break is told as TRIGGERED. A row whose range stays within the setup's has no base bar that breaks it.
    """
    top, bottom = rows[HIGH][row], rows[LOW][row]
    _, _, high, low = base
    for later in range(row + 1, min(row + life + 1, count)):
        good = rows[LOW][later] > 0
        if good and (rows[HIGH][later] > top or rows[LOW][later] < bottom):
            for bar in range(first_bar(rows, later), first_bar(rows, later + 1)):
                if low[bar] > 0 and (high[bar] > top or low[bar] < bottom):
                    return TRIGGERED, bar, later
        if not is_closed(rows, later, count, span, end):
            return PENDING, -1, later
        if not good:
            return INVALID_DATA, -1, later
    return (EXPIRED, -1, row + life) if row + life < count else (PENDING, -1, row)


@kernel
def broken_side(opened: int, top: int, bottom: int, high: int, low: int) -> tuple[int, int]:
    """The side that broke and whether both did; of both, the one the bar opened beyond, or the nearer one (S13.3)."""
    if high > top and low < bottom:
        if opened > top:
            return 1, BEYOND
        if opened < bottom:
            return -1, BEYOND
        return (1 if top - opened <= opened - bottom else -1), INSIDE_RANGE
    return (1 if high > top else -1), 0


@kernel
def note_break(rows: Rows, row: int, later: int, base: Base, legs: Legs, terms: Ints, found: Ints) -> None:
    """Write the columns of a break: its bar, side, raw fill and leg (S13.3); `found` is one row of the table."""
    start, opened, high, low = base
    bar = found[BAR]
    top, bottom = rows[HIGH][row], rows[LOW][row]
    side, both = broken_side(opened[bar], top, bottom, high[bar], low[bar])
    level = top if side > 0 else bottom
    stop, target, structural, verdict = legs[0] if side > 0 else legs[1]
    step = terms[T_STEP]
    beyond = max(opened[bar], level + step) if side > 0 else min(opened[bar], level - step)
    raw = min(max(beyond, low[bar]), high[bar])
    missed = verdict != NO_LEG and side * (2 * raw - target) >= 0
    if both == INSIDE_RANGE:
        found[STATUS] = OUTSIDE
        verdict = NO_LEG if missed else verdict
    elif verdict == NO_LEG:
        found[STATUS] = INVALIDATED
    else:
        found[STATUS] = MISSED if missed else TRIGGERED
    found[SIDE], found[RAW], found[LEVEL], found[STOP], found[TARGET] = side, raw, level, stop, target
    found[STRUCTURAL], found[VERDICT], found[BOTH] = structural, verdict, both
    span = terms[T_MINUTES] * 60
    absent = rows[START][later] - rows[START][row] > (later - row) * span
    found[MISSING] = 1 if absent and span <= 3600 else 0
    found[AT] = start[bar]
    found[KEY] = (start[bar] + terms[T_CHILD]) * terms[T_SYMBOLS] + terms[T_RANK]


@kernel
def note_armed(rows: Rows, row: int, base: Base, terms: Ints, found: Ints) -> None:
    """Write when the setup was armed: after the base bar that ends its bar, or before the next one there is (S13.2)."""
    start = base[0]
    child = terms[T_CHILD]
    last = first_bar(rows, row + 1) - 1
    by_clock = start[last] + child < rows[START][row] + terms[T_MINUTES] * 60
    at = start[last + 1] if by_clock else start[last]
    found[ARMED] = ((at + child) * terms[T_SYMBOLS] + terms[T_RANK]) * 2 + (0 if by_clock else 1)
    found[RANK], found[MINUTES] = terms[T_RANK], terms[T_MINUTES]
    found[ROW], found[SET_AT] = row, rows[START][row]


@kernel
def note_end(rows: Rows, row: int, count: int, base: Base, legs: Legs, terms: Ints, setup: Ints) -> bool:
    """Write what ends the setup; returns whether a break that is taken into the table does, of which more is asked."""
    seconds = terms[T_MINUTES] * 60
    end = base[0][-1] + terms[T_CHILD]
    status, bar, later = ending(rows, row, count, terms[T_LIFE], seconds, base, end)
    setup[STATUS], setup[BAR] = status, bar
    if status != TRIGGERED:
        setup[AT] = rows[START][later] + seconds
        return False
    note_break(rows, row, later, base, legs, terms, setup)
    return bool(terms[T_ARMED_ONLY] == 0 or setup[VERDICT] == OK)


@kernel
def on_gap(rows: Rows, row: int, first: int, base: Base, windows: Ints, terms: Ints, near: Ints) -> bool:
    """Does the setup at `row` rest on a gap, by its own bar or the one before it? (S5)"""
    spans = (terms[T_MINUTES] * 60, terms[T_CHILD], terms[T_ENOUGH] / 100)
    begins = rows[START][row - 1]
    while near[WINDOW] < windows.shape[1] and windows[1, near[WINDOW]] <= begins:
        near[WINDOW] += 1
    before = rests_on_gap(rows, row - 1, first, spans, base[0], base[3], windows, near[WINDOW])
    return before or rests_on_gap(rows, row, first, spans, base[0], base[3], windows, near[WINDOW])


@kernel
def note_setup(series: Series, row: int, ground: Ground, terms: Ints, limits: Limits, setup: Ints, near: Ints) -> bool:
    """Write the setup of a row and what ends it; is it one that is asked for?"""
    rows, first, count, codes = series
    base, windows, _ = ground
    seconds, end = terms[T_MINUTES] * 60, base[0][-1] + terms[T_CHILD]
    armed_only, mode = terms[T_ARMED_ONLY] == 1, terms[T_MODE]
    high, low = rows[HIGH], rows[LOW]
    if not is_closed(rows, row, count, seconds, end):
        return False
    before = codes[row - first - 1] & 7
    outer = mode == STRUCTURAL_MODE or (mode == ATLAS_MODE and before == OUTSIDE_BITS)
    legs = both_legs((high[row], low[row]), (high[row - 1], low[row - 1]), outer, limits)
    long, short = legs[0][3], legs[1][3]
    if (long == NO_LEG and short == NO_LEG) or (armed_only and long != OK and short != OK):
        return False
    if on_gap(rows, row, first, base, windows, terms, near):
        if armed_only:
            return False
        legs = with_gap(legs)
    setup[:] = 0
    setup[BEFORE] = before
    if not note_end(rows, row, count, base, legs, terms, setup) and armed_only:
        return False
    note_armed(rows, row, base, terms, setup)
    return True


@kernel
def note_standing(ground: Ground, terms: Ints, found: Ints, near: Ints) -> None:
    """Write how each setup that broke stood then; apart, so that reads far from each other are waited for together."""
    base, _, frames = ground
    seconds = terms[T_MINUTES] * 60
    for number in range(len(found)):
        setup = found[number]
        if number + AHEAD < len(found):
            fetch_standing(frames, found[number + AHEAD, BAR], near)
        if setup[BAR] >= 0:
            setup[SCORE], setup[VETO] = stand(frames, setup[BAR], base, setup[RAW], setup[SIDE], seconds, near)


@kernel
def find_setups(
    series: Series, ground: Ground, terms: Ints, limits: Ints, found: Ints, near: Ints, flags: Flags
) -> int:
    """Write every setup of a series into the table, as many rows as there may be; returns how many there are.

    Args:
        series: the rows of the timeframe.
        ground: what lies below them.
        terms: `TERMS` of them.
        limits: `LIMITS` of them.
        found: the table, `COLUMNS` a row; written.
        near: `PLACES` zeros, for `stand` and `on_gap`; changed.
        flags: zeros, `WORDS` of them; changed.
    """
    rows, first, count, codes = series
    base = ground[0]
    armed_only, mode = terms[T_ARMED_ONLY] == 1, terms[T_MODE]
    modes = (mode == STRUCTURAL_MODE, mode == ATLAS_MODE)
    within = (limits[0], limits[1], limits[2], limits[3], limits[4])
    used = 0
    for begin in range(first + 1, count, CHUNK):
        size = min(CHUNK, count - begin)
        sift(rows, first, (begin, begin + size), codes, modes, within, not armed_only, flags)
        fetch_ends(rows, begin, size, flags, base)
        at = next_flagged(flags, 0, size)
        while at < size:
            used += int(note_setup(series, begin + at, ground, terms, within, found[used], near))
            at = next_flagged(flags, at + 1, size)
    note_standing(ground, terms, found[:used], near)
    return used
