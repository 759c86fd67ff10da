"""All series of a scan laid end to end as float64, and the one kernel call over them.

Imports numba through the kernels: reached only by the loader in `core.strat.scanner`, off the first paint.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from core.domain.bars import Bar
from core.strat.codes import Finding, Life
from core.strat.kernels import FOUND_COLUMNS, Bytes, Floats, Ints, scan_block


class Found(NamedTuple):
    """One recent finding: indices only, prices are read back from the bars.

    Attributes:
        series: which series of the block.
        row: trigger bar of a pattern, setup bar of a setup, counted in its series.
        life: of a setup; PENDING for a pattern.
        decided: the row that ended the setup, or -1.
    """

    series: int
    row: int
    finding: Finding
    life: Life
    decided: int


class Recent(NamedTuple):
    """How far back a scan looks.

    Attributes:
        signal_rows: completed patterns whose trigger bar is among this many last rows (S3.3).
        setup_rows: setups whose setup bar is among this many last closed rows.
        max_unbroken: closed rows a setup survives unbroken (S4.2).
    """

    signal_rows: int
    setup_rows: int
    max_unbroken: int


@dataclass(frozen=True, slots=True)
class Block:
    """Highs and lows of several series, contiguous; `starts` has one entry more than there are series."""

    high: Floats
    low: Floats
    starts: Ints
    forming: Bytes

    @staticmethod
    def of(series: Sequence[Sequence[Bar]], forming: Sequence[bool]) -> "Block":
        """Lay the bars out; a bar that is not good becomes NaN in both (S1.1).

        Args:
            series: bars of each series, oldest first; may be empty.
            forming: for each series, whether its last bar is still open.
        """
        starts = np.zeros(len(series) + 1, np.int64)
        np.cumsum([len(bars) for bars in series], out=starts[1:])
        high = np.fromiter((float(bar.high) for bars in series for bar in bars), np.float64, int(starts[-1]))
        low = np.fromiter((float(bar.low) for bars in series for bar in bars), np.float64, int(starts[-1]))
        blank_bad(high, low)
        open_last = [int(is_open and len(bars) > 0) for bars, is_open in zip(series, forming, strict=True)]
        return Block(high, low, starts, np.array(open_last, np.uint8))

    def scan(self, recent: Recent) -> tuple[Bytes, list[Found]]:
        """Every bar's code, and the recent findings in order of series and row. One kernel call."""
        codes = np.zeros(len(self.high), np.uint8)
        rows = np.array(recent, np.int64)
        most = len(self.forming) * max(recent.signal_rows, recent.setup_rows + 1)
        found = np.zeros((min(most, len(self.high)), FOUND_COLUMNS), np.int64)
        count = scan_block(self.high, self.low, self.starts, self.forming, rows, codes, found)
        listed = found[:count].tolist()
        return codes, [Found(s, row, Finding(what), Life(life), decided) for s, row, what, life, decided in listed]


def blank_bad(high: Floats, low: Floats) -> None:
    """Make every bad bar NaN in both arrays, in place (S1.1)."""
    bad = ~((low > 0) & (high >= low) & (high < np.inf))
    high[bad] = np.nan
    low[bad] = np.nan


def clean(high: Floats, low: Floats) -> tuple[Floats, Floats]:
    """Copies of both arrays in which every bad bar is NaN: what `write_codes` asks for."""
    high, low = high.copy(), low.copy()
    blank_bad(high, low)
    return high, low
