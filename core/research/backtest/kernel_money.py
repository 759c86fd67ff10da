"""Sizing, margin, fees, funding and profit in whole numbers: what the desk's Decimals give, to the last micro-unit.

Prices of fills are in *parts* of a unit, fine enough for slippage and half units; sizes in increments; money in
micro-USD. Margin and equity are not rounded: they are 128-bit numbers of a *grain* so small that both are whole.
Where the desk's 50 digits would round a number that stands exactly on a limit, nothing here can say which side it falls
to: such a case is marked `UNDECIDED`, and the desk itself is asked.
"""

from typing import Final

import numpy as np

from core.research.backtest.bars import Ints
from core.research.backtest.kernel_compile import kernel
from core.research.backtest.kernel_wide import (
    Wide,
    compare,
    divided,
    half_even,
    is_negative,
    minus,
    order,
    plus,
    product,
    scaled,
)

PARTS: Final = 0
UP: Final = 1
DOWN: Final = 2
SIZE: Final = 3
SIZE_BY: Final = 4
LEAST: Final = 5
SMALLEST: Final = 6
SMALLEST_BY: Final = 7
LARGEST: Final = 8
LARGEST_BY: Final = 9
FEE: Final = 10
FEE_BY: Final = 11
GROSS: Final = 12
GROSS_BY: Final = 13
FUNDING: Final = 14
FUNDING_BY: Final = 15
FUNDING_ROUNDED: Final = 16
GRAINS: Final = 17
SWING: Final = 18
SWING_BY: Final = 19
TRADABLE: Final = 20
OFFERS: Final = 21
"""Terms of a symbol: parts of half a unit, the same slipped up and down; then pairs of a factor and a divisor. The
intraday offer stands at `OFFERS`, the swing one at `OFFERS + OFFER`."""

CAP: Final = 0
CAP_BY: Final = 1
MARGIN: Final = 2
CAN_OPEN: Final = 3
LONG_AT: Final = 4
LONG_BY: Final = 5
SHORT_AT: Final = 6
SHORT_BY: Final = 7
ROUNDED: Final = 8
OFFER: Final = 9
"""Terms of an offer: the LEVERAGE gate's pair, grains of margin a part and increment, whether it can open at all, the
liquidation price as a factor and divisor of the fill by side, and whether the desk rounds on the way to it."""
TERMS: Final = OFFERS + 2 * OFFER

MAINTENANCE_GAP: Final = 1
MAINTENANCE: Final = 4
VETO_WEEK: Final = 5
VETO_DAY: Final = 6
LOW_CONTINUITY: Final = 7
POSITION_OPEN: Final = 8
INVALID: Final = 9
LEVERAGE: Final = 10
MIN_NOTIONAL: Final = 11
MAX_NOTIONAL: Final = 12
MIN_SIZE: Final = 13
NO_MARGIN: Final = 14
LIQUIDATION_FIRST: Final = 15
OPENED: Final = 0
UNDECIDED: Final = -1
NOT_ASKED: Final = -2
"""What becomes of an entry; 1 to 3 are the filters' verdicts."""

INTRADAY: Final = 0
SWINGING: Final = 1

Offered = tuple[int, int, Wide]
"""What became of it, the tier of the offer that was taken, and the margin in grains."""


@kernel
def slipped(halves: int, side: int, terms: Ints) -> int:
    """A price in half units as parts, moved by the slippage in the direction of `side`."""
    return halves * int(terms[UP] if side > 0 else terms[DOWN])


@kernel
def fee_of(size: int, parts: int, terms: Ints) -> int:
    """The taker fee of a fill, micro-USD, rounded half-even (S9)."""
    return half_even(product(size * terms[FEE], parts), terms[FEE_BY])[0]


@kernel
def profit_of(side: int, size: int, entry: int, leaving: int, terms: Ints) -> int:
    """Gross profit, micro-USD, rounded half-even (S10.3); the prices in parts."""
    move = side * (leaving - entry)
    amount = half_even(product(size * terms[GROSS], abs(move)), terms[GROSS_BY])[0]
    return amount if move >= 0 else -amount


@kernel
def funding_of(side: int, size: int, mark: int, rate: int, terms: Ints) -> tuple[int, bool]:
    """What a funding instant books, micro-USD, and whether the desk's rounding may say otherwise (S10.1).

    `mark` is in units, `rate` in the numerators the divisor belongs to.
    """
    amount, tie = half_even(product(size * abs(rate), mark * terms[FUNDING]), terms[FUNDING_BY])
    paid = amount if (rate > 0) != (side > 0) else -amount
    return paid, tie and rate == terms[FUNDING_ROUNDED]


@kernel
def size_of(balance: int, fill: int, stop: int, terms: Ints, offer: int) -> tuple[int, int]:
    """What the size gates say, OPENED where they pass, and the size in increments (S9).

    Args:
        balance: micro-USD.
        fill: in parts.
        stop: in parts.
        terms: of the symbol.
        offer: place of the clock's offer in them.
    """
    distance = abs(fill - stop)
    if balance <= 0 or distance == 0 or fill <= 0 or stop <= 0:
        return INVALID, 0
    over = compare(fill, terms[offer + CAP], distance, terms[offer + CAP_BY])
    if over == 0:
        return UNDECIDED, 0
    if over > 0:
        return LEVERAGE, 0
    if compare(balance * terms[SMALLEST], fill, distance, terms[SMALLEST_BY]) < 0:
        return MIN_NOTIONAL, 0
    if compare(balance * terms[LARGEST], fill, distance, terms[LARGEST_BY]) > 0:
        return MAX_NOTIONAL, 0
    size = divided(product(balance, terms[SIZE]), distance * terms[SIZE_BY])[0]
    if size < 0:
        return UNDECIDED, 0
    return (MIN_SIZE if size < terms[LEAST] else OPENED), size


