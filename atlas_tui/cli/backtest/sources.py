"""Where the candles of a backtest come from: named files, the stored history, or the folder of recorded data."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from atlas_tui.cli.extras import extra
from atlas_tui.cli.saying import say
from core.adapters.system_clock import SystemClock
from core.config import Settings
from core.domain.errors import ConfigError
from core.domain.timeframes import Timeframe
from core.research.backtest.bars import SymbolBars
from core.research.backtest.files import candle_paths, file_of, read_file
from core.research.backtest.settings import FundingRecord

DATA_VARIABLE: Final = "ATLAS_DATA_DIR"
_STORED: Final = "atlas_tui.cli.backtest.stored"
_FUNDED: Final = "atlas_tui.cli.backtest.funded"
_HISTORY: Final = ("cache", "history")
_SHOWN_PROBLEMS: Final = 5


class Source(Protocol):
    """Candles and recorded funding, by symbol."""

    def bars(self, name: str, symbol: str, timeframe: Timeframe | None) -> SymbolBars:
        """The base bars of `BTC` or `BTC-USD`, as those of the desk's symbol. Raises AtlasError."""

    def funding(self, name: str) -> FundingRecord | None:
        """Its recorded funding, if there is any. Raises AtlasError."""


class CandleFiles:
    """Candle files, each standing for a symbol by its name; they hold no funding."""

    def __init__(self, places: Sequence[Path]) -> None:
        self._paths = candle_paths(places)
        self._taken: dict[Path, str] = {}

    def bars(self, name: str, symbol: str, timeframe: Timeframe | None) -> SymbolBars:
        """The bars of its file, which stands for no other symbol; rows not taken as they stand go to stderr."""
        file = file_of(name, self._paths, timeframe)
        if (other := self._taken.setdefault(file.path, name)) != name:
            raise ConfigError(f"{file.path.name} cannot be {other} and {name}: choose one with --symbols")
        read = read_file(symbol, file)
        if timeframe not in (None, read.bars.timeframe):
            raise ConfigError(f"{file.path.name} holds {read.bars.timeframe} candles: choose with --timeframe")
        for problem in read.problems[:_SHOWN_PROBLEMS]:
            say(f"{read.path.name}, line {problem.line}: {problem.what}: {problem.text}: {problem.fate}")
        if len(read.problems) > _SHOWN_PROBLEMS:
            say(f"{read.path.name}: {len(read.problems)} rows were not taken as they stand; atlas bars lists them")
        return read.bars

    def funding(self, name: str) -> FundingRecord | None:
        """None."""
        return None


def source_of(settings: Settings, data: Sequence[Path]) -> Source:
    """Files that are named come first, then the stored history, then the folder of ATLAS_DATA_DIR.

    Raises:
        ConfigError: there is none of them.
    """
    if data:
        return CandleFiles(data)
    if any(settings.state_dir.joinpath(*_HISTORY).glob("candles/*/*/*.parquet")):
        return _stored(settings.state_dir)
    named = os.environ.get(DATA_VARIABLE)
    if named:
        folder = Path(named)
        return CandleFiles([folder / "candles" if (folder / "candles").is_dir() else folder])
    raise ConfigError(
        "there are no candles to run on: take some in with atlas history import, or name a file or folder with --data"
    )


def rates_of(files: Sequence[Path], symbols: Sequence[str]) -> dict[str, FundingRecord]:
    """The recorded rates of named files, by symbol. Raises AtlasError, also for rates of a symbol not among these."""
    if not files:
        return {}
    rates: dict[str, FundingRecord] = extra(_FUNDED, "history", "--funding").read_rates(files, SystemClock().now())
    if strange := sorted(rates.keys() - set(symbols)):
        raise ConfigError(f"--funding: {', '.join(strange)} is not in this backtest, {', '.join(symbols)} is")
    return rates


def _stored(state_dir: Path) -> Source:
    source: Source = extra(_STORED, "history", "the stored history").StoredCandles(state_dir)
    return source
