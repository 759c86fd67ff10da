"""What happened to one position, in facts: its life, as a picture tells it and the ledger keeps it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.domain.leverage import Tier
from core.domain.positions import ClosedTrade, OpenPosition

Numbers = tuple[tuple[str, str], ...]
"""Names and exact numbers as text."""


@dataclass(frozen=True, slots=True)
class PositionOpened:
    """A paper position was opened; its entry fee is booked. `numbers` are what the gates were given, as text."""

    position: OpenPosition
    at: datetime
    numbers: Numbers = ()


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
    """A position closed; gross and exit fee are booked. `numbers`: price before slippage and rates, as text."""

    trade: ClosedTrade
    at: datetime
    numbers: Numbers = ()


@dataclass(frozen=True, slots=True)
class StopMoved:
    """A position's stop was moved by hand, always to its advantage."""

    position_id: str
    stop: Decimal
    cause: str
    at: datetime


PositionFact = PositionOpened | FundingPaid | PositionRetiered | StopMoved | PositionClosed
"""What a position's life is told by."""
