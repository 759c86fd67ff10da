"""Where the parts of a chart lie: which bars are in view, and in which cells."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from atlas_tui.chart_model import ChartModel
from atlas_tui.chart_scale import is_drawable, is_drawable_bar
from atlas_tui.formats import price
from core.domain.bars import Bar, BarKind

MIN_WIDTH: Final = 24
MIN_HEIGHT: Final = 5
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
        lefts: first cell of each bar in view; a candle is 3 cells wide at pitch 4 and 1 at pitch 2.
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
        return 3 if self.pitch == 4 else 1

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


def layout_of(model: ChartModel, width: int, height: int) -> Layout | None:
    """Where everything goes; None where there is too little room. The model has at least one bar."""
    plot_width = width - axis_width(model, width)
    if width < MIN_WIDTH or height < MIN_HEIGHT or plot_width < _MIN_PLOT:
        return None
    has_times = height >= _TIMES_FROM and model.timeframe is not None
    room = max(4, plot_width // 6) if model.levels or model.zone else 3
    usable = plot_width - room
    pitch = model.pitch if model.pitch in (2, 4) else 4 if usable // 4 >= _WIDE_ENOUGH else 2
    capacity = max(1, usable // pitch)
    first = max(0, len(model.bars) - capacity)
    if model.cursor is not None and model.cursor < first:
        first = max(0, model.cursor)
    count = min(capacity, len(model.bars) - first)
    origin = usable - count * pitch + (1 if pitch == 4 else 0)
    lefts = tuple(origin + index * pitch for index in range(count))
    plot_height = height - 1 - has_times
    return Layout(width, height, plot_width, plot_height, has_times, pitch, first, lefts)


def axis_width(model: ChartModel, width: int) -> int:
    """The axis line, a tag's letter and blank, and the longest price of the newest `width` bars."""
    shown = [bar for bar in model.bars[-width:] if is_drawable_bar(bar)]
    prices = [level.price for level in model.levels]
    prices += [max(bar.high for bar in shown), min(bar.low for bar in shown)] if shown else []
    prices += [model.last] if model.last is not None else []
    texts = [price(value, step_of(model)) for value in prices if is_drawable(value)]
    return 3 + max((len(text) for text in texts), default=1)


def step_of(model: ChartModel) -> Decimal | None:
    """The price increment, where it is one."""
    step = model.increment
    return step if step is not None and step.is_finite() and step > 0 else None
