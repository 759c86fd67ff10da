"""Rows of a series in memory: whole numbers in columns, oldest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from core.domain.errors import HistoryError
from core.research.backtest.bars import MOST_UNITS

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

MOST: Final = 2**63 - 1
SAME_VOLUME: Final = 1e-9
"""Volumes that differ by less, relatively, are one: doubles that went through text and sums."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows by opening time.

    Attributes:
        start: epoch seconds, UTC, strictly increasing.
        values: one row a column of the kind, in units of 10 ** -digits.
        digits: digits behind the point that are needed; as few as are exact.
        volume: base currency; NaN where it is not known.
    """

    start: Ints
    values: Ints
    digits: int
    volume: Floats

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.start)

    def taken(self, which: "slice | NDArray[np.bool_] | Ints") -> "Rows":
        """These rows only."""
        return Rows(self.start[which], self.values[:, which], self.digits, self.volume[which])

    def at_digits(self, digits: int) -> "Rows":
        """The same rows in finer or equal units. Raises HistoryError where 64 bits do not hold them."""
        if digits == self.digits:
            return self
        if int(np.abs(self.values).max(initial=0)) * 10 ** (digits - self.digits) > MOST:
            raise HistoryError(f"prices with {digits} digits behind the point are too long for the larger ones beside")
        return Rows(self.start, self.values * 10 ** (digits - self.digits), digits, self.volume)

    def months(self) -> Iterator[tuple[str, "Rows"]]:
        """The rows by UTC month of their opening, `2026-01` first."""
        months = self.start.astype("datetime64[s]").astype("datetime64[M]")
        for month in np.unique(months):
            first, last = np.searchsorted(months, [month, month + 1])
            yield str(month), self.taken(slice(int(first), int(last)))


def in_units(numbers: Sequence[Sequence[Decimal]], digits: int) -> Ints:
    """Rows of numbers as columns of whole numbers, in units of 10 ** -digits; there is at least one row.

    Raises:
        HistoryError: they have more digits than a backtest can hold.
    """
    scaled = [[int(value.scaleb(digits)) for value in row] for row in numbers]
    most = max(abs(value) for row in scaled for value in row)
    if most >= MOST_UNITS:
        raise HistoryError(
            f"its numbers have {digits} digits behind the point, {len(str(most))} in all: 15 are what a price and a "
            "backtest can hold; round them to the price increment"
        )
    return np.ascontiguousarray(np.array(scaled, np.int64).T)


def no_rows(columns: int) -> Rows:
    """No row of a kind with so many columns."""
    return Rows(np.empty(0, np.int64), np.empty((columns, 0), np.int64), 0, np.empty(0))


def joined(parts: list[Rows]) -> Rows:
    """Rows that follow one another, as one; there is at least one part."""
    digits = max(each.digits for each in parts)
    fine = [each.at_digits(digits) for each in parts]
    return Rows(
        np.concatenate([each.start for each in fine]),
        np.concatenate([each.values for each in fine], axis=1),
        digits,
        np.concatenate([each.volume for each in fine]),
    )


def agreeing(a: Rows, b: Rows) -> NDArray[np.bool_]:
    """Row by row, of two as many: the same numbers? A volume that one side does not know agrees with any."""
    digits = max(a.digits, b.digits)
    prices: NDArray[np.bool_] = (a.at_digits(digits).values == b.at_digits(digits).values).all(axis=0)
    unknown = np.isnan(a.volume) | np.isnan(b.volume)
    prices &= unknown | np.isclose(a.volume, b.volume, rtol=SAME_VOLUME, atol=0)
    return prices


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """New rows beside stored ones, as masks over the new: not there yet, there as they are, there otherwise."""

    new: NDArray[np.bool_]
    same: NDArray[np.bool_]
    other: NDArray[np.bool_]


def compared(rows: Rows, stored: Rows) -> Compared:
    """How the rows stand to those that are stored."""
    at = np.searchsorted(stored.start, rows.start)
    there = at < len(stored)
    there[there] = stored.start[at[there]] == rows.start[there]
    same = there.copy()
    same[there] = agreeing(rows.taken(there), stored.taken(at[there]))
    return Compared(~there, same, there & ~same)


def merged(stored: Rows, rows: Rows) -> Rows:
    """Both, by time; the stored row wins where both have one."""
    fresh = rows.taken(compared(rows, stored).new)
    both = joined([stored, fresh])
    return both.taken(np.argsort(both.start, kind="stable"))
