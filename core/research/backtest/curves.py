"""A result as curves and bins: the numbers behind every picture of it, on paper or in the console."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from core.domain.performance import drawdown_curve
from core.research.backtest.outcome import Result

FINEST: Final = Decimal("0.25")
"""Width of the narrowest bins, R."""
MOST_BINS: Final = 60
"""Bins are widened until there are no more of them: a picture shows no more."""


@dataclass(frozen=True, slots=True)
class BalancePoint:
    """The realised balance at one moment.

    Attributes:
        balance: USD.
        below: how far it lies under the highest so far, percent of that; 0 and below.
    """

    at: datetime
    balance: Decimal
    below: Decimal


@dataclass(frozen=True, slots=True)
class Bin:
    """How many values lie in [low, high), R."""

    low: Decimal
    high: Decimal
    count: int


def balance_curve(result: Result, since: datetime) -> tuple[BalancePoint, ...]:
    """The balance after every closed trade, in the order of their exits; the start balance stands first, at `since`."""
    balances = (result.start_balance, *result.balances)
    moments = (since, *(trade.exit.at for trade in result.trades))
    return tuple(map(BalancePoint, moments, balances, drawdown_curve(balances)))


def r_bins(values: Sequence[Decimal], finest: Decimal = FINEST, most: int = MOST_BINS) -> tuple[Bin, ...]:
    """Equally wide bins from the lowest to the highest value, empty ones between them included; none without values.

    Zero is always an edge, so no bin holds both a win and a loss. The width is `finest`, doubled until there are no
    more than `most` (at least two) bins.
    """
    width = finest
    while (places := _places(values, width)) and max(places) - min(places) >= most:
        width *= 2
    counts = Counter(places)
    span = range(min(places), max(places) + 1) if places else ()
    return tuple(Bin(place * width, (place + 1) * width, counts[place]) for place in span)


def _places(values: Iterable[Decimal], width: Decimal) -> list[int]:
    """Which bin each value falls into; bin 0 begins at zero."""
    found = []
    for value in values:
        towards_zero = int(value // width)
        found.append(towards_zero - 1 if value < towards_zero * width else towards_zero)
    return found
