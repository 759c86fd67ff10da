"""A file into the history: every row judged, the file trusted or refused whole, and then kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Final

import numpy as np

from core.domain.errors import CandleFileError, HistoryError
from core.domain.text import one_line
from core.domain.timeframes import Timeframe
from core.research.history import trust
from core.research.history.fates import Fate, Fates, RowFate
from core.research.history.filenames import told_by
from core.research.history.holes import Hole, holes_in
from core.research.history.judging import Taken, judged
from core.research.history.layout import layout_of
from core.research.history.rows import Ints, Rows, agreeing, compared
from core.research.history.series import Kind, SeriesName, symbol_of
from core.research.history.sheet import Sheet, sheet_of
from core.research.history.store import History
from core.research.history.texts import moment

SAMPLE: Final = 200
"""Rows looked at to tell the columns."""
JITTER_US: Final = 1_000_000
"""A settlement is stamped so near to its minute, microseconds; the recorded ones within 16,000."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person says of the files; None leaves it to the file."""

    symbol: str | None = None
    timeframe: Timeframe | None = None
    kind: Kind | None = None
    utc: bool = False


@dataclass(frozen=True, slots=True)
class Import:
    """What became of a file.

    Attributes:
        file: its name, cleaned.
        name: the series; None where that could not be told.
        rows: rows it has.
        counts: of them by fate.
        unsorted: stored ones that stood after a later one, and were sorted.
        listed: rows that were not simply stored, up to `fates.LISTED`.
        holes: what is absent within it.
        refused: why nothing of it is stored; empty where it was taken.
        guess: which columns were taken for what, where no names told; else empty.
    """

    file: str
    name: SeriesName | None = None
    rows: int = 0
    counts: Mapping[Fate, int] = field(default_factory=dict)
    unsorted: int = 0
    listed: Sequence[RowFate] = ()
    holes: Sequence[Hole] = ()
    refused: str = ""
    guess: str = ""


def take_in(history: History, path: Path, asked: Asked, now: datetime) -> Import:
    """Import one file, all of it or nothing. The caller holds `history.writing`.

    Args:
        history: where to.
        path: CSV, gzip of it, or Parquet.
        asked: what the person says of it.
        now: bars that are still forming then are left out.
    """
    reading = _Reading(history, path, asked, int(now.timestamp()))
    try:
        reading.read()
    except (HistoryError, CandleFileError) as error:
        reading.refuse(str(error))
    return reading.told()


