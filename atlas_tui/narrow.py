"""Partial updates that begin where the change begins.

Textual's own begin at the left edge of the widget, so that one changed price at the end of a row sends the whole row
down the line. Over a slow connection that is most of the traffic.
"""

from rich.console import Console, RenderableType
from textual._compositor import ChopsUpdate
from textual.strip import Strip


class NarrowUpdate(ChopsUpdate):
    """The same update, each span cut at both ends."""

    def render_segments(self, console: Console) -> str:
        """Terminal sequences: for each changed span a move of the cursor and the cells of the span, no more."""
        found: list[str] = []
        for y, start, stop in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is not None and x < stop and end > start:
                    first = max(x, start)
                    found.append(f"\x1b[{y + 1};{first + 1}H")
                    found.append(_cut(strip, first - x, min(end, stop) - x).render(console))
        return "".join(found)


def _cut(strip: Strip, start: int, stop: int) -> Strip:
    return strip if start == 0 and stop >= strip.cell_length else strip.crop(start, stop)


def narrowed(update: RenderableType | None) -> RenderableType | None:
    """A partial update, narrowed; anything else as it is."""
    if type(update) is ChopsUpdate:
        return NarrowUpdate(update.chops, update.spans, update.chop_ends)
    return update
