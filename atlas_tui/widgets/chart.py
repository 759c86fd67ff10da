"""The candle chart on the screen: it repaints what changed of each row."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Literal

from rich.segment import Segment
from rich.style import Style
from textual.events import Click
from textual.geometry import Region
from textual.strip import Strip
from textual.theme import Theme
from textual.widget import Widget

from atlas_tui.chart.drawing import ChartCell, ChartModel, render
from atlas_tui.chart.layout import layout_of
from atlas_tui.chart.model import index_of
from atlas_tui.chart.window import Window
from atlas_tui.theming import palette_of
from atlas_tui.widgets.brush import mark, plain_lines
from atlas_tui.widgets.table_rows import printable
from core.domain.timeframes import SCANNED, Timeframe

Cells = tuple[tuple[ChartCell, ...], ...]


class StratChart(Widget):
    """A chart of one series. It binds no key: the screen's keymap calls its actions."""

    DEFAULT_CSS = """
    StratChart { width: 1fr; height: 1fr; }
    """

    def __init__(
        self,
        model: ChartModel | None = None,
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002  (Textual's own name for it)
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._model = model or ChartModel()
        self._cells: Cells = ()
        self._strips: dict[int, Strip] = {}
        self._ground: Style | None = None
        self._live = self._model
        self._held: ChartModel | None = None
        self._window = Window()
        self._chosen: tuple[str, Timeframe] | None = None

    @property
    def model(self) -> ChartModel:
        """What is shown: what was given to `show`, with the bars of a frozen moment while there is one."""
        return self._model

    @property
    def window(self) -> Window:
        """The view of it."""
        return self._window

    @property
    def cursor(self) -> int | None:
        """Index of the bar marked by `action_bar`; None while none is."""
        return index_of(self._model.bars, self._window.marked)

    @property
    def is_frozen(self) -> bool:
        """Do the bars stand still?"""
        return self._held is not None

    @property
    def follows(self) -> bool:
        """Is the newest bar shown, and the next one when it comes?"""
        return self._held is None and self._window.follows

    def show(self, model: ChartModel) -> None:
        """Show this; only rows that differ from what is on the screen are painted again.

        Another series is seen from its live end, with no bar marked; the zoom stays.
        """
        if (model.symbol, model.timeframe) != (self._live.symbol, self._live.timeframe):
            self._window, self._held = Window(self._window.pitch), None
        self._live = model
        shown = model if self._held is None else _frozen(self._held, model)
        if shown != self._model:
            self._model = shown
            self._update()

    def timeframe_for(self, key: str) -> Timeframe | None:
        """The timeframe chosen with `action_timeframe` while the row of this key was shown; another row forgets it."""
        if self._chosen is not None and self._chosen[0] != key:
            self._chosen = None
        return self._chosen[1] if self._chosen else None

    def action_bar(self, delta: int) -> None:
        """Mark the bar so many bars later (earlier when below 0); the first press marks the newest in view."""
        self._look(self._window.moved(self._model, *self.size, delta))

    def action_pan(self, halves: int) -> None:
        """So many half screens later, or earlier when below 0."""
        self._look(self._window.panned(self._model, *self.size, halves))

    def action_edge(self, where: Literal["top", "bottom"]) -> None:
        """To the oldest bars, or back to the live end."""
        self._look(self._window.at_edge(self._model, *self.size, where))

    def action_unmark(self) -> None:
        """Mark no bar; the newest ones are in view again."""
        self._look(Window(self._window.pitch))

    def action_zoom(self, delta: int) -> None:
        """Wider candles when above 0, narrower ones when below, the width's choice at 0."""
        self._look(self._window.zoomed(self._model, *self.size, delta))

    def action_timeframe(self, key: str, delta: int) -> str:
        """Choose a longer or shorter timeframe for the row of this key; the screen then shows its bars.

        Returns:
            A sentence where there is none; otherwise nothing.
        """
        shown = self._live.timeframe
        at = SCANNED.index(shown) if shown in SCANNED else 0
        wanted = SCANNED[min(len(SCANNED) - 1, max(0, at + delta))]
        if wanted == shown:
            return f"{wanted} is the {'longest' if delta > 0 else 'shortest'} timeframe"
        self._chosen = key, wanted
        return ""

    def action_freeze(self, at: datetime) -> str:
        """Let the bars and the price in the chart stand still as they are, or go on at the live end.

        Returns:
            What was done, or why not, in a sentence.
        """
        if self._held is not None:
            self._held, self._model = None, self._live
            self._look(replace(self._window, newest=None))
            return "the chart follows the live price"
        if not self._live.bars:
            return "there are no bars to freeze"
        clock = self._live.display_zone.hour_minute(at)
        self._held = self._model = replace(self._live, tag=f"FROZEN {clock}")
        self._update()
        return f"frozen at {clock}; prices elsewhere go on"

    def on_click(self, event: Click) -> None:
        """Mark the bar under the mouse."""
        shown = self._window.over(self._model)
        layout = layout_of(shown, *self.size) if shown.bars else None
        at = layout.bar_at(event.x) if layout else None
        if at is not None:
            self._look(replace(self._window, marked=shown.bars[at].start))

    def on_mount(self) -> None:
        """Repaint with every new theme."""
        self.app.theme_changed_signal.subscribe(self, self._on_theme)

    def on_resize(self) -> None:
        """Lay it out anew."""
        self._update()

    def notify_style_update(self) -> None:
        """The ground the cells lie on may be another."""
        super().notify_style_update()
        self._forget()

    @property
    def ground(self) -> Style:
        """What the cells lie on; Textual would ask the styles of every ancestor for it, for every line."""
        if self._ground is None:
            self._ground = self.rich_style
        return self._ground

    def _forget(self) -> None:
        self._ground = None
        self._strips.clear()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines, without Textual's detour."""
        return plain_lines(self, crop, self.ground, self.background_colors[1])

    def render_line(self, y: int) -> Strip:
        """Line `y`, from the cells of the last change."""
        width = self.size.width
        if len(self._cells) != self.size.height or (self._cells and len(self._cells[0]) != width):
            self._cells, self._strips = self._draw(), {}
        if y >= len(self._cells):
            return Strip.blank(width, self.ground)
        if y not in self._strips:
            self._strips[y] = _strip_of(self._cells[y], self.ground)
        return self._strips[y]

    def _update(self) -> None:
        """Draw, compare, and mark the rows that differ."""
        if not self.size.area:
            return
        before, self._cells = self._cells, self._draw()
        if len(before) != len(self._cells) or len(before[0]) != self.size.width:
            self._strips.clear()
            self.refresh()
            return
        changed: list[Region] = []
        for y, (was, now) in enumerate(zip(before, self._cells, strict=True)):
            if was != now:
                self._strips.pop(y, None)
                places = [x for x, pair in enumerate(zip(was, now, strict=True)) if pair[0] != pair[1]]
                changed.append(Region(places[0], y, places[-1] - places[0] + 1, 1))
        if changed:
            mark(self, *changed)

    def _draw(self) -> Cells:
        return render(self._window.over(self._model), self.size.width, self.size.height, palette_of(self.app))

    def _look(self, window: Window) -> None:
        self._window = window
        self._update()

    def _on_theme(self, _theme: Theme) -> None:
        self._forget()
        self._cells = ()
        self.refresh()


def _frozen(held: ChartModel, live: ChartModel) -> ChartModel:
    """The market as it was, with the levels, marks and fills that are known now."""
    cursor = live.cursor
    if cursor is not None and 0 <= cursor < len(live.bars):
        cursor = index_of(held.bars, live.bars[cursor].start)
    return replace(
        live,
        bars=held.bars,
        kinds=held.kinds,
        forming=held.forming,
        last=held.last,
        stale=held.stale,
        cursor=cursor,
        tag=held.tag,
    )


def _strip_of(cells: tuple[ChartCell, ...], ground: Style) -> Strip:
    """One segment for each run of cells of one style, on the ground."""
    segments: list[Segment] = []
    start = 0
    for index in range(1, len(cells) + 1):
        if index == len(cells) or cells[index][1:] != cells[start][1:]:
            text = printable("".join(cell.char for cell in cells[start:index]))
            segments.append(Segment(text, _style_of(ground, *cells[start][1:])))
            start = index
    return Strip(segments, len(cells))


@lru_cache(maxsize=256)
def _style_of(ground: Style, fg: str | None, bg: str | None, bold: bool, reverse: bool) -> Style:
    return ground + Style(color=fg, bgcolor=bg, bold=bold or None, reverse=reverse or None)
