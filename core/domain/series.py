"""A run of bars as findings are judged on it, and what a finding keeps of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.bars import Bar
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


def evidence(bars: Sequence[Bar]) -> tuple[Bar, ...]:
    """The bars a finding rests on, as it keeps them: only those whose every number is finite, for they are stored."""
    return tuple(
        bar for bar in bars if all(n.is_finite() for n in (bar.open, bar.high, bar.low, bar.close, bar.volume))
    )
