"""What the user looks at of a series: how far in, how far back, and which bar is marked. Every key gives another value.

Bars are named by their start, so that a window stays where it is while new bars come and old ones go.
"""

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from atlas_tui.chart.layout import PITCHES, Layout, layout_of
from atlas_tui.chart.model import ChartModel, index_of

_LOOK_AHEAD: Final = 3
"""Bars that stay in view beyond the marked one, where there are any."""


@dataclass(frozen=True, slots=True)
class Window:
    """A view of a series.

    Attributes:
        pitch: cells a candle takes; 0 lets the width decide.
        newest: start of the last bar in view; None follows the live end.
        marked: start of the marked bar; None while none is.
    """

    pitch: int = 0
    newest: datetime | None = None
    marked: datetime | None = None

    @property
    def follows(self) -> bool:
        """Is the live end in view, and will it stay there?"""
        return self.newest is None

    def over(self, model: ChartModel) -> ChartModel:
        """The model as seen through this window; the mark of the user goes before the model's own."""
        marked = index_of(model.bars, self.marked)
        newest = None
        if self.newest is not None:
            newest = max(0, bisect_right(model.bars, self.newest, key=lambda bar: bar.start) - 1)
        return replace(
            model,
            pitch=self.pitch or model.pitch,
            newest=newest,
            cursor=model.cursor if marked is None else marked,
            told=model.told or marked is not None,
        )

    def moved(self, model: ChartModel, width: int, height: int, bars: int) -> "Window":
        """The mark so many bars later (earlier when below 0); the first move marks a bar.

        It is the one the model points at, or else the newest in view.
        """
        if not model.bars:
            return self
        end = len(model.bars) - 1
        now = index_of(model.bars, self.marked)
        if now is None:
            layout = self._layout(model, width, height)
            shown = range(layout.first, layout.last + 1) if layout else range(end, end + 1)
            wanted = model.cursor if model.cursor is not None and model.cursor in shown else shown[-1]
        else:
            wanted = min(end, max(0, now + bars))
        return replace(self, marked=model.bars[wanted].start)._seeing(model, width, height, wanted)

    def panned(self, model: ChartModel, width: int, height: int, halves: int) -> "Window":
        """So many half screens later (earlier when below 0); the mark goes along, the live end is followed again."""
        layout = self._layout(model, width, height)
        if layout is None:
            return self
        shift = halves * max(1, len(layout.lefts) // 2)
        marked = index_of(model.bars, self.marked)
        if marked is not None:
            marked = min(len(model.bars) - 1, max(0, marked + shift))
        found = self._ending(model, max(len(layout.lefts) - 1, layout.last + shift))
        return found if marked is None else replace(found, marked=model.bars[marked].start)

    def zoomed(self, model: ChartModel, width: int, height: int, steps: int) -> "Window":
        """Wider candles when above 0, narrower when below, the width's choice at 0; the marked bar stays in view."""
        layout = self._layout(model, width, height)
        if steps == 0 or layout is None:
            return replace(self, pitch=0)
        at = PITCHES.index(layout.pitch) + steps
        found = replace(self, pitch=PITCHES[min(len(PITCHES) - 1, max(0, at))])
        marked = index_of(model.bars, self.marked)
        return found if marked is None else found._seeing(model, width, height, marked)

    def at_edge(self, model: ChartModel, width: int, height: int, where: Literal["top", "bottom"]) -> "Window":
        """To the oldest bars, or to the live end; a mark goes along."""
        layout = self._layout(model, width, height)
        if layout is None:
            return replace(self, newest=None)
        wanted = 0 if where == "top" else len(model.bars) - 1
        found = self._ending(model, len(layout.lefts) - 1 if where == "top" else wanted)
        return found if self.marked is None else replace(found, marked=model.bars[wanted].start)

    def _layout(self, model: ChartModel, width: int, height: int) -> Layout | None:
        return layout_of(self.over(model), width, height) if model.bars else None

    def _seeing(self, model: ChartModel, width: int, height: int, wanted: int) -> "Window":
        """Panned as little as brings this bar, and a few beyond it, into view."""
        layout = replace(self, marked=None)._layout(replace(model, cursor=None), width, height)
        if layout is None:
            return self
        count = len(layout.lefts)
        margin = min(_LOOK_AHEAD, count // 4)
        last = min(max(layout.last, wanted + margin), wanted - margin + count - 1)
        return self if last == layout.last else self._ending(model, max(count - 1, last))

    def _ending(self, model: ChartModel, last: int) -> "Window":
        """With this bar the last in view; the live end is followed once it is in view.

        A model that points at a bar of its own opens there, not at the live end, so its end has to be held.
        """
        end = len(model.bars) - 1
        follows = last >= end and model.cursor is None
        return replace(self, newest=None if follows else model.bars[min(last, end)].start)
