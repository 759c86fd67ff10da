"""Rows that may hold a setup worth a closer look, found without a branch: most setups are small (STRAT.md S4.1, S5)."""

from typing import Final

import numpy as np

from core.research.backtest.bars import Ints
from core.research.backtest.kernel_compile import kernel
from core.research.backtest.kernel_legs import NEAR, Limits
from core.research.backtest.kernel_rows import CHUNK, HIGH, LOW, Rows
from core.strat.kernels import Bytes

FIRST_SETUP_CODE: Final = 6 << 3
"""Codes of the scanner from here on are setup bars."""
OUTSIDE_BITS: Final = 7

WORD: Final = 8
WORDS: Final = CHUNK // WORD + 1
"""Words of a chunk's flags; the last one ends them."""

Modes = tuple[bool, bool]
"""Do all stops stand behind the row before, and do those behind an outside bar?"""
Flags = tuple[Bytes, Ints]
"""A byte a row of a chunk, and the same memory as words."""


@kernel
def sift_all(codes: Bytes, flags: Bytes) -> None:
    """Flag every setup bar."""
    for i in range(len(codes)):
        flags[i] = np.uint8(codes[i] >= FIRST_SETUP_CODE)


@kernel
def sift_legs(
    bars: tuple[Ints, Ints, Ints, Ints], codes: Bytes, codes_before: Bytes, modes: Modes,
    limits: Limits, flags: Bytes,
) -> None:  # fmt: skip
    """Flag the setup bars one of whose legs may pass the filters of size and reward, and a few that do not.

    Args:
        bars: highs, highs of the rows before, lows, lows of the rows before.
        codes: of the rows.
        codes_before: of the rows before.
        modes: where the stops stand.
        limits: of `kernel_legs`, which looks at what is flagged again, with exact numbers.
        flags: written.
    """
    highs, highs_before, lows, lows_before = bars
    always, sometimes = int(modes[0]), int(modes[1])
    least, reward = limits[1] / limits[0] * (1 - 2 * NEAR), limits[3] / limits[2] * (1 - 2 * NEAR)
    for i in range(len(flags)):
        high, low = float(highs[i]), float(lows[i])
        above, below = float(highs_before[i]) - high, low - float(lows_before[i])
        outer = float(always | (sometimes & int((codes_before[i] & OUTSIDE_BITS) == OUTSIDE_BITS)))
        up_risk, down_risk = high - low + outer * below, high - low + outer * above
        up = above if above > 0 else 1.5 * up_risk
        down = below if below > 0 else 1.5 * down_risk
        rises = (up >= high * least) & (up >= up_risk * reward)
        falls = (down >= low * least) & (down >= down_risk * reward)
        flags[i] = np.uint8((codes[i] >= FIRST_SETUP_CODE) & (rises | falls))


@kernel
def sift(
    rows: Rows, first: int, span: tuple[int, int], codes: Bytes, modes: Modes, limits: Limits,
    everything: bool, flags: Flags,
) -> None:  # fmt: skip
    """Flag the rows of a span, no more than `CHUNK`: all setup bars, or those that `sift_legs` flags.

    Args:
        rows: of a timeframe.
        first: the first that counts; the span begins behind it.
        span: the first row of it, and the one behind its last.
        codes: of the rows from `first` on.
        modes, limits: as for `sift_legs`.
        everything: flag all setup bars?
        flags: written.
    """
    start, end = span
    marks, words = flags
    size = end - start
    words[size // WORD] = 0
    now, before = codes[start - first : end - first], codes[start - first - 1 : end - first - 1]
    if everything:
        sift_all(now, marks[:size])
        return
    high, low = rows[HIGH], rows[LOW]
    bars = (high[start:end], high[start - 1 : end - 1], low[start:end], low[start - 1 : end - 1])
    sift_legs(bars, now, before, modes, limits, marks[:size])


@kernel
def next_flagged(flags: Flags, at: int, size: int) -> int:
    """The first flagged place from `at` on, or `size`."""
    marks, words = flags
    while at < size:
        if at % WORD == 0 and words[at // WORD] == 0:
            at += WORD
        elif marks[at] != 0:
            return at
        else:
            at += 1
    return size
