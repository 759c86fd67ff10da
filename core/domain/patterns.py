"""The five patterns, their sides and how a name is spelled (STRAT.md S3, S4)."""

from enum import StrEnum

from core.domain.bars import BarKind


class Side(StrEnum):
    """Direction of a leg, a signal or a position."""

    LONG = "LONG"
    SHORT = "SHORT"

    @property
    def sign(self) -> int:
        """+1 for LONG, -1 for SHORT: STRAT.md's d."""
        return 1 if self is Side.LONG else -1

    @property
    def kind(self) -> BarKind:
        """The class of the bar that triggers this side: 2U or 2D."""
        return BarKind.UP if self is Side.LONG else BarKind.DOWN

    @property
    def opposite(self) -> "Side":
        """The other side."""
        return Side.SHORT if self is Side.LONG else Side.LONG


class Pattern(StrEnum):
    """The five completed patterns."""

    THREE_ONE_TWO = "3-1-2"
    TWO_ONE_TWO = "2-1-2"
    THREE_TWO = "3-2"
    THREE_TWO_TWO = "3-2-2"
    TWO_TWO = "2-2"


class Subtype(StrEnum):
    """What a completed pattern means against the bars before it (S3)."""

    REVERSAL = "reversal"
    CONTINUATION = "continuation"
    BREAKOUT = "breakout"
    REVSTRAT = "revstrat"


class TargetKind(StrEnum):
    """Where a target comes from: a level of the bars, or 1.5 R (S2.3)."""

    STRUCTURAL = "structural"
    MEASURED = "measured"


class StopMode(StrEnum):
    """Which bar the stop of 3-1-2 and 2-1-2 stands behind (S3.1)."""

    ATLAS = "atlas"
    SETUP = "setup"
    STRUCTURAL = "structural"


def match_pattern(before: BarKind, setup: BarKind, trigger: BarKind, before_good: bool) -> Pattern | None:
    """The pattern completed by `trigger`, or None (S3, in the table's order).

    Args:
        before: class of bar i-2.
        setup: class of bar i-1.
        trigger: class of bar i.
        before_good: whether bar i-2 exists and is good; a 2-2 needs no more of it than that.
    """
    if not trigger.is_directional:
        return None
    if setup is BarKind.INSIDE:
        if before is BarKind.OUTSIDE:
            return Pattern.THREE_ONE_TWO
        return Pattern.TWO_ONE_TWO if before.is_directional else None
    if setup is BarKind.OUTSIDE:
        return Pattern.THREE_TWO
    if setup == -trigger and before_good:
        return Pattern.THREE_TWO_TWO if before is BarKind.OUTSIDE else Pattern.TWO_TWO
    return None


def sequence_of(pattern: Pattern, before: BarKind, setup: BarKind, trigger: BarKind) -> str:
    """The classes of the pattern's bars joined by dashes, e.g. `2D-1-2U`."""
    if pattern in (Pattern.THREE_TWO, Pattern.TWO_TWO):
        return f"{setup.text}-{trigger.text}"
    return f"{before.text}-{setup.text}-{trigger.text}"


def subtype_of(pattern: Pattern, before: BarKind, trigger: BarKind) -> Subtype:
    """Reversal, continuation, breakout or revstrat (S3)."""
    match pattern:
        case Pattern.THREE_TWO:
            return Subtype.BREAKOUT
        case Pattern.TWO_ONE_TWO:
            return Subtype.REVERSAL if before == -trigger else Subtype.CONTINUATION
        case Pattern.TWO_TWO:
            return Subtype.REVSTRAT if before is BarKind.INSIDE else Subtype.REVERSAL
        case Pattern.THREE_ONE_TWO | Pattern.THREE_TWO_TWO:
            return Subtype.REVERSAL
