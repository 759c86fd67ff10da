"""One row of a candle file: cells to a Bar, or the reason it cannot be one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from core.domain.bars import Bar, bad_bar
from core.domain.text import one_line

TIME_NAMES: Final = ("ts", "time", "timestamp", "start")
COLUMNS: Final = ("open", "high", "low", "close")
HOLE: Final = "kept out as a hole"
LONGEST_SHOWN: Final = 80

_NUMBER: Final = re.compile(r"[+-]?(\d{1,24}(\.\d{0,24})?|\.\d{1,24})([eE][+-]?\d{1,2})?", re.ASCII)
_EPOCH: Final = re.compile(r"\d{1,13}(\.\d{1,9})?", re.ASCII)
_FIRST_MILLISECONDS: Final = 100_000_000_000
"""Epoch numbers from here on are milliseconds; as seconds they would lie beyond the year 5138."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row of a file that was not taken as it stands.

    Attributes:
        line: line number in the file, the header being 1.
        text: the row, cleaned of control characters and cut.
        what: what is wrong with it.
        fate: what became of it.
    """

    line: int
    text: str
    what: str
    fate: str


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row with a usable start; its bar is a bad bar where the prices are not usable."""

    line: int
    cells: Sequence[str]
    bar: Bar


class RowReader:
    """Reads the rows of one file.

    Attributes:
        columns: place of `ts`, `open`, `high`, `low`, `close` and, where there is one, `volume`.
        width: cells in a row.
    """

    def __init__(self, columns: Mapping[str, int], width: int) -> None:
        self.columns = columns
        self.width = width

    def read(self, line: int, cells: Sequence[str]) -> tuple[ParsedRow | None, RowProblem | None]:
        """The row, and what is wrong with it; a row without a usable start has no place and is None."""
        place = self.columns["ts"]
        start = start_of(cells[place]) if place < len(cells) else None
        if len(cells) != self.width:
            row = None if start is None else ParsedRow(line, cells, bad_bar(start))
            return row, self._problem(line, cells, f"{len(cells)} columns instead of {self.width}")
        if start is None:
            return None, self._problem(line, cells, "start is not a time")
        opened, high, low, close = (number(cells[self.columns[name]]) for name in COLUMNS)
        volume = number(cells[self.columns["volume"]]) if "volume" in self.columns else Decimal(0)
        if opened is None or high is None or low is None or close is None or volume is None:
            bar, what = bad_bar(start), "not a number"
        else:
            bar = Bar(start, opened, high, low, close, volume)
            what = fault(bar)
        row = ParsedRow(line, cells, bad_bar(start) if what else bar)
        return row, self._problem(line, cells, what) if what else None

    def _problem(self, line: int, cells: Sequence[str], what: str) -> RowProblem:
        return RowProblem(line, shown(cells), what, HOLE)


def start_of(text: str) -> datetime | None:
    """A bar's start: epoch seconds or milliseconds, or ISO 8601; None where it is neither or has a split second."""
    text = text.strip()
    try:
        if _EPOCH.fullmatch(text):
            value = Decimal(text)
            seconds = value / 1000 if value >= _FIRST_MILLISECONDS else value
            return datetime.fromtimestamp(int(seconds), UTC) if seconds == int(seconds) else None
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def number(text: str) -> Decimal | None:
    """The Decimal of the very text; None where it is not an ordinary number."""
    text = text.strip()
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def fault(bar: Bar) -> str:
    """What is wrong with a bar of finite numbers; empty where nothing is (S1.1)."""
    if min(bar.open, bar.high, bar.low, bar.close) <= 0:
        return "price not above zero"
    if bar.high < bar.low:
        return "high below low"
    if not (bar.low <= bar.open <= bar.high and bar.low <= bar.close <= bar.high):
        return "open or close outside high and low"
    return "negative volume" if bar.volume < 0 else ""


def shown(cells: Sequence[str]) -> str:
    """A row made safe to show and cut to a line."""
    return one_line(",".join(cells), LONGEST_SHOWN)
