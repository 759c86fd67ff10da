"""128-bit arithmetic in two words, against Python's own whole numbers."""

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.research.backtest import kernel_wide as wide

WORDS = st.integers(0, 2**62 - 1)
DIVISORS = st.integers(1, 2**62 - 1)
SIGNED = st.integers(-(2**120), 2**120)


def words(number: int) -> wide.Wide:
    """A number in two's complement."""
    number %= 2**128
    return np.uint64(number >> 64), np.uint64(number % 2**64)


def whole(number: wide.Wide) -> int:
    """The signed number two words stand for."""
    value = (int(number[0]) << 64) + int(number[1])
    return value - 2**128 if value >= 2**127 else value


@given(WORDS, WORDS)
def test_a_product_is_whole(a: int, b: int) -> None:
    assert whole(wide.product(a, b)) == a * b


@given(SIGNED, SIGNED)
def test_sums_and_differences_hold_below_zero_too(a: int, b: int) -> None:
    assert whole(wide.plus(words(a), words(b))) == a + b
    assert whole(wide.minus(words(a), words(b))) == a - b
    assert wide.is_negative(words(a)) == (a < 0)


@given(WORDS, WORDS, WORDS, WORDS)
def test_products_are_compared_exactly(a: int, x: int, b: int, y: int) -> None:
    assert wide.compare(a, x, b, y) == (a * x > b * y) - (a * x < b * y)
    assert wide.compare(a, x, x, a) == 0


@given(st.integers(0, 2**100), st.integers(1, 2**20))
def test_a_number_is_scaled(a: int, factor: int) -> None:
    assert whole(wide.scaled(words(a), factor)) == a * factor


@given(WORDS, WORDS, DIVISORS)
def test_quotients_are_rounded_down_and_tell_when_they_do_not_fit(a: int, b: int, divisor: int) -> None:
    quotient, rest = divmod(a * b, divisor)
    wanted = (quotient, rest) if quotient < 2**63 else (-1, 0)
    assert wide.divided(words(a * b), divisor) == wanted


@given(WORDS, st.integers(0, 2**40), DIVISORS | st.integers(1, 40).map(lambda each: 2 * each))
def test_quotients_are_rounded_half_even_as_decimals_are(a: int, b: int, divisor: int) -> None:
    with localcontext() as context:
        context.prec = 200
        wanted = int((Decimal(a * b) / divisor).quantize(Decimal(1), ROUND_HALF_EVEN))
    if wanted < 2**62:
        rounded, tie = wide.half_even(words(a * b), divisor)
        assert rounded == wanted
        assert tie == (2 * (a * b % divisor) == divisor)
