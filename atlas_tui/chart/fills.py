"""Where positions were entered and left, as glyphs at the fill's price beside its bar."""

from typing import Final

from atlas_tui.chart.canvas import Canvas
from atlas_tui.chart.layout import Layout
from atlas_tui.chart.model import ChartModel, FillKind, FillMark
from atlas_tui.chart.scale import Scale, is_drawable

_ROLES: Final = {FillKind.LONG: "open", FillKind.SHORT: "open", FillKind.WON: "target", FillKind.LOST: "stop"}


def fills_in_view(model: ChartModel, layout: Layout) -> list[FillMark]:
    """Those whose bar is shown and whose price can be."""
    first, last = model.bars[layout.first].start, model.bars[layout.last].start
    return [fill for fill in model.fills if first <= fill.start <= last and is_drawable(fill.price)]


def draw_fills(canvas: Canvas, model: ChartModel, layout: Layout, scale: Scale) -> None:
    """Entries left of their bar and exits right of it, on it where candles stand side by side; exits on top."""
    fills = fills_in_view(model, layout)
    lefts = layout.lefts_by_start(model) if fills else {}
    for fill in sorted(fills, key=lambda fill: not fill.kind.is_entry):
        left = lefts.get(fill.start)
        if left is not None:
            beside = 0 if layout.pitch == 1 else -1 if fill.kind.is_entry else layout.body
            canvas.put(max(0, left + beside), scale.row(fill.price), fill.kind.value, _ROLES[fill.kind], bold=True)
