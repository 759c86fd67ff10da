"""Open positions on base bars: exits, funding, the deadline, and the bar at which something happens next (S13.5-7)."""

from typing import Final

import numpy as np

from core.research.backtest import kernel_money as money
from core.research.backtest import kernel_setups as setups
from core.research.backtest.bars import Ints
from core.research.backtest.kernel_compile import kernel
from core.research.backtest.kernel_wide import Wide, product

# Columns of a position, one row a symbol.
IS_OPEN: Final = 0
SETUP: Final = 1
SIDE: Final = 2
SIZE: Final = 3
ENTRY: Final = 4
ENTRY_BAR: Final = 5
NEXT: Final = 6
LAST: Final = 7
FUNDED: Final = 8
DEADLINE: Final = 9
TIER: Final = 10
LIQUIDATION: Final = 11
DOUBTFUL: Final = 12
FEE: Final = 13
PAID: Final = 14
BALANCE: Final = 15
CLOSED_BAR: Final = 16
TAKEN_TIER: Final = 17
COLUMNS: Final = 18

# Columns of a trade; one that is still open has the reason STILL_OPEN.
T_SETUP: Final = 0
T_SIZE: Final = 1
T_BALANCE: Final = 2
T_TIER: Final = 3
T_SWUNG: Final = 4
T_ENTRY_FEE: Final = 5
T_FUNDING: Final = 6
T_EXIT_BAR: Final = 7
T_REASON: Final = 8
T_EXIT_HALVES: Final = 9
T_EXIT_FEE: Final = 10
T_GROSS: Final = 11
T_AFTER: Final = 12
T_EXIT_AT: Final = 13
T_ENTRY: Final = 14
TRADE_COLUMNS: Final = 15

# What an account counts.
A_BALANCE: Final = 0
A_TRADES: Final = 1
A_BOOKED: Final = 2
A_UNDECIDED: Final = 3
A_TOTAL: Final = 4
A_BEYOND: Final = 5
A_COLUMNS: Final = 6

# Rules that are one for all symbols.
R_GRAIN: Final = 0
R_HOLD: Final = 1
R_SYMBOLS: Final = 2
R_SECOND: Final = 3
R_CONTINUITY: Final = 4
R_VETO: Final = 5
R_START: Final = 6
R_MOST: Final = 7
RULES: Final = 8
"""Grains of a micro-USD, seconds before a target, number of symbols, 1 in the second result, least continuity, 1 where
an inside week or day vetoes, the starting balance and the most the account may come to, micro-USD."""

LIQUIDATED: Final = 1
STOPPED: Final = 2
TARGETED: Final = 3
DEADLINED: Final = 4
STILL_OPEN: Final = 5

NEVER: Final = 1 << 62

Market = tuple[Ints, Ints, Ints, Ints, Ints, Ints, Ints]
"""Where each symbol's bars begin (and the total last), seconds of its bars, then start, open, high, low and close."""
Clock = tuple[Ints, Ints, Ints, Ints, Ints, Ints]
"""Maintenance windows, tiers (from when on, and which), deadlines, where each symbol's funding instants begin, the
instants, and their rates as numerators."""
World = tuple[Ints, Market, Clock, Ints, Ints]
"""The table of setups, the bars, the clock, the rules, and the terms of each symbol."""
Books = tuple[Ints, Ints, Ints, Ints]
"""The account, its positions, the trades so far, and every booking: when the bar closed and micro-USD."""


@kernel
def note(books: Books, at: int, amount: int) -> None:
    """Book an amount; it is listed where there is room for a list."""
    account, _, _, bookings = books
    account[A_BALANCE] += amount
    if account[A_BOOKED] < len(bookings):
        bookings[account[A_BOOKED], 0] = at
        bookings[account[A_BOOKED], 1] = amount
    account[A_BOOKED] += 1


@kernel
def last_close(world: World, rank: int, end: int, asking: int) -> int:
    """The last close of a symbol that was processed before the asking symbol's bar that ends at `end`; 0 for none."""
    offsets, child, start, _, _, low, close = world[1]
    first, last = offsets[rank], offsets[rank + 1]
    side = end - child[rank] + (1 if rank < asking else 0)
    bar = first + np.searchsorted(start[first:last], side) - 1
    while bar >= first and low[bar] == 0:
        bar -= 1
    return close[bar] if bar >= first else 0


