"""backtesting.py: the same entries with the same stops and targets, and fees; it has no funding and no liquidation."""

import warnings
from typing import Any

import backtesting
import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy

from benchmarks.peers.serving import Work, serve

warnings.filterwarnings("ignore")


def trades(file: str, count: int) -> Work:
    """The strategy looks its orders up in a list by the number of the bar: no indicator, nothing else to do."""
    with np.load(file) as held:
        data = {name: held[name] for name in held.files}
    index = pd.date_range("2000-01-01", periods=count, freq="15min")
    frame = pd.DataFrame({name.title(): data[name][:count] for name in ("open", "high", "low", "close")}, index)
    orders: list[Any] = [None] * (count + 1)
    for bar, side, raw, stop, target in zip(*(data[name].tolist() for name in
                                              ("bar", "side", "raw", "stop", "target")), strict=True):  # fmt: skip
        if 0 < bar < count:
            orders[bar - 1] = (side, raw, stop, target)

    class Told(Strategy):  # type: ignore[misc]
        def init(self) -> None:
            self.number = 0

        def next(self) -> None:
            order = orders[len(self.data) - 1]
            if order is not None and not self.position:
                side, raw, stop, target = order
                enter = self.buy if side > 0 else self.sell
                enter(size=1, stop=raw, sl=stop, tp=target)

    test = Backtest(frame, Told, cash=1e9, commission=float(data["fee"]), trade_on_close=False, exclusive_orders=False)
    return lambda: int(test.run()["# Trades"])


if __name__ == "__main__":
    serve({"backtesting.py": backtesting.__version__}, {"trades": trades})
