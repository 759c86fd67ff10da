"""What is stored, how whole it is, and whether it is still what was written."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.domain.errors import HistoryError
from core.research.history.holes import Hole, holes_in
from core.research.history.part import joined_spans
from core.research.history.rows import Rows
from core.research.history.series import Kind, SeriesName
from core.research.history.store import History, PartFile


@dataclass(frozen=True, slots=True)
class Overview:
    """One series at a glance.

    Attributes:
        name: the series.
        rows: how many are stored.
        first_s: opening of the first, epoch seconds; None without rows.
        last_s: opening of the last.
        holes: what is absent between them.
        files: months on disk.
        size: bytes on disk.
        damaged: a sentence for each month that was moved aside just now.
    """

    name: SeriesName
    rows: int
    first_s: int | None
    last_s: int | None
    holes: tuple[Hole, ...]
    files: int
    size: int
    damaged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A month of a series, looked at byte by byte: its rows, and why it was moved aside; empty where it is sound."""

    file: PartFile
    rows: int
    why: str = ""


def overview(history: History, name: SeriesName) -> Overview:
    """Look at one series, its times only."""
    parts, damaged = history.readable(name, ())
    start = np.concatenate([part.rows.start for part in parts]) if parts else np.empty(0, np.int64)
    asked = joined_spans(tuple(span for part in parts for span in part.asked))
    sizes = [file.path.stat().st_size for file in history.parts(name)]
    first, last = (int(start[0]), int(start[-1])) if len(start) else (None, None)
    holes = tuple(holes_in(start, name.timeframe, asked))
    return Overview(name, len(start), first, last, holes, len(sizes), sum(sizes), tuple(damaged))


def verified(history: History, name: SeriesName) -> Iterator[Verdict]:
    """Read every month of a series whole; what is damaged is moved aside."""
    for file in history.parts(name):
        try:
            rows = history.part(file).rows
        except HistoryError as error:
            yield Verdict(file, 0, str(error))
        else:
            yield Verdict(file, len(rows), _fault(file, rows))


def _fault(file: PartFile, rows: Rows) -> str:
    """What speaks against rows whose bytes are those written; empty where nothing does."""
    name = file.name
    step = 60 if name.kind is Kind.FUNDING else name.timeframe.seconds
    offset = 0 if name.kind is Kind.FUNDING else name.timeframe.floor_s(0)
    faults = {
        "is not in order": (np.diff(rows.start) <= 0).any(),
        "has rows off the grid": ((rows.start - offset) % step != 0).any(),
        "has rows of another month": {month for month, _ in rows.months()} - {file.month},
    }
    if name.kind is not Kind.FUNDING:
        opened, high, low, close = rows.values
        least, most = np.minimum(opened, close), np.maximum(opened, close)
        faults["has prices that cannot be"] = ((low <= 0) | (low > least) | (high < most)).any()
    return next((f"{file.month} of {name} {what}: remove {file.path}" for what, found in faults.items() if found), "")


def whole(history: History, name: SeriesName, since_s: int, until_s: int) -> Rows:
    """All columns of a period, for handing them out. Raises HistoryError where there is no row, or damage."""
    rows = history.rows(name, since_s, until_s)
    if not len(rows):
        raise HistoryError(f"{name} has no row in that period: atlas history list tells what is stored")
    return rows
