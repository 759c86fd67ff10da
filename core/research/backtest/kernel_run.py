"""The event loop of a backtest: setups that broke, in the order of S13.1, against one account."""

import numpy as np

from core.research.backtest import kernel_legs as legs
from core.research.backtest import kernel_money as money
from core.research.backtest import kernel_positions as held_
from core.research.backtest import kernel_setups as setups
from core.research.backtest.bars import Ints
from core.research.backtest.kernel_compile import kernel
from core.research.backtest.kernel_positions import Books, World
from core.research.backtest.kernel_rows import first_window
from core.research.backtest.kernel_wide import Wide, product


@kernel
def reserved(world: World, books: Books) -> tuple[Wide, bool]:
    """Margin reserved by open positions, in grains, and whether there is any."""
    total, taken = product(0, 0), False
    for each in range(len(books[1])):
        held = books[1][each]
        if held[held_.IS_OPEN] == 1:
            offer = money.OFFERS + held[held_.TIER] * money.OFFER
            margin = product(held[held_.SIZE] * world[4][each, offer + money.MARGIN], held[held_.ENTRY])
            total, taken = money.together(total, margin), True
    return total, taken


@kernel
def tier_at(world: World, setup: Ints) -> int:
    """The tier of an entry in a bar: swing too where the bar holds the deadline (S13.5)."""
    _, tiers, deadlines, _, _, _ = world[2]
    begins = setup[setups.AT]
    ends = begins + world[1][1][setup[setups.RANK]]
    if tiers[1, np.searchsorted(tiers[0], begins, side="right") - 1] == money.SWINGING:
        return money.SWINGING
    due = np.searchsorted(deadlines, begins, side="right")
    return money.SWINGING if due < len(deadlines) and deadlines[due] < ends else money.INTRADAY


@kernel
def ruled(world: World, books: Books, setup: Ints, bar: int) -> int:
    """The gates that need no size, in S9's order; OPENED where all let the entry pass."""
    windows, rules, at = world[2][0], world[3], setup[setups.AT]
    rank = setup[setups.RANK]
    if setup[setups.VERDICT] != legs.OK:
        return int(setup[setups.VERDICT])
    if setup[setups.MISSING] == 1:
        return money.MAINTENANCE_GAP
    window = first_window(windows, at)
    if world[4][rank, money.TRADABLE] == 0 or (window < windows.shape[1] and windows[0, window] <= at):
        return money.MAINTENANCE
    if rules[held_.R_VETO] == 1 and setup[setups.VETO] > 0:
        return money.VETO_WEEK if setup[setups.VETO] == 2 else money.VETO_DAY
    if setup[setups.SCORE] < rules[held_.R_CONTINUITY]:
        return money.LOW_CONTINUITY
    held = books[1][rank]
    if held[held_.IS_OPEN] == 1 or held[held_.CLOSED_BAR] == bar:
        return money.POSITION_OPEN
    return money.OPENED


@kernel
def decide(world: World, books: Books, setup: Ints, bar: int) -> tuple[int, int, int, int]:
    """Every gate of S9: what becomes of the entry, its size, fill in parts, and the tier of the offer it takes."""
    code = ruled(world, books, setup, bar)
    if code != money.OPENED:
        return code, 0, 0, 0
    account, terms, grain = books[0], world[4][setup[setups.RANK]], world[3][held_.R_GRAIN]
    side = setup[setups.SIDE]
    fill = money.slipped(2 * setup[setups.RAW], side, terms)
    stop = 2 * setup[setups.STOP] * terms[money.PARTS]
    tier = tier_at(world, setup)
    balance = account[held_.A_BALANCE]
    code, size = money.size_of(balance, fill, stop, terms, money.OFFERS + tier * money.OFFER)
    if code == money.OPENED:
        total, taken = reserved(world, books)
        free = money.left_free(balance, total, grain)
        code, tier, _ = money.offered(side, size, fill, stop, free, taken, terms, tier)
    return code, size, fill, tier


