"""What a backtest gives: both results of S13.3, side by side."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.domain.patterns import Side
from core.domain.positions import ClosedTrade, OpenPosition
from core.domain.signals import SetupStatus, identity
from core.domain.sizing import Refusal
from core.domain.timeframes import Timeframe

Passed = Callable[[int], None]
"""Hears, while a backtest runs, that so many more bars are passed; each is passed twice, once for either result."""


def unheard(bars: int) -> None:
    """Nobody wants to know how far a run has come."""


@dataclass(frozen=True, slots=True)
class RefusedEntry:
    """A TRIGGERED setup that did not open: the first gate that said no, at the raw price of the break (S9)."""

    setup_id: str
    side: Side
    code: Refusal
    price: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class ArmedSetup:
    """A setup that was armed, and what became of it.

    Attributes:
        name: e.g. `2U-1-?`.
        bar_start: of the setup bar.
        at: when it was resolved; None while it is PENDING at the end of the bars.
    """

    symbol: str
    timeframe: Timeframe
    name: str
    bar_start: datetime
    status: SetupStatus
    at: datetime | None

    @property
    def id(self) -> str:
        """`symbol|timeframe|name|start` (S4.4)."""
        return identity(self.symbol, self.timeframe, self.name, self.bar_start)


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Setups broken on both sides in one bar whose entry passed every gate as the account then stood (S13.3).

    Attributes:
        total: all of them.
        open_beyond: those among them whose bar opened beyond one side; they are entered in both results.
    """

    total: int = 0
    open_beyond: int = 0


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The deepest fall from a peak, USD, and the deepest in percent of its peak (S13.8)."""

    usd: Decimal = Decimal(0)
    pct: float = 0.0


@dataclass(frozen=True, slots=True)
class Result:
    """One way through the bars.

    Attributes:
        start_balance: USD.
        trades: closed, in the order of their exits.
        balances: the realised balance after each of them, USD.
        open: positions still open at the end, in the order of symbols; no figure counts them.
        refusals: in order.
        setups: in the order they were armed; may be left empty where nobody asked.
        equity: drawdown of the equity, sampled after all symbols of one close time.
        scores: of each closed trade the continuity when it was entered, 0 to 4 (S6.1); may be left empty.
        refused: how many entries each gate refused; without lists only of setups whose broken side the filters took.
    """

    start_balance: Decimal
    trades: tuple[ClosedTrade, ...]
    balances: tuple[Decimal, ...]
    open: tuple[OpenPosition, ...]
    refusals: tuple[RefusedEntry, ...]
    setups: tuple[ArmedSetup, ...]
    equity: Drawdown
    scores: tuple[int, ...] = ()
    refused: Mapping[Refusal, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A backtest's pair of results, never to be shown one without the other.

    Attributes:
        first: a setup broken on both sides in one bar is INVALIDATED_OUTSIDE and not entered.
        second: exactly the ambiguous ones are entered, on the side nearer to the open.
        ambiguous: counted in the first.
    """

    first: Result
    second: Result
    ambiguous: Ambiguous
