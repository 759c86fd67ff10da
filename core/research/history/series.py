"""Which series of history: candles, candles of the mark price or funding rates, of a symbol, by timeframe."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.domain.errors import HistoryError, SeveralListings
from core.domain.text import one_line
from core.domain.timeframes import Timeframe

QUOTES: Final = ("USDT", "USDC", "USD", "EUR", "GBP")
"""Currencies a symbol may end on, as in `BTCUSDT`."""
_SYMBOL: Final = re.compile(r"[A-Z0-9][A-Z0-9.-]{0,39}", re.ASCII)


class Kind(StrEnum):
    """What the rows of a series are; the values name folders."""

    CANDLES = "candles"
    MARK = "mark"
    FUNDING = "funding"

    @property
    def columns(self) -> tuple[str, ...]:
        """The exact columns: prices in quote currency, or the rate as a fraction per timeframe."""
        return ("rate",) if self is Kind.FUNDING else ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True, order=True)
class SeriesName:
    """One series; `symbol` is the venue's own name for what was traded, e.g. `BTC-PERP-INTX`, so listings never mix."""

    symbol: str
    timeframe: Timeframe
    kind: Kind = Kind.CANDLES

    def __str__(self) -> str:
        """`BTC-USD 15m`, or `BTCUSDT 8h funding`."""
        return f"{self.symbol} {self.timeframe}" + ("" if self.kind is Kind.CANDLES else f" {self.kind}")


def symbol_of(text: str) -> str:
    """A symbol in capitals, fit to name a folder.

    Raises:
        HistoryError: it holds anything but letters, digits, dots and dashes, or more than 40 characters.
    """
    symbol = text.strip().upper()
    if not _SYMBOL.fullmatch(symbol) or ".." in symbol:
        raise HistoryError(f"{one_line(text, 60)!r} is no symbol: write it as BTC, BTC-USD or BTCUSDT")
    return symbol


def base_of(symbol: str) -> str:
    """The base asset: `BTC` of `BTC-USD`, `BTC-PERP-INTX` and `BTCUSDT`."""
    head = symbol.split("-")[0]
    quote = next((each for each in QUOTES if head.endswith(each) and head != each), "")
    return head.removesuffix(quote)


def the_symbol(asked: str, stored: Sequence[str]) -> str:
    """Which of the stored symbols is meant: the very one, or the only one of that base asset.

    Raises:
        SeveralListings: several are of that base asset.
        HistoryError: none is; names what there is.
    """
    symbol = symbol_of(asked)
    fitting = [symbol] if symbol in stored else sorted({each for each in stored if base_of(each) == symbol})
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise SeveralListings(symbol, fitting)
    there = f"there is {', '.join(sorted(set(stored)))}" if stored else "there is none at all"
    raise HistoryError(f"no history of {symbol} is stored, {there}: take it in with atlas history fetch or import")
