"""Candle files as the bars of a backtest: which file stands for which symbol, and its candles in integers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.domain.errors import ConfigError
from core.domain.text import one_line
from core.domain.timeframes import M15, Timeframe
from core.research.backtest.bars import SymbolBars, of_bars
from core.research.history.series import base_of
from core.strat.candle_file import read_candles
from core.strat.candle_row import RowProblem

_NAME: Final = re.compile(r"(?:.*_)?(?P<listing>[A-Z0-9][A-Z0-9.-]*)_(?P<timeframe>\d{1,6}[mhdw])\.csv(?:\.gz)?", re.I)

_OTHERS: Final = {"MARK", "FUNDING", "RATES"}


@dataclass(frozen=True, slots=True)
class CandlePath:
    """A candle file and what its name tells: `COINBASE_BTC-USD_15m.csv.gz` is BTC-USD on 15m."""

    path: Path
    listing: str
    timeframe: Timeframe | None

    @property
    def base(self) -> str:
        """The base asset: `BTC` of `BTC-USD` and `BTCUSDT`; empty where the name tells no listing."""
        return base_of(self.listing)

    def mentions(self, name: str) -> bool:
        """Is one word of the file's name this symbol, and none says that it holds marks or funding rates?"""
        words = {word.upper() for word in re.split(r"[_\s.]+", self.path.name)}
        return name in words | set(map(base_of, words)) and not words & _OTHERS


@dataclass(frozen=True, slots=True)
class ReadFile:
    """Bars of a file, and the rows that were not taken as they stand."""

    path: Path
    bars: SymbolBars
    problems: tuple[RowProblem, ...]


def candle_paths(places: Iterable[Path]) -> list[CandlePath]:
    """The candle files among these files and folders; a file that is named is taken whatever it is called.

    Raises:
        ConfigError: a place is not there.
    """
    found: list[CandlePath] = []
    for place in places:
        if place.is_dir():
            found += map(told_by, sorted(place.rglob("*.csv*")))
        elif place.exists():
            found.append(told_by(place))
        else:
            raise ConfigError(f"--data {one_line(str(place))}: there is no such file or folder")
    return found


def told_by(path: Path) -> CandlePath:
    """What a file's name tells."""
    match = _NAME.fullmatch(path.name)
    if match is None or int(match["timeframe"][:-1]) == 0:
        return CandlePath(path, "", None)
    return CandlePath(path, match["listing"].upper(), Timeframe.parse(match["timeframe"].lower()))


def file_of(name: str, paths: Sequence[CandlePath], timeframe: Timeframe | None) -> CandlePath:
    """The file that stands for `BTC` or `BTC-USD`: of its 15m ones, or those of the timeframe asked for, the largest.

    Where no name has its usual form, a word that is the symbol tells, as in `BTC.csv`; a single file whose name tells
    nothing stands for whatever symbol is asked for.

    Raises:
        ConfigError: there is none; says what there is.
    """
    if len(paths) == 1 and not paths[0].listing:
        return paths[0]
    named = [each for each in paths if name in (each.base, each.listing)]
    named = named or [each for each in paths if each.mentions(name)]
    lengths = sorted({each.timeframe for each in named if each.timeframe is not None})
    wanted = timeframe or (M15 if M15 in lengths else lengths[0] if lengths else None)
    fitting = [each for each in named if each.timeframe == wanted] or [each for each in named if not each.timeframe]
    if fitting:
        return max(fitting, key=lambda each: each.path.stat().st_size)
    if named:
        there = ", ".join(map(str, lengths))
        raise ConfigError(f"there are no {wanted} candles of {name}, there are {there}: choose with --timeframe")
    if there := ", ".join(sorted({each.base for each in paths if each.base})):
        raise ConfigError(f"there are no candles of {name} in --data; there are some of: {there}")
    raise ConfigError(f"no file of --data has {name} in its name: call it {name}_15m.csv")


def read_file(symbol: str, file: CandlePath) -> ReadFile:
    """The bars of a symbol, in units that are exact for its prices.

    Raises:
        CandleFileError: the file cannot be read.
        ConfigError: its bars fit no backtest.
    """
    read = read_candles(file.path, file.timeframe)
    try:
        bars = of_bars(symbol, read.timeframe, read.bars)
    except ValueError as error:
        raise ConfigError(f"{one_line(str(file.path))}: {error}") from error
    return ReadFile(file.path, bars, read.problems)
