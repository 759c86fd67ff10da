"""What a chart is told to show: plain frozen values, compared to see whether anything changed."""

from bisect import bisect_left
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


class FillKind(StrEnum):
    """What a fill was; its value is its glyph in the chart, different without colour too."""

    LONG = "▲"
    SHORT = "▼"
    WON = "◆"
    LOST = "✕"

    @property
    def is_entry(self) -> bool:
        """Did it open a position?"""
        return self in (FillKind.LONG, FillKind.SHORT)


@dataclass(frozen=True, slots=True)
class FillMark:
    """An entry or an exit at its price, in the bar that began at `start`; `text` is `entry LONG 91,234.5`."""

    start: datetime
    price: Decimal
    kind: FillKind
    text: str


@dataclass(frozen=True, slots=True)
class BarMark:
    """What was found on the bar that began at `start`: `2D-1-2U LONG LOW R:R`."""

    start: datetime
    text: str


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
        pitch: cells a candle takes, one of `chart_layout.PITCHES`; anything else lets the width decide.
        empty_text: what is shown where there are no bars.
        symbol: whose bars these are, as the user names it.
        marks: signals and setups by their bar, in the order they are told.
        fills: entries and exits of every position in the symbol.
        newest: index of the last bar in view; None is the live end.
        told: the marked bar has a column, and its prices, class and marks stand in words above the plot.
        tag: a word in the plot's upper left corner, e.g. `FROZEN 14:32`.
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
    symbol: str = ""
    marks: tuple[BarMark, ...] = ()
    fills: tuple[FillMark, ...] = ()
    newest: int | None = None
    told: bool = False
    tag: str = ""


def index_of(bars: tuple[Bar, ...], start: datetime | None) -> int | None:
    """Where the bar that began at `start` stands; None where there is none."""
    if start is None:
        return None
    at = bisect_left(bars, start, key=lambda bar: bar.start)
    return at if at < len(bars) and bars[at].start == start else None


def series_bars(view: SeriesView | None) -> tuple[tuple[Bar, ...], tuple[BarKind, ...], bool]:
    """The newest bars, their classes, and whether the last one is forming: `ChartModel(*series_bars(view))`."""
    if view is None:
        return (), (), False
    bars, kinds = view.closed[-MAX_BARS:], view.kinds[-MAX_BARS:]
    if view.forming is None:
        return bars, kinds, False
    return (*bars, view.forming), (*kinds, view.forming_kind), True
