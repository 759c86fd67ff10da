"""The numba kernels: arrays in, arrays and indices out, no Python objects, no lock held (STRAT.md S12).

`write_codes` is one pass over high and low that writes one byte a bar (`core.strat.codes`): its class, and the pattern
or setup it completes. It is shaped for SIMD: blocks of 2048 bars whose scratch stays in the nearest cache, sliced views
instead of `i - 1`, no branches, 32-bit algebra that the compiler narrows to bytes. `scan_block` runs it over all series
of a scan laid end to end, repairs the seams, and lists what is recent. No kernel changes the prices it is given.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]
Bits = int | np.int32
F = TypeVar("F", bound=Callable[..., Any])

_UNCOUNTED: Final[dict[str, Any]] = {"_nrt": False}
"""Numba's name for no runtime of its own; its stubs do not know it."""

BLOCK: Final = 2048
FOUND_COLUMNS: Final = 5
"""Columns of a found row: series, row in the series, finding, life (0 for a pattern), row that decided it or -1."""

_PENDING: Final = 0
_EXPIRED: Final = 1
_INVALID_DATA: Final = 2
_OUTSIDE: Final = 3
_BROKE_UP: Final = 4
_BROKE_DOWN: Final = 5
_SETUP: Final = 6


def kernel(function: F) -> F:
    """Compile on first call, cached on disk, without the interpreter lock, dividing as numpy does."""
    return cast(F, njit(nogil=True, cache=True, error_model="numpy")(function))


def bare_kernel(function: F) -> F:
    """A kernel that is compiled into every one that calls it, and counts no references to its arrays.

    Handing on an array takes seven words, and counting a locked instruction: with tuples of thirty arrays that is more
    than most of the work. It can make no array; one that tries does not compile.
    """
    return cast(F, njit(nogil=True, cache=True, error_model="numpy", forceinline=True, **_UNCOUNTED)(function))


def summing_kernel(function: F) -> F:
    """A kernel that may add floats in any order, which lets a sum be vectorised; comparisons stay exact."""
    return cast(F, njit(nogil=True, cache=True, error_model="numpy", fastmath={"reassoc"})(function))


@kernel
def is_good(high: float, low: float) -> bool:
    """High and low are finite, above zero and in order (S1.1); NaN fails every comparison."""
    return (low > 0) & (high >= low) & (high < np.inf)


@kernel
def class_bits(previous_high: float, previous_low: float, high: float, low: float) -> int:
    """Three bits of one bar against the row before it: took high, took low, classified; 0 where either is bad."""
    if not (is_good(previous_high, previous_low) and is_good(high, low)):
        return 0
    return 4 + (high > previous_high) + 2 * (low < previous_low)


@kernel
def class_bits_at(high: Floats, low: Floats, first: int, i: int) -> int:
    """The class bits of row `i` of the series that begins at `first`; 0 up to and including its first row."""
    if i <= first:
        return 0
    return class_bits(high[i - 1], low[i - 1], high[i], low[i])


@kernel
def code_of(a: Bits, b: Bits, x: Bits) -> Bits:
    """The code of a bar whose class bits are `x`, with `b` and `a` those of the one and two rows before it.

    The whole table of S3 and S4.1 without a branch: a directional trigger after an inside, outside or opposite bar, or
    an inside bar after a 2 or a 3.
    """
    took_high, b_high, a_high = x & 1, b & 1, a & 1
    took_low, b_low, a_low = (x >> 1) & 1, (b >> 1) & 1, (a >> 1) & 1
    inside = (x >> 2) ^ (took_high | took_low)
    b_inside = (b >> 2) ^ (b_high | b_low)
    b_outside = b_high & b_low
    b_any = b_high | b_low
    a_outside = a_high & a_low
    directional = took_high ^ took_low
    reversal = directional & (b_high ^ b_low) & (took_high ^ b_high)
    after_inside = directional & b_inside
    setup = inside & b_any
    first = reversal | (after_inside & a_outside) | (inside & b_outside)
    second = (reversal & a_outside) | (directional & b_outside) | setup
    third = (after_inside & (a_high | a_low)) | setup
    return x | (first << 3) | (second << 4) | (third << 5)


@kernel
def classify(high: Floats, low: Floats) -> NDArray[np.int8]:
    """Classes 0, 1, 2, -2, 3 of a series, strictly against the row before each; the inputs are not changed (S1)."""
    n = len(high)
    classes = np.zeros(n, np.int8)
    for i in range(1, n):
        bits = class_bits(high[i - 1], low[i - 1], high[i], low[i])
        if bits:
            took = bits & 3
            classes[i] = 1 if took == 0 else (3 if took == 3 else (2 if took == 1 else -2))
    return classes


