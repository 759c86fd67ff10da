"""What a backtest is run under: the desk's rules, the listings, recorded funding; and the presets of slippage."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from core.domain.margin import rate_per_event
from core.domain.policy import Policy
from core.domain.symbols import Instrument


class Slippage(StrEnum):
    """How much worse than the price seen a market fill is; a target is a limit order and does not slip."""

    IDEAL = "ideal"
    REALISTIC = "realistic"
    HARSH = "harsh"

    @property
    def basis_points(self) -> Decimal:
        """0, 2 or 10 basis points.

        2 are about half the spread and a tick of a major perpetual in a quiet hour; 10 those of a stop in a fast one.
        """
        return _BASIS_POINTS[self]


_BASIS_POINTS = {Slippage.IDEAL: Decimal(0), Slippage.REALISTIC: Decimal(2), Slippage.HARSH: Decimal(10)}


@dataclass(frozen=True, slots=True)
class FundingRecord:
    """Recorded funding of one symbol; it replaces the policy's interval, and its rate wherever one is recorded.

    Attributes:
        interval_hours: funding falls on multiples of this since the epoch (S10.1).
        rates: by instant, epoch seconds on that grid: a fraction of notional per event, positive where longs pay.
    """

    interval_hours: int
    rates: Mapping[int, Decimal]


@dataclass(frozen=True, slots=True)
class BacktestSettings:
    """Everything beside the bars that a result depends on.

    Attributes:
        policy: the desk's rules; `policy.symbols` is the order of symbols (S13.1), `policy.fees.slippage_bp` the
            slippage of market fills.
        instruments: by symbol; increments, least sizes, caps and the market whose fee is paid.
        funding: by symbol, where rates were recorded; the others pay the policy's rate.
    """

    policy: Policy
    instruments: Mapping[str, Instrument]
    funding: Mapping[str, FundingRecord] = field(default_factory=lambda: MappingProxyType({}))

    def slipping(self, slippage: Slippage) -> "BacktestSettings":
        """The same with this preset of slippage."""
        fees = replace(self.policy.fees, slippage_bp=slippage.basis_points)
        return replace(self, policy=replace(self.policy, fees=fees))

    def funding_of(self, symbol: str) -> tuple[Decimal, int]:
        """Rate per event where none is recorded, and the interval in hours (S10.1)."""
        policy, record = self.policy.funding, self.funding.get(symbol)
        venue = self.instruments[symbol].funding
        if record is not None:
            return rate_per_event(policy.apr, record.interval_hours), record.interval_hours
        if policy.use_venue_rate and venue is not None:
            return venue.rate, venue.interval_hours
        return rate_per_event(policy.apr, policy.interval_hours), policy.interval_hours
