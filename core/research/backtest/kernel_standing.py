"""Continuity and veto at a break, from the rows of 1w, 1d, 4h and 1h and their base bars (STRAT.md S6, S13.4)."""

from typing import Final

import numpy as np

from core.research.backtest.bars import Ints
from core.research.backtest.kernel_compile import kernel
from core.research.backtest.kernel_rows import FIRST, HIGH, LOW, Rows

Frames = tuple[tuple[Rows, Rows, Rows, Rows], Ints]
"""Rows of 1w, 1d, 4h and 1h; and for each the seconds, the first row that counts and the number of rows, 0 where the
base bars are too long for it."""
Base = tuple[Ints, Ints, Ints, Ints]
"""Start, open, high and low of the base bars."""

_INSIDE: Final = 1
_OUTSIDE: Final = 3
_VETO_WEEK: Final = 2
_VETO_DAY: Final = 1


@kernel
def class_at(rows: Rows, first: int, count: int, bar: int, base: Base, fill: int) -> tuple[int, int]:
    """Class of a timeframe's forming row at a break (0, 1, 2, -2 or 3), and its open.

    The row is taken as of the close before `bar`, then stretched by the bar's open and the fill; nothing else of the
    bar is used. Class 0 without a row before it, or where the two are not good.
    """
    _, opened, high, low = base
    row = np.searchsorted(rows[FIRST][:count], bar, side="right") - 1
    if row < first:
        return 0, 0
    begin = 0
    top, bottom = max(opened[bar], fill), min(opened[bar], fill)
    for each in range(rows[FIRST][row], bar):
        if low[each] > 0:
            begin = int(opened[each]) if begin == 0 else begin
            top, bottom = max(top, high[each]), min(bottom, low[each])
    begin = int(opened[bar]) if begin == 0 else begin
    if row == first or rows[LOW][row - 1] == 0:
        return 0, begin
    up, down = top > rows[HIGH][row - 1], bottom < rows[LOW][row - 1]
    if up:
        return (_OUTSIDE if down else 2), begin
    return (-2 if down else _INSIDE), begin


@kernel
def stand(frames: Frames, bar: int, base: Base, fill: int, side: int, seconds: int) -> tuple[int, int]:
    """How many of the four timeframes support `side` at a break at `fill`, and what vetoes it (S6.1, S6.2).

    Args:
        frames: rows of the four, longest first.
        bar: the base bar that breaks.
        base: the base bars.
        fill: the raw fill, units.
        side: 1 or -1.
        seconds: of the setup's timeframe; what is not longer does not veto.
    """
    score = 0
    veto = 0
    rows, spans = frames
    for each in range(4):
        if spans[each, 2] == 0:
            continue
        kind, begin = class_at(rows[each], spans[each, 1], spans[each, 2], bar, base, fill)
        score += 1 if kind == 2 * side or (kind == _OUTSIDE and side * (fill - begin) > 0) else 0
        if kind == _INSIDE and each < 2 and spans[each, 0] > seconds and veto == 0:
            veto = _VETO_WEEK if each == 0 else _VETO_DAY
    return score, veto
