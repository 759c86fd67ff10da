"""TA-Lib: one of its candle patterns over the same bars. It looks for one at a time, and has none of the STRAT ones."""

from time import perf_counter
from typing import Any

import numpy as np
import talib

from benchmarks.peers.serving import Work, serve

NEAREST = ("CDLENGULFING", "CDLHARAMI", "CDL3INSIDE")
"""Two and three bars that hold or break one another, as outside and inside bars do."""


def pattern(file: str) -> Work:
    """The fastest of three, by a trial of each."""
    with np.load(file) as held:
        high, low = held["high"], held["low"]
    random = np.random.default_rng(5)
    opened, closed = (low + (high - low) * random.random(len(low)) for _ in range(2))
    bars: tuple[Any, ...] = (opened, high, low, closed)

    def seconds(name: str) -> float:
        began = perf_counter()
        for _ in range(3):
            getattr(talib, name)(*bars)
        return perf_counter() - began

    call = getattr(talib, min(NEAREST, key=seconds))
    return lambda: call(*bars)


if __name__ == "__main__":
    serve({"TA-Lib": talib.__version__}, {"pattern": pattern})
