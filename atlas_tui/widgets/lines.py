"""A block of lines that repaints only the cells that changed."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.theme import Theme

from atlas_tui.formats import to_ascii
from atlas_tui.lines import Line
from atlas_tui.theming import Palette, palette_of


class Lines(ScrollView, inherit_bindings=False):
    """Shows lines of cells; longer blocks scroll."""

    DEFAULT_CSS = """
    Lines {
        height: 1;
        overflow-x: hidden;
        overflow-y: hidden;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  (Textual's own)
        super().__init__(id=id, classes=classes)
        self._shown: tuple[Line, ...] = ()
        self._palette: Palette | None = None

    @property
    def shown(self) -> tuple[Line, ...]:
        """The lines on the screen."""
        return self._shown

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines; only what differs is painted."""
        before, self._shown = self._shown, tuple(lines)
        if len(before) != len(self._shown):
            self.virtual_size = Size(self.size.width, len(self._shown))
        for y in range(max(len(before), len(self._shown))):
            old = before[y] if y < len(before) else ()
            new = self._shown[y] if y < len(self._shown) else ()
            if old != new:
                start, end = _changed(old, new, self.size.width)
                self._dirty(Region(start, y, end - start, 1))

    def on_mount(self) -> None:
        """Repaint with every new theme."""
        self.app.theme_changed_signal.subscribe(self, self._on_theme)

    def on_resize(self) -> None:
        """The block is as wide as the widget."""
        self.virtual_size = Size(self.size.width, len(self._shown))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Line `y` of what is in view."""
        base, width = self.rich_style, self.size.width
        index = y + self.scroll_offset.y
        if not 0 <= index < len(self._shown):
            return Strip.blank(width, base)
        palette = self._paint()
        segments = [Segment(self._printable(cell.text), palette.style(cell.role)) for cell in self._shown[index]]
        return Strip(segments).adjust_cell_length(width, base).apply_style(base)

    def _paint(self) -> Palette:
        if self._palette is None:
            self._palette = palette_of(self.app)
        return self._palette

    def _printable(self, text: str) -> str:
        clean = text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)
        return to_ascii(clean) if self._paint().ascii_only else clean

    def _dirty(self, cells: Region) -> None:
        shown = cells.translate((0, -self.scroll_offset.y))
        if 0 <= shown.y < self.size.height and shown.width > 0:
            self.refresh(shown)

    def _on_theme(self, _theme: Theme) -> None:
        self._palette = None
        self.refresh()


def _changed(old: Line, new: Line, width: int) -> tuple[int, int]:
    """From which cell to which the line differs; to the end of the line when its shape differs."""
    start = 0
    for was, now in zip(old, new, strict=False):
        if was != now:
            break
        start += cell_len(was.text)
    if [cell_len(cell.text) for cell in old] != [cell_len(cell.text) for cell in new]:
        return min(start, width), width
    end = sum(cell_len(cell.text) for cell in new)
    for was, now in zip(reversed(old), reversed(new), strict=True):
        if was != now:
            break
        end -= cell_len(now.text)
    return min(start, width), min(max(start, end), width)
