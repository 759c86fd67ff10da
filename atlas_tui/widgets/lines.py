"""A block of lines that repaints only the cells that changed."""

from collections.abc import Sequence
from itertools import zip_longest

from rich.cells import cached_cell_len as cell_len
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.theme import Theme

from atlas_tui.lines import Line
from atlas_tui.widgets.brush import Painted


class Lines(Painted, inherit_bindings=False):
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

    @property
    def shown(self) -> tuple[Line, ...]:
        """The lines on the screen."""
        return self._shown

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines; only what differs is painted."""
        before, self._shown = self._shown, tuple(lines)
        if before == self._shown:
            return
        if len(before) != len(self._shown):
            self.span(len(self._shown))
        (width, height), top = self.size, self.scroll_offset.y
        changed = [
            Region(start, y - top, end - start, 1)
            for y, (old, new) in enumerate(zip_longest(before, self._shown, fillvalue=()))
            if old != new and 0 <= y - top < height
            for start, end in _changed(old, new, width)
            if start < end
        ]
        if changed:
            self.mark(*changed)

    def on_mount(self) -> None:
        """Repaint with every new theme."""
        self.app.theme_changed_signal.subscribe(self, self._on_theme)

    def on_resize(self) -> None:
        """The block is as wide as the widget."""
        self.span(len(self._shown))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Line `y` of what is in view."""
        brush, width = self.brush, self.size.width
        index = y + self.scroll_offset.y
        if not 0 <= index < len(self._shown):
            return Strip.blank(width, brush.base)
        segments = [brush.segment(cell) for cell in self._shown[index]]
        length = sum(cell_len(segment.text) for segment in segments)
        if length > width:
            return Strip(segments, length).adjust_cell_length(width, brush.base)
        if length < width:
            segments.append(Segment(" " * (width - length), brush.base))
        return Strip(segments, width)

    def _on_theme(self, _theme: Theme) -> None:
        self.forget_brush()
        self.refresh()


def _changed(old: Line, new: Line, width: int) -> list[tuple[int, int]]:
    """From which cell to which the line differs, run by run; to its end where the shape differs."""
    lengths = [cell_len(cell.text) for cell in new]
    runs: list[tuple[int, int]] = []
    x = 0
    if [cell_len(cell.text) for cell in old] != lengths:
        for was, now, length in zip(old, new, lengths, strict=False):
            if was != now:
                break
            x += length
        return [(min(x, width), width)]
    for was, now, length in zip(old, new, lengths, strict=True):
        if was != now:
            start = x + (_common(was.text, now.text) if was.role == now.role else 0)
            if runs and runs[-1][1] == start:
                runs[-1] = (runs[-1][0], x + length)
            else:
                runs.append((start, x + length))
        x += length
    return [(min(start, width), min(end, width)) for start, end in runs]


def _common(old: str, new: str) -> int:
    """How many characters at the beginning are the same; 0 where one of them may be wider than a cell."""
    if not (old.isascii() and new.isascii()):
        return 0
    return next((at for at, (was, now) in enumerate(zip(old, new, strict=True)) if was != now), len(new))
