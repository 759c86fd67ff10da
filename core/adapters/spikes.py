"""The spike rule: a far-off price waits for a second one near it (STRAT.md S13, "Bad prices")."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

SPIKE_FRACTION: Final = Decimal("0.03")
FRESH_S: Final = 10.0


@dataclass(slots=True)
class _Seen:
    """Last accepted price of a product with its low and high bound, when it came, and the price that waits."""

    low: Decimal
    high: Decimal
    price: Decimal
    at_s: float
    held: Decimal | None = None


class SpikeGuard:
    """Holds back a price more than `fraction` from the last accepted one (<= 10 s old) and from the book's mid.

    Without a book the last price alone decides. While a price waits it changes nothing.
    """

    def __init__(self, fraction: Decimal = SPIKE_FRACTION, fresh_s: float = FRESH_S) -> None:
        self._fraction = fraction
        self._fresh_s = fresh_s
        self._seen: dict[str, _Seen] = {}

    def accept(self, product_id: str, price: Decimal, bid: Decimal | None, ask: Decimal | None, real_s: float) -> bool:
        """May this price be used? `real_s` is real monotonic seconds."""
        seen = self._seen.get(product_id)
        if seen is None:
            self._seen[product_id] = _Seen(*self._around(price), price, real_s)
            return True
        if price is seen.price or price == seen.price:
            seen.at_s = real_s
            seen.held = None
            return True
        near_last = seen.low <= price <= seen.high
        if not near_last and real_s - seen.at_s <= self._fresh_s and not self._near_book(price, bid, ask):
            held = seen.held
            if held is None or not self._near(price, held):
                seen.held = price
                return False
        seen.low, seen.high = self._around(price)
        seen.price, seen.at_s, seen.held = price, real_s, None
        return True

    def _around(self, price: Decimal) -> tuple[Decimal, Decimal]:
        reach = price * self._fraction
        return price - reach, price + reach

    def _near(self, price: Decimal, reference: Decimal) -> bool:
        return abs(price - reference) <= reference * self._fraction

    def _near_book(self, price: Decimal, bid: Decimal | None, ask: Decimal | None) -> bool:
        return bid is not None and ask is not None and self._near(price, (bid + ask) / 2)
