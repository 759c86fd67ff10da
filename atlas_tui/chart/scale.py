"""Prices to rows, exactly: every price is a fraction of the span, never a float."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, log10
from typing import Final

from core.domain.bars import Bar

_MAGNITUDE: Final = 15
"""Powers of ten either way beyond which a number is no price and is not drawn."""
_MARGIN: Final = Fraction(1, 25)
"""Blank share above and below."""
_LEAST_SHARE: Final = 3
"""Levels far from the candles may stretch the span to this many times the candles', no further."""
_STEPS: Final = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5), Fraction(10))


def is_drawable(price: Decimal | None) -> bool:
    """Is it a finite number of a size a price can have?"""
    return price is not None and price.is_finite() and (price == 0 or abs(price.adjusted()) <= _MAGNITUDE)


def is_drawable_bar(bar: Bar) -> bool:
    """Is it a good bar whose range can be drawn?"""
    return bar.good and is_drawable(bar.high) and is_drawable(bar.low)


@dataclass(frozen=True, slots=True)
class Scale:
    """The span from `top` to `bottom` over so many half rows, the first at the top."""

    top: Fraction
    bottom: Fraction
    halves: int
    _halves_per_price: Fraction = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_halves_per_price", self.halves / (self.top - self.bottom))

    def half(self, price: Decimal) -> int:
        """The half row of a price; one outside the span falls on the nearest."""
        # In whole numbers, for this is asked four times a candle: floor((top - price) x halves / span).
        part, whole = price.as_integer_ratio()
        below = self.top.numerator * whole - part * self.top.denominator
        scale = self._halves_per_price
        half = below * scale.numerator // (self.top.denominator * whole * scale.denominator)
        return min(self.halves - 1, max(0, half))

    def row(self, price: Decimal) -> int:
        """The row of a price; one outside the span falls on the nearest."""
        return self.half(price) // 2

    def side_of(self, price: Decimal) -> int:
        """+1 for a price above the span, -1 for one below, 0 for one inside."""
        exact = Fraction(price)
        return 1 if exact > self.top else -1 if exact < self.bottom else 0

    def ticks(self, count: int, increment: Decimal | None) -> list[Decimal]:
        """About `count` round prices inside the span, highest first, never closer than the increment."""
        raw = max((self.top - self.bottom) / max(1, count), Fraction(increment or 0))
        power = Fraction(10) ** floor(log10(raw))
        step = next((share * power for share in _STEPS if share * power >= raw), power * 10)
        first, last = ceil(self.bottom / step), floor(self.top / step)
        return [_decimal(index * step) for index in range(last, first - 1, -1)]


def scale_of(bars: Iterable[Bar], prices: Iterable[Decimal], rows: int) -> Scale | None:
    """The scale that shows these bars whole, and these prices where they are not too far off.

    Args:
        bars: what is in view; holes are passed over.
        prices: levels and the live price.
        rows: rows of the plot, 1 or more.

    Returns:
        None where there is not one price to show.
    """
    drawn = [bar for bar in bars if is_drawable_bar(bar)]
    extra = [Fraction(price) for price in prices if is_drawable(price)]
    if not drawn and not extra:
        return None
    high = max((Fraction(bar.high) for bar in drawn), default=max(extra, default=Fraction(0)))
    low = min((Fraction(bar.low) for bar in drawn), default=min(extra, default=Fraction(0)))
    most = (high - low) * _LEAST_SHARE
    for price in sorted(extra, key=lambda price: max(price - high, low - price)):
        if most == 0 or max(high, price) - min(low, price) <= most:
            high, low = max(high, price), min(low, price)
    margin = (high - low) * _MARGIN or abs(high) / 1000 or Fraction(1)
    return Scale(high + margin, low - margin, rows * 2)


def _decimal(value: Fraction) -> Decimal:
    """The decimal of a fraction whose denominator is a power of ten, after shortening."""
    return Decimal(value.numerator) / Decimal(value.denominator)
