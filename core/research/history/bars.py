"""Stored candles as the bars of a backtest: whole numbers in arrays, without a Decimal in between."""

from datetime import datetime
from decimal import Decimal

from core.domain.errors import HistoryError
from core.domain.timeframes import Timeframe
from core.research.backtest.bars import MOST_UNITS, SymbolBars
from core.research.history.series import Kind
from core.research.history.store import History


def stored_bars(history: History, symbol: str, timeframe: Timeframe, since: datetime, until: datetime) -> SymbolBars:
    """The stored candles of a symbol that start in [since, until); bars the venue did not publish are absent.

    The unit is the coarsest power of ten that is exact for all of them. A million bars take some 0.1 s.

    Raises:
        HistoryError: no such series, or a month of it is damaged; it is then in the quarantine.
    """
    name = history.named(symbol, timeframe)
    rows = history.rows(name, int(since.timestamp()), int(until.timestamp()), Kind.CANDLES.columns)
    if rows.values.max(initial=0) >= MOST_UNITS:
        raise HistoryError(f"the prices of {name} have more digits than a backtest can hold")
    opened, high, low, close = rows.values
    return SymbolBars(symbol, timeframe, Decimal(1).scaleb(-rows.digits), rows.start, opened, high, low, close)