@summing_kernel
def write_codes(high: Floats, low: Floats, codes: Bytes) -> None:
    """Write the code of every bar of one series into `codes` (same length); the first bar's is 0.

    `high` and `low` are clean: a bad bar is NaN in both (`core.strat.block.clean`). A NaN makes the block's sum NaN;
    only such a block, and the one after it, are gone through again bar by bar.
    """
    n = len(high)
    bits = np.zeros(BLOCK + 2, np.uint8)
    codes[:1] = 0
    was_holed = n > 0 and high[0] != high[0]
    start = 1
    while start < n:
        end = min(n, start + BLOCK)
        m = end - start
        high_before, high_now = high[start - 1 : end - 1], high[start:end]
        low_before, low_now = low[start - 1 : end - 1], low[start:end]
        bits_a, bits_b, bits_now = bits[0:m], bits[1 : 1 + m], bits[2 : 2 + m]
        out = codes[start:end]
        total = 0.0
        for k in range(m):
            total += high_now[k]
            value = 4
            if high_now[k] > high_before[k]:
                value |= 1
            if low_now[k] < low_before[k]:
                value |= 2
            bits_now[k] = value
        for k in range(m):
            out[k] = code_of(np.int32(bits_a[k]), np.int32(bits_b[k]), np.int32(bits_now[k]))
        bits[0], bits[1] = bits[m], bits[m + 1]
        holed = total != total
        if holed or was_holed:
            repair(high, low, 0, start, end, codes)
        was_holed = holed
        start = end


@kernel
def repair(high: Floats, low: Floats, first: int, start: int, end: int, codes: Bytes) -> None:
    """Write the codes of [start, end) of the series that begins at `first`, one by one, holes and all."""
    a = class_bits_at(high, low, first, start - 2)
    b = class_bits_at(high, low, first, start - 1)
    for i in range(start, end):
        x = class_bits_at(high, low, first, i)
        codes[i] = code_of(a, b, x)
        a, b = b, x


@kernel
def setup_life(high: Floats, low: Floats, setup: int, closed_end: int, end: int, max_unbroken: int) -> tuple[int, int]:
    """The life of the setup bar at index `setup` and the index that decided it, or -1 (S4.2).

    Closed rows are (setup, closed_end), the forming one, if any, is the row from `closed_end` to `end`. A forming row
    without a usable range decides nothing.
    """
    unbroken = 0
    for j in range(setup + 1, end):
        good = is_good(high[j], low[j])
        if j < closed_end and not good:
            return _INVALID_DATA, j
        above = good and high[j] > high[setup]
        below = good and low[j] < low[setup]
        if above or below:
            life = _BROKE_UP if not below else _BROKE_DOWN if not above else _OUTSIDE
            return life, j
        if j < closed_end:
            unbroken += 1
            if unbroken > max_unbroken:
                return _EXPIRED, j
    return _PENDING, -1


@kernel
def list_recent(
    high: Floats,
    low: Floats,
    span: tuple[int, int, int, int],
    rows: Ints,
    codes: Bytes,
    found: Ints,
    count: int,
) -> int:
    """Append to `found`, from row `count` on, what is recent in one series; returns the new count.

    Args:
        high, low, codes: of all series.
        span: the series' number, its first row, the row behind its last, and the row behind its last closed one.
        rows, found: as in `scan_block`.
        count: rows of `found` in use.
    """
    series, first, end, closed_end = span
    signals_from, setups_from = end - rows[0], closed_end - rows[1]
    for i in range(max(first, min(signals_from, setups_from)), end):
        finding = codes[i] >> 3
        is_setup = finding >= _SETUP
        if finding == 0 or count == len(found):
            continue
        if is_setup and setups_from <= i < closed_end:
            life, decided = setup_life(high, low, i, closed_end, end, rows[2])
        elif not is_setup and i >= signals_from:
            life, decided = 0, -1
        else:
            continue
        found[count, 0], found[count, 1], found[count, 2] = series, i - first, finding
        found[count, 3], found[count, 4] = life, decided - first if decided >= 0 else -1
        count += 1
    return count


@kernel
def scan_block(high: Floats, low: Floats, starts: Ints, forming: Bytes, rows: Ints, codes: Bytes, found: Ints) -> int:
    """Codes of all series, and what is recent in each: the one call of a scan.

    Args:
        high, low: all series end to end.
        starts: where each series begins, and the total length last.
        forming: 1 for each series whose last row is still open.
        rows: how many last rows to list patterns of, setups of, and how many unbroken rows a setup survives.
        codes: written; one byte a bar.
        found: written; FOUND_COLUMNS a row, series by series and row by row. Rows beyond its length are not listed.

    Returns:
        How many rows of `found` were written.
    """
    count = 0
    written = 0
    for series in range(len(forming)):
        first, end = starts[series], starts[series + 1]
        if end > written:
            # A few blocks at a time, so that the last rows of a series are still in the cache when they are listed.
            ahead = series + 1
            while ahead < len(forming) and starts[ahead + 1] - first <= 8 * BLOCK:
                ahead += 1
            written = starts[ahead]
            write_codes(high[first:written], low[first:written], codes[first:written])
        repair(high, low, first, first, min(end, first + 3), codes)
        count = list_recent(high, low, (series, first, end, end - forming[series]), rows, codes, found, count)
    return count


@kernel
def append_bar(high: float, low: float, last: Floats, history: Bytes) -> int:
    """The code of one more closed bar of a series, from its state alone; equal to the batch's, bar for bar.

    Args:
        high, low: the new bar.
        last: [high, low] of the row before it, changed to this bar's; [NaN, NaN] before the first.
        history: [class bits of the one and (shifted by 3) of the two rows before it], changed; [0] before the first.
    """
    x = class_bits(last[0], last[1], high, low)
    code = code_of((history[0] >> 3) & 7, history[0] & 7, x)
    history[0] = ((history[0] & 7) << 3) | x
    last[0] = high
    last[1] = low
    return int(code)
