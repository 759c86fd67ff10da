"""Policy: every rule the desk is given, with its default and source; configuration overrides it."""

from dataclasses import dataclass, field
from decimal import Decimal

from core.domain.calendar import MaintenanceWindow
from core.domain.guards import GuardPolicy
from core.domain.levels import FilterPolicy
from core.domain.leverage import TierPolicy
from core.domain.margin import FundingPolicy, MarginPolicy
from core.domain.review import ReviewPolicy
from core.domain.sizing import RiskPolicy
from core.domain.symbols import ListingKind


@dataclass(frozen=True, slots=True)
class FeePolicy:
    """Taker fees as fractions of notional, and slippage of market fills (COINBASE.md section 1).

    Attributes:
        intx: 0.0003 is 0.03 %.
        cde: 0.001 is 0.10 %.
        spot: 0.006 is 0.60 %, the venue's lowest volume tier.
        slippage_bp: basis points a market fill is worse than the price seen; targets are limits and do not slip.
    """

    intx: Decimal = Decimal("0.0003")
    cde: Decimal = Decimal("0.001")
    spot: Decimal = Decimal("0.006")
    slippage_bp: Decimal = Decimal(0)

    def taker(self, kind: ListingKind) -> Decimal:
        """The taker fee of a listing, a fraction of notional."""
        match kind:
            case ListingKind.INTX:
                return self.intx
            case ListingKind.CDE:
                return self.cde
            case ListingKind.SPOT:
                return self.spot


@dataclass(frozen=True, slots=True)
class PricePolicy:
    """When a price may be acted on.

    Attributes:
        stale_after_s: real seconds after which a price fills nothing (S9).
        spike_pct: a jump beyond this many percent of the last price waits for a second tick.
        min_hold_s: seconds before a target is taken (S11).
    """

    stale_after_s: float = 10.0
    spike_pct: Decimal = Decimal(3)
    min_hold_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Policy:
    """All rules of a desk; the defaults are STRAT.md's.

    Attributes:
        enter_ambiguous: in bar mode, also enter setups that one bar broke on both sides, on the side nearer to its
            open: the second result of S13.3. Nothing else knows it.
    """

    symbols: tuple[str, ...] = ("BTC", "ETH", "SOL")
    start_balance: Decimal = Decimal("1000.00")
    filters: FilterPolicy = field(default_factory=FilterPolicy)
    risk: RiskPolicy = field(default_factory=RiskPolicy)
    tiers: TierPolicy = field(default_factory=TierPolicy)
    margin: MarginPolicy = field(default_factory=MarginPolicy)
    funding: FundingPolicy = field(default_factory=FundingPolicy)
    fees: FeePolicy = field(default_factory=FeePolicy)
    prices: PricePolicy = field(default_factory=PricePolicy)
    maintenance: MaintenanceWindow = MaintenanceWindow()
    review: ReviewPolicy = ReviewPolicy()
    guards: GuardPolicy = GuardPolicy()
    enter_ambiguous: bool = False
