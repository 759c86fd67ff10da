"""Candles from a CSV file, plain or gzip: Decimals from the text, and every row that was not taken as it stands.

Columns `ts` (or `time`, `timestamp`, `start`), `open`, `high`, `low`, `close`, `volume`, in any order and case; others
are ignored. A time is epoch seconds or milliseconds, or ISO 8601 (without a zone: UTC), and labels the bar's opening.
"""

import csv
import gzip
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TextIO, cast

from core.domain.bars import Bar, flag_gaps
from core.domain.errors import CandleFileError
from core.domain.text import one_line
from core.domain.timeframes import Timeframe
from core.strat.candle_row import COLUMNS, HOLE, TIME_NAMES, ParsedRow, RowProblem, RowReader, shown
from core.strat.resample import in_order

GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class CandleFile:
    """What a file holds.

    Attributes:
        timeframe: the bars' length.
        bars: oldest first, gaps flagged, unusable prices as bad bars in their place.
        problems: by line number.
        rows: data rows read, good and bad.
    """

    timeframe: Timeframe
    bars: tuple[Bar, ...]
    problems: tuple[RowProblem, ...]
    rows: int


def read_candles(path: Path, timeframe: Timeframe | None = None) -> CandleFile:
    """Read a candle file whole.

    Args:
        path: CSV, or CSV compressed by gzip whatever its name.
        timeframe: the bars' length; None infers it as the commonest distance between starts.

    Raises:
        CandleFileError: the file cannot be read, lacks a column, or holds no usable candle; one sentence.
    """
    name = one_line(str(path))
    with text_of(path) as text:
        parsed, problems, count = _read_rows(text, name)
    timeframe = _fitting(parsed, timeframe, name)
    placed = [row for row in parsed if timeframe.start_of(row.bar.start) == row.bar.start]
    if not any(row.bar.good for row in placed):
        raise CandleFileError(f"candle file {name} holds no usable candle of {timeframe}")
    problems += _off_grid(parsed, timeframe) + _misplaced(placed)
    bars = flag_gaps(in_order(row.bar for row in placed), timeframe)
    return CandleFile(timeframe, bars, tuple(sorted(problems, key=lambda problem: problem.line)), count)


@contextmanager
def text_of(path: Path) -> Iterator[TextIO]:
    """The text of a CSV file, plain or packed by gzip whatever its name.

    Raises:
        CandleFileError: the file cannot be opened or, within the `with`, read; one sentence.
    """
    name = one_line(str(path))
    try:
        with _open(path) as text:
            yield text
    except FileNotFoundError as error:
        raise CandleFileError(f"candle file {name} does not exist") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise CandleFileError(f"candle file {name} is damaged: its gzip data cannot be unpacked") from error
    except UnicodeDecodeError as error:
        raise CandleFileError(f"candle file {name} is not text in UTF-8") from error
    except csv.Error as error:
        raise CandleFileError(f"candle file {name} is not a CSV table ({one_line(str(error))})") from error
    except OSError as error:
        raise CandleFileError(f"candle file {name} cannot be read: {error.strerror or 'input error'}") from error


def _open(path: Path) -> TextIO:
    with path.open("rb") as raw:
        packed = raw.read(2) == GZIP_MAGIC
    if packed:
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8-sig", newline=""))
    return path.open("rt", encoding="utf-8-sig", newline="")


def _read_rows(text: Iterator[str], name: str) -> tuple[list[ParsedRow], list[RowProblem], int]:
    rows = csv.reader(text)
    header = next(rows, None)
    if header is None:
        raise CandleFileError(f"candle file {name} is empty")
    reader = RowReader(_columns(header, name), len(header))
    parsed: list[ParsedRow] = []
    problems: list[RowProblem] = []
    count = 0
    for cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        row, problem = reader.read(rows.line_num, cells)
        parsed += [row] if row is not None else []
        problems += [problem] if problem is not None else []
    return parsed, problems, count


def _columns(header: Sequence[str], name: str) -> dict[str, int]:
    """Where each needed column stands; `volume` may be absent."""
    places = {cell.strip().lower(): i for i, cell in reversed(list(enumerate(header)))}
    time_name = next((each for each in TIME_NAMES if each in places), None)
    missing = ([] if time_name else ["ts"]) + [each for each in COLUMNS if each not in places]
    if missing or time_name is None:
        raise CandleFileError(
            f"candle file {name} lacks the column {', '.join(missing)}: its first line must name "
            f"ts, open, high, low, close and volume"
        )
    return {"ts": places[time_name]} | {each: places[each] for each in (*COLUMNS, "volume") if each in places}


def _fitting(parsed: Sequence[ParsedRow], asked: Timeframe | None, name: str) -> Timeframe:
    """The file's timeframe; one asked for must not be longer than what the file holds."""
    held = _commonest_distance(parsed)
    if asked is None:
        if held is None:
            raise CandleFileError(f"candle file {name} holds too few candles on whole minutes to tell their timeframe")
        return held
    if held is not None and held < asked:
        raise CandleFileError(f"candle file {name} holds {held} candles, not {asked}: read it as {held} and roll it up")
    return asked


def _commonest_distance(parsed: Sequence[ParsedRow]) -> Timeframe | None:
    """The commonest distance between neighbouring starts on whole minutes, the shortest of equally common ones."""
    seconds = {int(row.bar.start.timestamp()) for row in parsed}
    distances = Counter(b - a for a, b in pairwise(sorted(each for each in seconds if each % 60 == 0)))
    if not distances:
        return None
    most = max(distances.values())
    return Timeframe(min(distance for distance, times in distances.items() if times == most) // 60)


def _off_grid(parsed: Sequence[ParsedRow], timeframe: Timeframe) -> list[RowProblem]:
    return [
        RowProblem(row.line, shown(row.cells), f"start is not on the {timeframe} grid", HOLE)
        for row in parsed
        if timeframe.start_of(row.bar.start) != row.bar.start
    ]


def _misplaced(placed: Sequence[ParsedRow]) -> list[RowProblem]:
    """Rows replaced by a later one with the same start, and rows older than one before them."""
    last_line = {row.bar.start: row.line for row in placed}
    newest = None
    problems: list[RowProblem] = []
    for row in placed:
        if last_line[row.bar.start] != row.line:
            fate = f"line {last_line[row.bar.start]} was taken instead"
            problems.append(RowProblem(row.line, shown(row.cells), "start occurs again further down", fate))
        elif newest is not None and row.bar.start < newest:
            problems.append(RowProblem(row.line, shown(row.cells), "out of order", "sorted into its place"))
        newest = row.bar.start if newest is None else max(newest, row.bar.start)
    return problems
