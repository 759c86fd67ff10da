"""Rolled rows of every symbol, and the table of setups that rests on them: what settings share (STRAT.md S7, S13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.domain.forming import ENOUGH
from core.domain.levels import FilterPolicy
from core.domain.patterns import StopMode
from core.domain.symbols import Instrument
from core.domain.timeframes import CONTINUITY, D1, SCANNED, Timeframe
from core.research.backtest import kernel_setups as setups
from core.research.backtest.bars import Ints, SymbolBars
from core.research.backtest.kernel_rows import SCRATCH, START, Rows, roll, write_all_codes
from core.research.backtest.kernel_sift import FIRST_SETUP_CODE, WORDS
from core.research.backtest.kernel_standing import Frames
from core.strat.kernels import Bytes

_MODES: Final = {StopMode.ATLAS: 0, StopMode.SETUP: 1, StopMode.STRUCTURAL: 2}


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The rows of one timeframe.

    Attributes:
        first: 1 where the first row is a bucket that begins before the bars do; it does not count (S7.3).
        count: how many rows there are, that one included.
        codes: the scanner's byte of every row that counts.
    """

    timeframe: Timeframe
    rows: Rows
    first: int
    count: int
    codes: Bytes


@dataclass(frozen=True, slots=True, eq=False)
class Rolled:
    """One symbol's bars and every longer timeframe of it, shortest first."""

    bars: SymbolBars
    base: tuple[Ints, Ints, Ints, Ints, Ints]
    ground: Rows
    frames: tuple[Frame, ...]

    @property
    def continuity(self) -> Frames:
        """The rows of 1w, 1d, 4h and 1h, as `kernel_standing.Frames` has them."""
        by_timeframe = {frame.timeframe: frame for frame in self.frames}
        rows, spans, shorter, child = [], [], (self.ground, 1), self.bars.timeframe.seconds
        for timeframe in reversed(CONTINUITY):
            frame = by_timeframe.get(timeframe)
            if frame is not None:
                shorter = frame.rows, timeframe.seconds // child
            there, first = (timeframe.seconds, frame.first) if frame is not None else (0, 0)
            rows.append(shorter[0])
            spans.append((there, first, shorter[1]))
        return (rows[3], rows[2], rows[1], rows[0]), np.array(spans[::-1], np.int64)


def rolled(bars: SymbolBars) -> Rolled:
    """Roll the bars into every scanned timeframe that is a whole multiple of theirs, and classify all rows."""
    start, opened, high, low, close = (
        _plain(each) for each in (bars.start, bars.open, bars.high, bars.low, bars.close)
    )
    count = len(start)
    nothing = np.empty(0, np.int64)
    ground: Rows = start, opened, high, low, nothing, nothing
    rows, step = ground, bars.timeframe.seconds
    frames = []
    for timeframe in SCANNED:
        if timeframe < bars.timeframe or timeframe.minutes % bars.timeframe.minutes or not len(start):
            continue
        if timeframe > bars.timeframe:
            rows, count = _longer(rows, count, timeframe, step)
            step = timeframe.seconds
        first = 0 if rows[START][0] == start[0] else 1
        frames.append(Frame(timeframe, rows, first, count, _codes(rows, first, count)))
    return Rolled(bars, (start, opened, high, low, close), ground, tuple(frames))


def _longer(rows: Rows, count: int, timeframe: Timeframe, step: int) -> tuple[Rows, int]:
    buckets = (int(rows[START][count - 1]) - int(rows[START][0])) // timeframe.seconds + 2
    # One block: large ones are given in large pages, which are there sooner.
    columns = np.empty((6, min(count, buckets) + 1), np.int64)
    made: Rows = columns[0], columns[1], columns[2], columns[3], columns[4], columns[5]
    return made, roll(rows, count, (timeframe.seconds, step), timeframe.floor_s(0), made)


def _codes(rows: Rows, first: int, count: int) -> Bytes:
    codes = np.empty(max(0, count - first), np.uint8)
    write_all_codes(rows, first, count, codes, np.zeros(SCRATCH, np.uint8))
    return codes


def _plain(column: Ints) -> Ints:
    """The column as the kernels were compiled for: contiguous and writable; a memory map is copied."""
    return np.require(column, np.int64, ("C", "W"))


def table_of(
    series: Sequence[Rolled], windows: Ints, filters: FilterPolicy, instruments: Sequence[Instrument], limits: Ints,
    armed_only: bool,
) -> Ints:  # fmt: skip
    """Every setup of every series, or those alone whose broken leg is OK, in the order they are decided (S13.1)."""
    parts = []
    for rank, (each, instrument) in enumerate(zip(series, instruments, strict=True)):
        base, frames = each.base[:4], each.continuity
        step = int(instrument.price_increment / each.bars.unit)
        for frame in each.frames:
            terms = _terms(rank, len(series), frame, each.bars, filters, step, armed_only)
            found = np.empty((_most(frame), setups.COLUMNS), np.int64)
            rows = (frame.rows, frame.first, frame.count, frame.codes)
            near, flags = np.zeros(setups.PLACES, np.int64), np.zeros(WORDS, np.int64)
            used = setups.find_setups(
                rows, (base, windows, frames), terms, limits, found, near, (flags.view(np.uint8), flags)
            )
            parts.append(found[:used])
    table = np.concatenate(parts) if parts else np.empty((0, setups.COLUMNS), np.int64)
    order = np.lexsort((table[:, setups.SET_AT], -table[:, setups.MINUTES], table[:, setups.KEY]))
    return np.ascontiguousarray(table[order])


def _most(frame: Frame) -> int:
    """How many setups there may be."""
    return int(np.count_nonzero(frame.codes >= FIRST_SETUP_CODE)) + 1


def _terms(
    rank: int, symbols: int, frame: Frame, bars: SymbolBars, filters: FilterPolicy, step: int, armed_only: bool
) -> Ints:
    terms = np.zeros(setups.TERMS, np.int64)
    terms[setups.T_RANK], terms[setups.T_SYMBOLS] = rank, symbols
    terms[setups.T_MINUTES], terms[setups.T_CHILD] = frame.timeframe.minutes, bars.timeframe.seconds
    terms[setups.T_ENOUGH] = 100 * ENOUGH if frame.timeframe >= D1 else 100
    terms[setups.T_MODE], terms[setups.T_LIFE] = _MODES[filters.stop_mode], filters.max_inside_bars
    terms[setups.T_STEP], terms[setups.T_ARMED_ONLY] = step, int(armed_only)
    return terms
