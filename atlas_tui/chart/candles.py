"""Candles, holes and gaps.

With colours a body is drawn in half rows: blocks at pitch 4 and above, a heavy line below. Without, it is drawn in
whole rows, hollow when it closed up and filled when it closed down, so that the shape alone tells the direction.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from atlas_tui.chart.canvas import Canvas
from atlas_tui.chart.layout import Layout
from atlas_tui.chart.model import ChartModel
from atlas_tui.chart.scale import Scale, is_drawable, is_drawable_bar
from core.domain.bars import Bar

HOLE: Final = ":"
"""A column of these stands for missing time."""

# By (upper half, lower half).
_WICK: Final = {(True, True): "│", (True, False): "╵", (False, True): "╷"}
_BLOCK: Final = {(True, True): "█", (True, False): "▀", (False, True): "▄"}
# By body's halves, then wick's: what of the cell is heavy and what is light.
_HEAVY: Final = {
    ((True, True), (True, True)): "┃",
    ((True, False), (True, True)): "╿",
    ((True, False), (True, False)): "╹",
    ((False, True), (True, True)): "╽",
    ((False, True), (False, True)): "╻",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """A candle in half rows, first and last of body and wick; a candle without a body has None."""

    wick: tuple[int, int]
    body: tuple[int, int] | None
    rising: bool


def shape_of(bar: Bar, scale: Scale, wide: bool) -> Shape:
    """Where a good bar's parts fall; its open and close are taken into its range.

    Wide bodies are stretched to the edge of their cell on the side where a wick goes on, for a half block and a wick
    cannot share a cell.
    """
    wick = scale.half(bar.high), scale.half(bar.low)
    if not (is_drawable(bar.open) and is_drawable(bar.close)):
        return Shape(wick, None, True)
    opened, closed = _within(bar.open, bar), _within(bar.close, bar)
    top, bottom = scale.half(max(opened, closed)), scale.half(min(opened, closed))
    if wide and wick[0] // 2 < top // 2:
        top -= top % 2
    if wide and wick[1] // 2 > bottom // 2:
        bottom += 1 - bottom % 2
    return Shape(wick, (top, bottom), closed >= opened)


def draw_candles(canvas: Canvas, model: ChartModel, layout: Layout, scale: Scale) -> None:
    """Every bar in view."""
    for index, (bar, left) in enumerate(zip(layout.bars(model), layout.lefts, strict=True)):
        if bar.gap_before:
            _draw_hole(canvas, left - 1, layout)
        if is_drawable_bar(bar):
            shape = shape_of(bar, scale, layout.wide)
            _draw(canvas, shape, left, layout, layout.is_forming(model, index))
        else:
            _draw_hole(canvas, left + layout.body // 2, layout)


def _draw_hole(canvas: Canvas, x: int, layout: Layout) -> None:
    for y in range(layout.plot_height):
        if x < layout.plot_width and canvas.is_free(x, y):
            canvas.put(x, y, HOLE, "dim")


def _draw(canvas: Canvas, shape: Shape, left: int, layout: Layout, forming: bool) -> None:
    role = "readable" if shape.body is None else "long" if shape.rising else "short"
    middle = left + layout.body // 2
    for y in range(shape.wick[0] // 2, shape.wick[1] // 2 + 1):
        wick, body = _halves(shape.wick, y), _halves(shape.body, y)
        if any(body):
            glyph = _body_glyph(canvas, shape, layout, forming, body, wick)
            for x in range(left, left + layout.body):
                canvas.put(x, y, glyph, role)
        else:
            canvas.put(middle, y, _WICK[wick], role)


def _body_glyph(
    canvas: Canvas, shape: Shape, layout: Layout, forming: bool, body: tuple[bool, bool], wick: tuple[bool, bool]
) -> str:
    if canvas.palette.mono or canvas.palette.ascii_only:
        return "░" if shape.rising else "▒" if forming else "█"
    if layout.wide:
        return "▒" if forming and all(body) else _BLOCK[body]
    return "▒" if forming else _HEAVY[body, wick]


def _halves(part: tuple[int, int] | None, row: int) -> tuple[bool, bool]:
    """Does the part cover the upper and the lower half of a row?"""
    if part is None:
        return False, False
    return part[0] <= 2 * row <= part[1], part[0] <= 2 * row + 1 <= part[1]


def _within(price: Decimal, bar: Bar) -> Decimal:
    return min(bar.high, max(bar.low, price))
