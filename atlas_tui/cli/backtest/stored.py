"""The history that is stored as the source of a backtest: imported only where there is one, for it brings pyarrow."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from core.domain.errors import ConfigError, HistoryError
from core.domain.timeframes import SCANNED, Timeframe
from core.research.backtest.bars import SymbolBars
from core.research.backtest.settings import FundingRecord
from core.research.history.bars import stored_bars
from core.research.history.series import Kind, base_of, the_symbol
from core.research.history.store import History

_EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
_HOUR = 60


class StoredCandles:
    """Candles and funding rates of one state directory's history."""

    def __init__(self, state_dir: Path) -> None:
        self._history = History(state_dir)
        self._names = self._history.names()

    def bars(self, name: str, symbol: str, timeframe: Timeframe | None) -> SymbolBars:
        """The base bars of a listing, or of the only one of a base asset: of the shortest timeframe stored (S13).

        One that fewer scanned timeframes can be rolled from, such as 7m, comes behind the others.

        Args:
            name: what is asked for, `BTC` or `BTC-USD`.
            symbol: what the desk calls it.
            timeframe: instead of the shortest.

        Raises:
            HistoryError: nothing is stored of it, or several listings, or it is damaged.
            ConfigError: it does not fit a backtest.
        """
        if timeframe is None:  # the listing comes first: another one's bars are not meant because they are shorter
            candles = [each for each in self._names if each.kind is Kind.CANDLES]
            name = the_symbol(name, [each.symbol for each in candles])
            timeframe = min((each.timeframe for each in candles if each.symbol == name), key=_usefulness)
        stored = self._history.named(name, timeframe)
        try:
            found = stored_bars(self._history, stored.symbol, stored.timeframe, *_EVER)
        except ValueError as error:
            raise ConfigError(f"the history of {stored}: {error}") from error
        return found.named(symbol)

    def funding(self, name: str) -> FundingRecord | None:
        """Recorded rates of the listing, else of its base asset; None where none are stored of whole hours.

        Raises:
            HistoryError: several others have some, or they are damaged.
        """
        stored = [each for each in self._names if each.kind is Kind.FUNDING and base_of(each.symbol) == base_of(name)]
        stored = [each for each in stored if each.timeframe.minutes % _HOUR == 0]
        if not stored:
            return None
        series = next((each for each in stored if each.symbol == name), stored[0])
        if len(symbols := sorted({each.symbol for each in stored})) > 1 and series.symbol != name:
            there = f"funding rates of {base_of(name)} are stored of {' and '.join(symbols)}"
            raise HistoryError(f"{there}: ask for one of these by name, or give --funding FILE")
        since, until = (int(at.timestamp()) for at in _EVER)
        rows = self._history.rows(series, since, until, Kind.FUNDING.columns)
        rates = zip(rows.start.tolist(), rows.values[0].tolist(), strict=True)
        return FundingRecord(
            series.timeframe.minutes // _HOUR, {start: Decimal(rate).scaleb(-rows.digits) for start, rate in rates}
        )  # fmt: skip


def _usefulness(length: Timeframe) -> tuple[int, Timeframe]:
    """Orders timeframes by how many of the scanned ones they divide, the most first, then by length."""
    return -sum(each.minutes % length.minutes == 0 for each in SCANNED), length
