"""Files of recorded funding rates for one backtest: judged as `atlas history import` judges them, and kept nowhere."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from atlas_tui.cli.backtest.stored import StoredCandles
from atlas_tui.cli.saying import say
from core.domain.errors import ConfigError
from core.domain.figures import counted
from core.research.backtest.settings import FundingRecord
from core.research.history.fates import Fate
from core.research.history.importing import Asked, Import, take_in
from core.research.history.series import Kind, base_of
from core.research.history.store import History


def read_rates(files: Sequence[Path], now: datetime) -> dict[str, FundingRecord]:
    """The rates by base asset; rows that were not taken as they stand are counted on stderr.

    Args:
        files: CSV, gzip of it, or Parquet; several of one symbol go together.
        now: settlements after it are not believed.

    Raises:
        ConfigError: a file that cannot be trusted, or holds no funding rates.
        HistoryError: files of several listings of one asset.
    """
    with TemporaryDirectory() as folder:
        history = History(Path(folder))
        with history.writing():
            bases = {_base(path, take_in(history, path, Asked(), now)) for path in files}
        source = StoredCandles(Path(folder))
        found = {base: source.funding(base) for base in bases}
    return {base: record for base, record in found.items() if record is not None}


def _base(path: Path, taken: Import) -> str:
    """Whose rates the file holds. Raises ConfigError."""
    if taken.refused:
        raise ConfigError(f"--funding {path}: {taken.refused}; atlas history import {path.name} tells every row")
    if taken.name is None or taken.name.kind is not Kind.FUNDING:
        raise ConfigError(f"--funding {path}: it holds no funding rates: name candles with --data")
    if taken.name.timeframe.minutes % 60:
        raise ConfigError(f"--funding {path}: rates of every {taken.name.timeframe} do not fall on whole hours")
    left = [f"{count:,} {fate.value}" for fate, count in taken.counts.items() if fate is not Fate.STORED]
    if left:
        say(f"{path.name}: {counted(taken.rows, 'row')}, of them {', '.join(left)}; atlas history import lists them")
    return base_of(taken.name.symbol)
