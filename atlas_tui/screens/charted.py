"""A window that shows a chart: the chart's keys, in one place."""

from typing import Literal

from atlas_tui.screens.guest import Guest
from atlas_tui.widgets.chart import StratChart


class Charted(Guest):
    """Has one chart."""

    @property
    def chart(self) -> StratChart:
        """The chart."""
        return self.query_one(StratChart)

    def action_bar(self, delta: int) -> None:
        """Mark another bar."""
        self.chart.action_bar(delta)

    def action_pan(self, halves: int) -> None:
        """Half screens to and fro."""
        self.chart.action_pan(halves)

    def action_edge(self, where: Literal["top", "bottom"]) -> None:
        """To the oldest bars, or back to the newest."""
        self.chart.action_edge(where)

    def action_zoom(self, delta: int) -> None:
        """Wider or narrower candles."""
        self.chart.action_zoom(delta)
