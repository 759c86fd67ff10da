"""Lists the API pages through: rows at hand, and those of the ledger, of which only a page is read."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from atlas_tui.cli.api.paging import Slice
from core.adapters.ledger_pages import Listed, Wanted
from core.adapters.ledger_reader import LedgerReader
from core.domain.rows import Row

_KEPT: Final = 64
"""Totals kept."""


@dataclass(frozen=True, slots=True)
class AtHand:
    """A list that is there as a whole; `timed` is the column that `since` and `until` are held against."""

    rows: Sequence[Row]
    timed: str

    def symbols(self) -> Collection[str]:
        """Those of its rows."""
        return {str(row["symbol"]) for row in self.rows}

    def total(self, wanted: Wanted) -> int:
        """How many rows are wanted."""
        return len(self._kept(wanted))

    def slice(self, wanted: Wanted, begin: int, end: int) -> Slice:
        """The wanted rows from `begin` to before `end`."""
        kept = self._kept(wanted)
        return Slice(kept[begin:end], self._places(kept, str(kept[end - 1]["id"]))[0])

    def place(self, wanted: Wanted, identifier: str) -> tuple[int, int] | None:
        """Where the wanted rows of this id begin, and how many they are."""
        places = self._places(self._kept(wanted), identifier)
        return (places[0], len(places)) if places else None

    def _kept(self, wanted: Wanted) -> list[Row]:
        return [row for row in self.rows if self._is_wanted(row, wanted)]

    def _is_wanted(self, row: Row, wanted: Wanted) -> bool:
        length = str(wanted.timeframe) if wanted.timeframe else None
        columns = {"symbol": wanted.symbol, "timeframe": length, "direction": wanted.side, "status": wanted.status}
        at = datetime.fromisoformat(str(row[self.timed]))
        return (
            not (wanted.since and at < wanted.since)
            and not (wanted.until and at >= wanted.until)
            and all(value is None or row[column] == value for column, value in columns.items())
        )

    @staticmethod
    def _places(rows: Sequence[Row], identifier: str) -> list[int]:
        return [place for place, row in enumerate(rows) if row["id"] == identifier]


class Totals:
    """Totals of the ledger's lists, which hold until it has another fact; for any number of threads.

    To count the legs of a year's setups takes a look into each, and a reader asks for the same page again and again.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, Listed, Wanted], int] = {}

    def total(self, reader: LedgerReader, listed: Listed, wanted: Wanted) -> int:
        """How many rows of a list are wanted."""
        key = (reader.newest(), listed, wanted)
        total = self._known.get(key)
        if total is None:
            if len(self._known) >= _KEPT:
                self._known = {}
            total = self._known[key] = reader.pages(listed, wanted).total()
        return total


@dataclass(frozen=True, slots=True)
class OfLedger:
    """A list of the ledger; `rows` gives those of the items with these keys, in the order of the list."""

    reader: LedgerReader
    listed: Listed
    rows: Callable[[LedgerReader, Sequence[int]], Sequence[Row]]
    totals: Totals

    def symbols(self) -> Collection[str]:
        """Those of its rows."""
        return self.reader.symbols(self.listed)

    def total(self, wanted: Wanted) -> int:
        """How many rows are wanted."""
        return self.totals.total(self.reader, self.listed, wanted)

    def slice(self, wanted: Wanted, begin: int, end: int) -> Slice:
        """The wanted rows from `begin` to before `end`."""
        run = self.reader.pages(self.listed, wanted).run(begin, end)
        rows = [row for row in self.rows(self.reader, run.keys) if wanted.side in (None, row["direction"])]
        return Slice(rows[begin - run.before_first : end - run.before_first], run.before_last)

    def place(self, wanted: Wanted, identifier: str) -> tuple[int, int] | None:
        """Where the wanted rows of this id begin, and how many they are."""
        return self.reader.pages(self.listed, wanted).place(identifier)
