"""The rows of a sheet, one by one: a candle or rate, or the reason it is none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

import numpy as np

from core.research.history.fates import Fate, Fates
from core.research.history.instants import micros_of
from core.research.history.layout import Layout
from core.research.history.rows import Ints, Rows, in_units
from core.research.history.series import Kind
from core.research.history.sheet import Sheet
from core.strat.candle_row import number, shown

_NONE: Final = frozenset(
    {"", "nan", "null", "none", "na", "n/a", "inf", "-inf", "+inf", "infinity", "-infinity", "<na>"}
)
_MOST_RATE: Final = 1
"""A rate beyond 100 % a period is a mistake of units."""


@dataclass(slots=True)
class Taken:
    """Rows with usable numbers, in the order of the file.

    Attributes:
        lines: line numbers.
        micros: epoch microseconds.
        numbers: of the kind's columns.
        volumes: NaN where there is none.
        digits: most digits behind the point, trailing zeros not counted.
        others: what `symbol` and `timeframe` columns hold, all values.
    """

    lines: list[int] = field(default_factory=list)
    micros: list[int] = field(default_factory=list)
    numbers: list[tuple[Decimal, ...]] = field(default_factory=list)
    volumes: list[float] = field(default_factory=list)
    digits: int = 0
    others: dict[str, set[str]] = field(default_factory=dict)

    def rows(self) -> Rows:
        """The same as whole numbers, still in the order of the file, times cut to seconds.

        Raises:
            HistoryError: the numbers have more digits than a backtest can hold.
        """
        return Rows(self.seconds(), in_units(self.numbers, self.digits), self.digits, np.array(self.volumes))

    def seconds(self) -> Ints:
        """Epoch seconds of every row; what is split is cut."""
        return np.array(self.micros, np.int64) // 1_000_000


def judged(sheet: Sheet, layout: Layout, utc: bool, fates: Fates) -> Taken:
    """Read every row; those that are unusable in themselves go to `fates`.

    Args:
        sheet: read to its end.
        layout: where everything stands.
        utc: times without a zone are UTC.
        fates: gets the rows that are not taken.

    Raises:
        NoZone: a time names no zone, and `utc` is False.
        CandleFileError: the file breaks off.
    """
    taken = Taken(others={name: set() for name in layout.others})
    read = _candle if layout.kind is not Kind.FUNDING else _rate
    for line, cells in sheet.rows:
        if len(cells) != layout.width:
            fates.add(line, Fate.TRUNCATED if len(cells) < layout.width else Fate.UNREADABLE, shown(cells))
            continue
        micros = micros_of(cells[layout.time], utc or layout.utc)
        found = Fate.UNREADABLE if micros is None else read(cells, layout)
        if isinstance(found, Fate) or micros is None:
            fates.add(line, found if isinstance(found, Fate) else Fate.UNREADABLE, shown(cells))
            continue
        taken.lines.append(line)
        taken.micros.append(micros)
        taken.numbers.append(found[0])
        taken.volumes.append(found[1])
        taken.digits = max(taken.digits, *(_digits(cells[i]) for i in layout.numbers))
        for name, place in layout.others.items():
            taken.others[name].add(cells[place].strip())
    return taken


Numbers = tuple[tuple[Decimal, ...], float]


def _candle(cells: Sequence[str], layout: Layout) -> Numbers | Fate:
    prices = [number(cells[i]) for i in layout.numbers]
    told = "" if layout.volume is None else cells[layout.volume].strip()
    volume = number(told) if told else Decimal(0)
    opened, high, low, close = prices
    if opened is None or high is None or low is None or close is None or volume is None:
        return _unreadable(cells, (*layout.numbers, *([] if layout.volume is None else [layout.volume])))
    least = min(opened, high, low, close)
    if least < 0 or volume < 0:
        return Fate.NEGATIVE
    if least == 0:
        return Fate.ZERO
    if low != least or high < max(opened, close):
        return Fate.DISORDER
    return (opened, high, low, close), float(volume) if told else float("nan")


def _rate(cells: Sequence[str], layout: Layout) -> Numbers | Fate:
    rate = number(cells[layout.numbers[0]])
    if rate is None:
        return _unreadable(cells, layout.numbers)
    return Fate.UNREADABLE if abs(rate) > _MOST_RATE else ((rate,), float("nan"))


def _unreadable(cells: Sequence[str], places: Sequence[int]) -> Fate:
    empty = any(cells[i].strip().lower() in _NONE for i in places)
    return Fate.NAN if empty else Fate.UNREADABLE


def _digits(cell: str) -> int:
    """Digits behind the point of a number's text, trailing zeros not counted."""
    if "e" in cell or "E" in cell:
        exponent = Decimal(cell.strip()).normalize().as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else 0
    return len(cell.strip().rstrip("0").partition(".")[2]) if "." in cell else 0
