"""The order book around a price: a pure function of (seed, product, quarter second, price).

Bids and asks are on the product's increment. The price lies on the best bid or the best ask, and in about one quarter
second of sixteen just outside them, as on the venue, where it is the last trade and the book has moved since.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from core.simulator.noise import key_of, uniforms, unit

_SLOTS_A_SECOND: Final = 4
_OUTSIDE: Final = 1 / 16
DEEPEST: Final = 250
"""Levels a side at most."""


@dataclass(frozen=True, slots=True)
class Level:
    """One price of the book and the size offered there."""

    price: Decimal
    size: Decimal


@dataclass(frozen=True, slots=True)
class Book:
    """Best levels first on both sides."""

    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


class BookModel:
    """The book of one product.

    Args:
        seed: the exchange's seed.
        product_id: whose book.
        increment: price step of the levels.
        size_unit: step of the sizes.
        typical: a typical size at one level, in size units.
    """

    def __init__(self, seed: int, product_id: str, increment: Decimal, size_unit: Decimal, typical: int) -> None:
        self._key = key_of(seed, product_id, "book")
        self._increment = increment
        self._size_unit = size_unit
        self._typical = typical

    def at(self, time: float, price: Decimal, depth: int) -> Book:
        """The book at a UNIX time, given the last price; `depth` levels a side, 1 to DEEPEST."""
        slot = int(time * _SLOTS_A_SECOND)
        bid, ask = self._touch(slot, int(price / self._increment))
        draws = uniforms(self._key ^ slot, 2 * depth).tolist()
        bids = tuple(self._level(bid - place, draws[2 * place]) for place in range(depth) if bid > place)
        asks = tuple(self._level(ask + place, draws[2 * place + 1]) for place in range(depth))
        return Book(bids, asks)

    def _touch(self, slot: int, price: int) -> tuple[int, int]:
        draw = unit(self._key, slot)
        if draw < _OUTSIDE / 2:
            return max(price - 2, 1), max(price - 1, 2)
        if draw < _OUTSIDE:
            return price + 1, price + 2
        return (price, price + 1) if draw < 0.5 + _OUTSIDE / 2 or price < 2 else (price - 1, price)

    def _level(self, price: int, draw: float) -> Level:
        size = 1 + int(self._typical * 2 * draw * draw)
        return Level(price * self._increment, size * self._size_unit)