@kernel
def equity(world: World, books: Books, rank: int, mark: int, end: int) -> Wide:
    """Balance and open profit in grains: the symbol's at `mark`, the others' at their last closes (S8.5)."""
    _, _, _, rules, terms = world
    account, positions, _, _ = books
    total = money.money_grains(account[A_BALANCE], rules[R_GRAIN])
    for each in range(len(positions)):
        held = positions[each]
        if held[IS_OPEN] == 1:
            price = mark if each == rank else last_close(world, each, end, rank)
            total = money.together(total, money.grains_of(held[SIDE], held[SIZE], held[ENTRY], price, terms[each]))
    return total


@kernel
def leave(world: World, books: Books, rank: int, bar: int, reason: int, halves: int, at: int) -> None:
    """Close the symbol's position at a price in half units, and book it."""
    rules, terms = world[3], world[4][rank]
    _, positions, trades, _ = books
    account, held = books[0], positions[rank]
    parts = halves * terms[money.PARTS] if reason == TARGETED else money.slipped(halves, -held[SIDE], terms)
    fee = money.fee_of(held[SIZE], parts, terms)
    gross = money.profit_of(held[SIDE], held[SIZE], held[ENTRY], parts, terms)
    if reason == LIQUIDATED:
        offer = money.OFFERS + held[TIER] * money.OFFER
        margin = product(held[SIZE] * terms[offer + money.MARGIN], held[ENTRY])
        if money.loses_more(gross - held[FEE] - fee + held[PAID], margin, rules[R_GRAIN]):
            gross = money.capped(held[FEE] + fee - held[PAID], margin, rules[R_GRAIN])
    end = world[1][2][bar] + world[1][1][rank]
    note(books, end, gross - fee)
    record(trades[account[A_TRADES]], held, bar, reason, halves)
    trade = trades[account[A_TRADES]]
    trade[T_EXIT_FEE], trade[T_GROSS], trade[T_AFTER], trade[T_EXIT_AT] = fee, gross, account[A_BALANCE], at
    account[A_TRADES] += 1
    held[IS_OPEN] = 0
    held[NEXT] = NEVER
    held[CLOSED_BAR] = bar


@kernel
def record(trade: Ints, held: Ints, bar: int, reason: int, halves: int) -> None:
    """Write what a trade keeps of its position."""
    trade[:] = 0
    trade[T_SETUP], trade[T_SIZE], trade[T_BALANCE] = held[SETUP], held[SIZE], held[BALANCE]
    trade[T_TIER], trade[T_ENTRY] = held[TAKEN_TIER], held[ENTRY]
    trade[T_SWUNG] = 1 if held[TIER] != held[TAKEN_TIER] else 0
    trade[T_ENTRY_FEE], trade[T_FUNDING] = held[FEE], held[PAID]
    trade[T_EXIT_BAR], trade[T_REASON], trade[T_EXIT_HALVES] = bar, reason, halves


@kernel
def fund(world: World, books: Books, rank: int, mark: int, until: int, end: int) -> None:
    """Book the funding instants due up to `until` at `mark`; `end` is the close of the bar under way."""
    _, _, _, offsets, instants, rates = world[2]
    terms = world[4][rank]
    account, positions, _, _ = books
    held = positions[rank]
    while held[FUNDED] < offsets[rank + 1] and instants[held[FUNDED]] <= until:
        amount, doubtful = money.funding_of(held[SIDE], held[SIZE], mark, rates[held[FUNDED]], terms)
        account[A_UNDECIDED] += 1 if doubtful else 0
        held[PAID] += amount
        note(books, end, amount)
        held[FUNDED] += 1


@kernel
def set_liquidation(held: Ints, terms: Ints, offer: int) -> None:
    """Write the price in units from which the position is liquidated at an offer."""
    level, doubtful = money.liquidation_level(held[SIDE], held[ENTRY], terms, offer)
    held[LIQUIDATION], held[DOUBTFUL] = level, 1 if doubtful else 0


