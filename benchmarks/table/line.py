"""One line of the table: what was measured, beside what, the ratio of the two, and whether that is enough.

A line is judged by its ratio where it has a peer, and by the figure itself where it has none (PERFORMANCE.md). What
could not be measured is a line too, and never met.
"""

import operator
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite


class Bound(StrEnum):
    """Which side of a limit is the right one."""

    AT_MOST = "<="
    AT_LEAST = ">="


class Verdict(StrEnum):
    """What a line says of its target."""

    MET = "met"
    MISSED = "NOT MET"
    UNKNOWN = "NOT MEASURED"
    TOLD = ""
    """It has no target."""


_HOLDS = {Bound.AT_MOST: operator.le, Bound.AT_LEAST: operator.ge}


@dataclass(frozen=True, slots=True)
class Target:
    """A limit, itself included."""

    bound: Bound
    limit: float

    def holds(self, value: float) -> bool:
        """Is the value on the right side?"""
        return isfinite(value) and bool(_HOLDS[self.bound](value, self.limit))

    def share(self, value: float) -> float:
        """By how much the value is better than the limit, in times: 1 is just met, 2 twice as good as asked for."""
        better, worse = (self.limit, value) if self.bound is Bound.AT_MOST else (value, self.limit)
        return better / worse if worse else float("inf")


def at_most(limit: float) -> Target:
    """No more than this."""
    return Target(Bound.AT_MOST, limit)


def at_least(limit: float) -> Target:
    """No less than this."""
    return Target(Bound.AT_LEAST, limit)


@dataclass(frozen=True, slots=True)
class Line:
    """One line.

    Attributes:
        row: of PERFORMANCE.md, `A1`.
        what: what of ours was measured.
        unit: of `ours` and `theirs`.
        ours: the median; None where it could not be measured.
        peer: what it stands beside, with its version; empty where it stands alone.
        theirs: the peer's median of the same run; None where it could not be measured.
        inverse: the ratio is theirs to ours (how many times as fast), else ours to theirs.
        target: None where the figure is only told.
        note: why something is missing, or what the figures rest on.
    """

    row: str
    what: str
    unit: str
    ours: float | None
    peer: str = ""
    theirs: float | None = None
    inverse: bool = False
    target: Target | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """One figure in terms of the other; None without a peer, or where one of them is missing."""
        if not self.peer or self.ours is None or self.theirs is None:
            return None
        above, below = (self.theirs, self.ours) if self.inverse else (self.ours, self.theirs)
        return above / below if below else float("inf")

    @property
    def judged(self) -> float | None:
        """The figure that the target is held against."""
        return self.ratio if self.peer else self.ours

    @property
    def verdict(self) -> Verdict:
        """Met, missed, or not known."""
        if self.ours is None or (self.target is not None and self.judged is None):
            return Verdict.UNKNOWN
        if self.target is None or self.judged is None:
            return Verdict.TOLD
        return Verdict.MET if self.target.holds(self.judged) else Verdict.MISSED


def exit_code(lines: list[Line]) -> int:
    """0 where every target was measured and met; 1 where one was missed, could not be measured, or nothing was."""
    verdicts = {line.verdict for line in lines}
    return 1 if not lines or verdicts & {Verdict.MISSED, Verdict.UNKNOWN} else 0
