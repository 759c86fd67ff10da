"""What the daily deadline asks of an intraday position: does it fit under the swing maximum? (STRAT.md S8.5)"""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from core.domain.margin import PRECISION


@dataclass(frozen=True, slots=True)
class SwingTest:
    """One position at one mark against the account's equity, USD, and the swing maximum."""

    size: Decimal
    mark: Decimal
    equity: Decimal
    maximum: Decimal

    @property
    def notional(self) -> Decimal:
        """Size times mark, USD."""
        return self.size * self.mark

    @property
    def leverage(self) -> Decimal | None:
        """Notional over equity; None without equity."""
        return self.notional / self.equity if self.equity > 0 else None

    @property
    def breaks(self) -> bool:
        """Would the deadline close the position?"""
        return self.equity <= 0 or self.notional > self.equity * self.maximum

    @property
    def allowed(self) -> Decimal:
        """Base units that may stay."""
        with localcontext() as context:
            context.prec = PRECISION
            return max(Decimal(0), self.equity) * self.maximum / self.mark

    @property
    def excess(self) -> Decimal:
        """Base units above what may stay; 0 where it all may."""
        return max(Decimal(0), self.size - self.allowed)
