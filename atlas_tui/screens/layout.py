"""Where the console's panes are, by size and tab."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.geometry import Size

from atlas_tui.acts.finding import leave_filter, type_filter
from atlas_tui.acts.stage import Act, Stage
from atlas_tui.arrangement import LEAST_DETAIL, Arrangement, arrange, too_small
from atlas_tui.lines import Line
from atlas_tui.options import ConsoleOptions
from atlas_tui.tabs import Tab
from atlas_tui.views import absence, matrix_detail
from atlas_tui.views.tables import columns_of
from atlas_tui.widgets.chart import StratChart
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.live_table import LiveTable
from atlas_tui.widgets.status_bar import alert_lines
from atlas_tui.widgets.strip_shape import strip_rows
from atlas_tui.widgets.table_rows import Cell
from atlas_tui.widgets.table_shape import TableShape
from atlas_tui.widgets.text_line import TextLine

if TYPE_CHECKING:
    from core.ports import DeskLink  # every event and fact with it

_LEAST_ITEMS = 3
"""Items a list has room for at least."""


class LaidOut(Stage):
    """The panes, and the room each one gets; painting them is the console's own."""

    def __init__(self, link: "DeskLink", keys: tuple[Act, ...], options: ConsoleOptions) -> None:
        super().__init__(link, keys, options)
        self.arrangement = arrange(80, 19, 24)
        self.side_rows = 10
        self.laid_out_for = Size()
        self.alert_rows = 0
        self.below_rows = 0
        """Lines under the list."""
        self.needed_rows = 0
        """Lines the list has any use for; 0 is any number."""
        self.since_rows = 0
        """Lines of the strip "since you left"."""

    def compose(self) -> ComposeResult:
        """Every pane; which ones are shown depends on the size and the tab."""
        for name in ("tiny", "top", "tickers", "tabs", "since"):
            yield Lines(id=name)
        with Container(id="body"):
            yield LiveTable(id="list")
            with Vertical(id="chart-pane"):
                yield Lines(id="chart-title")
                yield StratChart(id="chart")
            yield Lines(id="positions")
            yield Lines(id="events")
            yield Lines(id="side")
        yield Lines(id="page")
        yield Lines(id="totals")
        yield Lines(id="alert")
        yield Lines(id="status")
        yield Lines(id="keys")
        yield TextLine(
            lambda text: type_filter(self, text),
            lambda text: leave_filter(self),
            "filter",
            "filter; enter keeps, empty shows all",
        )

    def lay_out(self) -> None:
        """Give every pane its room, and paint."""
        self.laid_out_for = self.size
        width, height = self.size
        if not width:
            return
        small = too_small(width, height)
        self.set_class(bool(small), "-tiny")
        if small:
            tiny = self.query_one("#tiny", Lines)
            tiny.styles.height = height
            text = (Cell(" " * max(0, (width - len(small)) // 2)), Cell(small, "setup bold"))
            tiny.show([*([()] * (height // 2)), text])
            return
        strip = strip_rows(height, width, len(self.snapshot.quotes))
        self.query_one("#tickers").styles.height = strip
        alert = self.alert_rows = len(alert_lines(self.snapshot, self.options.zone, width))
        self.query_one("#alert").display = bool(alert)
        self.query_one("#alert").styles.height = max(1, alert)
        since = self.since_rows = len(self.since_lines())
        self.query_one("#since").display = bool(since)
        self.query_one("#since").styles.height = max(1, since)
        page = self.on_page
        self.query_one("#body").display = not page
        self.query_one("#page").display = page
        free = height - 4 - strip - since
        needed = self.needed_rows = self.rows_needed()
        self.arrangement = arrange(width, free, height, alert, needed)
        below = self.below_rows = self._rows_below(free - alert)
        if below:
            self.arrangement = arrange(width, free, height, alert + below, needed)
        body = free - alert - below
        if self.tab is Tab.POSITIONS:
            self.arrangement = self.arrangement.with_events_alone()
        self.query_one("#totals").display = bool(below)
        self.query_one("#totals").styles.height = max(1, below)
        if self.tab is Tab.LOG:
            self.arrangement = Arrangement(width, body, 0, chart=False)
        self._apply(self.arrangement, width, body)
        self.repaint()

    def since_lines(self) -> tuple[Line, ...]:
        """The strip "since you left", in about a third of the room."""
        width, height = self.size.width, self.size.height
        rows = absence.room(width, height, len(self.snapshot.quotes))
        key = self.act_named("since").shown
        return absence.strip(self.snapshot, self.telling, self.options.zone, width, rows, key)

    def rows_needed(self) -> int:
        """Rows of a list that has few of them and rarely others: the chart has more use for the rest.

        Positions have two lines each where a row of columns has no room, and room for a sentence where there are none.
        """
        match self.tab:
            case Tab.TICKER | Tab.MATRIX | Tab.POSITIONS:
                count = len(self.snapshot.positions if self.tab is Tab.POSITIONS else self.snapshot.quotes)
                lines = TableShape(columns_of(self.tab, self.size.width - 1)).height
                return 1 + lines * max(_LEAST_ITEMS, count)
            case _:
                return 0

    def _rows_below(self, body: int) -> int:
        """Lines under the list: what the trades come to, or the matrix's cell where no pane beside it tells of it."""
        if self.tab is Tab.TRADES:
            return int(bool(self.snapshot.trades))
        if self.tab is not Tab.MATRIX or self.arrangement.side_width:
            return 0
        free = body - self.needed_rows
        room = free - LEAST_DETAIL if free >= LEAST_DETAIL + matrix_detail.LEAST else free
        return min(matrix_detail.FULL, max(matrix_detail.LEAST, room))

    def _apply(self, plan: Arrangement, width: int, body: int) -> None:
        """Put the panes of the body where the arrangement wants them."""
        places = {
            "list": (0, 0, plan.list_width, plan.list_rows),
            "chart-pane": (0, plan.list_rows, width - plan.side_width, body - plan.list_rows),
            "side": (width - plan.side_width, plan.list_rows, plan.side_width, body - plan.list_rows),
            "positions": (0, plan.list_rows, plan.list_width, plan.positions_rows),
            "events": (0, plan.list_rows + plan.positions_rows, plan.list_width, plan.events_rows),
        }
        if plan.is_wide:
            places["chart-pane"] = (plan.list_width, 0, plan.side_width, body - plan.side_rows)
            places["side"] = (plan.list_width, body - plan.side_rows, plan.side_width, plan.side_rows)
        shown = {"list": True, "chart-pane": plan.chart, "side": plan.chart and plan.side_width > 0}
        for name, (x, y, cells, rows) in places.items():
            pane = self.query_one(f"#{name}")
            pane.display = shown.get(name, plan.is_wide) and rows > 0
            pane.styles.offset = (x, y)
            pane.styles.width, pane.styles.height = cells, max(1, rows)
        self.side_rows = body - plan.list_rows
