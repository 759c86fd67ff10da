"""Candles of two symbols, and settings under which they trade: what the tests of `atlas backtest` run on."""

from pathlib import Path

from core.research.backtest.bars import SymbolBars
from tests.research.random_bars import walk

SETTINGS = """
symbols = ["BTC", "ETH"]
[filters]
min_magnitude_pct = 0.1
min_risk_reward = 1
min_continuity = 0
veto = false
[instruments.BTC]
price_increment = 0.1
base_increment = 0.001
"""


def traded_folder(place: Path, rows: int = 500) -> Path:
    """A folder of random walks with holes and bad rows, and `loose.toml`."""
    data = place / "data"
    data.mkdir()
    for symbol in ("BTC", "ETH"):
        write_candles(data, walk(symbol, 3, rows))
    (data / "loose.toml").write_text(SETTINGS)
    return data


def asked(folder: Path, *more: object) -> tuple[object, ...]:
    """The command line over these candles."""
    return ("backtest", "--data", folder, "--settings", folder / "loose.toml", *more)


def write_candles(folder: Path, bars: SymbolBars) -> None:
    """A file of these bars."""
    lines = ["ts,open,high,low,close,volume"]
    for row in range(len(bars)):
        prices = (bars.price(int(column[row])) for column in (bars.open, bars.high, bars.low, bars.close))
        lines.append(f"{bars.start[row]},{','.join(map(str, prices))},1")
    (folder / f"TEST_{bars.symbol}-USD_15m.csv").write_text("\n".join(lines) + "\n")
