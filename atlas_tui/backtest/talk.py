"""What the console and the process that runs its backtests say to each other: one JSON object a line.

The console asks, one thing after the other; every answer names its kind. Prices and amounts are exact Decimals.
"""

from datetime import datetime
from decimal import Decimal
from typing import Final, TypeAlias

import msgspec

from core.domain.patterns import Side
from core.domain.positions import ClosedTrade, ExitReason
from core.research.history.series import base_of

LONGEST: Final = 1 << 24
"""Bytes of a line at most; a hundred trades or a thousand bars are some 60,000."""


class Look(msgspec.Struct, frozen=True, tag="look"):
    """What candles are stored?"""


class Run(msgspec.Struct, frozen=True, tag="run"):
    """Run a backtest.

    Attributes:
        symbols: base assets or listings, in their order.
        since: bars that start at or after it; None from the first.
        until: bars that close by it; None to the last.
        minutes: of the base bars; 0 takes the shortest stored.
        slippage: a preset's name; empty leaves what is configured.
    """

    symbols: tuple[str, ...]
    since: datetime | None = None
    until: datetime | None = None
    minutes: int = 0
    slippage: str = ""


class Page(msgspec.Struct, frozen=True, tag="page"):
    """Tell the figures of a result of the last run, in lines of so many cells."""

    result: int
    width: int
    masked: bool = False


class Around(msgspec.Struct, frozen=True, tag="around"):
    """Give the bars around a trade of the last run, by its place in the result; 0 minutes are its own timeframe."""

    result: int
    place: int
    minutes: int = 0


Ask: TypeAlias = Look | Run | Page | Around


class Series(msgspec.Struct, frozen=True):
    """Candles that are stored: of which listing, how long each is, and the span they reach over."""

    symbol: str
    minutes: int
    since: datetime
    until: datetime

    def is_of(self, symbol: str) -> bool:
        """Is it the history of this listing, or of this base asset?"""
        return symbol in (self.symbol, base_of(self.symbol))


class Stored(msgspec.Struct, frozen=True, tag="stored"):
    """All stored candles, and a sentence for each month that is damaged."""

    series: tuple[Series, ...]
    damaged: tuple[str, ...] = ()


class Passed(msgspec.Struct, frozen=True, tag="passed"):
    """How far a run is: bars read, and passed once for each result; `of` is 0 where nobody can tell."""

    what: str
    done: int = 0
    of: int = 0


class Half(msgspec.Struct, frozen=True):
    """One result in one line.

    Attributes:
        win_pct: percent of the trades.
        mean_r: None without trades; `error_r` is its standard error, None below two.
    """

    trades: int
    win_pct: float
    mean_r: float | None
    error_r: float | None
    net: Decimal


class Found(msgspec.Struct, frozen=True, tag="found"):
    """Both results of S13.3; their trades have come before.

    Attributes:
        symbols: whose bars they rest on.
        minutes: of the base bars, every length there is.
        since: opening of the first bar; `until` is the close of the last.
    """

    symbols: tuple[str, ...]
    minutes: tuple[int, ...]
    since: datetime
    until: datetime
    first: Half
    second: Half


class Trade(msgspec.Struct, frozen=True, array_like=True):
    """A closed trade, as a list shows it."""

    closed: datetime
    held_s: int
    symbol: str
    minutes: int
    pattern: str
    side: Side
    entry: Decimal
    exit: Decimal
    net: Decimal
    r: Decimal
    reason: ExitReason


class Trades(msgspec.Struct, frozen=True, tag="trades"):
    """The next trades of a result, oldest first."""

    result: int
    rows: tuple[Trade, ...]


class Told(msgspec.Struct, frozen=True, tag="told"):
    """The figures that `Page` asked for: lines of texts and roles."""

    page: Page
    lines: tuple[tuple[tuple[str, str], ...], ...]


class Candle(msgspec.Struct, frozen=True, array_like=True):
    """A bar: epoch seconds of its opening, and prices in units; a bad one is 0 in all four."""

    start: int
    open: int
    high: int
    low: int
    close: int


class Drawn(msgspec.Struct, frozen=True, tag="drawn"):
    """What `Around` asked for.

    Attributes:
        minutes: of the bars.
        unit: what one step of their prices is, quote currency.
        step: the venue's price increment.
    """

    around: Around
    trade: ClosedTrade
    minutes: int
    unit: Decimal
    step: Decimal
    bars: tuple[Candle, ...]


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """It cannot be done, in a sentence that names what to do.

    Attributes:
        unclear: the question has to name a listing first.
    """

    why: str
    unclear: bool = False


Answer: TypeAlias = Stored | Passed | Trades | Found | Told | Drawn | Refused

_ASKED: Final[msgspec.json.Decoder[Ask]] = msgspec.json.Decoder(Ask)
_ANSWERED: Final[msgspec.json.Decoder[Answer]] = msgspec.json.Decoder(Answer)
_ENCODER: Final = msgspec.json.Encoder()


def line_of(message: Ask | Answer) -> bytes:
    """The message as a line, its end included."""
    return _ENCODER.encode(message) + b"\n"


def asked_in(line: bytes) -> Ask:
    """What the console asks. Raises msgspec.MsgspecError for what nobody can have asked."""
    return _ASKED.decode(line)


def answer_in(line: bytes) -> Answer:
    """What the other process answers. Raises msgspec.MsgspecError for what is none of its answers."""
    return _ANSWERED.decode(line)
