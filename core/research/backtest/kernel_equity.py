"""The equity of a finished run at every close time, and its deepest falls (STRAT.md S13.8)."""

from typing import Final

import numpy as np

from core.research.backtest import kernel_money as money
from core.research.backtest.bars import Ints
from core.research.backtest.kernel_compile import kernel
from core.research.backtest.kernel_positions import NEVER, Market
from core.research.backtest.kernel_wide import Wide, is_negative, minus, order, product
from core.strat.kernels import Floats

H_SYMBOL: Final = 0
H_ENTRY_BAR: Final = 1
H_EXIT_BAR: Final = 2
H_SIDE: Final = 3
H_SIZE: Final = 4
H_ENTRY: Final = 5
HOLDING_COLUMNS: Final = 6
"""A position's way: its symbol's rank, the bars it was entered and left in (behind the last bar while it is open), its
side, its size in increments and its fill in parts."""

NEAR: Final = 1e-9
"""Falls within this share of the deepest are all handed out: which of them is the deepest, exact numbers decide."""

Falls = tuple[Ints, Floats, Ints]
"""For each candidate peak and fall in grains, as two words each; as a float the deepest share; and how many candidates
there are. Row 0 is the deepest fall in USD, the others may be the deepest in percent."""


@kernel
def as_float(a: Wide) -> float:
    """The unsigned number, rounded."""
    return float(a[0]) * 18446744073709551616.0 + float(a[1])


@kernel
def write_fall(row: Ints, peak: Wide, fall: Wide) -> None:
    """Keep a candidate as four words."""
    row[0], row[1] = np.int64(peak[0]), np.int64(peak[1])
    row[2], row[3] = np.int64(fall[0]), np.int64(fall[1])


@kernel
def offer_fall(falls: Falls, peak: Wide, fall: Wide) -> None:
    """Take the deepest fall from one peak: is it the deepest in USD, and may it be in percent?"""
    found, deepest, count = falls
    if count[0] == 0 or order(fall, (np.uint64(found[0, 2]), np.uint64(found[0, 3]))) > 0:
        write_fall(found[0], peak, fall)
        count[0] = max(1, count[0])
    if is_negative(peak) or as_float(peak) == 0.0 or as_float(fall) == 0.0:
        return
    share = as_float(fall) / as_float(peak)
    if share > deepest[0] * (1 + NEAR):
        count[0] = 1
    if share >= deepest[0] * (1 - NEAR):
        if count[0] < len(found):
            write_fall(found[count[0]], peak, fall)
        count[0] += 1
        deepest[0] = max(deepest[0], share)


@kernel
def equity_at(market: Market, terms: Ints, holdings: Ints, state: Ints, balance: int, grain: int) -> Wide:
    """Balance and open profit at the last closes, in grains, signed; `state` as in `equity_falls`."""
    close = market[6]
    total = money.money_grains(balance, grain)
    for each in range(len(state)):
        if state[each, 3] >= 0:
            held = holdings[state[each, 0]]
            profit = money.grains_of(held[H_SIDE], held[H_SIZE], held[H_ENTRY], close[state[each, 3]], terms[each])
            total = money.together(total, profit)
    return total


@kernel
def step(market: Market, holdings: Ints, state: Ints, rank: int) -> None:
    """Pass one bar of a symbol's holding; `state` as in `equity_falls`."""
    low = market[5]
    bar, holding = state[rank, 2], holdings[state[rank, 0]]
    if bar >= holding[H_EXIT_BAR]:
        state[rank, 3] = -1
        state[rank, 0] += 1
        more = state[rank, 0] < state[rank, 1]
        state[rank, 2] = holdings[state[rank, 0], H_ENTRY_BAR] if more else NEVER
        return
    if low[bar] > 0:
        state[rank, 3] = bar
    state[rank, 2] = bar + 1 if bar + 1 < market[0][rank + 1] else NEVER


@kernel
def equity_falls(
    market: Market, terms: Ints, holdings: Ints, state: Ints, bookings: Ints, grain: int, start: int, falls: Falls
) -> None:
    """Follow the equity from close time to close time, after all symbols of each, while anything moves it.

    Args:
        market: the bars.
        terms: of each symbol, as in `kernel_money`.
        holdings: by symbol, then by entry.
        state: a row a symbol: its first holding, the one behind its last, the next bar to look at, and -1; changed.
        bookings: when the bar closed and micro-USD, in order.
        grain: grains of a micro-USD.
        start: the starting balance, micro-USD.
        falls: written.
    """
    balance, booked = start, 0
    peak = money.money_grains(start, grain)
    deepest = product(0, 0)
    while True:
        now = bookings[booked, 0] if booked < len(bookings) else NEVER
        for rank in range(len(state)):
            if state[rank, 2] != NEVER:
                now = min(now, market[2][state[rank, 2]] + market[1][rank])
        if now == NEVER:
            offer_fall(falls, peak, deepest)
            return
        while booked < len(bookings) and bookings[booked, 0] == now:
            balance += bookings[booked, 1]
            booked += 1
        for rank in range(len(state)):
            while state[rank, 2] != NEVER and market[2][state[rank, 2]] + market[1][rank] == now:
                step(market, holdings, state, rank)
        equity = equity_at(market, terms, holdings, state, balance, grain)
        fall = minus(peak, equity)
        if is_negative(fall) or order(fall, product(0, 0)) == 0:
            offer_fall(falls, peak, deepest)
            peak, deepest = equity, product(0, 0)
        elif order(fall, deepest) > 0:
            deepest = fall
