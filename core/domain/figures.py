"""Numbers as text, the same wherever they are read: on the screen, in an alert; the only place they are rounded.

Every function is pure, and takes None or a non-finite number as "not known", for which it answers with a dash.
Rounding is half-even. Glyphs are one cell wide everywhere.
"""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from core.domain.patterns import Side

UNKNOWN: Final = "—"
"""What stands for a value that is not known."""
MASK: Final = "•••"
"""What stands for an amount of money, or a size, that is not to be seen."""
SECRET: Final = ("balance", "equity", "exposure", "free", "margin", "notional", "risk_usd", "size", "unfloored")
"""Names of the desk's numbers that tell an amount of money or a size."""
UP: Final = "▲"
DOWN: Final = "▼"
_HUGE: Final = 40
"""Numbers of more digits than this are shown with an exponent: no screen has room for them."""


def price(value: Decimal | None, increment: Decimal | None = None) -> str:
    """A price on the decimals of its increment, or by its size where there is none: `90,610.0`, `0.05123`."""
    if value is None or not value.is_finite():
        return UNKNOWN
    places = _places_of(increment) if increment is not None else _places_by_size(value)
    return number(value, places)


def usd(value: Decimal | None, signed: bool = False) -> str:
    """Dollars and cents: `$1,042.18`, `-$3.10`; with `signed` a gain is `+$12.40`."""
    if value is None or not value.is_finite():
        return UNKNOWN
    text = number(value, 2)
    sign = "-" if text.startswith("-") else "+" if signed and _is_positive(text) else ""
    return f"{sign}${text.removeprefix('-')}"


def exact(value: Decimal, places: int, least: int = 0) -> str:
    """The number's own digits, at most so many places, without trailing zeros beyond `least` of them."""
    whole, point, fraction = number(value, places).partition(".")
    fraction = fraction.rstrip("0").ljust(least, "0")
    return f"{whole}{point}{fraction}" if fraction else whole


def pct(value: Decimal | float | None, places: int = 2, signed: bool = True) -> str:
    """Percent (1 means 1%): `+1.24%`."""
    return _with_unit(value, places, "%", signed)


def rate(value: Decimal | None) -> str:
    """A fraction, such as a funding rate, as percent with four decimals: 0.0001 is `+0.0100%`."""
    return _with_unit(None if value is None else value * 100, 4, "%", signed=True)


def r_multiple(value: Decimal | float | None) -> str:
    """A result in units of what was risked: `+0.65R`."""
    return _with_unit(value, 2, "R", signed=True)


def ratio(value: Decimal | float | None) -> str:
    """A plain ratio such as reward to risk: `1.57`."""
    return _with_unit(value, 2, "", signed=False)


def bp(value: Decimal | float | None) -> str:
    """Basis points: `0.1bp`."""
    return _with_unit(value, 1, "bp", signed=False)


def leverage(value: Decimal | float | None) -> str:
    """Leverage with at most one decimal: `10x`, `6.1x`."""
    return _with_unit(value, 1, "x", signed=False).replace(".0x", "x")


def size(value: Decimal | None, increment: Decimal | None = None) -> str:
    """A size in base units: on the decimals of its increment, or else without trailing zeros: `0.264`."""
    if value is None or not value.is_finite():
        return UNKNOWN
    if increment is not None:
        return number(value, _places_of(increment))
    text = number(value, 8)
    return text.rstrip("0").rstrip(".") if "." in text and "E" not in text else text


def counted(count: int, word: str) -> str:
    """`1 signal`, `3 signals`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def side_glyph(side: "Side") -> str:
    """`▲` for LONG, `▼` for SHORT."""
    return UP if side.sign > 0 else DOWN


def side(value: "Side") -> str:
    """Glyph and word: `▲ LONG`."""
    return f"{side_glyph(value)} {value.value}"


def number(value: Decimal, places: int) -> str:
    """Rounded half-even with thousands separators; never a negative zero."""
    if value.adjusted() > _HUGE:
        return f"{value:.3E}"
    context, step = _rounding_to(places)
    rounded = value.quantize(step, ROUND_HALF_EVEN, context)
    return f"{rounded or abs(rounded):,f}"


@lru_cache(maxsize=64)
def _rounding_to(places: int) -> tuple[Context, Decimal]:
    """Digits enough for every number that is spelled out, and the last place; made once, for each costs a context."""
    return Context(prec=_HUGE + places + 5), Decimal(1).scaleb(-places)


def _with_unit(value: Decimal | float | None, places: int, unit: str, signed: bool) -> str:
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value) if value is not None else None
    if exact is None or not exact.is_finite():
        return UNKNOWN
    text = number(exact, places)
    plus = "+" if signed and _is_positive(text) else ""
    return f"{plus}{text}{unit}"


def _is_positive(text: str) -> bool:
    return not text.startswith("-") and any(char in "123456789" for char in text)


@lru_cache(maxsize=256)
def _places_of(increment: Decimal) -> int:
    """Decimals an increment needs: 0.10 needs one, 5 none."""
    exponent = increment.normalize().as_tuple().exponent
    return min(18, max(0, -exponent)) if isinstance(exponent, int) else 2


def _places_by_size(value: Decimal) -> int:
    """About five significant digits, as traders write prices: 90,610.0 2,809.60 131.92 0.05123."""
    if value == 0:
        return 2
    digits = value.adjusted()
    return 1 if digits >= 4 else 2 if digits >= 1 else min(12, 3 - digits)
