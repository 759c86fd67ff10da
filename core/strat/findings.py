"""What a scan is given and what it hands back."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.bars import Bar
from core.domain.events import FoundSetup
from core.domain.signals import Signal
from core.domain.timeframes import Timeframe


@dataclass(frozen=True, slots=True)
class SeriesBars:
    """The bars of one symbol and timeframe, oldest first; closed but for the last where `forming`.

    Attributes:
        symbol: the user's symbol, e.g. `BTC`.
        product_id: the venue's listing.
        forming: whether the last bar is still open.
        fresh: False on the first scan of the series, whose findings are listed but not alerted.
    """

    symbol: str
    product_id: str
    timeframe: Timeframe
    bars: tuple[Bar, ...]
    forming: bool = False
    fresh: bool = True

    @property
    def closed_count(self) -> int:
        """How many bars are closed."""
        return len(self.bars) - (1 if self.forming and self.bars else 0)


@dataclass(frozen=True, slots=True)
class Depth:
    """How far back a scan looks.

    Attributes:
        signal_rows: patterns whose trigger bar is among this many last rows (S3.3).
        setup_rows: setups whose setup bar is among this many last closed rows; None takes max_inside_bars + 2, beyond
            which a setup is resolved or expired.
    """

    signal_rows: int = 5
    setup_rows: int | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """The result of one scan: by series as given, older bars first."""

    signals: tuple[Signal, ...]
    setups: tuple[FoundSetup, ...]


def evidence(bars: Sequence[Bar]) -> tuple[Bar, ...]:
    """The bars a finding rests on, as it keeps them: only those whose every number is finite, for they are stored."""
    return tuple(
        bar for bar in bars if all(n.is_finite() for n in (bar.open, bar.high, bar.low, bar.close, bar.volume))
    )
