"""Where positions were entered and left, as glyphs at the fill's price beside its bar."""

from typing import Final

from atlas_tui.chart_canvas import Canvas
from atlas_tui.chart_layout import Layout
from atlas_tui.chart_model import ChartModel, FillKind
from atlas_tui.chart_scale import Scale, is_drawable

_ROLES: Final = {FillKind.LONG: "open", FillKind.SHORT: "open", FillKind.WON: "target", FillKind.LOST: "stop"}


def draw_fills(canvas: Canvas, model: ChartModel, layout: Layout, scale: Scale) -> None:
    """Entries left of their bar and exits right of it, on it where candles stand side by side; exits on top."""
    for fill in sorted(model.fills, key=lambda fill: not fill.kind.is_entry):
        left = layout.left_at(model, fill.start)
        if left is None or not is_drawable(fill.price):
            continue
        beside = 0 if layout.pitch == 1 else -1 if fill.kind.is_entry else layout.body
        canvas.put(max(0, left + beside), scale.row(fill.price), fill.kind.value, _ROLES[fill.kind], bold=True)
