"""The legs of a setup and the filters that judge them, in whole numbers (STRAT.md S2, S3.1, S4.1, S5).

Targets are in half units, for a measured one lies half a unit off where the risk is an odd number of units.
"""

from typing import Final

from core.research.backtest.kernel_compile import kernel
from core.research.backtest.kernel_wide import compare

OK: Final = 0
GAP: Final = 1
SMALL: Final = 2
LOW_REWARD: Final = 3
NO_LEG: Final = 4

L_LEAST: Final = 0
L_LEAST_BY: Final = 1
L_REWARD: Final = 2
L_REWARD_BY: Final = 3
L_MEASURED: Final = 4
LIMITS: Final = 5
"""move * L_LEAST < level * L_LEAST_BY is MIN_MAGNITUDE, move * L_REWARD < risk * L_REWARD_BY MIN_RISK_REWARD; and
whether measured targets are allowed."""

NEAR: Final = 1e-9
"""Floats that differ by more than this share are in the order of the numbers they stand for."""

Range = tuple[int, int]
"""High and low of a row."""
Limits = tuple[int, int, int, int, int]
"""As `LIMITS` says; numbers, not an array, for they are looked at for every leg."""
Legs = tuple[tuple[int, int, int, int], tuple[int, int, int, int]]
"""LONG's and SHORT's stop, target, whether the bars gave it, and verdict without the gap's."""


@kernel
def falls_short(move: int, of: int, factor: int, by: int) -> bool:
    """Is move * factor < of * by? Floats tell it, but for what is nearer than they are exact."""
    wanted, there = float(of) * float(by), float(move) * float(factor)
    if abs(there - wanted) > wanted * NEAR:
        return there < wanted
    return compare(move, factor, of, by) < 0


@kernel
def judged(level: int, stop: int, target: int, structural: int, limits: Limits) -> int:
    """The first filter a leg fails, the gap's apart (S5); the level is in units, the target in half units."""
    move = abs(target - 2 * level)
    if falls_short(move, 2 * level, limits[L_LEAST], limits[L_LEAST_BY]):
        return SMALL
    if structural == 0 and limits[L_MEASURED] == 0:
        return LOW_REWARD
    risk = 2 * abs(level - stop)
    return LOW_REWARD if falls_short(move, risk, limits[L_REWARD], limits[L_REWARD_BY]) else OK


@kernel
def leg(side: int, level: int, stop: int, ahead: int, limits: Limits) -> tuple[int, int, int, int]:
    """Stop, target, whether the bars gave the target, and verdict; NO_LEG where the risk is not above zero (S2)."""
    risk = side * (level - stop)
    if risk <= 0:
        return stop, 2 * level, 0, NO_LEG
    structural = 1 if side * (ahead - level) > 0 else 0
    target = 2 * ahead if structural == 1 else 2 * level + 3 * side * risk
    return stop, target, structural, judged(level, stop, target, structural, limits)


@kernel
def both_legs(inside: Range, before: Range, outer: bool, limits: Limits) -> Legs:
    """The legs of a setup with the bars s and s-1, whose stops stand behind s-1 where `outer` is true (S3.1, S4.1)."""
    (high, low), (high_before, low_before) = inside, before
    return (
        leg(1, high, low_before if outer else low, high_before, limits),
        leg(-1, low, high_before if outer else high, low_before, limits),
    )


@kernel
def with_gap(legs: Legs) -> Legs:
    """The legs with the verdict of a setup that rests on a gap."""
    (long_stop, long_target, long_given, long), (short_stop, short_target, short_given, short) = legs
    long_verdict = NO_LEG if long == NO_LEG else GAP
    short_verdict = NO_LEG if short == NO_LEG else GAP
    return (
        (long_stop, long_target, long_given, long_verdict),
        (short_stop, short_target, short_given, short_verdict),
    )
