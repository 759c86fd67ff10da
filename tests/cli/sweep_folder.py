"""Candles, settings and a grid: what the tests of `atlas sweep` run on."""

from pathlib import Path

from tests.cli.traded_folder import traded_folder

GRID = """
symbols = ["BTC", "BTC,ETH"]
min_trades = 3
[axes]
filters.min_risk_reward = [0.5, 1.5]
filters.min_continuity = [0, 1]
[walk_forward]
train = "3d"
test = "1d"
warm_up = "1d"
"""


def sweep_folder(place: Path) -> Path:
    """Candles of two symbols, settings under which they trade, and a grid."""
    data = traded_folder(place, 1_500)
    (data / "grid.toml").write_text(GRID)
    return data


def asked(folder: Path, *more: object) -> tuple[object, ...]:
    """The command line over these candles, its results in `out` beside them."""
    settings = ("--settings", folder / "loose.toml", "--out", folder.parent / "out")
    return ("sweep", folder / "grid.toml", "--data", folder, *settings, *more)
