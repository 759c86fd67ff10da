"""What the Backtest screen shows: the question, its progress, both results with their trades, the bars around one."""

from collections.abc import Iterable
from typing import Final

from textual.containers import Container
from textual.widget import Widget

from atlas_tui.backtest.asking import heading, pair_lines, question_lines, running_lines
from atlas_tui.backtest.book import Book, columns
from atlas_tui.backtest.drawing import chart_of, fact_lines, title_of
from atlas_tui.backtest.model import Backtest
from atlas_tui.backtest.talk import Drawn, Page
from atlas_tui.lines import GAP, Line, Part, fitting, rule
from atlas_tui.options import ConsoleOptions
from atlas_tui.screens.charted import Charted
from atlas_tui.screens.over import Over
from atlas_tui.widgets.chart import StratChart
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.long_table import LongTable
from atlas_tui.widgets.table_rows import Cell
from core.domain.snapshot import Snapshot

BESIDE: Final = 110
"""Cells from which the trades stand beside the figures."""
_TRADES: Final = 54
_KEYS: Final = {
    "empty": ((1, "enter", "look again"), (0, "q", "back")),
    "asking": ((1, "enter", "run"), (2, "s d b l", "change"), (3, "i", "type it"), (0, "q", "back")),
    "running": ((0, "c", "cancel"),),
    "figures": (
        (2, "j k", "scroll"), (1, "tab", "trades"), (1, "v", "other result"), (3, "n", "ask anew"), (0, "q", "back"),
    ),
    "trades": (
        (1, "enter", "bars"), (1, "tab", "figures"), (1, "v", "other result"), (3, "n", "ask anew"), (0, "q", "back"),
    ),
    "bars": (
        (1, "[ ]", "trade"), (2, "h l", "bar"), (3, "+ -", "zoom"), (4, "< >", "timeframe"), (5, "H L", "pan"),
        (0, "esc", "back"),
    ),
}  # fmt: skip


def _nothing() -> None:
    """Nobody looks."""


