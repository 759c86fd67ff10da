"""What a chart is told to show: plain frozen values, compared to see whether anything changed."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from atlas_tui.zones import UTC_ZONE, DisplayZone
from core.domain.bars import Bar, BarKind
from core.domain.snapshot import SeriesView
from core.domain.timeframes import Timeframe

MAX_BARS = 400
"""More bars than any screen can hold; `series_bars` leaves older ones out."""


class LevelKind(StrEnum):
    """A price level; its value is the letter of its tag on the axis."""

    TRIGGER = "E"
    STOP = "S"
    TARGET = "T"


@dataclass(frozen=True, slots=True)
class Level:
    """A level drawn as a ray from the bar that began at `from_start` (None: across the whole chart) to the axis."""

    kind: LevelKind
    price: Decimal
    from_start: datetime | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """What a trade stands to win (entry to target) and to lose (entry to stop), tinted from a bar's start on."""

    from_start: datetime
    entry: Decimal
    stop: Decimal
    target: Decimal


@dataclass(frozen=True, slots=True)
class ChartModel:
    """One chart.

    Attributes:
        bars: oldest first, the forming one last; a bad bar is drawn as a hole.
        kinds: the class of each bar.
        forming: is the last bar still open?
        levels: trigger, stop and target, in any order.
        last: the live price, quote currency.
        stale: the live price is too old to trust; it is drawn grey.
        increment: the venue's price step, for the axis.
        timeframe: None leaves out the line of times.
        zone: the stretch to tint.
        display_zone: whose clock the times are; bars of a day and longer are named by their UTC date.
        cursor: index of the bar that is marked; the chart scrolls to it.
        pitch: cells a candle takes, 2 or 4; 0 lets the width decide.
        empty_text: what is shown where there are no bars.
    """

    bars: tuple[Bar, ...] = ()
    kinds: tuple[BarKind, ...] = ()
    forming: bool = False
    levels: tuple[Level, ...] = ()
    last: Decimal | None = None
    stale: bool = False
    increment: Decimal | None = None
    timeframe: Timeframe | None = None
    zone: Zone | None = None
    display_zone: DisplayZone = UTC_ZONE
    cursor: int | None = None
    pitch: int = 0
    empty_text: str = "no bars yet"


def series_bars(view: SeriesView | None) -> tuple[tuple[Bar, ...], tuple[BarKind, ...], bool]:
    """The newest bars, their classes, and whether the last one is forming: `ChartModel(*series_bars(view))`."""
    if view is None:
        return (), (), False
    bars, kinds = view.closed[-MAX_BARS:], view.kinds[-MAX_BARS:]
    if view.forming is None:
        return bars, kinds, False
    return (*bars, view.forming), (*kinds, view.forming_kind), True
