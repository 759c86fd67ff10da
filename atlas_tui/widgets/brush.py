"""The styles of a widget's cells by role, made once; and its lines without the styling that it has no use for."""

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import ANSIToTruecolor
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from atlas_tui.theming import Palette, palette_of
from atlas_tui.widgets.table_rows import Cell, printable

_KEPT = 1_000
"""Painted cells a widget remembers."""


class Brush:
    """What a widget paints with until its theme, or the ground it lies on, is another one."""

    def __init__(self, widget: ScrollView) -> None:
        self.palette: Palette = palette_of(widget.app)
        self.base: Style = widget.rich_style
        self.background = widget.background_colors[1]
        self.sides = sides_of(widget)
        self._styles: dict[tuple[str, Style | None], Style] = {}
        self._segments: dict[Cell, Segment] = {}

    def style(self, role: str, ground: Style | None = None) -> Style:
        """The style of a role on the widget's ground; `ground` lies between, or over it all without colour."""
        found = self._styles.get((role, ground))
        if found is None:
            own = self.palette.style(role)
            if ground is not None:
                own = own + ground if self.palette.mono else ground + own
            found = self._styles[role, ground] = self.base + own
        return found

    def segment(self, cell: Cell) -> Segment:
        """The cell as it is painted; most are painted again and again."""
        found = self._segments.get(cell)
        if found is None:
            if len(self._segments) >= _KEPT:
                self._segments.clear()
            text = printable(cell.text, self.palette.ascii_only)
            found = self._segments[cell] = Segment(text, self.style(cell.role))
        return found


class Painted(ScrollView, inherit_bindings=False):
    """A block of cells that keeps its brush, and is rendered line by line."""

    _brush: Brush | None = None

    @property
    def brush(self) -> Brush:
        """What to paint with now."""
        if self._brush is None:
            self._brush = Brush(self)
        return self._brush

    def notify_style_update(self) -> None:
        """The ground may be another."""
        super().notify_style_update()
        self.forget_brush()

    def forget_brush(self) -> None:
        """Whatever was painted is to be painted anew."""
        self._brush = None

    def span(self, lines: int) -> None:
        """The block is so many lines long now. Panes are only laid out anew for a scrollbar that comes or goes."""
        size = Size(self.size.width, lines)
        if self.styles.auto_dimensions:
            self.virtual_size = size
        elif size != self.virtual_size:
            self.set_reactive(Widget.virtual_size, size)
            self._scroll_update(size)

    def mark(self, *cells: Region) -> None:
        """These cells have changed."""
        mark(self, *cells)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines as `render_line` gives them, through the terminal's filters; with a frame around, Textual's way."""
        brush = self.brush
        if brush.sides is None:
            return super().render_lines(crop)
        return plain_lines(self, crop, brush.base, brush.background, brush.sides)


def sides_of(widget: Widget) -> tuple[int, int] | None:
    """Blank cells left and right of what the widget renders; None where there is more around it."""
    gutter, padding = widget.gutter, widget.styles.padding
    return (padding.left, padding.right) if gutter == padding and not gutter.height else None


def plain_lines(
    widget: Widget, crop: Region, base: Style, background: Color, sides: tuple[int, int] = (0, 0)
) -> list[Strip]:
    """The cropped lines, straight from `render_line`: Textual's own way asks the styles of every ancestor a line."""
    # No cell is in the terminal's own sixteen colours, so nothing needs translating.
    filters = [each for each in widget.get_line_filters() if not isinstance(each, ANSIToTruecolor)]
    strips = []
    for y in crop.line_range:
        strip = widget.render_line(y)
        if sides != (0, 0):
            left, right = (Segment(" " * cells, Style(bgcolor=base.bgcolor)) for cells in sides)
            strip = Strip([left, *strip, right])
        for filtering in filters:
            strip = strip.apply_filter(filtering, background)
        whole = crop.x == 0 and crop.right == strip.cell_length
        strips.append(strip if whole else strip.crop_extend(crop.x, crop.right, base))
    return strips


def mark(widget: Widget, *cells: Region) -> None:
    """These cells have changed, one region at least. The screen is told at once; `refresh` takes three messages to it.

    A screen that is about to send what it paints needs no reminder of its own to do so.
    """
    widget._set_dirty(*cells)
    if widget.is_attached:
        screen = widget.screen
        screen._dirty_widgets.add(widget)
        if not getattr(screen, "sends_itself", False):
            screen.check_idle()
