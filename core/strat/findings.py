"""What a scan is given and what it hands back."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.bars import Bar
from core.domain.signals import Setup, SetupStatus, Signal
from core.domain.timeframes import Timeframe


@dataclass(frozen=True, slots=True)
class SeriesBars:
    """The bars of one symbol and timeframe, oldest first; closed but for the last where `forming`.

    Attributes:
        symbol: the user's symbol, e.g. `BTC`.
        product_id: the venue's listing.
        forming: whether the last bar is still open.
    """

    symbol: str
    product_id: str
    timeframe: Timeframe
    bars: tuple[Bar, ...]
    forming: bool = False

    @property
    def closed_count(self) -> int:
        """How many bars are closed."""
        return len(self.bars) - (1 if self.forming and self.bars else 0)


@dataclass(frozen=True, slots=True)
class FoundSetup:
    """A setup and where the bars behind it leave it.

    Attributes:
        status: PENDING, or how the bars resolved it.
        unbroken: closed rows after the setup bar that left it unbroken, as far as the scan looked.
        decided_at: start of the bar that resolved it (the base bar, where one was looked through), or None.
    """

    setup: Setup
    status: SetupStatus
    unbroken: int
    decided_at: datetime | None = None

    @property
    def is_pending(self) -> bool:
        """Is it still waiting for its break?"""
        return self.status is SetupStatus.PENDING


@dataclass(frozen=True, slots=True)
class Findings:
    """The result of one scan: by series as given, older bars first."""

    signals: tuple[Signal, ...]
    setups: tuple[FoundSetup, ...]
