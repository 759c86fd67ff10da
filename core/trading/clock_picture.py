"""What a picture shows of the calendar: tier, deadline, maintenance and the caps that follow from them."""

from datetime import UTC, datetime, timedelta

from core.domain.leverage import Tier
from core.domain.snapshot import CapView
from core.trading.gates import leverage_cap, venue_cap
from core.trading.market import SymbolMarket
from core.trading.state import DeskState

_NEVER = datetime(1, 1, 1, tzinfo=UTC)


class ClockPicture:
    """Calendar and caps as of the last `refresh`, looked up once a second: New York's clock has whole seconds only."""

    def __init__(self, state: DeskState) -> None:
        self._state = state
        self._terms: tuple[object, ...] = ()
        self.tier: Tier
        self.deadline_at = self.tier_change_at = self.maintenance_at = _NEVER
        self.in_maintenance = False
        self.caps: tuple[CapView, ...] = ()

    def refresh(self, at: datetime) -> None:
        """Look at the clock again."""
        state, policy = self._state, self._state.policy
        second = at.replace(microsecond=0)
        terms = (second, policy, *(market.instrument for market in state.markets.values()))
        if terms == self._terms:
            return
        self._terms = terms
        window = policy.tiers.window
        self.tier = policy.tiers.tier_at(second)
        self.deadline_at, self.tier_change_at = window.next_deadline(second), window.next_change(second)
        self.in_maintenance = policy.maintenance.contains(second)
        self.maintenance_at = policy.maintenance.next_start(second)
        entry_tier = policy.tiers.entry_tier_at(second)
        self.caps = tuple(self._cap(market, entry_tier) for market in state.markets.values())

    def tier_seconds(self, at: datetime) -> int:
        """Whole seconds until the intraday tier closes; 0 while it is closed."""
        left = (self.tier_change_at - at) // timedelta(seconds=1)
        return left if self._state.policy.tiers.window.is_intraday(at.replace(microsecond=0)) else 0

    def _cap(self, market: SymbolMarket, tier: Tier) -> CapView:
        policy, symbol = self._state.policy, market.symbol
        return CapView(
            symbol=symbol,
            intraday=policy.tiers.maximum(symbol, Tier.INTRADAY),
            swing=policy.tiers.maximum(symbol, Tier.SWING),
            venue=venue_cap(market.instrument, tier),
            effective=leverage_cap(policy, market.instrument, tier, symbol),
        )
