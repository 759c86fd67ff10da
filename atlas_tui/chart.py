"""The STRAT candle chart as rows of cells: a pure function of what to show, how large, and with which colours."""

from atlas_tui.chart_axis import (
    draw_axis,
    draw_grid,
    draw_labels,
    draw_last,
    draw_rays,
    draw_times,
    draw_zone,
)
from atlas_tui.chart_candles import draw_candles
from atlas_tui.chart_canvas import Canvas, ChartCell
from atlas_tui.chart_layout import layout_of, step_of
from atlas_tui.chart_model import ChartModel, Level, LevelKind, Zone, series_bars
from atlas_tui.chart_scale import scale_of
from atlas_tui.theming import Palette

__all__ = ["ChartCell", "ChartModel", "Level", "LevelKind", "Zone", "render", "series_bars"]

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
    canvas = Canvas(width, height, palette)
    layout = layout_of(model, width, height) if model.bars else None
    if layout is None:
        return _message(canvas, TOO_SMALL if model.bars else model.empty_text)
    prices = [level.price for level in model.levels] + ([model.last] if model.last is not None else [])
    scale = scale_of(layout.bars(model), prices, layout.plot_height)
    if scale is None:
        return _message(canvas, UNUSABLE)
    ticks = scale.ticks(max(2, layout.plot_height // 4), step_of(model))
    draw_grid(canvas, layout, [scale.row(tick) for tick in ticks])
    draw_zone(canvas, model, layout, scale)
    draw_rays(canvas, model, layout, scale)
    draw_candles(canvas, model, layout, scale)
    draw_last(canvas, model, layout, scale)
    draw_axis(canvas, model, layout, scale, ticks)
    draw_labels(canvas, model, layout)
    if layout.has_times:
        draw_times(canvas, model, layout)
    return canvas.rows()


def _message(canvas: Canvas, text: str) -> tuple[tuple[ChartCell, ...], ...]:
    shown = text[: canvas.width]
    canvas.write((canvas.width - len(shown)) // 2, canvas.height // 2, shown, "readable")
    return canvas.rows()
