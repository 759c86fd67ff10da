"""The candle chart on the screen: it repaints what changed of each row."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.theme import Theme
from textual.widget import Widget

from atlas_tui.chart import ChartCell, ChartModel, render
from atlas_tui.theming import palette_of

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
        self._pitch = 0
        self._marked: datetime | None = None

    @property
    def model(self) -> ChartModel:
        """What is shown, as it was given to `show`."""
        return self._model

    @property
    def cursor(self) -> int | None:
        """Index of the bar marked by `action_bar`; None while none is."""
        bars = self._model.bars
        return next((index for index, bar in enumerate(bars) if bar.start == self._marked), None)

    def show(self, model: ChartModel) -> None:
        """Show this; only rows that differ from what is on the screen are painted again."""
        if model != self._model:
            self._model = model
            self._update()

    def action_bar(self, delta: int) -> None:
        """Mark the bar so many bars later (earlier when below 0); the first press marks the newest."""
        bars = self._model.bars
        if bars:
            now = self.cursor
            wanted = len(bars) - 1 if now is None else min(len(bars) - 1, max(0, now + delta))
            self._marked = bars[wanted].start
            self._update()

    def action_unmark(self) -> None:
        """Mark no bar; the newest ones are in view again."""
        self._marked = None
        self._update()

    def action_zoom(self, delta: int) -> None:
        """Wide candles when above 0, narrow ones when below, the width's choice at 0."""
        self._pitch = 4 if delta > 0 else 2 if delta < 0 else 0
        self._update()

    def on_mount(self) -> None:
        """Repaint with every new theme."""
        self.app.theme_changed_signal.subscribe(self, self._on_theme)

    def on_resize(self) -> None:
        """Lay it out anew."""
        self._update()

    def notify_style_update(self) -> None:
        """The ground the cells lie on may be another."""
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """Line `y`, from the cells of the last change."""
        width = self.size.width
        if len(self._cells) != self.size.height or (self._cells and len(self._cells[0]) != width):
            self._cells, self._strips = self._draw(), {}
        if y >= len(self._cells):
            return Strip.blank(width, self.rich_style)
        if y not in self._strips:
            self._strips[y] = _strip_of(self._cells[y]).apply_style(self.rich_style)
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
        for y, (was, now) in enumerate(zip(before, self._cells, strict=True)):
            if was != now:
                self._strips.pop(y, None)
                changed = [x for x, pair in enumerate(zip(was, now, strict=True)) if pair[0] != pair[1]]
                self.refresh(Region(changed[0], y, changed[-1] - changed[0] + 1, 1))

    def _draw(self) -> Cells:
        model = self._model
        if self._pitch or self._marked is not None:
            model = replace(model, pitch=self._pitch or model.pitch, cursor=self.cursor)
        return render(model, self.size.width, self.size.height, palette_of(self.app))

    def _on_theme(self, _theme: Theme) -> None:
        self._strips.clear()
        self._cells = ()
        self.refresh()


def _strip_of(cells: tuple[ChartCell, ...]) -> Strip:
    """One segment for each run of cells of one style."""
    segments: list[Segment] = []
    start = 0
    for index in range(1, len(cells) + 1):
        if index == len(cells) or cells[index][1:] != cells[start][1:]:
            text = "".join(cell.char for cell in cells[start:index])
            segments.append(Segment(text, _style_of(*cells[start][1:])))
            start = index
    return Strip(segments, len(cells))


@lru_cache(maxsize=256)
def _style_of(fg: str | None, bg: str | None, bold: bool, reverse: bool) -> Style:
    return Style(color=fg, bgcolor=bg, bold=bold or None, reverse=reverse or None)
