"""Partial updates that render and send the cells that changed, and no more.

Textual's own render every widget between the topmost and the lowest change, and send from the left edge of the widget:
one changed price then costs the whole screen's rendering and a row of bytes.
"""

from collections.abc import Iterable, Iterator

from rich.color import ColorSystem
from rich.console import Console, RenderableType
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from atlas_tui.glass.mirror import Mirror, Piece

Rows = dict[int, list[tuple[int, int]]]
"""By row: first column, and the column after the last, of every stretch that changed."""


class NarrowUpdate(ChopsUpdate):
    """Pieces of rows, of which a mirror sends what is not shown already."""

    def __init__(self, pieces: Iterable[Piece], mirror: Mirror | None = None) -> None:
        super().__init__([], [], [])
        self.pieces = tuple(pieces)
        self._mirror = mirror or Mirror()

    def over(self, mirror: Mirror) -> "NarrowUpdate":
        """The same update of a terminal that shows what the mirror knows."""
        return NarrowUpdate(self.pieces, mirror)

    def render_segments(self, console: Console) -> str:
        """Terminal sequences."""
        return self._mirror.sequence(self.pieces, console._color_system or ColorSystem.TRUECOLOR)


class NarrowCompositor(Compositor):
    """Renders the lines of the widgets that a change touches, not those of all widgets around."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """The changed cells; None when nothing changed."""
        regions = self._dirty_regions.copy()
        self._dirty_regions.clear()
        if not regions:
            return None
        rows: Rows = {}
        for y, start, stop in self._regions_to_spans(regions):
            if 0 <= y < self.size.height and max(0, start) < min(stop, self.size.width):
                rows.setdefault(y, []).append((max(0, start), min(stop, self.size.width)))
        panes = [_Pane(widget, region, clip, rows) for widget, (region, clip) in self.visible_widgets.items()]
        return NarrowUpdate(piece for y in rows for span in rows[y] for piece in _pieces(panes, y, span))


class _Pane:
    """A widget where it is shown; a run of changed lines is rendered in one call."""

    def __init__(self, widget: Widget, region: Region, clip: Region, rows: Rows) -> None:
        self.shown = region.intersection(clip)
        self._widget, self._region, self._rows = widget, region, rows
        self._lines: dict[int, Strip] = {}

    def line(self, y: int) -> Strip:
        """What the widget shows in a row of the screen, whole."""
        if y not in self._lines:
            end = y + 1
            while end < self.shown.bottom and self._is_touched(end):
                end += 1
            crop = Region(0, y - self._region.y, self._region.width, end - y)
            self._lines.update(enumerate(self._widget.render_lines(crop), y))
        return self._lines[y]

    def piece(self, y: int, first: int, last: int) -> Piece:
        """Some cells of a row."""
        return Piece(y, self._region.x, self.line(y), first, last)

    def _is_touched(self, y: int) -> bool:
        return any(start < self.shown.right and stop > self.shown.x for start, stop in self._rows.get(y, ()))


def _pieces(panes: Iterable[_Pane], y: int, span: tuple[int, int]) -> Iterator[Piece]:
    """What is shown of a row: each cell by the topmost widget there."""
    free = [span]
    for pane in panes:
        if not free:
            return
        shown = pane.shown
        if not shown.y <= y < shown.bottom:
            continue
        left: list[tuple[int, int]] = []
        for first, last in free:
            low, high = max(first, shown.x), min(last, shown.right)
            if low >= high:
                left.append((first, last))
                continue
            yield pane.piece(y, low, high)
            left.extend(part for part in ((first, low), (high, last)) if part[0] < part[1])
        free = left


def narrowed(update: RenderableType | None, mirror: Mirror) -> RenderableType | None:
    """A partial update as what the terminal does not show yet; after anything else nothing of it is known."""
    if isinstance(update, NarrowUpdate):
        return update.over(mirror)
    if type(update) is ChopsUpdate:
        return NarrowUpdate(_cut(update), mirror)
    if update is not None:
        mirror.forget()
    return update


def _cut(update: ChopsUpdate) -> Iterator[Piece]:
    """The changed cells of an update of Textual's own."""
    for y, start, stop in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x < stop and end > start:
                yield Piece(y, x, strip, max(x, start), min(end, stop))
