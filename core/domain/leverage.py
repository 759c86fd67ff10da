"""Leverage tiers: which applies at a moment, and the cap per symbol (STRAT.md S8)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from core.domain.calendar import TierWindow


class Tier(StrEnum):
    """Intraday or swing."""

    INTRADAY = "intraday"
    SWING = "swing"


def _intraday() -> Mapping[str, Decimal]:
    return MappingProxyType({"BTC": Decimal(10), "ETH": Decimal(10), "SOL": Decimal(10)})


def _swing() -> Mapping[str, Decimal]:
    return MappingProxyType({"BTC": Decimal(4), "ETH": Decimal(4), "SOL": Decimal(3)})


@dataclass(frozen=True, slots=True)
class TierPolicy:
    """Maximum leverage by tier and base asset; the defaults are the product's policy (S8.1).

    Attributes:
        unknown: the maximum, in both tiers, for a base asset that is not listed here.
    """

    window: TierWindow = TierWindow()
    intraday: Mapping[str, Decimal] = field(default_factory=_intraday)
    swing: Mapping[str, Decimal] = field(default_factory=_swing)
    unknown: Decimal = Decimal(4)

    def tier_at(self, at: datetime) -> Tier:
        """The tier the clock shows."""
        return Tier.INTRADAY if self.window.is_intraday(at) else Tier.SWING

    def entry_tier_at(self, at: datetime) -> Tier:
        """The tier an entry takes at this moment; swing from the deadline on (S8.5)."""
        return Tier.INTRADAY if self.window.is_intraday_for_entry(at) else Tier.SWING

    def entry_tier_in(self, start: datetime, end: datetime) -> Tier:
        """The tier of an entry in the bar [start, end): its start's, but swing if it holds the deadline (S13.5)."""
        holds_deadline = self.window.next_deadline(start) < end
        return Tier.SWING if holds_deadline else self.entry_tier_at(start)

    def maximum(self, symbol: str, tier: Tier) -> Decimal:
        """Maximum leverage of the base asset `symbol` in a tier."""
        table = self.intraday if tier is Tier.INTRADAY else self.swing
        return table.get(symbol, self.unknown)
