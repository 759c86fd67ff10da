"""What the keys of the console do."""

from typing import Literal

from textual.screen import Screen
from textual.widgets import Input

from atlas_tui.keymap import Key
from atlas_tui.lines import text_of, words
from atlas_tui.notices import is_new_setup, notices
from atlas_tui.options import ConsoleOptions
from atlas_tui.screens.confirm import ConfirmScreen
from atlas_tui.screens.detail import DetailScreen
from atlas_tui.screens.read import ReadScreen, help_lines
from atlas_tui.tabs import Tab
from atlas_tui.theming import load_themes
from atlas_tui.views.focus import Focus
from atlas_tui.views.listing import Order
from atlas_tui.views.positions import profit_cells
from atlas_tui.views.tables import PAGES, columns_of, table_of
from atlas_tui.widgets.chart import StratChart
from atlas_tui.widgets.lines import Lines
from atlas_tui.widgets.live_table import LiveTable
from core.domain.commands import ClosePosition, GiveVerdict, MarkReviewed
from core.domain.positions import ClosedTrade
from core.domain.review import ReviewVerdict
from core.domain.snapshot import PositionView, QuoteView, SetupView, SignalView, Snapshot
from core.ports import DeskLink

ECHO_S = 4.0
"""How long an answer stands in the status bar."""
_TOASTS_FROM = 110


