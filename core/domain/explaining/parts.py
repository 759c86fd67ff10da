"""What an explanation is made of: sections of rows, each a name, an exact value, how it came about, and a verdict.

Nothing here is rounded or spelled: the screen and the command line write the same rows, so their numbers cannot differ.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum


class Unit(StrEnum):
    """What a number counts. `PERCENT`: 1 is 1 %; `RATE`: a fraction, 0.01 is 1 %."""

    USD = "USD"
    PRICE = "price"
    SIZE = "size"
    PERCENT = "%"
    RATE = "rate"
    TIMES = "x"
    BP = "bp"
    R = "R"
    SECONDS = "s"
    COUNT = ""


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number with its unit."""

    value: Decimal
    unit: Unit = Unit.COUNT


Part = str | Number | datetime
Text = tuple[Part, ...]
"""A sentence: its pieces follow each other without blanks of their own."""


class Mark(StrEnum):
    """How a row came out where it was a test: passed, failed, or not asked for one before it had failed."""

    NONE = ""
    PASS = "pass"
    FAIL = "fail"
    UNASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a section; one without a name is a sentence.

    Attributes:
        how: how the value came about, or the sentence.
    """

    name: str = ""
    value: Part | None = None
    how: Text = ()
    mark: Mark = Mark.NONE


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its rows."""

    title: str
    rows: tuple[Row, ...]

    def number(self, name: str) -> Decimal:
        """The number of the first row of this name. Raises KeyError where there is none."""
        for row in self.rows:
            if row.name == name and isinstance(row.value, Number):
                return row.value.value
        raise KeyError(name)

    def marks(self) -> dict[str, Mark]:
        """How the rows that were tests came out, by name."""
        return {row.name: row.mark for row in self.rows if row.mark is not Mark.NONE}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one item; sections without rows are left out."""

    item_id: str
    title: str
    sections: tuple[Section, ...]

    def section(self, title: str) -> Section | None:
        """The section of this heading, if it is there."""
        return next((section for section in self.sections if section.title == title), None)


class Terms:
    """The named numbers a fact kept as text; a name an earlier ledger did not keep is None."""

    def __init__(self, pairs: Sequence[tuple[str, str]] | Mapping[str, str]) -> None:
        self._texts = dict(pairs)

    def __bool__(self) -> bool:
        return bool(self._texts)

    def text(self, name: str) -> str | None:
        """As it was kept."""
        return self._texts.get(name)

    def number(self, name: str) -> Decimal | None:
        """As a number; None too where it is none."""
        return decimal_of(self._texts.get(name))

    def numbers(self, *names: str) -> tuple[Decimal, ...] | None:
        """All of them, or None where one is missing."""
        found = tuple(number for name in names if (number := self.number(name)) is not None)
        return found if len(found) == len(names) else None


def decimal_of(text: str | None) -> Decimal | None:
    """The finite number a text spells, or None."""
    if text is None:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _unit(unit: Unit) -> Callable[[Decimal], Number]:
    return lambda value: Number(value, unit)


usd, price, size, percent = _unit(Unit.USD), _unit(Unit.PRICE), _unit(Unit.SIZE), _unit(Unit.PERCENT)
rate, times, bp, in_r = _unit(Unit.RATE), _unit(Unit.TIMES), _unit(Unit.BP), _unit(Unit.R)
seconds = _unit(Unit.SECONDS)


def count(value: int) -> Number:
    """A whole number of things."""
    return Number(Decimal(value))


_UNITS: Mapping[str, Unit] = {
    **dict.fromkeys(("balance", "equity", "free", "margin", "notional", "risk_usd"), Unit.USD),
    **dict.fromkeys(("size", "least", "unfloored"), Unit.SIZE),
}


def named(numbers: Sequence[tuple[str, str]]) -> Text:
    """` (margin 101.5, free 99)`: what a gate compared, as it was kept; nothing without numbers."""
    parts: list[Part] = []
    for name, text in numbers:
        value, unit = decimal_of(text), _UNITS.get(name)
        parts += [", " if parts else " (", f"{name} "]
        parts.append(text if value is None or unit is None else Number(value, unit))
    return (*parts, ")") if parts else ()


def plus(amount: Decimal) -> Text:
    """` + $1` or ` - $1`, as the sign is."""
    return (" - ", usd(-amount)) if amount < 0 else (" + ", usd(amount))


def say(*text: Part) -> Row:
    """A sentence."""
    return Row(how=text)


def tested(name: str, passed: bool | None, value: Part | None = None, *how: Part) -> Row:
    """A row that was a test; None is one that was not asked."""
    mark = Mark.UNASKED if passed is None else Mark.PASS if passed else Mark.FAIL
    return Row(name, value, how, mark)
