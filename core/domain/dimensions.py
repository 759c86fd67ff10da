"""What trades are told apart by: the console's Performance tab, and the tables of a backtest."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from core.domain.calendar import new_york
from core.domain.positions import ClosedTrade

Key = Callable[[ClosedTrade], str]
DIMENSIONS: Mapping[str, Key] = MappingProxyType(
    {
        "timeframe": lambda trade: str(trade.position.timeframe),
        "pattern": lambda trade: trade.position.pattern,
        "direction": lambda trade: trade.position.side.value,
        "tier": lambda trade: trade.position.tier.value,
        "target": lambda trade: trade.position.plan.target_kind.value,
        "symbol": lambda trade: trade.position.symbol,
        "hour": lambda trade: f"{new_york(trade.position.entry.at):%H}h ET",
        "exit": lambda trade: trade.reason.value,
    }
)
"""By name: the group a trade belongs to."""