@kernel
def enter(world: World, books: Books, number: int, bar: int, size: int, fill: int, tier: int) -> None:
    """Open a position; its own bar is the first it passes, after all triggers of that bar (S13.6).

    They need not be waited for: while it is open, and after it closed in this bar, they are refused either way.
    """
    setup = world[0][number]
    rank, side = setup[setups.RANK], setup[setups.SIDE]
    _, child, start, _, _, _, _ = world[1]
    _, _, deadlines, funding, instants, _ = world[2]
    terms, held = world[4][rank], books[1][rank]
    begins = start[bar]
    held[held_.IS_OPEN], held[held_.SETUP], held[held_.SIDE], held[held_.SIZE] = 1, number, side, size
    held[held_.ENTRY], held[held_.ENTRY_BAR], held[held_.PAID] = fill, bar, 0
    held[held_.TIER], held[held_.TAKEN_TIER] = tier, tier
    held[held_.BALANCE] = books[0][held_.A_BALANCE]
    first, last = funding[rank], funding[rank + 1]
    held[held_.FUNDED] = first + np.searchsorted(instants[first:last], begins, side="right")
    due = np.searchsorted(deadlines, begins, side="right")
    later = due < len(deadlines) and tier == money.INTRADAY
    held[held_.DEADLINE] = deadlines[due] if later else held_.NEVER
    held_.set_liquidation(held, terms, money.OFFERS + tier * money.OFFER)
    held[held_.FEE] = money.fee_of(size, fill, terms)
    held_.note(books, begins + child[rank], -held[held_.FEE])
    held[held_.NEXT] = bar


@kernel
def pass_until(world: World, books: Books, key: int) -> None:
    """Let open positions pass every bar up to and including the one of this place in the order of S13.1."""
    _, child, start, _, _, _, _ = world[1]
    positions = books[1]
    symbols = world[3][held_.R_SYMBOLS]
    while True:
        first, rank = held_.NEVER, -1
        for each in range(len(positions)):
            bar = positions[each, held_.NEXT]
            if positions[each, held_.IS_OPEN] == 1 and bar != held_.NEVER:
                place = (start[bar] + child[each]) * symbols + each
                if place < first:
                    first, rank = place, each
        if rank < 0 or first > key:
            return
        bar = positions[rank, held_.NEXT]
        held_.pass_bar(world, books, rank, bar)
        if positions[rank, held_.IS_OPEN] == 1:
            held_.look_ahead(world, positions[rank], rank, bar + 1)


@kernel
def any_open(positions: Ints) -> bool:
    """Is a position of any symbol open? Mostly none is, and asking for more costs as much as a setup."""
    count = 0
    for each in range(len(positions)):
        count += positions[each, held_.IS_OPEN]
    return count > 0


@kernel
def is_asked(setup: Ints) -> bool:
    """Does the setup ask to enter, or to be counted among the ambiguous ones?"""
    outside = setup[setups.BOTH] == setups.INSIDE_RANGE and setup[setups.VERDICT] == legs.OK
    return bool(setup[setups.STATUS] == setups.TRIGGERED or outside)


@kernel
def settle_setup(world: World, books: Books, number: int) -> int:
    """What becomes of one broken setup; the account counts the ambiguous ones (S13.3)."""
    setup, account = world[0][number], books[0]
    both = setup[setups.BOTH]
    bar = world[1][0][setup[setups.RANK]] + setup[setups.BAR]
    code, size, fill, tier = decide(world, books, setup, bar)
    if code == money.UNDECIDED:
        account[held_.A_UNDECIDED] += 1
    if code == money.OPENED:
        account[held_.A_TOTAL] += 1 if both > 0 else 0
        account[held_.A_BEYOND] += 1 if both == setups.BEYOND else 0
        if both != setups.INSIDE_RANGE or world[3][held_.R_SECOND] == 1:
            enter(world, books, number, bar, size, fill, tier)
    return code


@kernel
def run(world: World, books: Books, fates: Ints) -> None:
    """Take every setup of the table in its order, then the positions to the end of the bars.

    Args:
        world: table, bars, clock, rules and terms; the table is in the order of S13.1.
        books: written; the positions that stay open stand behind the trades.
        fates: written, one a setup: what became of its entry, as in `kernel_money`.
    """
    account, positions, trades, _ = books
    rules, table = world[3], world[0]
    account[held_.A_BALANCE] = rules[held_.R_START]
    positions[:] = 0
    positions[:, held_.NEXT] = held_.NEVER
    positions[:, held_.CLOSED_BAR] = -1
    for number in range(len(table) + 1):
        last = number == len(table)
        if not last and not is_asked(table[number]):
            fates[number] = money.NOT_ASKED
            continue
        if any_open(positions):
            pass_until(world, books, held_.NEVER if last else table[number, setups.KEY])
        if not last:
            fates[number] = settle_setup(world, books, number)
        if abs(account[held_.A_BALANCE]) > rules[held_.R_MOST] or account[held_.A_UNDECIDED] > 0:
            account[held_.A_UNDECIDED] += 1
            return
    over = account[held_.A_TRADES]
    for each in range(len(positions)):
        if positions[each, held_.IS_OPEN] == 1:
            held_.record(trades[over], positions[each], -1, held_.STILL_OPEN, 0)
            over += 1
