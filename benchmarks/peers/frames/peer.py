"""The scan as numpy and pandas do it: classes, five patterns and setups as columns; and a loop over rows."""

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers.serving import Work, serve

Column = Any
"""An array, or a series of pandas."""


def _columns(file: str) -> tuple[Any, Any]:
    with np.load(file) as held:
        return held["high"], held["low"]


def _found(a: Column, b: Column, x: Column) -> list[int]:
    """How often each pattern and a setup is there, of classes two bars ago, one bar ago and now."""
    directed = (x == 2) | (x == -2)
    two = (a == 2) | (a == -2)
    counter = b == -x
    masks = (
        directed & (a == 3) & (b == 1),
        directed & two & (b == 1),
        directed & (b == 3),
        directed & (a == 3) & counter,
        directed & (a != 3) & counter,
        (x == 1) & ((b == 3) | (b == 2) | (b == -2)),
    )
    return [int(mask.sum()) for mask in masks]


def numpy_scan(file: str) -> Work:
    """Slices instead of shifts; nothing is copied but the results."""
    high, low = _columns(file)

    def scan() -> list[int]:
        up, down = high[1:] > high[:-1], low[1:] < low[:-1]
        kinds = np.zeros(len(high), np.int8)
        kinds[1:] = np.where(up, np.where(down, 3, 2), np.where(down, -2, 1))
        return _found(kinds[:-2], kinds[1:-1], kinds[2:])

    return scan


def scan_of(high: Column, low: Column) -> Work:
    """The scan by shifted columns, of these arrays."""
    frame = pd.DataFrame({"high": high, "low": low})
    return lambda: _pandas(frame)


def _pandas(frame: pd.DataFrame) -> list[int]:
    up, down = frame["high"] > frame["high"].shift(), frame["low"] < frame["low"].shift()
    kinds = pd.Series(np.select([up & down, up, down], [3, 2, -2], 1), frame.index)
    kinds.iloc[0] = 0
    return _found(kinds.shift(2), kinds.shift(1), kinds)


def pandas_scan(file: str) -> Work:
    """The way of most notebooks."""
    return scan_of(*_columns(file))


def pandas_many(file: str, bars: int) -> Work:
    """One frame a series."""
    high, low = _columns(file)
    frames = [pd.DataFrame({"high": high[i : i + bars], "low": low[i : i + bars]}) for i in range(0, len(high), bars)]
    return lambda: [_pandas(frame) for frame in frames]


def iloc_scan(file: str, count: int) -> Work:
    """A loop over rows."""
    high, low = _columns(file)
    frame = pd.DataFrame({"high": high[:count], "low": low[:count]})

    def scan() -> int:
        kinds, found = [0], 0
        for i in range(1, len(frame)):
            row, before = frame.iloc[i], frame.iloc[i - 1]
            up, down = row["high"] > before["high"], row["low"] < before["low"]
            x = 3 if up and down else 2 if up else -2 if down else 1
            kinds.append(x)
            if i > 1 and x in (2, -2):
                found += kinds[i - 1] in (1, 3, -x)
        return found

    return scan


if __name__ == "__main__":
    serve(
        {"pandas": pd.__version__, "numpy": np.__version__},
        {each.__name__: each for each in (numpy_scan, pandas_scan, pandas_many, iloc_scan)},
    )
