"""The numbers Python and the kernels share: one byte a bar, and the life of a setup as a code.

A *code* is what the fused pass writes for a bar, in six bits:

    bit 0  took out the previous high      bits 3-5  the finding (`Finding`) this bar completes
    bit 1  took out the previous low
    bit 2  classified: this bar and the one before it are good (S1.3)
"""

from enum import IntEnum
from typing import Final

from core.domain.bars import BarKind
from core.domain.patterns import Pattern
from core.domain.signals import SetupStatus

TOOK_HIGH: Final = 1
TOOK_LOW: Final = 2
CLASSIFIED: Final = 4
CLASS_BITS: Final = 7
FINDING_SHIFT: Final = 3


class Finding(IntEnum):
    """What a bar completes: one of five patterns as trigger bar, or a setup as setup bar (S3, S4.1)."""

    NONE = 0
    TWO_TWO = 1
    THREE_TWO = 2
    THREE_TWO_TWO = 3
    TWO_ONE_TWO = 4
    THREE_ONE_TWO = 5
    SETUP_AFTER_TWO = 6
    SETUP_AFTER_THREE = 7


class Life(IntEnum):
    """Status of a setup after the rows behind it were looked at (S4.2)."""

    PENDING = 0
    EXPIRED = 1
    INVALID_DATA = 2
    INVALIDATED_OUTSIDE = 3
    HISTORICAL_TRIGGERED_LONG = 4
    HISTORICAL_TRIGGERED_SHORT = 5


PATTERNS: Final = {
    Finding.TWO_TWO: Pattern.TWO_TWO,
    Finding.THREE_TWO: Pattern.THREE_TWO,
    Finding.THREE_TWO_TWO: Pattern.THREE_TWO_TWO,
    Finding.TWO_ONE_TWO: Pattern.TWO_ONE_TWO,
    Finding.THREE_ONE_TWO: Pattern.THREE_ONE_TWO,
}
"""The completed pattern of a finding; the two setup findings have none."""

STATUSES: Final = {life: SetupStatus(life.name) for life in Life}
"""The domain's word for each code of a setup's life."""

_KINDS: Final = (
    BarKind.UNKNOWN,
    BarKind.UNKNOWN,
    BarKind.UNKNOWN,
    BarKind.UNKNOWN,
    BarKind.INSIDE,
    BarKind.UP,
    BarKind.DOWN,
    BarKind.OUTSIDE,
)


def kind_of(code: int) -> BarKind:
    """The class of the bar that has this code."""
    return _KINDS[code & CLASS_BITS]


def finding_of(code: int) -> Finding:
    """What the bar that has this code completes."""
    return Finding(code >> FINDING_SHIFT & 7)
