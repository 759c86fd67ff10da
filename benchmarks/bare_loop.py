"""The limit of a backtest: a compiled loop that does nothing but hold one position at a time against every bar."""

from numba import njit

from core.research.backtest.bars import Ints


@njit(cache=True, nogil=True)
def bare_loop(high: Ints, low: Ints, entries: Ints, trades: Ints) -> int:
    """Trades of entries (bar, side, stop, twice the target) in order; writes entry, exit bar and exit price."""
    made, following, held = 0, 0, -1
    stop, target, side = 0, 0, 0
    for bar in range(len(high)):
        if held >= 0:
            if (low[bar] <= stop) if side > 0 else (high[bar] >= stop):
                trades[made, 0], trades[made, 1], trades[made, 2] = held, bar, stop
                made, held = made + 1, -1
            elif (2 * high[bar] >= target) if side > 0 else (2 * low[bar] <= target):
                trades[made, 0], trades[made, 1], trades[made, 2] = held, bar, target // 2
                made, held = made + 1, -1
        while following < len(entries) and entries[following, 0] <= bar:
            if held < 0 and entries[following, 0] == bar:
                held, side, stop, target = bar, entries[following, 1], entries[following, 2], entries[following, 3]
            following += 1
    return made
