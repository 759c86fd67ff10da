"""What a filter says: words that must be somewhere in the row, and terms such as `tf=4h tfc>=3 side=long away<0.5`."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import lru_cache

from core.domain.timeframes import Timeframe

ALIASES = {
    "sym": "symbol", "tf": "timeframe", "dir": "side", "rr": "reward", "mag": "magnitude", "magn": "magnitude",
    "why": "reason", "pnl": "net", "lev": "leverage", "qty": "size", "setup": "pattern", "state": "status",
    "liq": "liquidation", "kind": "topic",
}  # fmt: skip
"""Short names of columns, as the table's own headings have them."""

_TERM = re.compile(r"([a-z_]+)(!=|>=|<=|=|>|<|~)(\S+)")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")
_SEPARATORS = str.maketrans("", "", ",$%")

Look = Callable[[str], tuple[str, object]]
"""A column's text and sorting value in one row."""


@dataclass(frozen=True, slots=True)
class Term:
    """One condition; without a column it is a word to be found anywhere in the row."""

    column: str
    operator: str
    wanted: str

    def holds(self, text: str, value: object) -> bool:
        """Does a cell of this text and this sorting value meet it?"""
        wanted = [self.wanted, *self.wanted.split(",")]
        shown = text.strip().lower()
        match self.operator:
            case "~":
                return any(part in shown for part in wanted)
            case "=":
                return any(_equal(part, shown, value) for part in wanted)
            case "!=":
                return not any(_equal(part, shown, value) for part in wanted)
            case _:
                return _ordered(self.operator, _number(shown, value), _measure(self.wanted))


@lru_cache(maxsize=64)
def terms_of(text: str) -> tuple[Term, ...]:
    """The conditions of a filter; a term that is not complete counts as a word."""
    found = []
    for token in text.lower().split():
        match = _TERM.fullmatch(token)
        if match is None:
            found.append(Term("", "", token))
        else:
            found.append(Term(ALIASES.get(match[1], match[1]), match[2], match[3]))
    return tuple(found)


def matches(cells: Mapping[str, str], values: Mapping[str, object], terms: Sequence[Term]) -> bool:
    """Does a row meet every condition?

    Args:
        cells: texts by column.
        values: what columns are sorted by, where that is not their text.
        terms: the conditions.
    """
    whole = ""
    for term in terms:
        if not term.column:
            whole = whole or " ".join(cells.values()).lower()
            if term.wanted not in whole:
                return False
        elif not term.holds(cells.get(term.column, ""), values.get(term.column)):
            return False
    return True


def problem(text: str, columns: Sequence[str]) -> str:
    """What is wrong with a filter for a list of these columns, in a sentence; empty where nothing is."""
    for term in terms_of(text):
        if term.column and term.column not in columns:
            near = get_close_matches(term.column, [*columns, *ALIASES], n=1, cutoff=0.5)
            hint = f"; the nearest is {near[0]}" if near else f"; there are {', '.join(columns)}"
            return f"this list has no {term.column}{hint}"
        if term.operator in (">", "<", ">=", "<=") and _measure(term.wanted) is None:
            return f"{term.wanted} is no number or timeframe to compare {term.column} with"
    return ""


def _equal(wanted: str, shown: str, value: object) -> bool:
    if wanted == shown or wanted in shown.split():
        return True
    number, measure = _number(shown, value), _measure(wanted)
    return number is not None and measure is not None and number == measure


def _ordered(operator: str, number: Decimal | None, wanted: Decimal | None) -> bool:
    if number is None or wanted is None:
        return False
    return {">": number > wanted, "<": number < wanted, ">=": number >= wanted, "<=": number <= wanted}[operator]


def _number(shown: str, value: object) -> Decimal | None:
    """The cell as a number: its sorting value, a timeframe's minutes, or the first number of its text."""
    if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
        number = Decimal(str(value))
        return number if number.is_finite() else None
    if isinstance(value, datetime):
        return None
    measure = _measure(shown)
    if measure is not None:
        return measure
    found = _NUMBER.search(shown.translate(_SEPARATORS))
    return Decimal(found[0]) if found else None


def _measure(text: str) -> Decimal | None:
    """A number, or the minutes of a timeframe such as 4h."""
    try:
        return Decimal(Timeframe.parse(text).minutes)
    except ValueError:
        pass
    try:
        number = Decimal(text.translate(_SEPARATORS))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