@kernel
def stop_first(side: int, fill: int, stop: int, terms: Ints, offer: int) -> int:
    """1 where the stop comes before the liquidation at this offer, -1 where it does not, 0 where it stands on it."""
    if terms[offer + CAN_OPEN] == 0:
        return -1
    at = terms[offer + (LONG_AT if side > 0 else SHORT_AT)]
    by = terms[offer + (LONG_BY if side > 0 else SHORT_BY)]
    # The divisor gives whole units; the stop is a whole number of them.
    units = stop // (2 * terms[PARTS])
    return 1 if at <= 0 else side * compare(units, by, fill, at)


@kernel
def offered(side: int, size: int, fill: int, stop: int, free: Wide, taken: bool, terms: Ints, tier: int) -> Offered:
    """Which offer an entry takes, and whether margin and liquidation let it (S9).

    Args:
        side, size, fill, stop: of the entry; prices in parts.
        free: balance less what is reserved, grains, signed.
        taken: is anything reserved?
        terms: of the symbol.
        tier: of the clock.
    """
    offer = OFFERS + tier * OFFER
    first = stop_first(side, fill, stop, terms, offer)
    if first == 0 and terms[offer + ROUNDED] == 1:
        return UNDECIDED, tier, product(0, 0)
    if first <= 0 and tier == INTRADAY:
        tier, offer = SWINGING, OFFERS + OFFER
        first = stop_first(side, fill, stop, terms, offer)
        if first == 0 and terms[offer + ROUNDED] == 1:
            return UNDECIDED, tier, product(0, 0)
    margin = product(size * terms[offer + MARGIN], fill)
    if is_negative(free) or order(margin, free) > 0:
        return NO_MARGIN, tier, margin
    if taken and order(margin, free) == 0:
        return UNDECIDED, tier, margin
    return (OPENED if first > 0 else LIQUIDATION_FIRST), tier, margin


@kernel
def liquidation_level(side: int, fill: int, terms: Ints, offer: int) -> tuple[int, bool]:
    """The last whole unit that liquidates, and whether the desk may see it otherwise; 0 or less where none does."""
    at = terms[offer + (LONG_AT if side > 0 else SHORT_AT)]
    if at <= 0:
        return 0, False
    units, rest = divided(product(fill, at), terms[offer + (LONG_BY if side > 0 else SHORT_BY)])
    whole = rest == 0
    return units + (0 if side > 0 or whole else 1), whole and terms[offer + ROUNDED] == 1


@kernel
def grains_of(side: int, size: int, entry: int, mark: int, terms: Ints) -> Wide:
    """Unrealised profit in grains, signed; `entry` in parts, `mark` in units."""
    move = side * (mark * 2 * terms[PARTS] - entry)
    grains = product(size * terms[GRAINS], abs(move))
    return grains if move >= 0 else minus(product(0, 0), grains)


@kernel
def money_grains(micros: int, grain: int) -> Wide:
    """Micro-USD, signed, in grains; `grain` is how many a micro-USD has."""
    whole = product(abs(micros), grain)
    return whole if micros >= 0 else minus(product(0, 0), whole)


@kernel
def breaks_swing(size: int, mark: int, equity: Wide, terms: Ints) -> bool:
    """Would the deadline close the position? (S8.5) `mark` in units, `equity` in grains, signed."""
    if is_negative(equity) or (equity[0] == np.uint64(0) and equity[1] == np.uint64(0)):
        return True
    notional = product(size * terms[GRAINS], mark * 2 * terms[PARTS])
    return order(scaled(notional, terms[SWING_BY]), scaled(equity, terms[SWING])) > 0


@kernel
def capped(owed: int, margin: Wide, grain: int) -> int:
    """The gross of a liquidation whose loss is its margin: `owed` less the margin, rounded half-even (S10.2).

    Args:
        owed: both fees less the funding, micro-USD.
        margin: in grains.
        grain: grains of a micro-USD.
    """
    whole, rest = divided(margin, grain)
    if rest == 0:
        return owed - whole
    below = owed - whole - 1
    # What is left of `below` to the exact amount is grain - rest.
    if 2 * rest < grain or (2 * rest == grain and (below & 1) == 1):
        return below + 1
    return below


@kernel
def loses_more(net: int, margin: Wide, grain: int) -> bool:
    """Is the loss more than the margin?"""
    return net < 0 and order(product(-net, grain), margin) > 0


@kernel
def left_free(balance: int, reserved: Wide, grain: int) -> Wide:
    """Balance less what is reserved, in grains, signed."""
    return minus(money_grains(balance, grain), reserved)


@kernel
def together(a: Wide, b: Wide) -> Wide:
    """The sum of two amounts in grains."""
    return plus(a, b)
