"""vectorbt: the same entries with the same stops and targets, fees and slippage, by its fastest engine.

It is handed the entries; it knows no funding, no margin, no liquidation, no tiers and no risk per trade.
"""

from time import perf_counter
from typing import Any

import numpy as np
import vectorbt as vbt

from benchmarks.peers.serving import Work, serve

ENGINES = ("numba", "rust")


def _portfolio(file: str, engine: str) -> Work:
    with np.load(file) as held:
        data = {name: held[name] for name in held.files}
    count = len(data["close"])
    longs, shorts = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    price, stop, target = data["close"].copy(), np.full(count, np.nan), np.full(count, np.nan)
    at, entry = data["bar"], data["raw"]
    longs[at], shorts[at] = data["side"] > 0, data["side"] < 0
    price[at] = entry
    stop[at] = np.abs(entry - data["stop"]) / entry
    target[at] = np.abs(data["target"] - entry) / entry
    given: dict[str, Any] = {
        "close": data["close"], "open": data["open"], "high": data["high"], "low": data["low"], "price": price,
        "entries": longs, "short_entries": shorts, "sl_stop": stop, "tp_stop": target, "fees": float(data["fee"]),
        "slippage": float(data["slippage"]), "size": 0.001, "init_cash": 1e6, "freq": "15min", "engine": engine,
        "upon_opposite_entry": "ignore",
    }  # fmt: skip
    return lambda: len(vbt.Portfolio.from_signals(**given).trades.records_arr)


def trades(file: str) -> Work:
    """By whichever engine is faster here, behind a call that compiles."""
    works: dict[str, Work] = {}
    for engine in ENGINES:
        try:
            works[engine] = _portfolio(file, engine)
            works[engine]()
        except Exception:  # noqa: BLE001 - an engine that is not there or does not know this
            works.pop(engine, None)

    def seconds(engine: str) -> float:
        began = perf_counter()
        works[engine]()
        return perf_counter() - began

    chosen = min(works, key=seconds)
    return lambda: [chosen, works[chosen]()]


if __name__ == "__main__":
    serve({"vectorbt": vbt.__version__}, {"trades": trades})
