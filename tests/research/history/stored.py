"""Rows and stores for the tests of the history."""

from pathlib import Path

import numpy as np

from core.domain.timeframes import M15
from core.research.history.rows import Rows
from core.research.history.series import SeriesName
from core.research.history.store import History

BTC = SeriesName("BTC-USD", M15)
JANUARY_S = 1_767_225_600
"""2026-01-01 00:00 UTC."""
STEP_S = 900


def candles(count: int, start_s: int = JANUARY_S, seed: int = 1, digits: int = 2) -> Rows:
    """So many neighbouring 15m candles around 1,000.00; fewer are the beginning of more."""
    step, above, below, traded = (np.random.default_rng((seed, i)) for i in range(4))
    close = 100_000 + np.cumsum(step.integers(-50, 51, count))
    opened = np.concatenate([[100_000], close[:-1]]) if count else close
    high = np.maximum(opened, close) + above.integers(0, 20, count)
    low = np.minimum(opened, close) - below.integers(0, 20, count)
    start = start_s + np.arange(count, dtype=np.int64) * STEP_S
    return Rows(start, np.stack([opened, high, low, close]), digits, traded.random(count))


def a_history(folder: Path, rows: Rows, name: SeriesName = BTC) -> History:
    """A history that holds these rows."""
    history = History(folder)
    with history.writing():
        history.keep(name, rows)
    return history
