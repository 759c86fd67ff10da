"""Guards: limits that stop entries (never exits) while they are tripped."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Guard(StrEnum):
    """What is watched. The last two are STRAT.md's own gates, shown beside the others."""

    DAILY_LOSS = "DAILY_LOSS"
    DRAWDOWN = "DRAWDOWN"
    LOSING_STREAK = "LOSING_STREAK"
    EXPOSURE = "EXPOSURE"
    COOL_DOWN = "COOL_DOWN"
    CLOCK_SKEW = "CLOCK_SKEW"
    STALE_FEED = "STALE_FEED"
    MAINTENANCE = "MAINTENANCE"


class HaltSource(StrEnum):
    """Who stopped the entries: a person at the console, or the file HALT in the state directory."""

    HAND = "hand"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class GuardPolicy:
    """Limits; 0 switches a guard off, which is the default: STRAT.md knows none of them.

    Attributes:
        daily_loss_pct: loss since New York midnight, open profit and loss included, in percent of the balance then.
            Tripped until the next New York midnight.
        drawdown_pct: fall of the balance from its peak, percent. Tripped until it is re-armed by hand.
        losing_streak: losses in a row. Tripped until the next New York midnight, or re-armed by hand.
        exposure: notional of all positions over equity, the new one included, times.
        cool_down_s: seconds after an exit in which the symbol takes no entry.
        clock_skew_s: seconds between the venue's clock and ours.
    """

    daily_loss_pct: Decimal = Decimal(0)
    drawdown_pct: Decimal = Decimal(0)
    losing_streak: int = 0
    exposure: Decimal = Decimal(0)
    cool_down_s: int = 0
    clock_skew_s: Decimal = Decimal(0)


WARN_AT = Decimal("0.8")
"""The fraction of a limit from which its gauge warns."""
