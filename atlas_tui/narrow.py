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

from atlas_tui.mirror import Mirror, Piece

Span = tuple[int, int, int]
"""Row, first column, and the column after the last."""


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
        return NarrowUpdate(
            piece
            for y, start, stop in self._regions_to_spans(regions)
            if 0 <= y < self.size.height
            for piece in self._pieces(y, max(0, start), min(stop, self.size.width))
        )

    def _pieces(self, y: int, start: int, stop: int) -> Iterator[Piece]:
        """What is shown of a row: each cell by the topmost widget there."""
        free = [(start, stop)] if start < stop else []
        for widget, (region, clip) in self.visible_widgets.items():
            if not free:
                return
            shown = region.intersection(clip)
            if not shown.y <= y < shown.bottom:
                continue
            left: list[tuple[int, int]] = []
            line: Strip | None = None
            for first, last in free:
                low, high = max(first, shown.x), min(last, shown.right)
                if low >= high:
                    left.append((first, last))
                    continue
                if line is None:
                    line = widget.render_lines(Region(0, y - region.y, region.width, 1))[0]
                yield Piece(y, low, line.crop(low - region.x, high - region.x))
                left.extend(part for part in ((first, low), (high, last)) if part[0] < part[1])
            free = left


def narrowed(update: RenderableType | None, mirror: Mirror) -> RenderableType | None:
    """A partial update as what the terminal does not show yet; after anything else nothing of it is known."""
    if isinstance(update, NarrowUpdate):
        return update.over(mirror)
    if type(update) is ChopsUpdate:
        return NarrowUpdate(_pieces_of(update), mirror)
    if update is not None:
        mirror.forget()
    return update


def _pieces_of(update: ChopsUpdate) -> Iterator[Piece]:
    """The changed cells of an update of Textual's own."""
    for y, start, stop in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x < stop and end > start:
                first = max(x, start)
                yield Piece(y, first, strip.crop(first - x, min(end, stop) - x))