class _Reading:
    """The reading of one file, as far as it has come."""

    def __init__(self, history: History, path: Path, asked: Asked, now_s: int) -> None:
        self._history = history
        self._path = path
        self._asked = asked
        self._now_s = now_s
        self._fates = Fates()
        self._name: SeriesName | None = None
        self._rows = 0
        self._unsorted = 0
        self._holes: Sequence[Hole] = ()
        self._refused = ""
        self._guess = ""

    def refuse(self, why: str) -> None:
        """Nothing of the file is stored."""
        self._refused = one_line(why, 1000)
        self._fates.counts[Fate.STORED] = 0
        self._fates.counts[Fate.REFUSED] = max(0, self._rows - self._fates.rows)

    def told(self) -> Import:
        """What became of it."""
        counts = {fate: self._fates.counts[fate] for fate in Fate if self._fates.counts[fate]}
        return Import(
            one_line(str(self._path)), self._name, self._fates.rows, counts, self._unsorted,
            tuple(sorted(self._fates.listed, key=lambda each: each.line)), self._holes, self._refused,
            self._guess,
        )  # fmt: skip

    def read(self) -> None:
        """Judge, trust and keep. Raises HistoryError and CandleFileError, one sentence."""
        with sheet_of(self._path) as sheet:
            sample = list(islice(sheet.rows, SAMPLE))
            layout = layout_of(sheet.names, [cells for _, cells in sample])
            self._guess = layout.told() if layout.guessed else ""
            whole = Sheet(sheet.names, chain(sample, sheet.rows))
            taken = judged(whole, layout, self._asked.utc, self._fates)
        if not taken.lines:
            raise HistoryError("none of its rows is usable" if self._fates.rows else "it has no rows")
        self._rows = self._fates.rows + len(taken.lines)
        self._name = name = self._series(taken, layout.kind)
        rows = self._sorted(*self._on_grid(taken, name))
        trust.refuse_many_bad(self._fates, self._rows)
        trust.refuse_mixed_lengths(rows.start, name.timeframe)
        self._holes = holes_in(rows.start, name.timeframe)
        self._keep(name, rows)

    def _series(self, taken: Taken, kind: Kind) -> SeriesName:
        """Which series it is: by what was asked, a column, or the file's name."""
        told = told_by(self._path)
        symbol = self._asked.symbol or _only(taken.others.get("symbol"), "symbols") or told.symbol
        if symbol is None:
            raise HistoryError("nothing tells its symbol: give --symbol")
        column = _only(taken.others.get("timeframe"), "timeframes")
        seconds = taken.seconds() if kind is not Kind.FUNDING else np.array(_settled(taken.micros), np.int64)
        timeframe = self._asked.timeframe or (_length(column) if column else None) or told.timeframe
        if timeframe is None:
            timeframe = trust.usual_step(seconds)
        else:
            by = "--timeframe" if self._asked.timeframe else "a column" if column else "its name"
            trust.refuse_another_length(seconds, timeframe, by)
        if timeframe is None:
            raise HistoryError("nothing tells its timeframe: give --timeframe")
        if kind is not Kind.FUNDING:
            kind = self._asked.kind or told.kind or kind
        return SeriesName(symbol_of(symbol), timeframe, kind)

    def _on_grid(self, taken: Taken, name: SeriesName) -> tuple[Ints, Rows]:
        """Lines and rows that begin with a bucket and have closed, in the order of the file."""
        rows, lines = taken.rows(), np.array(taken.lines, np.int64)
        micros = np.array(taken.micros, np.int64)
        if name.kind is Kind.FUNDING:
            seconds = np.array(_settled(taken.micros), np.int64)
            near = np.abs(micros - seconds * 1_000_000) <= JITTER_US
            closes, rows = seconds, Rows(seconds, rows.values, rows.digits, rows.volume)
        else:
            near = micros % 1_000_000 == 0
            closes = rows.start + name.timeframe.seconds
        step = name.timeframe.seconds if name.kind is not Kind.FUNDING else 60
        on_grid = near & ((rows.start - name.timeframe.floor_s(0)) % step == 0)
        trust.refuse_the_future(rows.start, self._now_s)
        trust.refuse_another_zone(rows.start, name.timeframe, int((~on_grid).sum()))
        closed = closes <= self._now_s
        self._leave(lines, rows, ~on_grid, Fate.OFF_GRID)
        self._leave(lines, rows, on_grid & ~closed, Fate.FORMING)
        return lines[on_grid & closed], rows.taken(on_grid & closed)

    def _sorted(self, lines: Ints, rows: Rows) -> Rows:
        """The rows by time, once each; the first of a time stays."""
        self._unsorted = int((rows.start < np.maximum.accumulate(rows.start)).sum()) if len(rows) else 0
        order = np.argsort(rows.start, kind="stable")
        rows, lines = rows.taken(order), lines[order]
        _, first, which = np.unique(rows.start, return_index=True, return_inverse=True)
        again = np.ones(len(rows), bool)
        again[first] = False
        agree = agreeing(rows, rows.taken(first[which])) if len(rows) else again
        self._leave(lines, rows, again & agree, Fate.DUPLICATE)
        self._leave(lines, rows, again & ~agree, Fate.CONFLICT)
        self._fates.counts[Fate.STORED] = len(first)
        return rows.taken(first)

    def _keep(self, name: SeriesName, rows: Rows) -> None:
        if not len(rows):
            raise HistoryError("none of its rows is usable")
        day = 86_400  # for a shift between zones to be seen
        stored = self._history.rows(name, int(rows.start[0]) - day, int(rows.start[-1]) + day)
        beside = compared(rows, stored)
        if beside.other.any():
            others = rows.start[beside.other].tolist()
            raise HistoryError(trust.contradiction(rows, stored, name.timeframe, others))
        self._history.keep(name, rows.taken(beside.new))
        self._fates.counts[Fate.STORED] = int(beside.new.sum())
        self._fates.counts[Fate.HELD] = int(beside.same.sum())

    def _leave(self, lines: Ints, rows: Rows, which: "np.ndarray[tuple[int], np.dtype[np.bool_]]", fate: Fate) -> None:
        """Count and list these rows under a fate."""
        texts = [moment(at) for at in rows.start[which].tolist()]
        self._fates.add_all(lines[which].tolist(), fate, texts)


def _settled(micros: Sequence[int]) -> list[int]:
    """Epoch seconds of the minute each stamp of a settlement is nearest to."""
    return [(each + 30_000_000) // 60_000_000 * 60 for each in micros]


def _only(values: set[str] | None, what: str) -> str | None:
    """The only value of a column; None without one. Raises HistoryError where there are several."""
    if not values:
        return None
    if len(values) > 1:
        several = ", ".join(one_line(value, 20) for value in sorted(values)[:5])
        raise HistoryError(f"it holds several {what} ({several}): split it, one a file")
    return next(iter(values))


def _length(text: str) -> Timeframe | None:
    """The timeframe a column names; None where it is spelled in a way of its own."""
    try:
        return Timeframe.parse(text)
    except ValueError:
        return None