class BacktestBody(Charted, Over):
    """Paints a `Backtest`; what its keys do is the screen's own."""

    def __init__(self, snapshot: Snapshot, options: ConsoleOptions, backtest: Backtest) -> None:
        super().__init__(snapshot, options)
        self.backtest = backtest
        self._listed: object = None
        self._charted: Drawn | None = None

    def body(self) -> Iterable[Widget]:
        """Title and pair, then trades and figures, or a chart with its facts."""
        yield Lines(id="bt-title")
        yield Lines(id="bt-pair")
        with Container(id="bt-body"):
            yield LongTable(id="bt-trades")
            yield Lines(id="bt-page")
            yield StratChart(id="bt-chart")
        yield Lines(id="bt-facts")

    def on_mount(self) -> None:
        """Hear of every change from now on; what is stored is looked at anew before a question."""
        self.backtest.changed = self.repaint
        if self.backtest.state == "asking":
            self.backtest.look()
        super().on_mount()

    def on_unmount(self) -> None:
        """The backtest goes on unseen, and says when it is over; its screen will be where it was left."""
        backtest, stage = self.backtest, self.stage

        def over() -> None:
            if backtest.state != "running" and stage is not None and stage.is_mounted:
                backtest.changed = _nothing
                key = stage.act_named("backtest").shown
                stage.say(f"the backtest is {'done' if backtest.found else 'refused'}: {key} shows it")

        backtest.changed = over if backtest.state == "running" else _nothing

    def on_live_table_highlighted(self) -> None:
        """Another trade is meant."""
        self.backtest.place = max(0, self.table.cursor_row)

    def repaint(self) -> None:
        """Bars and body."""
        super().repaint()
        if self.is_mounted and self.size.width:
            self._paint()

    @property
    def page(self) -> Lines:
        """The question, the progress, or the figures."""
        return self.query_one("#bt-page", Lines)

    @property
    def table(self) -> LongTable:
        """The trades."""
        return self.query_one(LongTable)

    def keys(self, width: int) -> Line:
        """The keys of this state."""
        state, stored = self.backtest.state, self.backtest.stored
        empty = state == "asking" and stored is not None and not stored.series
        named = _KEYS["empty" if empty else self.backtest.view if state == "found" else state]
        return fitting([Part(rank, (Cell(keys, "brand bold"), Cell(f" {text}"))) for rank, keys, text in named], width)

    def _paint(self) -> None:
        backtest, width = self.backtest, self.size.width
        is_found, on_bars = backtest.state == "found", backtest.state == "found" and backtest.view == "bars"
        beside = is_found and not on_bars and width >= BESIDE
        self.table.display = is_found and not on_bars and (beside or backtest.view == "trades")
        self.page.display = not on_bars and (beside or not is_found or backtest.view == "figures")
        self.chart.display = on_bars
        list_width = _TRADES if beside else width
        room = width - _TRADES if beside else width
        self.table.styles.width, self.page.styles.width = list_width, room
        if is_found:
            self.set_focus(self.table if self.table.display and backtest.view == "trades" else None)
            self._list(list_width)
        if on_bars:
            self._paint_trade()
        elif is_found:
            self._paint_figures(room)
        else:
            self._paint_question(room)

    def _paint_question(self, room: int) -> None:
        """The question, or how far its run is."""
        backtest = self.backtest
        self.put("bt-title", [rule(" Backtest ", self.size.width, "brand bold")])
        self.put("bt-pair", [])
        self.put("bt-facts", [])
        if backtest.state == "running":
            lines = running_lines(backtest.progress, room - 3)
        else:
            where = self.options.state_words
            lines = question_lines(backtest.choice, backtest.stored, backtest.why, where, room - 3)
        self.page.show([(), *((GAP, *line) for line in lines)])

    def _paint_pair(self) -> None:
        """Both results, always together."""
        found, width = self.backtest.found, self.size.width
        if found is not None:
            self.put("bt-title", [heading(found, width)])
            pair = pair_lines((found.first, found.second), self.backtest.result, width - 2)
            self.put("bt-pair", [(GAP, *line) for line in pair])

    def _paint_figures(self, room: int) -> None:
        backtest = self.backtest
        self._paint_pair()
        self.put("bt-facts", [])
        lines = backtest.page(Page(backtest.result, room - 3, self.options.masked))
        self.page.show([(GAP, *line) for line in lines or ((Cell("▒ drawing", "setup"),),)])

    def _list(self, width: int) -> None:
        """The trades, anew where others are shown or the columns are others."""
        backtest, shown = self.backtest, columns(width - 1)
        listed = (id(backtest.found), backtest.result, shown)
        if listed != self._listed:
            self._listed = listed
            self.table.empty_text = "No trade: nothing passed every gate on these bars."
            self.table.show_rows(
                shown, Book(backtest.trades(backtest.result), shown, self.options.zone), backtest.place
            )

    def _paint_trade(self) -> None:
        """The bars around the trade, once they are there; no figure of a result stands beside them."""
        drawn, width = self.backtest.drawn, self.size.width
        if drawn is None or drawn.around.result != self.backtest.result:
            return
        if drawn is not self._charted:
            self._charted = drawn
            self.chart.action_unmark()
            self.chart.show(chart_of(drawn, self.options.zone))
        shown = self.chart.model.timeframe
        other = "" if shown == drawn.trade.position.timeframe else f"chart {shown} "
        title = title_of(drawn, len(self.backtest.trades(self.backtest.result)))
        self.put("bt-title", [rule(f" {title} ", width, "brand bold", (Cell(other, "open bold"),))])
        self.put("bt-pair", [])
        self.put("bt-facts", [(GAP, *line) for line in fact_lines(drawn, self.options.zone, width - 2)])
