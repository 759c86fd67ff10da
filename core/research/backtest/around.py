"""Bars of a backtest as a chart shows them: rolled into any longer timeframe, over a stretch of time."""

from dataclasses import replace

import numpy as np

from core.domain.timeframes import Timeframe
from core.research.backtest.bars import SymbolBars


def rolled_between(bars: SymbolBars, timeframe: Timeframe, since_s: int, until_s: int) -> SymbolBars:
    """The bars of a longer timeframe whose buckets start in [since_s, until_s), epoch seconds, as S7 rolls them.

    Bad bars are holes in their buckets, and empty buckets are absent; a bucket that begins before the bars do does not
    count (S7.3). The last one may be cut short by the end of the bars.

    Raises:
        ValueError: the timeframe is no whole multiple of that of the bars.
    """
    if timeframe.minutes % bars.timeframe.minutes:
        raise ValueError(f"bars of {bars.timeframe} cannot be rolled into {timeframe}: it is not a whole multiple")
    since, until = timeframe.floor_s(since_s), timeframe.floor_s(until_s - 1) + timeframe.seconds
    rows = slice(*(int(at) for at in np.searchsorted(bars.start, [since, until])))
    good = np.flatnonzero(bars.low[rows] > 0) + rows.start
    offset = timeframe.floor_s(0)
    bucket = (bars.start[good] - offset) // timeframe.seconds * timeframe.seconds + offset
    if len(bars) and bucket.size and bucket[0] < bars.start[0]:
        whole = bucket > bucket[0]
        good, bucket = good[whole], bucket[whole]
    first = np.flatnonzero(np.diff(bucket, prepend=-(2**62)))
    last = np.append(first[1:], len(bucket)) - 1 if len(first) else first
    return replace(
        bars,
        timeframe=timeframe,
        start=bucket[first],
        open=bars.open[good][first],
        high=np.maximum.reduceat(bars.high[good], first) if len(first) else bars.high[:0],
        low=np.minimum.reduceat(bars.low[good], first) if len(first) else bars.low[:0],
        close=bars.close[good][last],
    )
