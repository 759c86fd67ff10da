"""One month of a series as one Parquet file, readable by pandas, polars and DuckDB, with a checksum over every byte.

`time` is timestamp[us, UTC], prices and rates are decimals (stored as 64-bit integers), `volume` is a double: no rule
reads it, and sums over it are what it is for. The checksum is that of `core.research.seal`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from core.domain.errors import HistoryError
from core.research.history.rows import Floats, Ints, Rows
from core.research.history.series import Kind, SeriesName
from core.research.seal import BLANK, CHECKSUM, is_whole, sealed

PRECISION: Final = 18
"""Decimal digits that fit a 64-bit integer, whatever they are."""
SCALES: Final = (8, 12, 16)
"""Digits behind the point in a file: the first that holds its numbers, so that most files have one schema, else as many
as they need."""
_SERIES: Final = b"atlas.series"
_DIGITS: Final = b"atlas.digits"
_ASKED: Final = b"atlas.asked"
_SOURCE: Final = b"atlas.source"

Number = TypeVar("Number", np.int64, np.float64)

Spans = tuple[tuple[int, int], ...]
"""Spans [from, to) of epoch seconds, apart from one another and in order."""


class DamagedPart(HistoryError):
    """The bytes are not what was written."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One month.

    Attributes:
        rows: what is there.
        asked: spans that the venue has been asked for; what is absent within, it has not published.
        source: which venue that was; empty where none was asked.
    """

    rows: Rows
    asked: Spans = ()
    source: str = ""


def encoded(name: SeriesName, part: Part) -> bytes:
    """The file's bytes.

    Raises:
        HistoryError: the numbers have more digits than 18 in all.
    """
    rows, scale = part.rows, _scale_of(name, part.rows)
    fields: dict[str, Any] = {"time": pa.array(rows.start * 1_000_000).cast(pa.timestamp("us", "UTC"))}
    step = 10 ** (scale - rows.digits)
    fields |= {column: _decimals(rows.values[i] * step, scale) for i, column in enumerate(name.kind.columns)}
    if name.kind is not Kind.FUNDING:
        fields["volume"] = pa.array(rows.volume, mask=np.isnan(rows.volume))
    asked = ",".join(f"{since}-{until}" for since, until in part.asked)
    told = {_SERIES: str(name), _DIGITS: str(rows.digits), _ASKED: asked, _SOURCE: part.source, CHECKSUM: BLANK}
    table, sink = pa.table(fields), pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink, table.schema, store_schema=False, store_decimal_as_integer=True, use_dictionary=False, compression="none",
        column_encoding=dict.fromkeys(("time", *name.kind.columns), "DELTA_BINARY_PACKED"),
    ) as writer:  # fmt: skip
        writer.write_table(table, row_group_size=max(len(rows), 1))
        writer.add_key_value_metadata(told)
    return sealed(sink.getvalue().to_pybytes())


def decoded(name: SeriesName, raw: bytes, columns: Sequence[str] | None = None) -> Part:
    """What the bytes hold.

    Args:
        name: which series it must be.
        raw: the whole file.
        columns: exact columns to read, and no volume; None reads all.

    Raises:
        DamagedPart: a byte is not what was written, or it is no file of this series.
    """
    try:
        file = pq.ParquetFile(pa.BufferReader(raw), pre_buffer=False)
        told = file.metadata.metadata or {}
        if not is_whole(raw, told[CHECKSUM]):
            raise DamagedPart("its checksum differs")
        if told[_SERIES].decode() != str(name):
            raise DamagedPart(f"it holds {told[_SERIES].decode()}")
        wanted = name.kind.columns if columns is None else tuple(columns)
        volume = columns is None and name.kind is not Kind.FUNDING
        table = file.read(["time", *wanted, *(["volume"] if volume else [])], use_threads=False)
        digits = int(told[_DIGITS])
    except (pa.ArrowException, OSError, KeyError, ValueError) as error:
        raise DamagedPart("it is no Parquet file of ATLAS") from error
    start = _plain(table["time"].combine_chunks(), np.int64) // 1_000_000
    values = np.empty((len(wanted), len(start)), np.int64)
    for into, column in zip(values, wanted, strict=True):
        _units(table[column].combine_chunks(), digits, into)
    rows = Rows(start, values, digits, _volume(table))
    return Part(rows, _spans(told[_ASKED].decode()), told[_SOURCE].decode())


def joined_spans(spans: Spans) -> Spans:
    """The same seconds in as few spans as there can be."""
    found: list[tuple[int, int]] = []
    for since, until in sorted(spans):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(until, found[-1][1]))
        elif since < until:
            found.append((since, until))
    return tuple(found)


def outside(spans: Spans, since: int, until: int) -> Spans:
    """What of [since, until) lies in none of these spans, which are apart and in order."""
    edges = [since, *(min(max(edge, since), until) for span in spans for edge in span), until]
    return tuple((a, b) for a, b in list(pairwise(edges))[::2] if a < b)


def _scale_of(name: SeriesName, rows: Rows) -> int:
    largest = int(np.abs(rows.values).max(initial=0))
    for scale in (*SCALES, rows.digits):
        if scale >= rows.digits and largest * 10 ** (scale - rows.digits) < 10**PRECISION:
            return scale
    raise HistoryError(f"the numbers of {name} have more than {PRECISION} digits")


def _decimals(units: Ints, scale: int) -> pa.Array:
    """A column of 128-bit decimals: each whole number as its low half, its sign as the high one."""
    halves = np.empty((len(units), 2), np.int64)
    halves[:, 0], halves[:, 1] = units, units >> 63
    return pa.Array.from_buffers(pa.decimal128(PRECISION, scale), len(units), [None, pa.py_buffer(halves)])


def _units(column: pa.Array, digits: int, into: Ints) -> None:
    """The whole numbers of a decimal column, in units of 10 ** -digits; the low halves are all there is to them."""
    halves = np.frombuffer(column.buffers()[1], np.int64)[::2][column.offset : column.offset + len(column)]
    np.floor_divide(halves, 10 ** (column.type.scale - digits), out=into)


def _volume(table: pa.Table) -> Floats:
    """The volume column, NaN where it is null; all NaN where it was not asked for."""
    if "volume" not in table.column_names:
        return np.full(len(table), np.nan)
    column = table["volume"].combine_chunks()
    volume = _plain(column, np.float64).copy()
    present = column.buffers()[0]
    if present is not None:
        bits = np.unpackbits(np.frombuffer(present, np.uint8), bitorder="little")
        volume[bits[column.offset : column.offset + len(column)] == 0] = np.nan
    return volume


def _plain(column: pa.Array, kind: type[Number]) -> NDArray[Number]:
    """A column's own 64-bit numbers, whatever stands where it is null; `to_numpy` would import pandas, 0.2 s."""
    numbers = np.frombuffer(column.buffers()[1], kind)
    return numbers[column.offset : column.offset + len(column)]


def _spans(text: str) -> Spans:
    pairs = (span.split("-") for span in text.split(",") if span)
    return tuple((int(since), int(until)) for since, until in pairs)
