"""A stored history that a test can look through: a random walk of BTC-USD, kept as `atlas history` keeps it."""

from pathlib import Path

import numpy as np

from core.domain.timeframes import M15
from core.research.history.rows import Rows
from core.research.history.series import SeriesName
from core.research.history.store import History
from tests.research.random_bars import walk

LOOSE = "[filters]\nmin_magnitude_pct = 0.1\nmin_risk_reward = 1\nmin_continuity = 0\nveto = false\n"
"""Settings under which random walks trade often."""


def keep_walk(state_dir: Path, symbol: str = "BTC", seed: int = 3, rows: int = 500) -> History:
    """A walk of a symbol on 15m, in the history of this state directory."""
    bars = walk(symbol, seed, rows)
    good = bars.low > 0
    values = np.stack([column[good] for column in (bars.open, bars.high, bars.low, bars.close)])
    history = History(state_dir)
    with history.writing():
        history.keep(SeriesName(f"{symbol}-USD", M15), Rows(bars.start[good], values, 1, np.full(good.sum(), np.nan)))
    return history