@kernel
def must_go(world: World, books: Books, rank: int, bar: int, mark: int, at: int) -> bool:
    """If the position's deadline is past: must it close? Else it is brought to the swing tier (S8.5)."""
    terms, held = world[4][rank], books[1][rank]
    if held[DEADLINE] > at:
        return False
    end = world[1][2][bar] + world[1][1][rank]
    if money.breaks_swing(held[SIZE], mark, equity(world, books, rank, mark, end), terms):
        return True
    held[TIER], held[DEADLINE] = money.SWINGING, NEVER
    offer = money.OFFERS + money.OFFER
    if terms[offer + money.CAN_OPEN] == 1:
        set_liquidation(held, terms, offer)
    return False


@kernel
def reached(world: World, books: Books, rank: int, bar: int, high: int, low: int) -> tuple[int, int]:
    """What S11's candle rule reaches on the bar, whose range is given, and its price in half units; 0 for nothing.

    In the entry bar that is the stop alone (S13.6).
    """
    setup = world[0][books[1][rank, SETUP]]
    _, _, start, opens, _, _, _ = world[1]
    held = books[1][rank]
    side, opened, entered = held[SIDE], opens[bar], bar == held[ENTRY_BAR]
    if not entered and held[LIQUIDATION] > 0 and side * (opened - held[LIQUIDATION]) <= 0:
        books[0][A_UNDECIDED] += 1 if held[DOUBTFUL] == 1 and opened == held[LIQUIDATION] else 0
        return LIQUIDATED, 2 * opened
    stop, target = setup[setups.STOP], setup[setups.TARGET]
    worst, best = (low, high) if side > 0 else (high, low)
    if side * (worst - stop) <= 0:
        beyond = not entered and side * (opened - stop) <= 0
        return STOPPED, 2 * (opened if beyond else stop)
    held_long = start[bar] - start[held[ENTRY_BAR]] >= world[3][R_HOLD]
    if not entered and held_long and side * (2 * best - target) >= 0:
        return TARGETED, target
    return 0, 0


@kernel
def in_hole(world: World, books: Books, rank: int, bar: int) -> tuple[int, int]:
    """The instants between the last good bar and this one (S13.7); what they end the position by, and the price."""
    _, child, start, opens, _, low, close = world[1]
    held = books[1][rank]
    begins = start[bar]
    before = bar - 1
    while low[before] == 0:
        before -= 1
    fund(world, books, rank, close[before], begins, begins + child[rank])
    if held[DEADLINE] > begins:
        return 0, 0
    reason, halves = reached(world, books, rank, bar, opens[bar], opens[bar])
    if reason == 0 and must_go(world, books, rank, bar, opens[bar], begins):
        reason, halves = DEADLINED, 2 * opens[bar]
    return reason, halves


@kernel
def pass_bar(world: World, books: Books, rank: int, bar: int) -> None:
    """One bar of an open position: instants of the hole before it, exits, then its own instants (S13.1, S13.7)."""
    _, child, start, _, high, low, close = world[1]
    held = books[1][rank]
    if low[bar] == 0:
        return
    at, ends, mark = start[bar], start[bar] + child[rank], close[bar]
    reason, halves = 0, 0
    if bar != held[ENTRY_BAR]:
        reason, halves = in_hole(world, books, rank, bar)
    if reason == 0:
        reason, halves = reached(world, books, rank, bar, high[bar], low[bar])
    if reason == 0:
        fund(world, books, rank, mark, ends, ends)
        if must_go(world, books, rank, bar, mark, ends):
            reason, halves, at = DEADLINED, 2 * mark, ends
    if reason > 0:
        leave(world, books, rank, bar, reason, halves, at)


@kernel
def look_ahead(world: World, held: Ints, rank: int, bar: int) -> None:
    """Find the first bar from `bar` on that may end the position or holds an instant of it."""
    offsets, child, start, _, high, low, _ = world[1]
    _, _, _, funding, instants, _ = world[2]
    setup = world[0][held[SETUP]]
    due = min(held[DEADLINE], instants[held[FUNDED]] if held[FUNDED] < funding[rank + 1] else NEVER) - child[rank]
    last = offsets[rank + 1]
    held[NEXT] = NEVER
    stop, target, level = setup[setups.STOP], setup[setups.TARGET], held[LIQUIDATION]
    if held[SIDE] > 0:
        bottom, top = max(stop, level), (target + 1) >> 1
    else:
        bottom, top = target >> 1, (min(stop, level) if level > 0 else stop)
    for each in range(bar, last):
        if low[each] <= bottom or high[each] >= top or start[each] >= due:
            held[NEXT] = each
            return
