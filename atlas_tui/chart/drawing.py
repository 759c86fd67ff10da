"""The STRAT candle chart as rows of cells: a pure function of what to show, how large, and with which colours."""

from decimal import Decimal

from atlas_tui.chart.axis import (
    draw_axis,
    draw_grid,
    draw_labels,
    draw_last,
    draw_rays,
    draw_times,
    draw_zone,
)
from atlas_tui.chart.candles import draw_candles
from atlas_tui.chart.canvas import Canvas, ChartCell
from atlas_tui.chart.cursor import draw_cursor, draw_told, draw_view, told_rows
from atlas_tui.chart.fills import draw_fills, fills_in_view
from atlas_tui.chart.layout import Layout, layout_of, step_of
from atlas_tui.chart.model import BarMark, ChartModel, FillKind, FillMark, Level, LevelKind, Zone, series_bars
from atlas_tui.chart.scale import Scale, scale_of
from atlas_tui.theming import Palette

__all__ = [
    "BarMark", "ChartCell", "ChartModel", "FillKind", "FillMark", "Level", "LevelKind", "Zone", "render",
    "series_bars",
]  # fmt: skip

TOO_SMALL = "too small"
UNUSABLE = "no usable bars"


def render(model: ChartModel, width: int, height: int, palette: Palette) -> tuple[tuple[ChartCell, ...], ...]:
    """The chart: `height` rows of `width` cells, each one cell wide.

    Args:
        model: what to show.
        width: cells, 0 or more.
        height: rows, 0 or more.
        palette: colours, and whether colour and anything beyond ASCII may be used.
    """
    head = Canvas(width, told_rows(model, width, height), palette)
    if head.height:
        draw_told(head, model)
    return head.rows() + _plot(model, Canvas(width, height - head.height, palette))


def _plot(model: ChartModel, canvas: Canvas) -> tuple[tuple[ChartCell, ...], ...]:
    layout = layout_of(model, canvas.width, canvas.height) if model.bars else None
    if layout is None:
        return _message(canvas, TOO_SMALL if model.bars else model.empty_text)
    scale = scale_of(layout.bars(model), _prices(model, layout), layout.plot_height)
    if scale is None:
        return _message(canvas, UNUSABLE)
    _draw(canvas, model, layout, scale)
    return canvas.rows()


def _draw(canvas: Canvas, model: ChartModel, layout: Layout, scale: Scale) -> None:
    ticks = scale.ticks(max(2, layout.plot_height // 4), step_of(model))
    draw_grid(canvas, layout, [scale.row(tick) for tick in ticks])
    draw_zone(canvas, model, layout, scale)
    draw_rays(canvas, model, layout, scale)
    draw_candles(canvas, model, layout, scale)
    draw_fills(canvas, model, layout, scale)
    draw_last(canvas, model, layout, scale)
    draw_axis(canvas, model, layout, scale, ticks)
    draw_labels(canvas, model, layout)
    if layout.has_times:
        draw_times(canvas, model, layout)
    draw_cursor(canvas, model, layout)
    draw_view(canvas, model, layout)


def _prices(model: ChartModel, layout: Layout) -> list[Decimal]:
    """What the scale should hold beside the bars: fills in view, and of the levels and the live price those whose
    place in time is in view too, so that the past is not pressed flat by what came after it.
    """
    end = model.bars[layout.last].start
    prices = [level.price for level in model.levels if level.from_start is None or level.from_start <= end]
    prices += [fill.price for fill in fills_in_view(model, layout)]
    if model.last is not None and layout.at_end(model):
        prices.append(model.last)
    return prices


def _message(canvas: Canvas, text: str) -> tuple[tuple[ChartCell, ...], ...]:
    shown = text[: canvas.width]
    canvas.write((canvas.width - len(shown)) // 2, canvas.height // 2, shown, "readable")
    return canvas.rows()
