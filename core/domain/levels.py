"""Entry, stop and target of a leg, and the filters that judge them (STRAT.md S2, S3.1, S5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.domain.bars import Bar, BarKind
from core.domain.calendar import MaintenanceWindow
from core.domain.patterns import Pattern, Side, StopMode, TargetKind
from core.domain.timeframes import H1, Timeframe

MEASURED_R = Decimal("1.5")
TOLERANCE = Decimal("1e-9")
"""Filters compare with this slack, so that 1.5 R by construction is 1.5 R (S5)."""


class Verdict(StrEnum):
    """What the filters say of a leg; anything but OK keeps it from being armed (S5)."""

    OK = "OK"
    MAINTENANCE_GAP = "MAINTENANCE_GAP"
    MIN_MAGNITUDE = "MIN_MAGNITUDE"
    MIN_RISK_REWARD = "MIN_RISK_REWARD"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a finding's legs were held against when it was found; kept with it, for settings change."""

    min_magnitude_pct: Decimal
    min_risk_reward: Decimal
    measured_targets: bool


@dataclass(frozen=True, slots=True)
class FilterPolicy:
    """What a leg must show to be armed.

    Attributes:
        min_magnitude_pct: distance from entry to target, in percent of the entry; >= 0.
        min_risk_reward: reward over risk; >= 0.
        min_continuity: 0 to 4 of the four timeframes of S6.1.
        veto: whether an inside week or day vetoes (S6.2).
        stop_mode: where the stop of 3-1-2 and 2-1-2 stands (S3.1).
        max_inside_bars: the setup bar counted, how many unbroken bars a setup may live; >= 1 (S4.2).
        measured_targets: False makes legs with a measured target MIN_RISK_REWARD.
        directional_setups: also arm 2-2, 3-2-2 and 3-2 for one bar (S4.6).
        pattern_exit: leave when the entry bar breaks the other side of the setup bar (S11).
        atr_stop_floor: a stop is kept at least this many ATR(14) from the entry; 0 is off (S9).
    """

    min_magnitude_pct: Decimal = Decimal("0.5")
    min_risk_reward: Decimal = Decimal("1.5")
    min_continuity: int = 2
    veto: bool = True
    stop_mode: StopMode = StopMode.ATLAS
    max_inside_bars: int = 3
    measured_targets: bool = True
    directional_setups: bool = False
    pattern_exit: bool = False
    atr_stop_floor: Decimal = Decimal(0)

    @property
    def limits(self) -> Limits:
        """The part of it that judges a leg."""
        return Limits(self.min_magnitude_pct, self.min_risk_reward, self.measured_targets)


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a setup or a completed pattern; prices in quote currency."""

    side: Side
    entry: Decimal
    stop: Decimal
    target: Decimal
    target_kind: TargetKind

    @property
    def risk(self) -> Decimal:
        """Distance from entry to stop; always above zero."""
        return abs(self.entry - self.stop)

    @property
    def magnitude_pct(self) -> Decimal:
        """Distance from entry to target in percent of the entry (S2.4)."""
        return abs(self.target - self.entry) / self.entry * 100

    @property
    def risk_reward(self) -> Decimal:
        """Reward over risk at the levels, not at the fill (S2.4)."""
        return abs(self.target - self.entry) / self.risk


def ahead(bar: Bar, side: Side) -> Decimal:
    """The extreme a side must take out: the high for LONG, the low for SHORT."""
    return bar.high if side is Side.LONG else bar.low


def behind(bar: Bar, side: Side) -> Decimal:
    """The extreme a side stands on: the low for LONG, the high for SHORT."""
    return bar.low if side is Side.LONG else bar.high


def make_leg(
    side: Side, entry: Decimal, stop: Decimal, structural: Decimal | None, floor: Decimal = Decimal(0)
) -> Leg | None:
    """A leg by S2, or None where the risk is not above zero.

    Args:
        side: direction of the trade.
        entry: the level to be broken.
        stop: the level that proves the trade wrong.
        structural: the target the bars give, or None where the pattern has none.
        floor: least distance from entry to stop, in price (the ATR floor of S9); 0 is off.
    """
    if not (entry.is_finite() and stop.is_finite()):
        return None
    risk = side.sign * (entry - stop)
    if risk <= 0:
        return None
    if risk < floor:
        risk = floor
        stop = entry - side.sign * floor
        if stop <= 0:
            return None
    if structural is not None and side.sign * (structural - entry) > 0:
        return Leg(side, entry, stop, structural, TargetKind.STRUCTURAL)
    target = entry + side.sign * MEASURED_R * risk
    return Leg(side, entry, stop, target, TargetKind.MEASURED)


def pattern_leg(
    pattern: Pattern, side: Side, before: Bar, setup: Bar, mode: StopMode, floor: Decimal = Decimal(0)
) -> Leg | None:
    """The leg of a pattern whose bars i-2 and i-1 are `before` and `setup` (S3's table)."""
    structural = None if pattern is Pattern.THREE_TWO else ahead(before, side)
    outer = pattern is Pattern.THREE_ONE_TWO and mode is StopMode.ATLAS
    inside = pattern in (Pattern.THREE_ONE_TWO, Pattern.TWO_ONE_TWO)
    if outer or (inside and mode is StopMode.STRUCTURAL):
        stop = behind(before, side)
    else:
        stop = behind(setup, side)
    return make_leg(side, ahead(setup, side), stop, structural, floor)


def setup_legs(
    before: Bar, before_kind: BarKind, setup: Bar, mode: StopMode, floor: Decimal = Decimal(0)
) -> tuple[Leg, ...]:
    """The legs, LONG first, of an X-1 setup whose bars s-1 and s are `before` and `setup` (S4.1)."""
    pattern = Pattern.THREE_ONE_TWO if before_kind is BarKind.OUTSIDE else Pattern.TWO_ONE_TWO
    legs = (pattern_leg(pattern, side, before, setup, mode, floor) for side in Side)
    return tuple(leg for leg in legs if leg is not None)


def gap_between(bars: Sequence[Bar], timeframe: Timeframe, window: MaintenanceWindow) -> bool:
    """Do the bars a signal uses rest on a hole or on the maintenance window? (S5, S8.4)

    `gap_before` counts on timeframes up to 1h, an incomplete bar above it.
    """
    for bar in bars:
        if window.flags_gap(bar.start, timeframe):
            return True
        if timeframe <= H1:
            if bar.gap_before:
                return True
        elif not bar.complete:
            return True
    return False


def judge(leg: Leg, filters: FilterPolicy, gap: bool) -> Verdict:
    """The first filter the leg fails, or OK (S5). It judges the levels, never the fill."""
    if gap:
        return Verdict.MAINTENANCE_GAP
    if leg.magnitude_pct + TOLERANCE < filters.min_magnitude_pct:
        return Verdict.MIN_MAGNITUDE
    if leg.target_kind is TargetKind.MEASURED and not filters.measured_targets:
        return Verdict.MIN_RISK_REWARD
    if leg.risk_reward + TOLERANCE < filters.min_risk_reward:
        return Verdict.MIN_RISK_REWARD
    return Verdict.OK
