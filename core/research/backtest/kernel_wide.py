"""128-bit whole numbers as two unsigned words, for money and prices whose products do not fit 64 bits.

All values are `uint64`; a signed number is kept in two's complement. Nothing here rounds but `half_even`.
"""

import numpy as np

from core.research.backtest.kernel_compile import kernel

Word = np.uint64
Wide = tuple[np.uint64, np.uint64]
"""High and low word."""

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_ONE = np.uint64(1)
_ZERO = np.uint64(0)
_TOP = np.uint64(63)


@kernel
def times(a: Word, b: Word) -> Wide:
    """The whole product of two words."""
    a0, a1, b0, b1 = a & _LOW, a >> _HALF, b & _LOW, b >> _HALF
    low = a0 * b0
    middle = a1 * b0 + (low >> _HALF)
    other = a0 * b1 + (middle & _LOW)
    return a1 * b1 + (middle >> _HALF) + (other >> _HALF), a * b


@kernel
def product(a: int, b: int) -> Wide:
    """The product of two whole numbers that are not negative."""
    return times(np.uint64(a), np.uint64(b))


@kernel
def scaled(a: Wide, factor: int) -> Wide:
    """The number times a small positive factor; what leaves 128 bits is lost."""
    high, low = times(a[1], np.uint64(factor))
    return high + a[0] * np.uint64(factor), low


@kernel
def plus(a: Wide, b: Wide) -> Wide:
    """The sum, of signed numbers too."""
    low = a[1] + b[1]
    carry = _ONE if low < a[1] else _ZERO
    return a[0] + b[0] + carry, low


@kernel
def minus(a: Wide, b: Wide) -> Wide:
    """The difference, of signed numbers too."""
    borrow = _ONE if a[1] < b[1] else _ZERO
    return a[0] - b[0] - borrow, a[1] - b[1]


@kernel
def is_negative(a: Wide) -> bool:
    """Is the signed number below zero?"""
    return bool((a[0] >> _TOP) != _ZERO)


@kernel
def order(a: Wide, b: Wide) -> int:
    """-1, 0 or 1 as the first of two unsigned numbers is less than, equal to or greater than the second."""
    if a[0] != b[0]:
        return 1 if a[0] > b[0] else -1
    if a[1] != b[1]:
        return 1 if a[1] > b[1] else -1
    return 0


@kernel
def compare(a: int, x: int, b: int, y: int) -> int:
    """-1, 0 or 1 as a * x is less than, equal to or greater than b * y; none of them negative."""
    return order(product(a, x), product(b, y))


@kernel
def divided(a: Wide, divisor: int) -> tuple[int, int]:
    """Quotient, rounded down, and remainder; the quotient is -1 where it does not fit 63 bits."""
    by = np.uint64(divisor)
    high, low = a
    if high == _ZERO:
        quotient, rest = low // by, low % by
    else:
        if high >= by:
            return -1, 0
        quotient, rest = _ZERO, high
        for _ in range(64):
            carry = rest >> _TOP
            rest = (rest << _ONE) | (low >> _TOP)
            low = low << _ONE
            quotient = quotient << _ONE
            if carry != _ZERO or rest >= by:
                rest = rest - by
                quotient = quotient | _ONE
    return (-1, 0) if (quotient >> _TOP) != _ZERO else (int(np.int64(quotient)), int(np.int64(rest)))


@kernel
def half_even(a: Wide, divisor: int) -> tuple[int, bool]:
    """The quotient rounded half-even and whether it was a tie; -1 where it does not fit 63 bits."""
    quotient, rest = divided(a, divisor)
    if quotient < 0:
        return -1, False
    # rest > divisor - rest instead of 2 * rest > divisor, which could overflow.
    other = divisor - rest
    up = rest > other or (rest == other and (quotient & 1) == 1)
    return quotient + (1 if up else 0), rest == other
