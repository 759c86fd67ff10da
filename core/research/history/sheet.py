"""The cells of a file, as texts: CSV (plain or gzip; comma, semicolon or tab) and Parquet alike."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from core.domain.errors import CandleFileError
from core.domain.text import one_line
from core.strat.candle_file import text_of
from core.strat.candle_row import number

_MAGIC = b"PAR1"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of texts.

    Attributes:
        names: of the columns, as the file has them; None where it has none.
        rows: line number (row number of a Parquet file) and cells; read once.
    """

    names: Sequence[str] | None
    rows: Iterator[tuple[int, Sequence[str]]]


@contextmanager
def sheet_of(path: Path) -> Iterator[Sheet]:
    """Open a file for one reading of its rows.

    Raises:
        CandleFileError: the file cannot be opened or, within the `with`, read; one sentence.
    """
    with text_of(path) if not _is_parquet(path) else _nothing() as text:
        yield _table(path) if text is None else _csv(text, one_line(str(path)))


@contextmanager
def _nothing() -> Iterator[None]:
    yield None


def _is_parquet(path: Path) -> bool:
    try:
        with path.open("rb") as raw:
            return raw.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def _csv(text: TextIO, name: str) -> Sheet:
    """A title line of a single cell, as some download sites write one, is passed over."""
    skipped = 0
    first = text.readline()
    mark = max(",;\t", key=first.count)
    if first and not first.count(mark):
        skipped, first = 1, text.readline()
        mark = max(",;\t", key=first.count)
    if not first.strip():
        raise CandleFileError(f"candle file {name} is empty")
    reader = csv.reader(chain([first], text), delimiter=mark)
    rows = ((reader.line_num + skipped, cells) for cells in reader if any(cell.strip() for cell in cells))
    head = next(rows)
    if any(number(cell) is not None for cell in head[1]):
        return Sheet(None, chain([head], rows))
    return Sheet(head[1], rows)


def _table(path: Path) -> Sheet:
    try:
        table = pq.ParquetFile(path).read(use_threads=False)
        columns = [_texts(column) for column in table.columns]
    except (pa.ArrowException, OSError, ValueError) as error:
        raise CandleFileError(f"candle file {one_line(str(path))} is damaged: it is no whole Parquet file") from error
    return Sheet(table.column_names, enumerate(zip(*columns, strict=True), 1))


def _texts(column: pa.ChunkedArray) -> list[str]:
    """A column's values as texts.

    Times with a zone become epoch microseconds, those without keep having none. A double gives the 15 digits it is
    sure to hold, so that 0.1 + 0.2 is 0.3.
    """
    kind = column.type
    if pa.types.is_timestamp(kind):
        if kind.tz is not None:
            micros = column.cast(pa.timestamp("us", "UTC"), safe=False).cast(pa.int64())
            return ["" if value is None else str(value) for value in micros.to_pylist()]
        naive = column.cast(pa.timestamp("us"), safe=False)
        return ["" if value is None else value.isoformat() for value in naive.to_pylist()]
    if pa.types.is_floating(kind):
        return ["" if value is None else f"{value:.15g}" for value in column.to_pylist()]
    return ["" if value is None else str(value) for value in column.to_pylist()]
