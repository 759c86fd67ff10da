"""What becomes of each row of a file."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LISTED: Final = 10_000
"""Rows listed of one file; all are counted."""


class Fate(StrEnum):
    """One fate a row; the values are what a person reads."""

    STORED = "stored"
    HELD = "stored already"
    DUPLICATE = "duplicate, the same"
    CONFLICT = "duplicate, other numbers"
    ZERO = "zero"
    NAN = "NaN or empty"
    NEGATIVE = "negative"
    DISORDER = "high, low, open, close disagree"
    OFF_GRID = "off the grid"
    TRUNCATED = "truncated"
    UNREADABLE = "unreadable"
    FORMING = "still forming"
    REFUSED = "refused with the file"

    @property
    def is_bad(self) -> bool:
        """Does the row speak against its file?"""
        return self not in (Fate.STORED, Fate.HELD, Fate.DUPLICATE, Fate.FORMING, Fate.REFUSED)


@dataclass(frozen=True, slots=True)
class RowFate:
    """A row that was not simply stored: its line (row number of a Parquet file), its fate, and its text, cleaned."""

    line: int
    fate: Fate
    text: str


class Fates:
    """Counts the rows of one file by fate, and lists those that were not simply stored."""

    def __init__(self) -> None:
        self.counts: Counter[Fate] = Counter()
        self.listed: list[RowFate] = []

    def add(self, line: int, fate: Fate, text: str) -> None:
        """One row that is not stored."""
        self.counts[fate] += 1
        if len(self.listed) < LISTED:
            self.listed.append(RowFate(line, fate, text))

    def add_all(self, lines: Sequence[int], fate: Fate, texts: Sequence[str]) -> None:
        """Several rows of one fate."""
        for line, text in zip(lines, texts, strict=True):
            self.add(line, fate, text)

    @property
    def rows(self) -> int:
        """Rows counted so far."""
        return self.counts.total()

    @property
    def bad(self) -> int:
        """Rows that speak against the file."""
        return sum(count for fate, count in self.counts.items() if fate.is_bad)
