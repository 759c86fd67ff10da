"""The peer of the fused scan: numba written the ordinary way, a class array first, then one pass a pattern.

Every pass looks for one pattern over the whole series and fills arrays of direction, entry, stop and target. Same
rules, same answers; only the shape differs.
"""

import numpy as np
from numpy.typing import NDArray

from core.strat.kernels import Floats, kernel

NAN = np.nan
Classes = NDArray[np.int8]
Levels = tuple[Classes, Floats, Floats, Floats]
Setups = tuple[Classes, Floats, Floats]


@kernel
def classes_of(high: Floats, low: Floats) -> Classes:
    n = len(high)
    found = np.zeros(n, np.int8)
    for i in range(1, n):
        good = low[i] > 0 and high[i] >= low[i] and high[i] < np.inf
        before = low[i - 1] > 0 and high[i - 1] >= low[i - 1] and high[i - 1] < np.inf
        if good and before:
            up, down = high[i] > high[i - 1], low[i] < low[i - 1]
            found[i] = 3 if up and down else 2 if up else -2 if down else 1
    return found


@kernel
def pattern_pass(kinds: Classes, high: Floats, low: Floats, which: int) -> Levels:
    n = len(kinds)
    direction = np.zeros(n, np.int8)
    entry, stop, target = np.full(n, NAN), np.full(n, NAN), np.full(n, NAN)
    for i in range(2, n):
        a, b, x = kinds[i - 2], kinds[i - 1], kinds[i]
        if x != 2 and x != -2:
            continue
        if which == 0:
            hit = a == 3 and b == 1
        elif which == 1:
            hit = (a == 2 or a == -2) and b == 1
        elif which == 2:
            hit = b == 3
        elif which == 3:
            hit = a == 3 and b == -x
        else:
            hit = a != 3 and b == -x
        if not hit:
            continue
        d = 1 if x == 2 else -1
        e = high[i - 1] if d > 0 else low[i - 1]
        far = i - 2 if which == 0 else i - 1
        s = low[far] if d > 0 else high[far]
        if d * (e - s) <= 0:
            continue
        t = high[i - 2] if d > 0 else low[i - 2]
        if which == 2 or d * (t - e) <= 0:
            t = e + 1.5 * (e - s)
        direction[i], entry[i], stop[i], target[i] = d, e, s, t
    return direction, entry, stop, target


@kernel
def setup_pass(kinds: Classes, high: Floats, low: Floats) -> Setups:
    n = len(kinds)
    base = np.zeros(n, np.int8)
    long_trigger, short_trigger = np.full(n, NAN), np.full(n, NAN)
    for s in range(1, n):
        if kinds[s] == 1 and (kinds[s - 1] == 3 or kinds[s - 1] == 2 or kinds[s - 1] == -2):
            base[s], long_trigger[s], short_trigger[s] = kinds[s - 1], high[s], low[s]
    return base, long_trigger, short_trigger


def scan_series(high: Floats, low: Floats) -> tuple[Classes, list[Levels], Setups]:
    """One series: seven passes."""
    kinds = classes_of(high, low)
    return kinds, [pattern_pass(kinds, high, low, which) for which in range(5)], setup_pass(kinds, high, low)
