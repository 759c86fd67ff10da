"""What a difference is judged by: both courses, the venue's candles, and the ticks of the bars that matter."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.domain.bars import Bar
from core.domain.events import PriceTick
from core.domain.patterns import Side
from core.ports import Recording
from core.research.diff.course import Course, bar_of
from core.research.diff.rerun import Known

Ticks = Mapping[tuple[str, datetime], Sequence[tuple[datetime, Decimal]]]
"""By symbol and start of a 15m bar: time and price, in order."""


class Cause(StrEnum):
    """Why a live trade and one of bar mode differ; a closed list."""

    FILL_AT_LEVEL = "FILL_AT_LEVEL"
    """Bars fill an entry one increment beyond the level or at the open, ticks at the first price beyond (S13.3)."""
    BOTH_SIDES = "BOTH_SIDES"
    """The bar broke both sides, so bars do not tell which came first and enter neither (S13.3)."""
    OPEN_BEYOND = "OPEN_BEYOND"
    """The bar opened beyond a level, which is judged at the open (S13.3)."""
    GATES_AT_OPEN = "GATES_AT_OPEN"
    """Bars judge continuity by the open and the fill alone, ticks by all they had seen (S13.4)."""
    CLOCK = "CLOCK"
    """An entry of a bar has the bar's start, that of a tick its own moment (S13.5)."""
    NO_TARGET_IN_ENTRY_BAR = "NO_TARGET_IN_ENTRY_BAR"
    """Bars take no target in the bar of the entry (S13.6)."""
    ENTRY_BAR_STOP = "ENTRY_BAR_STOP"
    """The bar of the entry touched the stop before the entry; bars cannot know and stop out (S13.6)."""
    EXIT_AT_LEVEL = "EXIT_AT_LEVEL"
    """Bars leave at the level or the open, ticks at the price that touched it (S11)."""
    STOP_FIRST = "STOP_FIRST"
    """The bar touched stop and target, and bars take the stop (S11)."""
    MIN_HOLD = "MIN_HOLD"
    """The target was touched only within the minimum hold, which bars count from the entry bar's start (S13.6)."""
    INSTANT_AT_CLOSE = "INSTANT_AT_CLOSE"
    """Bars judge funding and the deadline at the close of the bar that holds the instant (S13.7)."""
    PATTERN_EXIT = "PATTERN_EXIT"
    """Live the other side of the setup bar was broken and ended it (S11); bars have no rule for that."""
    LATE_ARMED = "LATE_ARMED"
    """The live scan found the setup some seconds after its bar closed; bars arm it at the close (S13.2)."""
    CANDLE = "CANDLE"
    """The venue's candle and the ticks the desk heard do not agree on the bar."""
    OUTAGE = "OUTAGE"
    """The feed was lost: exits come from candles, entries are not taken."""
    PERSON = "PERSON"
    """A person's word: a verdict, a halt, an entry or exit by hand, a moved stop."""
    GUARD = "GUARD"
    """A guard stopped the entry, as that account stood."""
    ACCOUNT = "ACCOUNT"
    """Earlier differences had left another balance or another open position."""
    SIZING = "SIZING"
    """At another fill or balance, size or leverage falls on the other side of a limit (S9)."""
    LEDGER = "LEDGER"
    """The ledger could not store the live entry, so it never was."""
    UNEXPLAINED = "UNEXPLAINED"
    """None of the above could be shown."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A cause, and the numbers it was shown by."""

    cause: Cause
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All there is to judge by.

    Attributes:
        known: candles, increments and the end of what is compared.
    """

    live: Course
    bars: Course
    ticks: Ticks
    known: Known

    @property
    def until(self) -> datetime:
        """The close of the last candle: what came after it is not compared."""
        assert self.known.until is not None, "what is compared has an end"
        return self.known.until

    def candle(self, symbol: str, start: datetime) -> Bar | None:
        """The venue's candle of this bar, if it is a good one."""
        bar = self.known.candles.get((symbol, start))
        return bar if bar is not None and bar.good else None

    def heard(self, symbol: str, start: datetime, after: datetime | None = None) -> tuple[Decimal, ...]:
        """The prices heard in this bar, those after a moment alone where one is given."""
        told = self.ticks.get((symbol, start), ())
        return tuple(price for at, price in told if after is None or at > after)


def reaches(side: Side, price: Decimal, level: Decimal, strictly: bool = False) -> bool:
    """Is the price, seen from this side, at or beyond the level; only beyond where `strictly`?"""
    ahead = side.sign * (price - level)
    return ahead > 0 or (ahead == 0 and not strictly)


def extreme(side: Side, bar: Bar) -> Decimal:
    """How far the bar went in the direction of the side."""
    return bar.high if side is Side.LONG else bar.low


def opposite(side: Side) -> Side:
    """The other one."""
    return Side.SHORT if side is Side.LONG else Side.LONG


def ticks_of(recording: Recording, wanted: Collection[tuple[str, datetime]]) -> Ticks:
    """Read the ticks of these bars. Raises RecordingError."""
    found: dict[tuple[str, datetime], list[tuple[datetime, Decimal]]] = {each: [] for each in wanted}
    for _, entry in recording.entries({PriceTick}):
        if isinstance(entry, PriceTick) and (kept := found.get((entry.symbol, bar_of(entry.at)))) is not None:
            kept.append((entry.at, entry.price))
    return found