class ConsoleActs(Screen[None]):
    """State that keys change, and the keys' actions; painting is the console's own."""

    def __init__(self, link: DeskLink, keys: tuple[Key, ...], options: ConsoleOptions) -> None:
        super().__init__()
        self.link = link
        self.keys = keys
        self.options = options
        self.snapshot: Snapshot = link.snapshot
        self.tab = Tab.SIGNALS
        self.pane: Literal["list", "chart"] = "list"
        self.echo = ""
        self._orders: dict[Tab, Order] = {}
        self._cursors: dict[Tab, str | None] = {}
        self._echoes = 0

    @property
    def table(self) -> LiveTable:
        """The list of the tab that is shown."""
        return self.query_one("#list", LiveTable)

    @property
    def order(self) -> Order:
        """How this tab's list is filtered and sorted."""
        return self._orders.get(self.tab, Order())

    def repaint(self) -> None:
        """Everything, at once."""

    def show_tab(self, tab: Tab) -> None:
        """Another tab."""

    def subject(self) -> Focus | None:
        """What the row under the cursor is about."""

    def say(self, text: str) -> None:
        """An answer in the status bar, for some seconds."""
        self.echo = text
        self._echoes += 1
        number = self._echoes
        self.repaint()
        self.set_timer(ECHO_S, lambda: self._hush(number))

    # -- moving

    def action_tab(self, digit: str) -> None:
        """Go to a tab."""
        self.show_tab(Tab(digit))

    def action_turn(self, by: int) -> None:
        """The next or the previous tab."""
        self.show_tab(self.tab.turned(by))

    def action_move(self, by: int) -> None:
        """Rows of the list, bars of the chart, or lines of a page."""
        if self.tab in PAGES:
            self.query_one("#page", Lines).scroll_relative(y=by, animate=False, force=True)
        elif self.pane == "chart":
            self.query_one(StratChart).action_bar(by)
        elif abs(by) > 1:
            self.table.action_page(1 if by > 0 else -1)
        elif by > 0:
            self.table.action_cursor_down()
        else:
            self.table.action_cursor_up()

    def action_edge(self, where: Literal["top", "bottom"]) -> None:
        """To one end."""
        if self.tab in PAGES or self.pane == "chart":
            self.action_move(-100_000 if where == "top" else 100_000)
        elif where == "top":
            self.table.action_cursor_top()
        else:
            self.table.action_cursor_bottom()

    def action_pane(self) -> None:
        """From the list to the chart and back."""
        chart = self.query_one(StratChart)
        if self.pane == "chart" or not self.query_one("#chart-pane").display or self.tab in PAGES:
            self.pane = "list"
            chart.action_unmark()
        else:
            self.pane = "chart"
        self.repaint()

    def action_open(self) -> None:
        """The full detail of the row."""
        subject = self.subject()
        if subject is not None:
            self.app.push_screen(DetailScreen(self.snapshot, subject, self.options))
        elif self.tab is Tab.LOG and self.table.cursor_key is not None:
            text = self._row_text("  ")
            self.app.push_screen(ReadScreen("note", lambda width: words(text, width)))

    # -- finding

    def action_filter(self) -> None:
        """Type what the rows must contain."""
        if self.tab in PAGES:
            return
        box = self.query_one("#filter", Input)
        box.display, self.query_one("#keys").display = True, False
        box.value = self.order.filter
        box.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """The list follows the typing."""
        if event.input.display:
            self._reorder(Order(self.order.column, self.order.reverse, event.value.strip()))

    def on_input_submitted(self) -> None:
        """The filter stays; the keys come back."""
        self._leave_filter()

    def action_back(self) -> None:
        """Out of the filter, the chart, or a filter that is set."""
        if self.query_one("#filter", Input).display or self.order.filter:
            self._leave_filter()
            self._reorder(Order(self.order.column, self.order.reverse))
        elif self.pane == "chart":
            self.action_pane()

    def action_sort(self) -> None:
        """By the next column."""
        if self.tab not in PAGES:
            order = self.order.turned(columns_of(self.tab, self.table.size.width - 1))
            self._reorder(order)
            title = next((column.title for column in self.table.columns if column.key == order.column), "")
            self.say(f"sorted by {title}" if title else "in the list's own order")

    def action_reverse(self) -> None:
        """The other way round."""
        if self.tab not in PAGES:
            self._reorder(Order(self.order.column, not self.order.reverse, self.order.filter))

    def _reorder(self, order: Order) -> None:
        self._orders[self.tab] = order
        self.repaint()

    def _leave_filter(self) -> None:
        self.query_one("#filter", Input).display = False
        self.query_one("#keys").display = True
        self.table.focus()

    # -- acting

    def action_scan(self) -> None:
        """Scan at once."""
        self.link.scan_now()
        self.say("scan asked for")

    def action_drop(self) -> None:
        """Dismiss a signal, disarm a setup, or ask whether to close a position."""
        subject = self.subject()
        if subject is None:
            self.say("there is nothing here to act on")
            return
        item, at = subject.item, self.snapshot.at
        match item:
            case SignalView():
                self.link.send(GiveVerdict(item.signal.id, ReviewVerdict.REJECTED, at))
                self.say(f"dismissed: {subject.title}")
            case SetupView():
                if item.pending:
                    self.link.send(GiveVerdict(item.setup.id, ReviewVerdict.REJECTED, at))
                    self.say(f"disarmed: {subject.title}")
                else:
                    self.say("this setup is over: there is nothing to disarm")
            case PositionView():
                self._ask_to_close(item, subject.title)
            case ClosedTrade():
                self.say("a closed trade stays")
            case QuoteView():
                self.say("nothing to drop here")

    def action_reviewed(self) -> None:
        """Mark the row as reviewed, or take the mark back."""
        subject = self.subject()
        if subject is not None and isinstance(subject.item, SetupView | SignalView):
            self.link.send(MarkReviewed(subject.item_id, self.snapshot.at))
            self.say(f"reviewed: {subject.title}" if not subject.item.reviewed else f"not reviewed: {subject.title}")

    def action_copy(self) -> None:
        """The row to the terminal's clipboard, and where it can be seen."""
        if self.tab in PAGES or self.table.cursor_key is None:
            return
        text = self._row_text("\t")
        self.app.copy_to_clipboard(text)
        self.say(f"copied: {text.replace(chr(9), ' ')}")

    def action_theme(self) -> None:
        """The next theme."""
        names = [theme.name for theme in load_themes()]
        self.app.theme = names[(names.index(self.app.theme) + 1) % len(names)]
        self.say(f"theme {self.app.theme}")

    def action_help(self) -> None:
        """Every key."""
        self.app.push_screen(ReadScreen("Keys", lambda width: help_lines(self.keys, width)))

    async def action_quit(self) -> None:
        """Quit; asks when positions are open."""
        await self.app.action_quit()

    def _ask_to_close(self, view: PositionView, title: str) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self.link.send(ClosePosition(view.position.id, self.snapshot.at))
                self.say(f"closing {title}")

        profit = text_of(profit_cells(self.snapshot, view))
        question = ConfirmScreen(
            f"Close {title}?", f"At the live price, now {profit} before fees. This cannot be undone."
        )
        self.app.push_screen(question, answered)

    def _row_text(self, separator: str) -> str:
        """The cells of the row under the cursor."""
        found = table_of(self.snapshot, self.tab, self.table.size.width, self.order, self.options.zone)
        row = next((row for row in found.rows if row.key == self.table.cursor_key), None)
        return separator.join(cell.text.strip() for cell in row.cells if cell.text.strip()) if row else ""

    # -- being told

    def _announce(self, before: Snapshot, after: Snapshot) -> None:
        """Entries, exits, tier and trouble: a toast where there is room, otherwise the status bar."""
        found = notices(before, after)
        for notice in found:
            if self.size.width >= _TOASTS_FROM:
                self.app.notify(notice.text, title=notice.title, severity=notice.severity, markup=False)
            else:
                self.say(f"{notice.title} {notice.text}")
        if found or is_new_setup(before, after):
            self.app.bell()

    def _hush(self, number: int) -> None:
        if number == self._echoes and self.echo:
            self.echo = ""
            self.repaint()
