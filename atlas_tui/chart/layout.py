"""Where the parts of a chart lie: which bars are in view, and in which cells."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from atlas_tui.chart.model import ChartModel
from atlas_tui.chart.scale import is_drawable, is_drawable_bar
from atlas_tui.formats import price
from core.domain.bars import Bar, BarKind

MIN_WIDTH: Final = 24
MIN_HEIGHT: Final = 5
PITCHES: Final = (1, 2, 3, 4, 6, 8)
"""Cells a candle takes, by zoom: from 4 on it has a body of blocks, from 3 on its class stands below in full."""
_BODIES: Final = {1: 1, 2: 1, 3: 1, 4: 3, 6: 5, 8: 7}
_MIN_PLOT: Final = 8
_TIMES_FROM: Final = 9
"""Rows from which on one is spent on times."""
_WIDE_ENOUGH: Final = 9
"""Wide candles are used where at least so many fit."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Cells of a chart of `width` x `height`.

    Attributes:
        plot_width: cells left of the axis line, which stands at this column.
        plot_height: rows of the plot; the labels stand in the row below, the times in the one after.
        pitch: cells a candle takes.
        first: index of the first bar in view.
        lefts: first cell of each bar in view.
    """

    width: int
    height: int
    plot_width: int
    plot_height: int
    has_times: bool
    pitch: int
    first: int
    lefts: tuple[int, ...]

    @property
    def body(self) -> int:
        """Cells of a candle's body."""
        return _BODIES[self.pitch]

    @property
    def wide(self) -> bool:
        """Are bodies drawn in blocks?"""
        return self.pitch >= 4

    @property
    def last(self) -> int:
        """Index of the last bar in view."""
        return self.first + len(self.lefts) - 1

    @property
    def end(self) -> int:
        """The first cell right of the newest candle."""
        return self.lefts[-1] + self.body

    def bars(self, model: ChartModel) -> tuple[Bar, ...]:
        """The bars in view."""
        return model.bars[self.first : self.first + len(self.lefts)]

    def kinds(self, model: ChartModel) -> tuple[BarKind, ...]:
        """Their classes; one that is not given is unknown."""
        given = model.kinds[self.first : self.first + len(self.lefts)]
        return given + (BarKind.UNKNOWN,) * (len(self.lefts) - len(given))

    def at_end(self, model: ChartModel) -> bool:
        """Is the newest bar in view?"""
        return self.last == len(model.bars) - 1

    def is_forming(self, model: ChartModel, index: int) -> bool:
        """Is the bar at this place of the view still open?"""
        return model.forming and self.first + index == len(model.bars) - 1

    def left_of(self, model: ChartModel, start: datetime | None) -> int:
        """The first cell of the bar that began at `start`; 0 for None or one before the view."""
        if start is None:
            return 0
        shown = self.bars(model)
        if shown[0].start > start:
            return 0
        at = next((index for index, bar in enumerate(shown) if bar.start >= start), None)
        return self.end + 1 if at is None else max(0, self.lefts[at])

    def lefts_by_start(self, model: ChartModel) -> dict[datetime, int]:
        """The first cell of each bar in view, by when it began."""
        return {bar.start: left for bar, left in zip(self.bars(model), self.lefts, strict=True)}

    def bar_at(self, x: int) -> int | None:
        """Index of the bar whose candle, or the blank after it, is in this column; None where there is none."""
        at = self.first + (x - self.lefts[0]) // self.pitch
        return at if self.first <= at <= self.last else None


def layout_of(model: ChartModel, width: int, height: int) -> Layout | None:
    """Where everything goes; None where there is too little room. The model has at least one bar."""
    plot_width = width - axis_width(model, width)
    if width < MIN_WIDTH or height < MIN_HEIGHT or plot_width < _MIN_PLOT:
        return None
    has_times = height >= _TIMES_FROM and model.timeframe is not None
    room = max(4, plot_width // 6) if model.levels or model.zone else 3
    usable = plot_width - room
    pitch = model.pitch if model.pitch in PITCHES else 4 if usable // 4 >= _WIDE_ENOUGH else 2
    capacity = max(1, usable // pitch)
    first = _first(model, capacity)
    count = min(capacity, len(model.bars) - first)
    origin = usable - count * pitch + (1 if pitch >= 4 else 0)
    lefts = tuple(origin + index * pitch for index in range(count))
    plot_height = height - 1 - has_times
    return Layout(width, height, plot_width, plot_height, has_times, pitch, first, lefts)


def _first(model: ChartModel, capacity: int) -> int:
    """The first bar in view: the view is full where it can be.

    The marked bar is in it, but for one that is only pointed at while the user looks elsewhere. One that lies before
    the live view stands at three quarters of the width, for what led to it matters more than what came after.
    """
    newest = len(model.bars) - 1 if model.newest is None else min(model.newest, len(model.bars) - 1)
    first = max(0, newest + 1 - capacity)
    if model.cursor is None or (model.newest is not None and not model.told):
        return first
    cursor = min(len(model.bars) - 1, max(0, model.cursor))
    if cursor >= first:
        return max(first, cursor + 1 - capacity)
    return cursor if model.told else max(0, cursor + 1 - capacity * 3 // 4)


def axis_width(model: ChartModel, width: int) -> int:
    """The axis line, a tag's letter and blank, and the longest price.

    Of the newest `width` bars, or of all of them in a view that is not at the live end, so that it does not jump there.
    """
    bars = model.bars[-width:] if model.newest is None else model.bars
    shown = [bar for bar in bars if is_drawable_bar(bar)]
    prices = [level.price for level in model.levels]
    prices += [max(bar.high for bar in shown), min(bar.low for bar in shown)] if shown else []
    prices += [model.last] if model.last is not None else []
    texts = [price(value, step_of(model)) for value in prices if is_drawable(value)]
    return 3 + max((len(text) for text in texts), default=1)


def step_of(model: ChartModel) -> Decimal | None:
    """The price increment, where it is one."""
    step = model.increment
    return step if step is not None and step.is_finite() and step > 0 else None
