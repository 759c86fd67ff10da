"""What the desk decided: the durable facts, in the past tense. The ledger stores exactly these, in order.

Each carries `at`, the desk's time. State is the fold of facts: replaying them rebuilds the account.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.domain.leverage import Tier
from core.domain.patterns import Side
from core.domain.positions import ClosedTrade, OpenPosition
from core.domain.signals import Setup, SetupStatus, Signal
from core.domain.sizing import Refusal


@dataclass(frozen=True, slots=True)
class AccountOpened:
    """A paper account began with this balance, USD."""

    balance: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class SignalFound:
    """A scan found a completed pattern for the first time."""

    signal: Signal
    at: datetime


@dataclass(frozen=True, slots=True)
class SetupFound:
    """A setup was found for the first time, in this status."""

    setup: Setup
    status: SetupStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class SetupResolved:
    """A pending setup reached its final status.

    Attributes:
        side: the broken side, where one was.
        price: the raw price or level of the break, where there was one.
        tfc_score: continuity for that side at that moment, 0 to 4.
        cause: a short reason in words.
    """

    setup_id: str
    status: SetupStatus
    side: Side | None
    price: Decimal | None
    tfc_score: int
    cause: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EntryRefused:
    """A triggered setup did not open; `numbers` are what the gate compared, as text."""

    setup_id: str
    side: Side
    code: Refusal
    price: Decimal
    numbers: tuple[tuple[str, str], ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class PositionOpened:
    """A paper position was opened; its entry fee is booked."""

    position: OpenPosition
    at: datetime


@dataclass(frozen=True, slots=True)
class FundingPaid:
    """Funding was booked for one position at one instant; USD."""

    position_id: str
    instant: datetime
    mark: Decimal
    rate: Decimal
    amount: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class PositionRetiered:
    """A position went to another tier: margin and liquidation price were recomputed."""

    position_id: str
    tier: Tier
    margin_leverage: Decimal
    margin: Decimal
    liquidation: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class PositionClosed:
    """A position closed; gross and exit fee are booked."""

    trade: ClosedTrade
    at: datetime


@dataclass(frozen=True, slots=True)
class ItemReviewed:
    """A person marked a signal or setup as reviewed (or took the mark back)."""

    item_id: str
    reviewed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SignalDismissed:
    """A person hid a signal."""

    signal_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MarketSeen:
    """Up to here the market of a symbol has been judged; a restart judges candles from here on."""

    symbol: str
    at: datetime


Fact = (
    AccountOpened
    | SignalFound
    | SetupFound
    | SetupResolved
    | EntryRefused
    | PositionOpened
    | FundingPaid
    | PositionRetiered
    | PositionClosed
    | ItemReviewed
    | SignalDismissed
    | MarketSeen
)
