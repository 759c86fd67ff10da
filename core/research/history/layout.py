"""Which column of a file is what: by its name, and where names do not tell, by what stands in it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final

import numpy as np

from core.domain.errors import HistoryError
from core.research.history.instants import NoZone, micros_of
from core.research.history.rows import Floats
from core.research.history.series import Kind
from core.strat.candle_row import number

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "time": (
        "ts", "time", "timestamp", "start", "open_time", "opentime", "time_open", "unix", "unix_time", "unixtime",
        "unix_timestamp", "epoch", "ts_ms", "ts_us", "timestamp_ms", "time_ms", "start_time", "starttime", "t",
        "candle_begin_time", "funding_time", "fundingtime", "calc_time", "date_utc", "time_utc", "timestamp_utc",
        "datetime_utc", "open_time_utc", "date", "datetime", "date_time", "index_level_0", "index",
    ),
    "open": ("open", "o", "open_price", "price_open", "opening"),
    "high": ("high", "h", "high_price", "price_high", "max", "highest"),
    "low": ("low", "l", "low_price", "price_low", "min", "lowest"),
    "close": ("close", "c", "close_price", "price_close", "closing", "last"),
    "volume": ("volume", "v", "vol", "base_volume", "volume_base"),
    "rate": ("funding_rate", "fundingrate", "rate", "last_funding_rate", "funding"),
    "symbol": ("symbol", "product_id", "instrument", "pair", "ticker", "market"),
    "timeframe": ("timeframe", "interval", "granularity", "tf", "period", "resolution"),
}  # fmt: skip
"""Names of each column in small letters, blanks and signs as `_`, the better one first."""
USUAL: Final = 0.95
"""Share of the looked-at rows in which columns must behave as what they are taken for."""
_ORDERS: Final = ((0, 1, 2, 3), (2, 1, 0, 3), (0, 2, 3, 1), *permutations(range(4)))
"""Where open, high, low, close may stand among four columns: the usual orders first (OHLC, LHOC, OCHL)."""
_FIRST_US: Final = 1_230_768_000_000_000
_LAST_US: Final = 4_102_444_800_000_000
"""2009 to 2100: what content must lie in to be taken for a time."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of the columns.

    Attributes:
        kind: candles, or funding rates.
        time: of a row's opening, or settlement.
        numbers: of the kind's columns, in their order.
        volume: None where there is none.
        others: of `symbol` and `timeframe`, where there are such.
        width: cells in a row.
        utc: the name of the time column says that it is UTC.
        guessed: no name told the columns, only what stands in them.
    """

    kind: Kind
    time: int
    numbers: tuple[int, ...]
    volume: int | None
    others: Mapping[str, int]
    width: int
    utc: bool = False
    guessed: bool = False

    def told(self) -> str:
        """Where everything stands, counted from 1, in words."""
        columns = zip(("time", *self.kind.columns), (self.time, *self.numbers), strict=True)
        volume = [] if self.volume is None else [("volume", self.volume)]
        return ", ".join(f"{name} {place + 1}" for name, place in (*columns, *volume))


def layout_of(names: Sequence[str] | None, sample: Sequence[Sequence[str]]) -> Layout:
    """Where everything stands.

    Args:
        names: the head of the file, None where it has none.
        sample: its first rows.

    Raises:
        HistoryError: a column that is needed cannot be told.
    """
    by_name = {} if names is None else _places(names)
    width = len(names) if names is not None else max((len(cells) for cells in sample), default=0)
    others: dict[str, int] = {each: by_name[each] for each in ("symbol", "timeframe") if each in by_name}
    time = by_name.get("time")
    for kind in (Kind.CANDLES, Kind.FUNDING):
        if time is not None and all(column in by_name for column in kind.columns):
            places = tuple(by_name[column] for column in kind.columns)
            utc = names is not None and _plain(names[time]).endswith("_utc")
            return Layout(kind, time, places, by_name.get("volume"), others, width, utc)
    found = _by_content([cells for cells in sample if len(cells) == width], width)
    if found is not None:
        return Layout(Kind.CANDLES, *found, others, width, guessed=True)
    missing = ", ".join(each for each in ("time", *Kind.CANDLES.columns) if each not in by_name)
    raise HistoryError(
        f"its columns cannot be told: name {missing} in the first line (and volume, where there is one), "
        "or ts and funding_rate"
    )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def _places(names: Sequence[str]) -> dict[str, int]:
    plain = [_plain(name) for name in names]
    found = {}
    for column, spellings in _NAMES.items():
        place = next((plain.index(spelling) for spelling in spellings if spelling in plain), None)
        if place is not None:
            found[column] = place
    return found


def _by_content(sample: Sequence[Sequence[str]], width: int) -> tuple[int, tuple[int, ...], int | None] | None:
    """Places of time, prices and volume: four neighbours of which one is the highest and one the lowest."""
    time = next((i for i in range(width) if _is_time([cells[i] for cells in sample])), None)
    if time is None or len(sample) < 2:
        return None
    numeric = [i for i in range(width) if i != time and _is_numeric([cells[i] for cells in sample])]
    for first in range(len(numeric) - 3):
        places = numeric[first : first + 4]
        table = np.array([[_float(cells[i]) for i in places] for cells in sample])
        order = _order_of(table[np.isfinite(table).all(axis=1)])
        if order is not None:
            volume = numeric[first + 4] if len(numeric) > first + 4 else None
            return time, tuple(places[i] for i in order), volume
    return None


def _order_of(table: Floats) -> tuple[int, ...] | None:
    """Which of four columns is open, high, low, close; a bar opens near the close before it."""
    best: tuple[int, ...] | None = None
    least = np.inf
    for order in _ORDERS:
        opened, high, low, close = (table[:, i] for i in order)
        if not len(table) or ((high >= table.max(axis=1)) & (low <= table.min(axis=1)) & (low > 0)).mean() < USUAL:
            continue
        leaps = float(np.abs(opened[1:] - close[:-1]).sum())
        if leaps * 2 < least or best is None:
            best, least = order, leaps
    return best


def _float(cell: str) -> float:
    """For comparing columns only."""
    value = number(cell)
    return float("nan") if value is None else float(value)


def _is_time(cells: Sequence[str]) -> bool:
    def fits(cell: str) -> bool:
        try:
            micros = micros_of(cell, utc=False)
        except NoZone:
            return True
        return micros is not None and _FIRST_US <= micros < _LAST_US

    return bool(cells) and sum(map(fits, cells)) >= USUAL * len(cells)


def _is_numeric(cells: Sequence[str]) -> bool:
    return bool(cells) and sum(number(cell) is not None for cell in cells) >= USUAL * len(cells)
